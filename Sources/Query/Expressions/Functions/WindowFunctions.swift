import Diagnostics
import Tables

// Functions of a row's place among others: the kernels are those of `Tables.Window`, here is what they are called.

extension Function {
  static let rowNumber = place("row_number", "the row's place in its group, from 1") { (window) throws(Diagnostic) in
    try window.rowNumbers()
  }

  static let rank = place("rank", "the row's place in the order, equal rows sharing the first of theirs") {
    (window) throws(Diagnostic) in try window.ranks()
  }

  static let denseRank = place("dense_rank", "the row's place in the order, counting equal rows as one") {
    (window) throws(Diagnostic) in try window.denseRanks()
  }

  static let percentRank = Function(
    "percent_rank", topic: "windows", [],
    summary: "the share of the group's other rows that stand before the row: 0 for the first, 1 for the last",
    examples: [
      Example("train | with p = percent_rank() over (user_id order by date) | head 3", "equal rows share one")
    ],
    typing: gives(.f64), body: .window { (call) throws(Diagnostic) in try call.window.percentRanks() })

  static let tile = Function(
    "ntile", topic: "windows", [Parameter("n", .wholeNumber, constant: true)],
    summary: "which of `n` parts of nearly equal length the row falls into, from 1; the first ones are the longer",
    examples: [Example("train | with quarter = ntile(4) over (order by date) | head 3", "quarters of the rows")],
    typing: { (arguments) throws(Diagnostic) in
      if case .integer(let count)? = arguments[0].constantValue, !(1...Int128(UInt32.max)).contains(count) {
        throw Diagnostic("`ntile` makes one part or more", at: arguments[0].span)
      }
      return .u32
    },
    body: .window { (call) throws(Diagnostic) in
      guard let count = call.arguments[0].integer else { return .nulls(.u32, count: call.rowCount) }
      return try call.window.tiles(count)
    })

  static let forwardFill = filled("forward_fill", synonyms: ["ffill"], "before", isForward: true)
  static let backwardFill = filled("backward_fill", synonyms: ["bfill"], "after", isForward: false)

  private static func filled(_ name: String, synonyms: [String], _ place: String, isForward: Bool) -> Function {
    Function(
      name, synonyms: synonyms, topic: "windows", [Parameter("x", .anything)],
      summary: "the value, or where it is null the nearest one \(place) it in the group",
      examples: [
        Example("actions | with query = \(name)(search_query) over (user_id order by timestamp) | head 3", "")
      ],
      typing: keepsType,
      body: .window { (call) throws(Diagnostic) in
        try call.window.filled(call.column(0), isForward: isForward)
      })
  }

  static let lag = shifted("lag", "the value so many rows before in the group (1), null before the first", sign: 1)
  static let lead = shifted("lead", "the value so many rows after in the group (1), null after the last", sign: -1)

  static let cumulativeSum = Function(
    "cum_sum", topic: "windows", [Parameter("x", .anything)], summary: "the sum of the group's rows up to this one",
    examples: [
      Example("train | with n = cum_sum(product_id) over (user_id order by date) | head 3", "nulls are passed over")
    ],
    typing: { (arguments) throws(Diagnostic) in
      let input = arguments[0]
      return try located(at: input.span) { () throws(Diagnostic) in try Aggregate.sum.type(of: input.type) }
    },
    body: .window { (call) throws(Diagnostic) in try call.window.cumulativeSums(call.column(0)) })

  static let cumulativeMaximum = Function(
    "cum_max", topic: "windows", [Parameter("x", .anything)],
    summary: "the greatest of the group's rows up to this one",
    examples: [Example("train | with d = cum_max(date) over user_id | head 3", "nulls are passed over")],
    typing: keepsType, body: .window { (call) throws(Diagnostic) in try call.window.cumulativeMaxima(call.column(0)) })

  private static func place(
    _ name: String, _ summary: String, _ compute: @escaping @Sendable (Tables.Window) throws(Diagnostic) -> Column
  ) -> Function {
    Function(
      name, topic: "windows", [], summary: summary,
      examples: [Example("train | with n = \(name)() over (user_id order by date desc) | head 3", "one a row")],
      typing: gives(.u32), body: .window { (call) throws(Diagnostic) in try compute(call.window) })
  }

  private static func shifted(_ name: String, _ summary: String, sign: Int) -> Function {
    Function(
      name, topic: "windows",
      [Parameter("x", .anything), Parameter("n", .wholeNumber, optional: true, constant: true)], summary: summary,
      examples: [Example("train | with other = \(name)(date) over (user_id order by date) | head 3", "")],
      typing: keepsType,
      body: .window { (call) throws(Diagnostic) in
        let distance = call.arguments.count > 1 ? call.arguments[1].integer ?? 1 : 1
        return try call.window.lag(call.column(0), by: sign * Swift.max(-Int.max, distance))
      })
  }
}
