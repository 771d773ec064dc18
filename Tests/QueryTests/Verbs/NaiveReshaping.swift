import Query
import RandomNumbers
import Tables

// The verbs whose result has other columns or other rows, without a thought for speed.

extension NaiveEvaluator {
  func pivoted(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    let rows = call.optionWords("rows").map { input[$0] }
    let columns = call.optionWords("columns").map { input[$0] }
    // Lists and structs have an order of their own.
    if input.rows.contains(where: { row in columns.contains { row[$0].isNested } }) { return giveUp(on: input) }
    let aggregates = call.clauses["agg"].map { _ in call.assignments(after: "agg") } ?? []
    let combinations = Set(input.rows.map { row in columns.map { row[$0] } }).sorted { a, b in
      for (x, y) in zip(a, b) where x != y { return Self.order(x, y, isDescending: false) < 0 }
      return false
    }
    var order: [[Value]] = []
    var cells: [[[Value]]: [[Value]]] = [:]
    for row in input.rows {
      let key = rows.map { row[$0] }
      if !order.contains(key) { order.append(key) }
      cells[[key, columns.map { row[$0] }], default: []].append(row)
    }
    var names = rows.map { input.names[$0] }
    for combination in combinations {
      let start = combination.map { "\($0)" }.joined(separator: "_")
      names += aggregates.count < 2 ? [start] : aggregates.map { start + "_" + ($0.name?.name ?? "") }
    }
    let table = order.map { key in
      key
        + combinations.flatMap { combination -> [Value] in
          guard let group = cells[[key, combination]] else {
            return [Value](repeating: .null, count: max(1, aggregates.count))
          }
          if aggregates.isEmpty { return [.integer(Int128(group.count))] }
          return aggregates.map { aggregate($0.expression, group, input) }
        }
    }
    if !aggregates.isEmpty, table.joined().contains(where: \.isNested) { return giveUp(on: input) }
    return NaiveTable(names: names, rows: table)
  }

  func transposed(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    let naming = call.optionWord("names").map { input[$0] }
    let names = input.rows.enumerated().map { row, values in naming.map { "\(values[$0])" } ?? "row_\(row)" }
    let rows = input.names.indices.filter { $0 != naming }.map { column in
      [.text(Text(input.names[column]))] + input.rows.map { $0[column] }
    }
    return NaiveTable(names: ["column"] + names, rows: rows)
  }

  func unnested(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    let index = input[call.names[0].name]
    // A table without rows does not know its fields.
    guard let fields = input.rows.lazy.compactMap({ $0[index].fieldNames }).first else { return giveUp(on: input) }
    var names = input.names
    names.replaceSubrange(index...index, with: fields)
    let rows = input.rows.map { row in
      var values: [Value] = fields.map { _ in .null }
      if case .structure(_, let parts) = row[index] { values = parts }
      var copy = row
      copy.replaceSubrange(index...index, with: values)
      return copy
    }
    return NaiveTable(names: names, rows: rows)
  }

  func sampled(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    guard let seed = call.optionNumber("seed") else { return giveUp(on: input) }
    var random = RandomState(seed: UInt32(seed))
    let keys = call.optionWords("by").map { input[$0] }
    if keys.isEmpty {
      let count = drawn(from: input.rows.count, call, input)
      return NaiveTable(
        names: input.names, rows: random.permutation(input.rows.count).prefix(count).map { input.rows[$0] })
    }
    let rowKeys = input.rows.map { row in keys.map { row[$0] } }
    let groups = rowKeys.reduce(into: [[Value]]()) { seen, key in if !seen.contains(key) { seen.append(key) } }
    let count = drawn(from: groups.count, call, input)
    let chosen = Set(random.permutation(groups.count).prefix(count).map { groups[$0] })
    return NaiveTable(
      names: input.names, rows: input.rows.indices.filter { chosen.contains(rowKeys[$0]) }.map { input.rows[$0] })
  }

  /// How many of `count` a sample draws.
  private func drawn(from count: Int, _ call: VerbCall, _ input: NaiveTable) -> Int {
    if let fraction = call.optionNumber("fraction") {
      return Int((fraction * Double(count)).rounded(.toNearestOrEven))
    }
    return call.expressions.first.map { min(count, value($0, [], input).asInt) } ?? 1
  }

  private func giveUp(on input: NaiveTable) -> NaiveTable {
    _ = giveUp()
    return input
  }
}

extension Value {
  fileprivate var fieldNames: [String]? {
    if case .structure(let names, _) = self { names } else { nil }
  }
}

extension VerbCall {
  /// The words of an option that takes one or a list of them.
  func optionWords(_ name: String) -> [String] {
    guard case .expression(let value)? = options.first(where: { $0.name.name == name })?.value else { return [] }
    guard case .list(let elements) = value.node else { return optionWord(name).map { [$0] } ?? [] }
    return elements.compactMap { if case .name(let word) = $0.node { word } else { nil } }
  }

  func optionNumber(_ name: String) -> Double? {
    guard case .expression(let value)? = options.first(where: { $0.name.name == name })?.value,
      case .literal(let literal) = value.node
    else { return nil }
    return literal.number
  }
}
