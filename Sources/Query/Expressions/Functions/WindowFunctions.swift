import Diagnostics
import Tables

// Window functions. The kernels are in `Tables.Window`; this file declares the functions.

extension Function {
  static let rowNumber = place("row_number", "the number of the row in its group, from 1") {
    (window) throws(Diagnostic) in
    try window.rowNumbers()
  }

  static let rank = place(
    "rank", "the rank of the row; equal rows share the lowest rank of theirs, and the next rank is skipped"
  ) {
    (window) throws(Diagnostic) in try window.ranks()
  }

  static let denseRank = place("dense_rank", "the rank of the row; equal rows share a rank, and no rank is skipped") {
    (window) throws(Diagnostic) in try window.denseRanks()
  }

  static let percentRank = Function(
    "percent_rank", topic: "windows", [],
    summary: "the fraction of the other rows of the group that come before this row: 0 for the first, 1 for the last",
    examples: [
      Example("train | with p = percent_rank() over (user_id order by date) | head 3", "equal rows share one")
    ],
    typing: gives(.f64), body: .window { (call) throws(Diagnostic) in try call.window.percentRanks() })

  static let tile = Function(
    "ntile", topic: "windows", [Parameter("n", .wholeNumber, constant: true)],
    summary:
      "the number of the part, from 1 to `n`, if the group is cut into `n` parts of nearly equal size; the first parts are the larger ones",
    examples: [Example("train | with quarter = ntile(4) over (order by date) | head 3", "quarters of the rows")],
    typing: { (arguments) throws(Diagnostic) in
      if case .integer(let count)? = arguments[0].constantValue, !(1...Int128(UInt32.max)).contains(count) {
        throw Diagnostic("`n` of `ntile` must be between 1 and \(UInt32.max)", at: arguments[0].span)
      }
      return .u32
    },
    body: .window { (call) throws(Diagnostic) in
      guard let count = call.arguments[0].integer else { return .nulls(.u32, count: call.rowCount) }
      return try call.window.tiles(count)
    })

  static let forwardFill = filled("forward_fill", synonyms: ["ffill"], "last value before", isForward: true)
  static let backwardFill = filled("backward_fill", synonyms: ["bfill"], "next value after", isForward: false)

  private static func filled(_ name: String, synonyms: [String], _ place: String, isForward: Bool) -> Function {
    Function(
      name, synonyms: synonyms, topic: "windows", [Parameter("x", .anything)],
      summary: "the value, or the \(place) it in the group if it is null",
      examples: [
        Example("actions | with query = \(name)(search_query) over (user_id order by timestamp) | head 3", "")
      ],
      typing: keepsType,
      body: .window { (call) throws(Diagnostic) in
        try call.window.filled(call.column(0), isForward: isForward)
      })
  }

  static let lag = shifted(
    "lag", "the value `n` rows earlier in the group (1 by default); null before the first row", sign: 1)
  static let lead = shifted(
    "lead", "the value `n` rows later in the group (1 by default); null after the last row", sign: -1)

  static let cumulativeSum = Function(
    "cum_sum", topic: "windows", [Parameter("x", .anything)], summary: "the running sum of the group, up to this row",
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
    summary: "the running maximum of the group, up to this row",
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
