import Diagnostics
import Query
import Tables

/// A table as rows of values: what the language means, without a thought for speed.
struct NaiveTable: Equatable {
  var names: [String]
  var rows: [[Value]]

  subscript(name: String) -> Int { names.firstIndex(of: name) ?? 0 }
}

/// Evaluates pipelines row by row, straight from their syntax tree: what the real executor is compared with.
///
/// It knows all that `RandomPipeline` writes and most of what the recorded pipelines hold; where it meets anything else
/// it says so (`reach`).
struct NaiveEvaluator {
  let tables: [String: NaiveTable]
  let reach = NaiveReach()

  static let aggregates: Set<String> = [
    "len", "count", "n_unique", "first", "last", "sum", "mean", "min", "max", "median", "list", "unique", "any", "all",
    "mode", "std", "var", "quantile", "corr", "skew", "kurtosis", "arg_max", "arg_min",
  ]

  func table(_ pipeline: Pipeline) -> NaiveTable {
    let start: NaiveTable =
      switch pipeline.head {
      case .name(let name): tables[name.name] ?? NaiveTable(names: [], rows: [])
      case .parenthesised(let inner): table(inner)
      default: unknown(NaiveTable(names: [], rows: []))
      }
    return pipeline.stages.reduce(start, apply)
  }

  private func apply(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    switch call.name {
    case "filter": return filtered(input, call.expressions[0])
    case "select", "with": return computed(input, call)
    case "agg": return grouped(input, keys: [], call.assignments())
    case "group_by":
      return grouped(input, keys: call.assignments(), call.clauses["agg"].map { _ in call.assignments(after: "agg") })
    case "drop": return keeping(input, input.names.filter { name in !call.names.contains { $0.name == name } })
    case "rename":
      var table = input
      for (new, old) in call.assignments() {
        if case .name(let name) = old.node, let new { table.names[input[name]] = new.name }
      }
      return table
    case "sort": return sorted(input, call)
    case "head", "tail", "slice": return cut(input, call)
    case "unique": return unique(input, call)
    case "concat":
      return call.arguments.reduce(input) { table, argument in
        guard case .table(let pipeline) = argument else { return table }
        let other = self.table(pipeline)
        guard call.optionWord("schema") == "union" else {
          return NaiveTable(names: table.names, rows: table.rows + keeping(other, table.names).rows)
        }
        // What a table lacks is null in its rows.
        let names = table.names + other.names.filter { !table.names.contains($0) }
        let rows = [table, other].flatMap { part in
          part.rows.map { row in names.map { part.names.contains($0) ? row[part[$0]] : .null } }
        }
        return NaiveTable(names: names, rows: rows)
      }
    case "drop_nulls":
      let columns = call.names.isEmpty ? Array(input.names.indices) : call.names.map { input[$0.name] }
      return NaiveTable(names: input.names, rows: input.rows.filter { row in !columns.contains { row[$0] == .null } })
    case "fill_null":
      var table = input
      for (name, expression) in call.assignments() {
        let index = input[name?.name ?? ""]
        for row in table.rows.indices where table.rows[row][index] == .null {
          table.rows[row][index] = value(expression, input.rows[row], input)
        }
      }
      return table
    case "row_index":
      let rows = input.rows.enumerated().map { [.integer(Int128($0))] + $1 }
      return NaiveTable(names: [call.optionWord("name") ?? "row"] + input.names, rows: rows)
    case "shape":
      let counts: [Value] = [.integer(Int128(input.rows.count)), .integer(Int128(input.names.count))]
      return NaiveTable(names: ["rows", "columns"], rows: [counts])
    case "explode": return exploded(input, call)
    case "value_counts": return valueCounts(input, call)
    case "unpivot": return unpivoted(input, call)
    case "pivot": return pivoted(input, call)
    case "transpose": return transposed(input, call)
    case "unnest": return unnested(input, call)
    case "sample": return sampled(input, call)
    case "join", "left_join", "full_join", "semi_join", "anti_join", "cross_join": return joined(input, call)
    case "asof_join": return nearest(input, call)
    default: return unknown(input)
    }
  }

  private func unknown(_ table: NaiveTable) -> NaiveTable {
    reach.isExceeded = true
    return table
  }

  private func keeping(_ input: NaiveTable, _ names: [String]) -> NaiveTable {
    let indices = names.map { input[$0] }
    return NaiveTable(names: names, rows: input.rows.map { row in indices.map { row[$0] } })
  }

  // MARK: Rows

  private func filtered(_ input: NaiveTable, _ condition: Expression) -> NaiveTable {
    let truth = column(condition, input)
    return NaiveTable(
      names: input.names, rows: input.rows.indices.filter { truth[$0] == .bool(true) }.map { input.rows[$0] })
  }

  private func computed(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    var table = call.name == "with" ? input : NaiveTable(names: [], rows: input.rows.map { _ in [] })
    for (name, expression) in call.assignments() {
      let source = call.name == "with" ? table : input
      let column = column(expression, source)
      let name = name?.name ?? expression.columnName
      if let index = table.names.firstIndex(of: name) {
        for row in table.rows.indices { table.rows[row][index] = column[row] }
      } else {
        table.names.append(name)
        for row in table.rows.indices { table.rows[row].append(column[row]) }
      }
    }
    return table
  }

