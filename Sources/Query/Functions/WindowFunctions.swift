import Diagnostics
import Tables

extension Function {
  static let rowNumber = window("row_number", [], "the row's place in its group, from 1", gives(.u32)) { call in
    placeInRun(call) { position, run, _ in position - run.lowerBound + 1 }
  }

  static let rank = window(
    "rank", [], "the row's place in the order, equal rows sharing the first of theirs", gives(.u32)
  ) {
    call in
    var rank = 1
    return placeInRun(call) { position, run, isNew in
      if position == run.lowerBound || isNew { rank = position - run.lowerBound + 1 }
      return rank
    }
  }

  static let denseRank = window(
    "dense_rank", [], "the row's place in the order, equal rows sharing one and the next following on", gives(.u32)
  ) { call in
    var rank = 0
    return placeInRun(call) { position, run, isNew in
      rank = position == run.lowerBound ? 1 : isNew ? rank + 1 : rank
      return rank
    }
  }

  static let lag = shifted("lag", "the value so many rows before in the group (1), null before the first", by: -1)
  static let lead = shifted("lead", "the value so many rows after in the group (1), null after the last", by: 1)

  static let cumulativeSum = Function(
    "cum_sum", topic: "windows", [Parameter("x", .number)], summary: "the sum of the group's rows up to this one",
    examples: [
      Example("train | with n = cum_sum(product_id) over (user_id order by date) | head 3", "nulls are passed over")
    ],
    typing: { (arguments) throws(Diagnostic) in
      let type = try Aggregate.sum.type(of: arguments[0].type)
      let isFloating = type.isFloat || { if case .decimal = type { true } else { false } }()
      arguments[0] = arguments[0].cast(to: isFloating ? .f64 : type)
      return isFloating ? .f64 : type
    },
    body: .window { (call) throws(Diagnostic) in
      let column = try call.runs.arranged(call.column(0))
      let values: ColumnValues
      switch column.values {
      case .i64(let buffer): values = .i64(try runningSum(buffer, column, call))
      case .u64(let buffer): values = .u64(try runningSum(buffer, column, call))
      case .f64(let buffer): values = .f64(runningSum(buffer, column, call))
      default: return .nulls(call.resultType, count: call.rowCount)
      }
      return Column(column.type, values, validity: column.validity)
    })

  static let cumulativeMaximum = Function(
    "cum_max", topic: "windows", [Parameter("x", .anything)],
    summary: "the greatest of the group's rows up to this one",
    examples: [Example("train | with d = cum_max(date) over user_id | head 3", "nulls are passed over")],
    typing: keepsType,
    body: .window { (call) throws(Diagnostic) in
      let column = try call.runs.arranged(call.column(0))
      // Places in the order of values stand for the values, whatever their type.
      let order = try argsort([Tables.SortKey(column)], count: column.count)
      var place = [UInt32](repeating: 0, count: column.count)
      for (position, row) in order.enumerated() { place[Int(row)] = UInt32(position) }
      var rows = [UInt32](repeating: missingRow, count: column.count)
      for run in 0..<call.runs.count {
        var best: UInt32?
        for row in call.runs.offsets[run]..<call.runs.offsets[run + 1] where !column.isNull(row) {
          if best.map({ place[Int($0)] < place[row] }) ?? true { best = UInt32(row) }
          rows[row] = best ?? missingRow
        }
      }
      return try gather(column, rows: rows)
    })

  private static func window(
    _ name: String, _ parameters: [Parameter], _ summary: String, _ typing: @escaping Typing,
    _ compute: @escaping @Sendable (OrderedRuns) -> Column
  ) -> Function {
    Function(
      name, topic: "windows", parameters, summary: summary,
      examples: [Example("train | with n = \(name)() over (user_id order by date desc) | head 3", "one a row")],
      typing: typing, body: .window { (call) throws(Diagnostic) in try compute(OrderedRuns(call)) })
  }

  private static func shifted(_ name: String, _ summary: String, by direction: Int) -> Function {
    Function(
      name, topic: "windows",
      [Parameter("x", .anything), Parameter("n", .wholeNumber, optional: true, constant: true)], summary: summary,
      examples: [Example("train | with before = \(name)(date) over (user_id order by date) | head 3", "")],
      typing: keepsType,
      body: .window { (call) throws(Diagnostic) in
        let wanted = call.arguments.count > 1 ? call.arguments[1].integer ?? 1 : 1
        let distance = direction * Swift.max(-call.rowCount, Swift.min(call.rowCount, wanted))
        var rows = [UInt32](repeating: missingRow, count: call.rowCount)
        for index in 0..<call.runs.count {
          let run = call.runs.offsets[index]..<call.runs.offsets[index + 1]
          for position in run where run.contains(position + distance) {
            rows[position] = call.runs.rows.map { $0[position + distance] } ?? UInt32(position + distance)
          }
        }
        return try gather(call.column(0), rows: rows)
      })
  }
}

/// The runs of a window, and where in them the sort key changes.
struct OrderedRuns {
  let runs: RowRuns
  let rowCount: Int
  /// Equal where the rows are equal in all sort keys; empty without sort keys, where every row is its own.
  let keyOfRow: [UInt32]

  init(_ call: GroupCall) throws(Diagnostic) {
    runs = call.runs
    rowCount = call.rowCount
    keyOfRow = call.order.isEmpty ? [] : try Grouping(by: call.order, count: call.rowCount).groupOfRow
  }

  func isNew(_ position: Int) -> Bool {
    guard position > 0, !keyOfRow.isEmpty else { return true }
    guard let rows = runs.rows else { return keyOfRow[position] != keyOfRow[position - 1] }
    return keyOfRow[Int(rows[position])] != keyOfRow[Int(rows[position - 1])]
  }
}

/// A number a row, in the order of the runs.
private func placeInRun(_ ordered: OrderedRuns, _ place: (Int, Range<Int>, Bool) -> Int) -> Column {
  var places = [UInt32](repeating: 0, count: ordered.rowCount)
  for index in 0..<ordered.runs.count {
    let run = ordered.runs.offsets[index]..<ordered.runs.offsets[index + 1]
    for position in run { places[position] = UInt32(place(position, run, ordered.isNew(position))) }
  }
  return Column(places)
}

private func runningSum(_ buffer: Buffer<Double>, _ column: Column, _ call: GroupCall) -> Buffer<Double> {
  var results = [Double](repeating: 0, count: buffer.count)
  for run in 0..<call.runs.count {
    var sum = 0.0
    for row in call.runs.offsets[run]..<call.runs.offsets[run + 1] where !column.isNull(row) {
      sum += buffer[row]
      results[row] = sum
    }
  }
  return Buffer(results)
}

private func runningSum<Number: FixedWidthInteger & ColumnElement>(
  _ buffer: Buffer<Number>, _ column: Column, _ call: GroupCall
) throws(Diagnostic) -> Buffer<Number> {
  var results = [Number](repeating: 0, count: buffer.count)
  for run in 0..<call.runs.count {
    var sum: Number = 0
    for row in call.runs.offsets[run]..<call.runs.offsets[run + 1] where !column.isNull(row) {
      let (next, overflow) = sum.addingReportingOverflow(buffer[row])
      if overflow { throw .overflow(call.resultType, row: call.runs.rows.map { Int($0[row]) } ?? row, at: call.span) }
      sum = next
      results[row] = sum
    }
  }
  return Buffer(results)
}
