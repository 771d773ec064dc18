public import Diagnostics
import Parallelism

extension Grouping {
  /// The rows of every group, in table order within each group.
  ///
  /// - Complexity: O(rows) on all cores.
  /// - Precondition: the grouping maps rows, or has no rows.
  public func slices() throws(Diagnostic) -> GroupSlices {
    precondition(groupOfRow.count == rowCount, "a grouping that does not map rows")
    if groupCount == 1 { return GroupSlices(rowCount: rowCount) }
    let groups = groupOfRow
    let rows = try sortedPositions(count: rowCount, codeBits: bitWidth(of: groupCount)) { (rows, codes) in
      let groups = groups.span
      rows.forEach { place, row in codes[place] = UInt64(groups[row]) }
    }
    return GroupSlices(rows: rows, offsets: Buffer(offsets))
  }

  /// The same if a function gives the group of a code: it needs only 4 bytes per row, for the result.
  func slices(
    _ encoder: KeyEncoder, _ group: @escaping @Sendable (UInt64) -> UInt32
  ) throws(Diagnostic) -> GroupSlices {
    if groupCount == 1 { return GroupSlices(rowCount: rowCount) }
    let rows = try sortedPositions(count: rowCount, codeBits: bitWidth(of: groupCount)) { (rows, codes) in
      encoder.encode(rows, into: &codes)
      for place in 0..<rows.count { codes[place] = UInt64(group(codes[place])) }
    }
    return GroupSlices(rows: rows, offsets: Buffer(offsets))
  }
}
