public import Diagnostics
import Parallelism

/// A sparse matrix in compressed sparse row format (CSR): row `r` has the cells `offsets[r]..<offsets[r + 1]`.
///
/// Columns ascend within a row and do not repeat. A stored cell may hold zero.
///
/// - Shape: `offsets` has rows + 1 elements, `columns` and `values` have one per cell.
public struct SparseMatrix: Sendable {
  public let rowCount: Int
  public let columnCount: Int
  public let offsets: [Int]
  public let columns: [Int32]
  public let values: [Float]

  /// - Precondition: the columns of every row ascend and do not repeat. That is not checked; only the lengths are.
  public init(rowCount: Int, columnCount: Int, offsets: [Int], columns: [Int32], values: [Float]) {
    precondition(offsets.count == rowCount + 1 && offsets.last == columns.count && columns.count == values.count)
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.offsets = offsets
    self.columns = columns
    self.values = values
  }

  /// The number of stored cells.
  public var cellCount: Int { columns.count }

  /// The positions of a row's cells in `columns` and `values`.
  public func cells(ofRow row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }

  /// The columns stored in a row, ascending.
  public func columns(ofRow row: Int) -> ArraySlice<Int32> { columns[cells(ofRow: row)] }

  /// The values stored in a row.
  public func values(ofRow row: Int) -> ArraySlice<Float> { values[cells(ofRow: row)] }

  /// The stored value of a cell, or nil.
  ///
  /// - Complexity: O(log of the row's cells).
  public func value(row: Int, column: Int32) -> Float? {
    var low = offsets[row]
    var high = offsets[row + 1]
    while low < high {
      let middle = (low + high) / 2
      if columns[middle] < column { low = middle + 1 } else { high = middle }
    }
    return low < offsets[row + 1] && columns[low] == column ? values[low] : nil
  }

  /// A matrix with the same cells and other values.
  public func withValues(_ values: [Float]) -> SparseMatrix {
    SparseMatrix(rowCount: rowCount, columnCount: columnCount, offsets: offsets, columns: columns, values: values)
  }

  /// The transpose.
  ///
  /// - Complexity: O(cells + rows + columns).
  public func transposed() -> SparseMatrix {
    let offsets = columnOffsets()
    var next = offsets
    var rows = [Int32](repeating: 0, count: cellCount)
    var moved = [Float](repeating: 0, count: cellCount)
    var nextSpan = next.mutableSpan
    var rowSpan = rows.mutableSpan
    var movedSpan = moved.mutableSpan
    let columnSpan = columns.span
    let valueSpan = values.span
    for row in 0..<rowCount {
      for cell in cells(ofRow: row) {
        let column = Int(columnSpan[cell])
        let target = nextSpan[column]
        rowSpan[target] = Int32(truncatingIfNeeded: row)
        movedSpan[target] = valueSpan[cell]
        nextSpan[column] = target + 1
      }
    }
    return SparseMatrix(rowCount: columnCount, columnCount: rowCount, offsets: offsets, columns: rows, values: moved)
  }

  /// The offsets of the transpose: for each column, how many cells all columns before it have; at the end, the number
  /// of all cells.
  public func columnOffsets() -> [Int] {
    var offsets = [Int](repeating: 0, count: columnCount + 1)
    for column in columns { offsets[Int(column) + 1] += 1 }
    for column in 0..<columnCount { offsets[column + 1] += offsets[column] }
    return offsets
  }

  /// The same as `transposed()`, on all cores. Blocks of rows count their cells first, which says where each block
  /// writes.
  ///
  /// - `range`: the columns that become rows; nil stands for all.
  public func transposedOnAllCores(_ range: Range<Int>? = nil) throws(Diagnostic) -> SparseMatrix {
    let range = range ?? 0..<columnCount
    let isAll = range.count == columnCount
    // Every block has a counter for every column. Setting those up should not take longer than reading the cells.
    let blockCount = max(1, min(16, cellCount / (4 * (range.count + 1))))
    let grain = max(1, (rowCount + blockCount - 1) / blockCount)
    var places = try mapChunks(of: rowCount, grain: grain) { (rows) -> [Int32] in
      var counts = [Int32](repeating: 0, count: range.count)
      let columns = columns.span
      for cell in offsets[rows.lowerBound]..<offsets[rows.upperBound] {
        let column = Int(columns[cell]) - range.lowerBound
        if isAll || column >= 0 && column < range.count { counts[column] += 1 }
      }
      return counts
    }
    // Replaces each count by the position, within its column, of the block's first cell.
    var starts = [Int](repeating: 0, count: range.count + 1)
    for column in 0..<range.count {
      var before: Int32 = 0
      for block in places.indices { (places[block][column], before) = (before, before + places[block][column]) }
      starts[column + 1] = starts[column] + Int(before)
    }
    let (firstPlaces, columnStarts) = (places, starts)
    var moved: [Float] = []
    let rows = try fillArray(count: starts[range.count], of: Int32.self) { (rowsOfCells) throws(Diagnostic) in
      moved = try fillArray(count: starts[range.count]) { (valuesOfCells) throws(Diagnostic) in
        try forEachChunk(of: rowCount, grain: grain) { (rows) in
          var next = firstPlaces[rows.lowerBound / grain]
          let (columns, values) = (columns.span, values.span)
          for row in rows {
            for cell in cells(ofRow: row) {
              let column = Int(columns[cell]) - range.lowerBound
              guard isAll || column >= 0 && column < range.count else { continue }
              let target = columnStarts[column] + Int(next[column])
              next[column] += 1
              rowsOfCells.store(Int32(truncatingIfNeeded: row), at: target)
              valuesOfCells.store(values[cell], at: target)
            }
          }
        }
      }
    }
    return SparseMatrix(rowCount: range.count, columnCount: rowCount, offsets: starts, columns: rows, values: moved)
  }

  /// A matrix of the given rows, in the given order.
  public func selectingRows(_ rows: [Int32]) -> SparseMatrix {
    var offsets = [0]
    offsets.reserveCapacity(rows.count + 1)
    var columns: [Int32] = []
    var values: [Float] = []
    for row in rows {
      columns.append(contentsOf: self.columns(ofRow: Int(row)))
      values.append(contentsOf: self.values(ofRow: Int(row)))
      offsets.append(columns.count)
    }
    return SparseMatrix(
      rowCount: rows.count, columnCount: columnCount, offsets: offsets, columns: columns, values: values)
  }
}
