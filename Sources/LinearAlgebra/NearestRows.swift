import CNumerics
public import Diagnostics
import Parallelism

extension SparseMatrix {
  /// W·Wᵀ with only the `count` largest cells of every row, its own among them; among equal ones the smaller columns.
  ///
  /// Terms are added up in the order of the row's cells. A cell without terms is none, one whose terms add up to zero is.
  ///
  /// - `transpose`: Wᵀ.
  /// - Complexity: O(Σ over the columns of W of (their cells)²) time, rows × `count` memory.
  public func nearestRows(_ count: Int, transpose: SparseMatrix) throws(Diagnostic) -> SparseMatrix {
    precondition(transpose.columnCount == rowCount && transpose.rowCount == columnCount)
    let parts = try mapChunks(of: rowCount, grain: 256) { (rows) throws(Diagnostic) in
      let cancellation = Cancellation.current
      var products = RowProducts(count: rowCount, selecting: count)
      var part = LargestCells()
      for row in rows {
        try cancellation.check()
        part.append(products.largest(row: row, of: self, times: transpose))
      }
      return part
    }
    var offsets = [0]
    offsets.reserveCapacity(rowCount + 1)
    for part in parts { for count in part.counts { offsets.append(offsets[offsets.count - 1] + count) } }
    return SparseMatrix(
      rowCount: rowCount, columnCount: rowCount, offsets: offsets, columns: parts.flatMap { $0.columns },
      values: parts.flatMap { $0.values })
  }
}

/// The cells of some rows, row after row.
private struct LargestCells: Sendable {
  var counts: [Int] = []
  var columns: [Int32] = []
  var values: [Float] = []

  mutating func append(_ row: [TopSelection.Entry]) {
    counts.append(row.count)
    for entry in row {
      columns.append(entry.index)
      values.append(entry.score)
    }
  }
}

/// Products of one sparse row at a time with a sparse matrix, of which the largest are wanted.
private struct RowProducts {
  /// −0 in cells without terms: what was added to is anything else.
  private var sums: [Float]
  private var reached: [Int32]
  private var selection: TopSelection

  private static let untouched: Float = -0.0

  /// For matrices of `count` columns.
  init(count: Int, selecting capacity: Int) {
    sums = [Float](repeating: Self.untouched, count: count)
    reached = [Int32](repeating: 0, count: count + 1)
    selection = TopSelection(capacity: capacity)
  }

  /// The largest cells of (row of `matrix`)·`other`, by column.
  mutating func largest(row: Int, of matrix: SparseMatrix, times other: SparseMatrix) -> [TopSelection.Entry] {
    let count = multiply(row, matrix, other)
    // Where much was reached, looking at everything in order is faster than at what was reached.
    if count > sums.count / 8 {
      selectInOrder()
      sums.withUnsafeMutableBufferPointer { $0.update(repeating: Self.untouched) }
    } else {
      for place in 0..<count {
        let column = Int(reached[place])
        let sum = sums[column]
        if sum >= selection.threshold { selection.offer(reached[place], sum) }
        sums[column] = Self.untouched
      }
    }
    return selection.takeByIndex()
  }

  /// Once the selection is full of cells that are not negative, no cell without terms exceeds its threshold.
  private mutating func selectInOrder() {
    let end = Int32(sums.count)
    var column: Int32 = -1
    while true {
      let threshold = selection.threshold
      column = sums.withUnsafeBufferPointer { first_above($0.baseAddress, column + 1, end, threshold) }
      guard column < end else { return }
      let sum = sums[Int(column)]
      if sum.bitPattern != Self.untouched.bitPattern { selection.offer(column, sum) }
    }
  }

  /// Adds up the products; how many columns were reached.
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
