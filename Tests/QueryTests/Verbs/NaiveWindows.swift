import Query
import Tables

extension NaiveEvaluator {
  /// The value of an expression in every row of a table; what looks beyond a row is computed first, and stands as a
  /// column of its own while the rows run.
  func column(_ expression: Expression, _ table: NaiveTable) -> [Value] {
    var wider = table
    let inner = replacingCalls(in: expression, &wider)
    return wider.rows.map { value(inner, $0, wider) }
  }

  private func replacingCalls(in expression: Expression, _ table: inout NaiveTable) -> Expression {
    var node = expression.node
    switch node {
    case .unary(let operation, let operand): node = .unary(operation, replacingCalls(in: operand, &table))
    case .binary(let operation, let left, let right, let span):
      node = .binary(
        operation, replacingCalls(in: left, &table), replacingCalls(in: right, &table), operatorSpan: span)
    case .conditional(let condition, let then, let otherwise):
      node = .conditional(
        condition: replacingCalls(in: condition, &table), then: replacingCalls(in: then, &table),
        otherwise: replacingCalls(in: otherwise, &table))
    case .membership(let operand, let list, let isNegated):
      node = .membership(replacingCalls(in: operand, &table), list, isNegated: isNegated)
    case .nullTest(let operand, let isNegated):
      node = .nullTest(replacingCalls(in: operand, &table), isNegated: isNegated)
    case .filtered(let call, let condition):
      guard case .call(let function, let arguments, let window) = call.node else { break }
      let truth = column(condition, table)
      if let values = values(of: call, function.name, arguments, window, table, where: truth) {
        let name = "\u{1}\(table.names.count)"
        table.names.append(name)
        for row in table.rows.indices { table.rows[row].append(values[row]) }
        node = .name(name)
      }
    case .call(let function, let arguments, let window):
      if let values = values(of: expression, function.name, arguments, window, table) {
        let name = "\u{1}\(table.names.count)"
        table.names.append(name)
        for row in table.rows.indices { table.rows[row].append(values[row]) }
        node = .name(name)
      } else {
        node = .call(function, arguments.map { replacingCalls(in: $0, &table) }, nil)
      }
    default: break
    }
    return Expression(node, expression.span)
  }

  /// What an aggregate or a window function gives each row; nil of a function of one row.
  private func values(
    of expression: Expression, _ function: String, _ arguments: [Expression], _ window: Query.Window?,
    _ table: NaiveTable, where truth: [Value]? = nil
  ) -> [Value]? {
    let isRanking = [
      "row_number", "rank", "dense_rank", "percent_rank", "ntile", "lag", "lead", "cum_sum", "cum_max", "forward_fill",
      "backward_fill",
    ].contains(function)
    guard isRanking || Self.aggregates.contains(function) else { return nil }
    let keys = table.rows.map { row in (window?.keys ?? []).map { value($0, row, table) } }
    let order = (window?.order ?? []).map { key in (values: column(key.expression, table), down: key.isDescending) }
    let operand = arguments.first.map { column($0, table) } ?? []
    var result = [Value](repeating: .null, count: table.rows.count)
    for key in Set(keys) {
      var rows = table.rows.indices.filter { keys[$0] == key }
      func compared(_ a: Int, _ b: Int) -> Int {
        for own in order {
          let sign = Self.order(own.values[a], own.values[b], isDescending: own.down)
          if sign != 0 { return sign }
        }
        return 0
      }
      rows.sort { compared($0, $1) < 0 || compared($0, $1) == 0 && $0 < $1 }
      if !isRanking {
        for (place, row) in rows.enumerated() {
          let near = rows.indices.filter { isBeside($0, place, window?.frame, rows, order) }.map { rows[$0] }
          let chosen = near.filter { row in truth.map { $0[row] == .bool(true) } ?? true }
          result[row] = aggregate(expression, chosen.map { table.rows[$0] }, table)
        }
        continue
      }
      let shift = arguments.count > 1 ? max(-1000, min(1000, value(arguments[1], [], table).asInt)) : 1
      func shifted(_ place: Int) -> Value { rows.indices.contains(place) ? operand[rows[place]] : .null }
      var (sum, greatest, place, dense) = (Int128(0), Value.null, 0, 0)
      for (position, row) in rows.enumerated() {
        if position == 0 || compared(rows[position - 1], row) != 0 {
          place = position + 1
          dense += 1
        }
        switch function {
        case "row_number": result[row] = .integer(Int128(position + 1))
        case "rank": result[row] = .integer(Int128(place))
        case "dense_rank": result[row] = .integer(Int128(dense))
        case "percent_rank": result[row] = .float(rows.count > 1 ? Double(place - 1) / Double(rows.count - 1) : 0)
        case "ntile":
          // Rows dealt out one by one: the first parts get one more.
          let parts = min(operand[row].asInt, rows.count)
          let lengths = (0..<parts).map { part in rows.indices.count { $0 % parts == part } }
          let tile = lengths.indices.first { lengths[...$0].reduce(0, +) > position } ?? 0
          result[row] = .integer(Int128(tile + 1))
        case "forward_fill": result[row] = rows[...position].map { operand[$0] }.last { $0 != .null } ?? .null
        case "backward_fill": result[row] = rows[position...].map { operand[$0] }.first { $0 != .null } ?? .null
        case "lag": result[row] = shifted(position - shift)
        case "lead": result[row] = shifted(position + shift)
        default:
          let own = operand[row]
          if own == .null { continue }
          guard case .integer(let number) = own else { return giveUpColumn(result) }
          sum += number
          if greatest == .null || own.order(greatest) > 0 { greatest = own }
          result[row] = function == "cum_sum" ? .integer(sum) : greatest
        }
      }
    }
    return result
  }

