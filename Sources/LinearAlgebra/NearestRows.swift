import CNumerics
public import Diagnostics
import Parallelism

extension SparseMatrix {
  /// W·Wᵀ with only the `count` largest cells of every row. The diagonal takes part; of equal cells, those with smaller
  /// columns come first.
  ///
  /// Terms are added in the order of the row's cells. A cell without terms is not stored; one whose terms sum to zero
  /// is.
  ///
  /// - `transpose`: Wᵀ.
  /// - Complexity: O(Σ over the columns of W of (their cells)²) time, rows × `count` memory.
  public func nearestRows(_ count: Int, transpose: SparseMatrix) throws(Diagnostic) -> SparseMatrix {
    precondition(transpose.columnCount == rowCount && transpose.rowCount == columnCount)
    let parts = try mapChunks(of: rowCount, grain: 256) { (rows) throws(Diagnostic) in
      let cancellation = Cancellation.current
      var products = RowProducts(count: rowCount, selecting: count)
      var part = LargestCells()
      part.counts.reserveCapacity(rows.count)
      part.columns.reserveCapacity(rows.count * min(count, rowCount, 64))
      part.values.reserveCapacity(rows.count * min(count, rowCount, 64))
      for row in rows {
        try cancellation.check()
        products.appendLargest(row: row, of: self, times: transpose, to: &part)
      }
      return part
    }
    var offsets = [0]
    offsets.reserveCapacity(rowCount + 1)
    for part in parts { for count in part.counts { offsets.append(offsets[offsets.count - 1] + count) } }
    var (columns, values) = ([Int32](), [Float]())
    columns.reserveCapacity(offsets[rowCount])
    values.reserveCapacity(offsets[rowCount])
    for part in parts {
      columns += part.columns
      values += part.values
    }
    return SparseMatrix(
      rowCount: rowCount, columnCount: rowCount, offsets: offsets, columns: columns, values: values)
  }
}

/// The cells of some rows, row after row.
private struct LargestCells: Sendable {
  var counts: [Int] = []
  var columns: [Int32] = []
  var values: [Float] = []
}

/// Multiplies one sparse row at a time by a sparse matrix and keeps the largest cells of the product.
private struct RowProducts {
  /// A column that no term has reached holds −0.0, a value that no sum can have.
  private var sums: [Float]
  private var reached: [Int32]
  private var gathered: [Float]
  private let most: Int
  private var keys: [UInt64]
  private var columns: [Int32]
  private var values: [Float]

  /// - `count`: the columns of the product.
  /// - `capacity`: how many cells of a row are kept at most.
  init(count: Int, selecting capacity: Int) {
    most = min(capacity, count)
    sums = [Float](repeating: -0.0, count: count)
    reached = [Int32](repeating: 0, count: count + 1)
    gathered = [Float](repeating: 0, count: count + 1)
    keys = [UInt64](repeating: 0, count: 2 * most + 64)
    columns = [Int32](repeating: 0, count: most)
    values = [Float](repeating: 0, count: most)
  }

  /// Appends the largest cells of (row of `matrix`)·`other`, in ascending order of their columns.
  mutating func appendLargest(row: Int, of matrix: SparseMatrix, times other: SparseMatrix, to part: inout LargestCells)
  {
    let reachedCount = multiply(row, matrix, other)
    let count = sums.withUnsafeMutableBufferPointer { sums in
      gathered.withUnsafeMutableBufferPointer { gathered in
        keys.withUnsafeMutableBufferPointer { keys in
          columns.withUnsafeMutableBufferPointer { columns in
            values.withUnsafeMutableBufferPointer { values in
              Int(
                take_largest_sums(
                  sums.baseAddress, reached, Int32(reachedCount), Int32(most), gathered.baseAddress, keys.baseAddress,
                  columns.baseAddress, values.baseAddress))
            }
          }
        }
      }
    }
    part.counts.append(count)
    part.columns.append(contentsOf: columns[..<count])
    part.values.append(contentsOf: values[..<count])
  }

  /// Adds up the products; returns how many columns have at least one term.
  private mutating func multiply(_ row: Int, _ matrix: SparseMatrix, _ other: SparseMatrix) -> Int {
    let cells = matrix.cells(ofRow: row)
    guard !cells.isEmpty, other.cellCount > 0 else { return 0 }
    return matrix.withCells { (own) -> Int in
      other.withCells { (otherCells) -> Int in
        other.offsets.withUnsafeBufferPointer { offsets in
          sums.withUnsafeMutableBufferPointer { sums in
            reached.withUnsafeMutableBufferPointer { reached in
              Int(
                sparse_row_times_rows(
                  own.columns + cells.lowerBound, own.values + cells.lowerBound, Int32(cells.count),
                  offsets.baseAddress, otherCells.columns, otherCells.values, sums.baseAddress, reached.baseAddress))
            }
          }
        }
      } ?? 0
    } ?? 0
  }
}
