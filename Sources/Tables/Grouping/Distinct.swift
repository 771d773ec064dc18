public import Diagnostics
import Parallelism

/// Which of several equal rows to keep.
public enum KeptRow: String, Sendable, CaseIterable {
  case first, last
  /// None: only rows that have no duplicate are kept.
  case none
}

/// One row of every group of equal rows, in ascending order; with `keep: .none`, only the rows without a duplicate.
///
/// - Complexity: that of `Grouping`.
public func distinctRows(_ columns: [Column], count: Int, keep: KeptRow = .first) throws(Diagnostic) -> [UInt32] {
  switch keep {
  case .first: return try KeyEncoder(identityOf: columns, count: count).edgeRows()
  case .last: return try KeyEncoder(identityOf: columns, count: count).edgeRows(last: true)
  case .none:
    let grouping = try Grouping(by: columns, count: count, finding: [.firstRows, .counts])
    return try joined(
      mapChunks(of: grouping.groupCount, grain: rowGrain) { (range) throws(Diagnostic) in
        range.compactMap { grouping.counts[$0] == 1 ? grouping.firstRows[$0] : nil }
      })
  }
}