  /// Whether a row at one place is in the frame of the row at another, of rows in their order.
  private func isBeside(
    _ other: Int, _ place: Int, _ frame: Query.Window.Frame?, _ rows: [Int], _ order: [(values: [Value], down: Bool)]
  ) -> Bool {
    guard let frame else { return true }
    if frame.unit == .running { return other <= place }
    var after: Int128 = 0
    if let written = frame.after {
      guard case .literal(.integer(let count)) = written.node else { return giveUp() == .bool(true) }
      after = count
    }
    guard case .literal(.integer(let extent))? = frame.extent?.node else { return giveUp() == .bool(true) }
    if frame.unit == .rows {
      let before = extent - (frame.isBefore ? 0 : 1)
      return Int128(other) >= Int128(place) - before && Int128(other) <= Int128(place) + after
    }
    // A range takes one key, and all rows of an equal one.
    let (own, found) = (order[0].values[rows[place]], order[0].values[rows[other]])
    if own.isMissing || found.isMissing { return own == found }
    switch (own, found) {
    case (.integer(let a), .integer(let b)):
      let distance = order[0].down ? a - b : b - a
      return distance >= -extent && distance <= after
    case (.float(let a), .float(let b)):
      let sign = order[0].down ? -1.0 : 1.0
      return sign * b >= sign * a - Double(extent) && sign * b <= sign * a + Double(after)
    default: return giveUp() == .bool(true)
    }
  }

  private func giveUpColumn(_ column: [Value]) -> [Value] {
    _ = giveUp()
    return column
  }

  /// Null comes last whichever way, NaN right before it.
  static func order(_ a: Value, _ b: Value, isDescending: Bool) -> Int {
    if a == b { return 0 }
    if a.isMissing || b.isMissing { return b == .null || (b.isMissing && !a.isMissing) ? -1 : 1 }
    return isDescending ? -a.order(b) : a.order(b)
  }

  // MARK: Verbs that change the shape

  func exploded(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    let index = input[call.names[0].name]
    var rows: [[Value]] = []
    for row in input.rows {
      var elements: [Value] = []
      if case .list(let list) = row[index] { elements = list }
      if elements.isEmpty, call.optionWord("keep") == "empty" { elements = [.null] }
      for element in elements {
        var copy = row
        copy[index] = element
        rows.append(copy)
      }
    }
    return NaiveTable(names: input.names, rows: rows)
  }

  func valueCounts(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    let index = input[call.names[0].name]
    let values = input.rows.map { $0[index] }
    if values.contains(where: \.isNested) { _ = giveUp() }
    let counts = Set(values).map { value in (value, values.count { $0 == value }) }
    let ordered = counts.sorted { a, b in
      a.1 != b.1 ? a.1 > b.1 : Self.order(a.0, b.0, isDescending: false) < 0
    }
    var running = 0.0
    let rows = ordered.map { value, count -> [Value] in
      running += Double(count)
      return [
        value, .integer(Int128(count)), .float(Double(count) / Double(values.count)),
        .float(running / Double(values.count)),
      ]
    }
    return NaiveTable(names: [input.names[index], "len", "share", "cumulative"], rows: rows)
  }

  func unpivoted(_ input: NaiveTable, _ call: VerbCall) -> NaiveTable {
    let melted = call.names.map { input[$0.name] }
    let kept = input.names.indices.filter { !melted.contains($0) }
    let rows = melted.flatMap { column in
      input.rows.map { row in kept.map { row[$0] } + [.text(Text(input.names[column])), row[column]] }
    }
    let names = [call.optionWord("name") ?? "variable", call.optionWord("value") ?? "value"]
    return NaiveTable(names: kept.map { input.names[$0] } + names, rows: rows)
  }
}

extension VerbCall {
  /// The word or the column that an option was set to.
  func optionWord(_ name: String) -> String? {
    guard case .expression(let value)? = options.first(where: { $0.name.name == name })?.value,
      case .name(let word) = value.node
    else { return nil }
    return word
  }
}