  private func cut(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    let numbers = call.expressions.map { max(-1_000_000, min(1_000_000, value($0, [], input).asInt)) }
    let count = input.rows.count
    var rows = input.rows[...]
    switch call.name {
    case "head": rows = numbers[0] >= 0 ? rows.prefix(numbers[0]) : rows.prefix(max(0, count + numbers[0]))
    case "tail": rows = numbers[0] >= 0 ? rows.suffix(numbers[0]) : rows.suffix(max(0, count + numbers[0]))
    default:
      let start = numbers[0] >= 0 ? min(numbers[0], count) : count + numbers[0]
      rows =
        rows[max(0, start)..<max(max(0, start), min(count, start + (numbers.count > 1 ? numbers[1] : count - start)))]
    }
    return NaiveTable(names: input.names, rows: Array(rows))
  }

  private func sorted(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    let keys = call.arguments.compactMap { if case .sortKey(let key) = $0 { key } else { nil } }
    let values = input.rows.map { row in keys.map { value($0.expression, row, input) } }
    // Lists and structs are ordered as they come.
    if values.joined().contains(where: \.isNested) { return unknown(input) }
    let ordered = input.rows.indices.sorted { left, right in
      for (index, key) in keys.enumerated() {
        let (a, b) = (values[left][index], values[right][index])
        // Null comes last whichever way, NaN right before it.
        if a.isMissing || b.isMissing {
          if a == b { continue }
          return b == .null || (b.isMissing && !a.isMissing)
        }
        if a.order(b) != 0 { return (a.order(b) < 0) != key.isDescending }
      }
      return left < right
    }
    return NaiveTable(names: input.names, rows: ordered.map { input.rows[$0] })
  }

  private func unique(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    let columns = call.names.isEmpty ? Array(input.names.indices) : call.names.map { input[$0.name] }
    let keys = input.rows.map { row in columns.map { row[$0] } }
    let keep = call.optionWord("keep") ?? "first"
    let rows = input.rows.indices.filter { row in
      switch keep {
      case "first": keys.firstIndex(of: keys[row]) == row
      case "last": keys.lastIndex(of: keys[row]) == row
      default: keys.count { $0 == keys[row] } == 1
      }
    }
    return NaiveTable(names: input.names, rows: rows.map { input.rows[$0] })
  }

  // MARK: Groups

  private func grouped(
    _ input: NaiveTable, keys: [(name: Identifier?, expression: Expression)],
    _ aggregates: [(name: Identifier?, expression: Expression)]?
  ) -> NaiveTable {
    var order: [[Value]] = keys.isEmpty ? [[]] : []
    var groups: [[Value]: [[Value]]] = keys.isEmpty ? [[]: []] : [:]
    for row in input.rows {
      let key = keys.map { value($0.expression, row, input) }
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(row)
    }
    var names = keys.map { $0.name?.name ?? $0.expression.columnName }
    names += aggregates?.map { $0.name?.name ?? $0.expression.columnName } ?? ["len"]
    let rows = order.map { key in
      let group = groups[key] ?? []
      let cells = aggregates?.map { aggregate($0.expression, group, input) }
      return key + (cells ?? [.integer(Int128(group.count))])
    }
    return NaiveTable(names: names, rows: rows)
  }

  func aggregate(_ expression: Expression, _ group: [[Value]], _ table: NaiveTable) -> Value {
    if case .filtered(let call, let condition) = expression.node {
      return aggregate(call, group.filter { value(condition, $0, table) == .bool(true) }, table)
    }
    guard case .call(let function, let arguments, _) = expression.node else {
      guard case .binary(let operation, let left, let right, _) = expression.node else {
        if case .literal(let value) = expression.node { return value }
        return giveUp()
      }
      return binary(operation, aggregate(left, group, table), aggregate(right, group, table))
    }
    if function.name == "cast", case .name(let type) = arguments[1].node {
      return self.call("cast", [aggregate(arguments[0], group, table)], type: type)
    }
    if function.name == "len" { return .integer(Int128(group.count)) }
    let all = group.map { value(arguments[0], $0, table) }
    let values = all.filter { $0 != .null }
    let numbers = values.filter { !$0.isNotANumber }
    switch function.name {
    case "count": return .integer(Int128(values.count))
    case "n_unique": return .integer(Int128(Set(all).count))
    case "first": return all.first ?? .null
    case "last": return all.last ?? .null
    case "sum" where values.allSatisfy(\.isWhole): return .integer(values.reduce(0) { $0 + Int128($1.asInt) })
    case "mean" where values.allSatisfy(\.isWhole):
      let total = values.reduce(0) { $0 + $1.asInt }
      return values.isEmpty ? .null : .float(Double(total) / Double(values.count))
    case "min": return (numbers.isEmpty ? values : numbers).min { $0.order($1) < 0 } ?? .null
    case "max": return (numbers.isEmpty ? values : numbers).max { $0.order($1) < 0 } ?? .null
    case "list": return .list(all)
    case "unique": return .list(all.reduce(into: []) { seen, value in if !seen.contains(value) { seen.append(value) } })
    case "any": return .bool(values.contains(.bool(true)))
    case "all": return .bool(!values.contains(.bool(false)))
    case "mode":
      let counts = Dictionary(grouping: values) { $0 }.mapValues(\.count)
      let most = counts.values.max()
      return counts.filter { $0.value == most }.keys.min { $0.order($1) < 0 } ?? .null
    case "median" where values.allSatisfy(\.isWhole):
      let sorted = values.map(\.asInt).sorted()
      guard !sorted.isEmpty else { return .null }
      return .float(Double(sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2)
    case "quantile" where values.allSatisfy(\.isWhole): return quantile(arguments, values)
    case "std", "var", "skew", "kurtosis", "corr": return spread(function.name, arguments, group, table)
    case "arg_max", "arg_min": return beside(function.name, all, group.map { value(arguments[1], $0, table) })
    default: return giveUp()
    }
  }
}
