public import Diagnostics
import Parallelism

/// Which of several equal rows to keep.
public enum KeptRow: String, Sendable, CaseIterable {
  case first, last
  /// Only rows that have no equal.
  case none
}

/// One row of every group of equal rows, ascending.
///
/// - Complexity: that of `Grouping`.
public func distinctRows(_ columns: [Column], count: Int, keep: KeptRow = .first) throws(Diagnostic) -> [UInt32] {
  let grouping = try Grouping(by: columns, count: count, mapsRows: keep == .last)
  switch keep {
  case .first: return grouping.firstRows
  case .none:
    return try joined(
      mapChunks(of: grouping.groupCount, grain: rowGrain) { (range) throws(Diagnostic) in
        range.compactMap { grouping.counts[$0] == 1 ? grouping.firstRows[$0] : nil }
      })
  case .last:
    var lastRows = grouping.firstRows
    var isLast = [UInt64](repeating: 0, count: Bitmap.wordCount(count))
    for start in stride(from: 0, to: count, by: dealGrain) {
      try Cancellation.current.check()
      for row in start..<min(count, start + dealGrain) { lastRows[Int(grouping.groupOfRow[row])] = UInt32(row) }
    }
    for start in stride(from: 0, to: lastRows.count, by: dealGrain) {
      try Cancellation.current.check()
      for row in lastRows[start..<min(lastRows.count, start + dealGrain)] {
        isLast[Int(row >> 6)] |= 1 << UInt64(row & 63)
      }
    }
    return try selectedRows(Bitmap(words: Buffer(isLast), count: count))
  }
}
