public import Diagnostics
import Parallelism

/// A matrix that is mostly zeros, by compressed rows: row `r` holds the cells `offsets[r]..<offsets[r + 1]`.
///
/// Columns ascend within a row and do not repeat. Stored cells may hold zero.
///
/// - Shape: `offsets` has rows + 1 entries, `columns` and `values` one per cell.
public struct SparseMatrix: Sendable {
  public let rowCount: Int
  public let columnCount: Int
  public let offsets: [Int]
  public let columns: [Int32]
  public let values: [Float]

  /// - Precondition: the arrays describe a matrix as above; only code that made them so may call this.
  public init(rowCount: Int, columnCount: Int, offsets: [Int], columns: [Int32], values: [Float]) {
    precondition(offsets.count == rowCount + 1 && offsets.last == columns.count && columns.count == values.count)
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.offsets = offsets
    self.columns = columns
    self.values = values
  }

  /// How many cells are stored.
  public var cellCount: Int { columns.count }

  /// The stored cells of a row.
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

  /// The same with other values in the same cells.
  public func withValues(_ values: [Float]) -> SparseMatrix {
    SparseMatrix(rowCount: rowCount, columnCount: columnCount, offsets: offsets, columns: columns, values: values)
  }

  /// Rows become columns.
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

  /// How many cells the columns before each one have, and at the end all.
  public func columnOffsets() -> [Int] {
    var offsets = [Int](repeating: 0, count: columnCount + 1)
    for column in columns { offsets[Int(column) + 1] += 1 }
    for column in 0..<columnCount { offsets[column + 1] += offsets[column] }
    return offsets
  }

  /// The same as `transposed`, by blocks of rows on all cores: where a block's cells go is counted first.
  ///
  /// - `range`: the columns that become rows; nil means all.
  public func transposedOnAllCores(_ range: Range<Int>? = nil) throws(Diagnostic) -> SparseMatrix {
    let range = range ?? 0..<columnCount
    let isAll = range.count == columnCount
    // Every block counts every column, which should not take more than going through the cells does.
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
    // Counts become the places, within a column, where each block's cells begin.
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

  /// The rows in `rows`, in that order, as a matrix of their own.
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
