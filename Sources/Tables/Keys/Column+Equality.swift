public import Diagnostics

extension Column {
  /// Whether both have the same type and, row by row, the same values: null equals null, NaN equals NaN.
  ///
  /// Slow and general: for tests.
  public func equals(_ other: Column) -> Bool { firstDifference(from: other) == nil }

  /// The first row in which they differ, or nil if they are equal. If only the lengths differ, the count of the shorter
  /// column; if the types differ, 0.
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

/// The rows in which two columns of the same type hold the same value; inside lists and structs, null equals null.
///
/// - Complexity: that of encoding both as key codes; use it for types that no faster kernel compares.
public func equalRows(_ left: Column, _ right: Column) throws(Diagnostic) -> Bitmap {
  let count = left.count
  let codes = try KeyEncoder(identityOf: [concat([left, right])], count: 2 * count).allCodes()
  return try Bitmap.ofRows(count) { codes[$0] == codes[count + $0] }
}
