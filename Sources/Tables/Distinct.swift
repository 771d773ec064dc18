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
  case .none: return zip(grouping.firstRows, grouping.counts).filter { $0.1 == 1 }.map(\.0)
  case .last:
    var isLast = [Bool](repeating: false, count: count)
    var wasSeen = [Bool](repeating: false, count: grouping.groupCount)
    for row in stride(from: count - 1, through: 0, by: -1) {
      let group = Int(grouping.groupOfRow[row])
      isLast[row] = !wasSeen[group]
      wasSeen[group] = true
    }
    return try selectedRows(Bitmap(isLast))
  }
}
