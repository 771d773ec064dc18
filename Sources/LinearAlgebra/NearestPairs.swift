import CNumerics
import Diagnostics
import Parallelism
import Synchronization

/// The largest cells of all rows of W·Wᵀ, of which a row multiplies only with the rows after it: what two rows have in
/// common is offered to both.
///
/// Every core takes its share of the rows and keeps the largest cells of all of them that it has seen; what the shares
/// found is joined. The largest of some numbers are the same in whatever order they come.
struct NearestPairs: Sendable {
  private var entries: [UInt64]
  private var counts: [Int32]
  private var thresholds: [Float]
  private let capacity: Int

  private init(rowCount: Int, capacity: Int) {
    self.capacity = capacity
    entries = [UInt64](repeating: 0, count: rowCount * capacity)
    counts = [Int32](repeating: 0, count: rowCount)
    thresholds = [Float](repeating: -.infinity, count: rowCount)
  }

  /// The bytes that all cores together need.
  static func room(for count: Int, of rowCount: Int) -> Int {
    let (cells, overflow) = min(count, rowCount).multipliedReportingOverflow(by: rowCount)
    return overflow ? .max : cells.multipliedReportingOverflow(by: 8 * Cores.count).partialValue
  }

  static func nearestRows(
    of matrix: SparseMatrix, _ count: Int, transpose: SparseMatrix
  ) throws(Diagnostic) -> SparseMatrix {
    let (rowCount, capacity) = (matrix.rowCount, min(count, matrix.rowCount))
    let shares = min(Cores.count, max(1, rowCount))
    let done = Atomic<Int>(0)
    let report = Progress.loopReport()
    let found = try Progress.withoutLoops { () throws(Diagnostic) in
      try mapIndices(of: shares) { (share) throws(Diagnostic) in
        var pairs = NearestPairs(rowCount: rowCount, capacity: capacity)
        try pairs.look(at: stride(from: share, to: rowCount, by: shares), of: matrix, transpose) { count in
          report?(done.wrappingAdd(count, ordering: .relaxed).newValue, rowCount)
        }
        return pairs
      }
    }
    return try joined(found, rowCount: rowCount, capacity: capacity)
  }

  /// Multiplies some rows, ascending, with themselves and all after them.
  private mutating func look(
    at rows: StrideTo<Int>, of matrix: SparseMatrix, _ other: SparseMatrix, _ report: (_ rows: Int) -> Void
  ) throws(Diagnostic) {
    let cancellation = Cancellation.current
    var sums = [Float](repeating: -0.0, count: matrix.rowCount)
    var reached = [Int32](repeating: 0, count: matrix.rowCount + 1)
    var looked = 0
    for row in rows {
      try cancellation.check()
      multiply(row, matrix, other, &sums, &reached)
      looked += 1
      if looked & 63 == 0 { report(64) }
    }
  }

  private mutating func multiply(
    _ row: Int, _ matrix: SparseMatrix, _ other: SparseMatrix, _ sums: inout [Float], _ reached: inout [Int32]
  ) {
    let cells = matrix.cells(ofRow: row)
    guard !cells.isEmpty else { return }
    withCells { found in
      _ = matrix.withCells { own in
        other.withCells { others in
          other.offsets.withUnsafeBufferPointer { offsets in
            sums.withUnsafeMutableBufferPointer { sums in
              reached.withUnsafeMutableBufferPointer { reached in
                let count = sparse_row_times_later_columns(
                  own.columns + cells.lowerBound, own.values + cells.lowerBound, Int32(cells.count),
                  offsets.baseAddress, others.columns, others.values, Int32(row), sums.baseAddress, reached.baseAddress)
                nearest_cells_offer(
                  found, Int32(row), Int32(sums.count), sums.baseAddress, reached.baseAddress, count)
              }
            }
          }
        }
      }
    }
  }

  private mutating func withCells(_ body: (nearest_cells) -> Void) {
    let capacity = capacity
    entries.withUnsafeMutableBufferPointer { entries in
      counts.withUnsafeMutableBufferPointer { counts in
        thresholds.withUnsafeMutableBufferPointer { thresholds in
          body(
            nearest_cells(
              entries: entries.baseAddress, counts: counts.baseAddress, thresholds: thresholds.baseAddress,
              capacity: capacity))
        }
      }
    }
  }

  /// What all shares found, row by row.
  private static func joined(
    _ shares: [NearestPairs], rowCount: Int, capacity: Int
  ) throws(Diagnostic) -> SparseMatrix {
    guard var all = shares.first else { throw .fault("no row was looked at") }
    all.withCells { cells in
      for var share in shares.dropFirst() {
        share.withCells { others in
          for row in 0..<rowCount { nearest_cells_join(cells, others, row) }
        }
      }
    }
    var offsets = [0]
    offsets.reserveCapacity(rowCount + 1)
    for count in all.counts { offsets.append(offsets[offsets.count - 1] + Int(count)) }
    var columns = [Int32](repeating: 0, count: offsets[rowCount])
    var values = [Float](repeating: 0, count: offsets[rowCount])
    all.withCells { cells in
      columns.withUnsafeMutableBufferPointer { columns in
        values.withUnsafeMutableBufferPointer { values in
          guard let columns = columns.baseAddress, let values = values.baseAddress else { return }
          for row in 0..<rowCount { nearest_cells_take(cells, row, columns + offsets[row], values + offsets[row]) }
        }
      }
    }
    return SparseMatrix(
      rowCount: rowCount, columnCount: rowCount, offsets: offsets, columns: columns, values: values)
  }
}
