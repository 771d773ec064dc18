import Query
import Tables

/// A chain of method calls on a table.
struct PythonChain: Hashable {
  var head: String
  var steps: [String] = []
  /// Whether the last step only puts columns in order.
  var endsWithColumnOrder = false

  /// The chain where the order of columns does not matter.
  var withoutColumnOrder: PythonChain {
    endsWithColumnOrder ? PythonChain(head: head, steps: steps.dropLast()) : self
  }

  func then(_ step: String) -> PythonChain { PythonChain(head: head, steps: steps + [step]) }

  /// The chain on one line if it fits, else one line for each step.
  func text(width: Int = 88, indent: Int = 0) -> String {
    let line = head + steps.map { "." + $0 }.joined()
    if (steps.count < 2 || line.count + indent <= 60), line.count + indent <= width, !line.contains("\n") {
      return line
    }
    if steps.isEmpty { return head }
    let margin = String(repeating: " ", count: indent + 4)
    let lines = [head] + steps.map { "." + $0 }
    return "(\n" + lines.map { margin + $0.replacing("\n", with: "\n" + margin) + "\n" }.joined()
      + String(repeating: " ", count: indent) + ")"
  }
}

// Translates plans to chains of polars methods.

extension PythonTranslator {
  func chain(_ plan: Plan) throws(PythonGap) -> PythonChain {
    needs.modules.insert(.polars)
    switch plan {
    case .scan(let source):
      if let known = sources[ObjectIdentifier(source)] { return known }
      guard let memory = source as? TableInMemory else {
        throw PythonGap(reason: "a table that is not known by a name")
      }
      return PythonChain(head: try frame(memory.table))
    case .remote(let table): throw PythonGap(reason: "`\(table.name)` lies on \(table.engine.name)")
    case .filter(let input, let condition):
      return try chain(input).then("filter(\(code(condition).expression))")
    case .project(let input, let columns): return try projection(chain(input), input.schema, columns)
    case .aggregate(let input, let keys, let aggregates): return try grouped(chain(input), keys, aggregates)
    case .sort(let input, let keys): return try chain(input).then(sorted(keys))
    case .slice(let input, let offset, let count):
      let base = try chain(input)
      switch (offset, count) {
      case (0, let count?): return base.then("head(\(count))")
      case (..<0, nil): return base.then("tail(\(-offset))")
      case (_, nil): return base.then("slice(\(offset))")
      case (_, let count?): return base.then("slice(\(offset), \(count))")
      }
    case .distinct(let input, let columns, let keep):
      var parts = columns.count == input.schema.count ? [] : [names(columns, input.schema)]
      if keep != .first { parts.append("keep=\"\(keep.rawValue)\"") } else { parts.append("keep=\"first\"") }
      return try chain(input).then("unique(\((parts + ["maintain_order=True"]).joined(separator: ", ")))")
    case .join(let left, let right, let join): return try joined(left, right, join)
    case .concatenate(let inputs):
      var parts: [String] = []
      for input in inputs { parts.append(try chain(input).text()) }
      return PythonChain(head: "pl.concat([\(parts.joined(separator: ", "))], how=\"vertical_relaxed\")")
    case .operation(let input, let operation): return try self.operation(operation, on: input)
    }
  }

  /// The names of columns: `"a"` or `["a", "b"]`.
  func names(_ columns: [Int], _ schema: Schema) -> String {
    let texts = columns.map { PythonSpelling.text(schema[$0].name) }
    return texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
  }

  /// Columns as arguments: without a name, as keywords if all names permit it, else with `alias`.
  func arguments(_ columns: [NamedExpression], inGroups: Bool = false) throws(PythonGap) -> [String] {
    var bare: [Bool] = []
    for column in columns {
      if case .column(_, let name) = column.expression.node, name == column.name {
        bare.append(true)
      } else {
        bare.append(false)
      }
    }
    // Positional arguments must come before keyword arguments.
    let firstNamed = bare.firstIndex(of: false) ?? columns.count
    let takesKeywords =
      !bare[firstNamed...].contains(true)
      && columns[firstNamed...].allSatisfy { PythonSpelling.isIdentifier($0.name) && $0.name.allSatisfy(\.isASCII) }
    var arguments: [String] = []
    for (index, column) in columns.enumerated() {
      if bare[index] {
        arguments.append(PythonSpelling.text(column.name))
        continue
      }
      let code = try code(column.expression, inGroups: inGroups)
      arguments.append(
        takesKeywords
          ? "\(column.name)=\(code.expression)" : "\(code.receiver).alias(\(PythonSpelling.text(column.name)))")
    }
    return arguments
  }

