import Diagnostics
import Parallelism
import Tables

/// The users that have one value of the column that results are apart by.
struct EvaluationSegment {
  /// Nil where all users are one segment.
  var value: Value?
  var table: Table

  /// A note with the segment that it is about.
  func prefixed(_ note: String) -> String { value.map { "\($0): \(note)" } ?? note }
}

extension Evaluation {
  static let mostSegments = 200
  /// More notes than these of many segments nobody reads.
  private static let mostNotes = 8

  /// The table apart by the values of `by`, in the order of the values' first rows.
  func segments(of table: Table) throws(Diagnostic) -> [EvaluationSegment] {
    guard let by else { return [EvaluationSegment(value: nil, table: table)] }
    let column = try table.requireColumn(by)
    let grouping = try Grouping(by: [column], count: table.rowCount)
    guard grouping.groupCount <= Self.mostSegments else { throw .tooManySegments(by, grouping.groupCount) }
    var rows = [[UInt32]](repeating: [], count: grouping.groupCount)
    for (row, group) in grouping.groupOfRow.enumerated() { rows[Int(group)].append(UInt32(row)) }
    return try rows.map { (rows) throws(Diagnostic) in
      EvaluationSegment(value: column[Int(rows[0])], table: try gather(table, rows: rows))
    }
  }

  /// The name of the column of segments: its own, unless a column of the result has that.
  public func segmentName(_ by: String) -> String {
    let taken: Set = ["model", "metric", "other", "difference", "from", "to", "p", "p_adjusted", "users", "rows", "of"]
    return taken.contains(by) ? "segment" : by
  }

  func shortened(_ notes: [String]) -> [String] {
    if notes.count <= Self.mostNotes { return notes }
    return notes.prefix(Self.mostNotes) + ["and \(notes.count - Self.mostNotes) more notes like these"]
  }
}
