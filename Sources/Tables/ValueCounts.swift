public import Diagnostics
import Parallelism

/// How often every value of a column stands there.
public struct ValueCounts: Sendable {
  /// The distinct values, most frequent first, ties by value; null is one.
  public let values: Column
  /// `u32`.
  public let counts: Column
}

/// The distinct values of a column with their counts, most frequent first, ties by value.
///
/// - Complexity: that of `Grouping` and of sorting the distinct values.
public func valueCounts(_ column: Column) throws(Diagnostic) -> ValueCounts {
  let grouping = try Grouping(by: [column], count: column.count, mapsRows: false)
  let values = try gather(column, rows: grouping.firstRows, hasMissing: false)
  let counts = Column(grouping.counts)
  let order = try argsort([SortKey(counts, descending: true), SortKey(values)], count: grouping.groupCount)
  return ValueCounts(
    values: try gather(values, rows: order, hasMissing: false),
    counts: try gather(counts, rows: order, hasMissing: false))
}
