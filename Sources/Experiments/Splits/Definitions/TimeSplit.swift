import Diagnostics
import Tables

extension Split {
  /// Rows before a time go to train, rows from that time on to test. With two times, the test part begins at the
  /// second, and the rows between them are the validation part, for choosing parameters.
  public static let time = Split(
    name: "time", summary: "splits rows by time: before a moment and from it on, or at two moments",
    details:
      "`at` is the first moment of the test part. `at=[…, …]` gives the first moments of the validation and the test part. Parts keep the order of the table. Rows without a time are left out, and a note counts them.",
    options: ["at=\"2024-07-01\"", "time=date"]
  ) { (table, options) throws(Diagnostic) in
    let column = try options.times(of: table)
    guard !options.at.isEmpty else { throw .splitNeedsMoment }
    let borders = try options.at.map { (moment) throws(Diagnostic) in try column.ticks(of: moment) }
    guard zip(borders, borders.dropFirst()).allSatisfy({ $0 < $1 }) else { throw .momentsOutOfOrder }
    let ticks = try column.ticks(named: options.time ?? "time")
    let dated = (0..<UInt32(table.rowCount)).filter { !column.isNull(Int($0)) }
    let missing = table.rowCount - dated.count
    var rows = [[UInt32]](repeating: [], count: borders.count + 1)
    for row in dated {
      let part = borders.firstIndex { ticks[Int(row)] < $0 } ?? borders.count
      rows[part].append(row)
    }
    let names =
      switch rows.count {
      case 2: ["train", "test"]
      case 3: ["train", "valid", "test"]
      default: rows.indices.map { "part\($0 + 1)" }
      }
    return SplitParts(
      names: names, rows: rows, notes: missing > 0 ? ["\(counted(missing, "row")) without a time left out"] : [])
  }
}

extension Column {
  /// A time that a person typed, converted to the ticks of this column.
  func ticks(of moment: Value) throws(Diagnostic) -> Int64 {
    let typed: Column =
      if case .text = moment { try cast(Column(.string, [moment]), to: type) } else {
        try Column(repeating: moment, type, count: 1)
      }
    return try typed.ticks(named: "at")[0]
  }
}