  /// A call on one line, or with one line for each argument if it is too long.
  func call(_ method: String, _ arguments: [String]) -> String {
    let line = "\(method)(\(arguments.joined(separator: ", ")))"
    if line.count <= 80 || arguments.count < 2 { return line }
    return "\(method)(\n" + arguments.map { "    \($0.replacing("\n", with: "\n    ")),\n" }.joined() + ")"
  }

  private func projection(
    _ chain: PythonChain, _ input: Schema, _ columns: [NamedExpression]
  ) throws(PythonGap) -> PythonChain {
    let kept = columns.map { column -> Int? in column.expression.columnIndex }
    let plain = zip(columns, kept).map { column, index in
      index.map { input[$0].name == column.name } ?? false
    }
    // If all columns stay in place and some are new or changed, this is `with_columns`.
    if columns.count >= input.count,
      input.fields.indices.allSatisfy({ columns[$0].name == input[$0].name })
    {
      let changed = columns.indices.filter { $0 >= input.count || !(plain[$0] && kept[$0] == $0) }
      if changed.isEmpty { return chain }
      return chain.then(call("with_columns", try arguments(changed.map { columns[$0] })))
    }
    if !kept.contains(nil) {
      let indices = kept.compactMap(\.self)
      if indices == Array(input.fields.indices) {
        let renamed = columns.indices.filter { !plain[$0] }.map {
          "\(PythonSpelling.text(input[$0].name)): \(PythonSpelling.text(columns[$0].name))"
        }
        return chain.then("rename({\(renamed.joined(separator: ", "))})")
      }
      let dropped = input.fields.indices.filter { !indices.contains($0) }
      if !plain.contains(false), indices == indices.sorted(), dropped.count < indices.count {
        return chain.then("drop(\(dropped.map { PythonSpelling.text(input[$0].name) }.joined(separator: ", ")))")
      }
    }
    return chain.then(call("select", try arguments(columns)))
  }

  private func grouped(
    _ chain: PythonChain, _ keys: [NamedExpression], _ aggregates: [NamedExpression]
  ) throws(PythonGap) -> PythonChain {
    if keys.isEmpty {
      // Outside of groups, a list of the whole table must be made explicitly; `agg` makes it automatically.
      let holdsLists = aggregates.contains { if case .list = $0.expression.type { true } else { false } }
      return chain.then(call("select", try arguments(aggregates, inGroups: !holdsLists)))
    }
    let by = try arguments(keys) + ["maintain_order=True"]
    let grouped = chain.then("group_by(\(by.joined(separator: ", ")))")
    let values = call("agg", try arguments(aggregates, inGroups: true))
    // Both calls are shown as one step.
    return PythonChain(head: grouped.head, steps: grouped.steps.dropLast() + ["\(grouped.steps.last ?? "").\(values)"])
  }

  func sorted(_ keys: [BoundSortKey]) throws(PythonGap) -> String {
    var parts: [String] = []
    for key in keys { parts.append(try partitionText(key.expression)) }
    let directions = keys.map { $0.isDescending ? "True" : "False" }
    if keys.contains(where: \.isDescending) {
      parts.append("descending=" + (keys.count == 1 ? directions[0] : "[\(directions.joined(separator: ", "))]"))
    }
    return "sort(\((parts + ["nulls_last=True", "maintain_order=True"]).joined(separator: ", ")))"
  }

  private func partitionText(_ key: BoundExpression) throws(PythonGap) -> String {
    if case .column(_, let name) = key.node { return PythonSpelling.text(name) }
    return try code(key).expression
  }

