extension Column {
  /// Whether both have the same type and, row by row, the same values: null equals null, NaN equals NaN.
  ///
  /// Slow and general, for tests and edges.
  public func equals(_ other: Column) -> Bool { firstDifference(from: other) == nil }

  /// The first row in which they differ; the shorter one's count where only the lengths do, 0 where the types do.
  public func firstDifference(from other: Column) -> Int? {
    if type != other.type { return 0 }
    for row in 0..<min(count, other.count) where self[row] != other[row] { return row }
    return count == other.count ? nil : min(count, other.count)
  }
}

extension Table {
  /// Whether both have the same columns by name, type and value, in the same order.
  public func equals(_ other: Table) -> Bool {
    schema == other.schema && rowCount == other.rowCount && zip(columns, other.columns).allSatisfy { $0.equals($1) }
  }
}
