import Query
import Spark
import Tables

// Joins. Right columns that would clash are renamed before, as Lectern names them.

extension PythonTranslator {
  func sparkJoin(_ left: Plan, _ right: Plan, _ join: JoinDescription) throws(PythonGap) -> PythonChain {
    let base = try sparkFrame(left).chain
    let other = try sparkFrame(right).chain
    let (own, others) = (left.schema, right.schema)
    if join.kind == .asof { throw PythonGap(reason: "`asof_join`: Spark has no join by the nearest key") }
    let shown = join.rightColumns(others)
    let schema = join.schema(left: own, right: others)
    let isUsing =
      join.comparisons.isEmpty && !join.keys.isEmpty
      && join.keys.allSatisfy { own[$0.left].name == others[$0.right].name }
    var renamed: [String] = others.names
    for (place, index) in shown.enumerated() { renamed[index] = schema[own.count + place].name }
    if !isUsing {
      // Columns of the condition that are not in the result get names that no column has.
      let used = Set(join.keys.map(\.right) + join.comparisons.map(\.right)).subtracting(shown)
      for index in used where own.names.contains(renamed[index]) {
        while (own.names + schema.names + others.names).contains(renamed[index]) { renamed[index] += "_right" }
      }
    }
    let changed = others.names.indices.filter { renamed[$0] != others.names[$0] }
    var prepared = other
    if changed.count == 1 {
      let index = changed[0]
      prepared = other.then(
        "withColumnRenamed(\(PythonSpelling.text(others[index].name)), \(PythonSpelling.text(renamed[index])))")
    } else if !changed.isEmpty {
      let pairs = changed.map { "\(PythonSpelling.text(others[$0].name)): \(PythonSpelling.text(renamed[$0]))" }
      prepared = other.then("withColumnsRenamed({\(pairs.joined(separator: ", "))})")
    }
    if join.kind == .cross { return base.then("crossJoin(\(prepared.text()))") }
    var parts = [prepared.text()]
    if isUsing {
      let names = join.keys.map { PythonSpelling.text(own[$0.left].name) }
      parts.append("on=\(names.count == 1 ? names[0] : "[\(names.joined(separator: ", "))]")")
    } else {
      parts.append("on=\(try condition(join, own, renamed))")
    }
    if join.kind != .inner { parts.append("how=\"\(join.kind.rawValue)\"") }
    var result = base.then(call("join", parts))
    if !isUsing {
      if join.kind == .full { throw PythonGap(reason: "`full_join` by columns of other names; `rename` one before") }
      let extra = Set(others.names.indices).subtracting(shown)
      if !join.keepsLeft, !extra.isEmpty {
        result = result.then("drop(\(extra.sorted().map { PythonSpelling.text(renamed[$0]) }.joined(separator: ", ")))")
      }
    } else {
      // A join by names puts the keys first.
      let keys = join.keys.map { own[$0.left].name }
      let given = keys + own.names.filter { !keys.contains($0) } + schema.names.dropFirst(own.count)
      if given != schema.names {
        result = result.then("select(\(sparkNames(schema.names)))")
        result.endsWithColumnOrder = true
      }
    }
    return result
  }

  private func condition(
    _ join: JoinDescription, _ own: Schema, _ renamed: [String]
  ) throws(PythonGap) -> String {
    var parts: [SparkExpression] = []
    for key in join.keys { parts.append(.call("==", [.column(own[key.left].name), .column(renamed[key.right])])) }
    for comparison in join.comparisons {
      parts.append(
        .call(comparison.sign.rawValue, [.column(own[comparison.left].name), .column(renamed[comparison.right])]))
    }
    let all = parts.dropFirst().reduce(parts[0]) { .call("and", [$0, $1]) }
    return try printed { (printer) throws(PythonGap) in try printer.column(all).text }
  }
}

extension JoinDescription {
  fileprivate var keepsLeft: Bool { kind == .semi || kind == .anti }
}
