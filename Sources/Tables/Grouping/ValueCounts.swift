public import Diagnostics

/// The distinct values of a column with their counts of occurrences.
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
  let grouping = try Grouping(by: [column], count: column.count, finding: [.firstRows, .counts])
  return try valueCounts(
    of: try gather(column, rows: grouping.firstRows, hasMissing: false), counts: Column(grouping.counts))
}

/// The same of distinct values whose counts are known.
public func valueCounts(of values: Column, counts: Column) throws(Diagnostic) -> ValueCounts {
  let order = try argsort([SortKey(counts, descending: true), SortKey(values)], count: values.count)
  return ValueCounts(
    values: try gather(values, rows: order, hasMissing: false),
    counts: try gather(cast(counts, to: .u32), rows: order, hasMissing: false))
}
