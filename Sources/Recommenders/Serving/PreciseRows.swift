import LinearAlgebra

/// A sparse matrix in double precision that is built row by row.
struct PreciseRows: Sendable {
  /// Row r is `offsets[r]..<offsets[r + 1]`, its columns ascending.
  private(set) var offsets = [0]
  private(set) var columns: [Int32] = []
  private(set) var values: [Double] = []

  var rowCount: Int { offsets.count - 1 }

  func cells(ofRow row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }

  /// Appends a row from its cells, in any order.
  mutating func append(_ cells: [(column: Int32, value: Double)]) {
    for cell in cells.sorted(by: { $0.column < $1.column }) {
      columns.append(cell.column)
      values.append(cell.value)
    }
    offsets.append(columns.count)
  }

  /// Appends the rows of another matrix.
  mutating func append(_ other: PreciseRows) {
    let shift = columns.count
    columns += other.columns
    values += other.values
    offsets += other.offsets.dropFirst().map { $0 + shift }
  }

  /// The transpose.
  func transposed(columnCount: Int) -> PreciseRows {
    var next = [Int](repeating: 0, count: columnCount + 1)
    for column in columns { next[Int(column) + 1] += 1 }
    for column in 0..<columnCount { next[column + 1] += next[column] }
    var rows = PreciseRows()
    rows.offsets = next
    rows.columns = [Int32](repeating: 0, count: columns.count)
    rows.values = [Double](repeating: 0, count: columns.count)
    for row in 0..<rowCount {
      for cell in cells(ofRow: row) {
        let place = next[Int(columns[cell])]
        rows.columns[place] = Int32(row)
        rows.values[place] = values[cell]
        next[Int(columns[cell])] += 1
      }
    }
    return rows
  }

  /// The `count` largest cells of every row; of equal cells, those with the smaller column.
  func keepingLargestOfRows(_ count: Int) -> PreciseRows {
    var selection = PreciseSelection(capacity: count)
    var kept = PreciseRows()
    for row in 0..<rowCount {
      for cell in cells(ofRow: row) { selection.offer(columns[cell], values[cell]) }
      kept.append(selection.take().map { (column: $0.index, value: $0.score) })
    }
    return kept
  }

  /// Keeps the `count` largest cells of every column; of equal cells, those with the smaller row.
  mutating func keepLargestOfColumns(_ count: Int) {
    let columnCount = Int(columns.max() ?? -1) + 1
    var byColumn = transposed(columnCount: columnCount)
    var selection = PreciseSelection(capacity: count)
    var kept = PreciseRows()
    for column in 0..<columnCount {
      for cell in byColumn.cells(ofRow: column) { selection.offer(byColumn.columns[cell], byColumn.values[cell]) }
      kept.append(selection.take().map { (column: $0.index, value: $0.score) })
    }
    byColumn = kept.transposed(columnCount: rowCount)
    self = byColumn
  }

  /// The matrix in single precision, for recommending.
  func matrix(columnCount: Int) -> SparseMatrix {
    SparseMatrix(
      rowCount: rowCount, columnCount: columnCount, offsets: offsets, columns: columns, values: values.map { Float($0) }
    )
  }
}
