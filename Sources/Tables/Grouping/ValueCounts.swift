public import Diagnostics

/// The distinct values of a column with their counts.
public struct ValueCounts: Sendable {
  /// The distinct values, most frequent first, ties ordered by value; null counts as a value.
  public let values: Column
  /// The counts, of type `u32`.
  public let counts: Column
}

/// The distinct values of a column with their counts, most frequent first, ties ordered by value.
///
/// - Complexity: that of `Grouping` and of sorting the distinct values.
public func valueCounts(_ column: Column) throws(Diagnostic) -> ValueCounts {
  let grouping = try Grouping(by: [column], count: column.count, finding: [.firstRows, .counts])
  return try valueCounts(
    of: try gather(column, rows: grouping.firstRows, hasMissing: false), counts: Column(grouping.counts))
}

/// The same for distinct values whose counts are known.
public func valueCounts(of values: Column, counts: Column) throws(Diagnostic) -> ValueCounts {
  let order = try argsort([SortKey(counts, descending: true), SortKey(values)], count: values.count)
  return ValueCounts(
    values: try gather(values, rows: order, hasMissing: false),
    counts: try gather(cast(counts, to: .u32), rows: order, hasMissing: false))
}
