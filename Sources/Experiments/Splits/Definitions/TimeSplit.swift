import Diagnostics
import Tables

extension Split {
  /// What was before a moment trains, what was then or later tests.
  public static let time = Split(
    name: "time", summary: "rows before a moment, and from then on",
    details:
      "`at` is the first moment of the test part. Parts keep the order of the table; rows without a time are left out and counted.",
    options: ["at=\"2024-07-01\"", "time=date"]
  ) { (table, options) throws(Diagnostic) in
    let column = try options.times(of: table)
    guard let at = options.at else { throw .splitNeedsMoment }
    let border = try column.ticks(of: at)
    let ticks = try column.ticks(named: options.time ?? "time")
    let dated = (0..<UInt32(table.rowCount)).filter { !column.isNull(Int($0)) }
    let missing = table.rowCount - dated.count
    return .trainAndTest(
      dated.filter { ticks[Int($0)] < border }, dated.filter { ticks[Int($0)] >= border },
      notes: missing > 0 ? ["\(counted(missing, "row")) without a time left out"] : [])
  }
}

extension Column {
  /// A moment that was typed, in the ticks of this column.
  func ticks(of moment: Value) throws(Diagnostic) -> Int64 {
    let typed: Column =
      if case .text = moment { try cast(Column(.string, [moment]), to: type) } else {
        try Column(repeating: moment, type, count: 1)
      }
    return try typed.ticks(named: "at")[0]
  }
}
