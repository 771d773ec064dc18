import Diagnostics
import Parallelism
import Tables

/// A segment of the users: those with the same value in the column `by`.
struct EvaluationSegment {
  /// The value; nil if all users are one segment.
  var value: Value?
  var table: Table

  /// A note that begins with the value of the segment.
  func prefixed(_ note: String) -> String { value.map { "\($0): \(note)" } ?? note }
}

extension Evaluation {
  static let mostSegments = 200
  /// Notes beyond this number are only counted: with many segments there would be too many to read.
  private static let mostNotes = 8

  /// Divides the table by the values of `by`, in first-occurrence order.
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

  /// The name of the segments' column in a result: that of `by`, or `segment` if the result has a column of that name.
  public func segmentName(_ by: String) -> String {
    let taken: Set = ["model", "metric", "other", "difference", "from", "to", "p", "p_adjusted", "users", "rows", "of"]
    return taken.contains(by) ? "segment" : by
  }

  func shortened(_ notes: [String]) -> [String] {
    if notes.count <= Self.mostNotes { return notes }
    return notes.prefix(Self.mostNotes) + ["and \(notes.count - Self.mostNotes) more notes like these"]
  }
}