  private func joined(
    _ left: Plan, _ right: Plan, _ join: JoinDescription
  ) throws(PythonGap) -> PythonChain {
    let base = try chain(left)
    let other = try chain(right).text()
    if !join.comparisons.isEmpty { return try joinedByRange(base, other, left.schema, right.schema, join) }
    var keys: [String] = []
    if !join.keys.isEmpty {
      let (own, others) = (join.keys.map(\.left), join.keys.map(\.right))
      let isSame = zip(own, others).allSatisfy { left.schema[$0].name == right.schema[$1].name }
      keys =
        isSame
        ? ["on=\(names(own, left.schema))"]
        : ["left_on=\(names(own, left.schema))", "right_on=\(names(others, right.schema))"]
    }
    switch join.kind {
    case .inner: return base.then(call("join", [other] + keys + ["maintain_order=\"left_right\""]))
    case .left: return base.then(call("join", [other] + keys + ["how=\"left\"", "maintain_order=\"left_right\""]))
    case .full:
      return base.then(
        call("join", [other] + keys + ["how=\"full\"", "coalesce=True", "maintain_order=\"left_right\""]))
    case .semi, .anti: return base.then(call("join", [other] + keys + ["how=\"\(join.kind.rawValue)\""]))
    case .cross: return base.then("join(\(other), how=\"cross\")")
    case .asof:
      guard let nearest = join.nearest else { throw PythonGap(reason: "a join without its key") }
      let (own, found) = (left.schema[nearest.key.left], right.schema[nearest.key.right])
      let by = keys.map { $0.replacing("left_on", with: "by_left").replacing("right_on", with: "by_right") }
        .map { $0.hasPrefix("on=") ? "by=" + $0.dropFirst(3) : $0 }
      var parts =
        own.name == found.name
        ? ["on=\(PythonSpelling.text(own.name))"]
        : ["left_on=\(PythonSpelling.text(own.name))", "right_on=\(PythonSpelling.text(found.name))"]
      parts += by
      if nearest.direction.rawValue != "backward" { parts.append("strategy=\"\(nearest.direction.rawValue)\"") }
      if case .whole(let ticks)? = nearest.within {
        switch own.type {
        case .date: parts.append("tolerance=\"\(ticks)d\"")
        case .datetime(let unit), .zoned(let unit, _): parts.append("tolerance=\"\(ticks)\(unit.rawValue)\"")
        default: parts.append("tolerance=\(ticks)")
        }
      } else if case .float(let distance)? = nearest.within {
        parts.append("tolerance=\(PythonSpelling.float(distance))")
      }
      // Both sides must be sorted; afterwards the original row order is restored.
      let key = PythonSpelling.text(own.name)
      return base.then("with_row_index(\"__row\")").then("sort(\(key))")
        .then(call("join_asof", ["\(other).sort(\(PythonSpelling.text(found.name)))"] + parts))
        .then("sort(\"__row\")").then("drop(\"__row\")")
    }
  }

  private func joinedByRange(
    _ base: PythonChain, _ other: String, _ left: Schema, _ right: Schema, _ join: JoinDescription
  ) throws(PythonGap) -> PythonChain {
    guard join.kind == .inner else {
      throw PythonGap(reason: "`\(join.kind.rawValue)_join` by comparisons; `join_where` is an inner join")
    }
    func name(_ index: Int) -> String {
      let name = right[index].name
      return left.index(of: name) == nil ? name : name + "_right"
    }
    var conditions: [String] = []
    for key in join.keys {
      conditions.append(
        "pl.col(\(PythonSpelling.text(left[key.left].name))) == pl.col(\(PythonSpelling.text(name(key.right))))")
    }
    for comparison in join.comparisons {
      conditions.append(
        "pl.col(\(PythonSpelling.text(left[comparison.left].name))) \(comparison.sign.rawValue) "
          + "pl.col(\(PythonSpelling.text(name(comparison.right))))")
    }
    // `join_where` returns rows in no particular order, so the original order is restored.
    let joined = base.then("with_row_index(\"__row\")")
      .then(call("join_where", ["\(other).with_row_index(\"__other\")"] + conditions))
      .then("sort(\"__row\", \"__other\")")
    // The key columns of the right table are dropped.
    let doubled = ["\"__row\"", "\"__other\""] + join.keys.map { PythonSpelling.text(name($0.right)) }
    return joined.then("drop(\(doubled.joined(separator: ", ")))")
  }
}
