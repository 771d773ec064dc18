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
