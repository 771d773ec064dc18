import Diagnostics
import ElementaryFunctions
import LinearAlgebra
import Parallelism

/// The weights of cells from which similarities are computed as products of rows, as in the library `implicit`.
///
/// - `cosine`: x / ‖x‖
/// - `tfidf`: √x·idf, divided by the length; idf = ln(rows) − ln(1 + rows with that column)
/// - `bm25`: x·(K₁ + 1) / (K₁·(1 − B + B·Σx / mean Σx) + x) · idf, with K₁ = 1.2 and B = 0.75
struct CellWeights: Sendable {
  private let similarity: NeighborSimilarity
  /// idf of every column; empty if the similarity does not use it.
  private let rarity: [Double]
  private let meanSum: Double

  /// The weight of a cell as a walk shows it.
  static func formula(_ similarity: NeighborSimilarity, ofUsers: Bool) -> String {
    let (cell, row, column) = ofUsers ? ("wᵤᵢ", "ᵤ", "ᵢ") : ("wᵢᵤ", "ᵢ", "ᵤ")
    return switch similarity {
    case .tfidf: "\(cell) = √xᵤᵢ · (ln n − ln(1 + n\(column))), divided by its length"
    case .bm25: "\(cell) = xᵤᵢ·(K₁ + 1) / (K₁·(1 − B + B·|x\(row)| / mean) + xᵤᵢ) · (ln n − ln(1 + n\(column)))"
    default: "\(cell) = xᵤᵢ / ‖x\(row)‖"
    }
  }

  /// The values that all cells of a row share: Σx for `bm25`, or the length by which weights are divided.
  struct Row: BitwiseCopyable, Sendable {
    var sum = 0.0
    var length = 1.0
  }

  /// The weights for the rows of a matrix.
  init(_ similarity: NeighborSimilarity, _ matrix: SparseMatrix) {
    self.similarity = similarity
    guard similarity == .tfidf || similarity == .bm25 else {
      (rarity, meanSum) = ([], 0)
      return
    }
    var counts = [Int](repeating: 0, count: matrix.columnCount)
    for column in matrix.columns { counts[Int(column)] += 1 }
    let rows = Elementary.log(Double(matrix.rowCount))
    rarity = counts.map { rows - Elementary.log(1 + Double($0)) }
    let sum = (0..<matrix.rowCount).reduce(0.0) { $0 + Self.sum(matrix.values(ofRow: $1)) }
    meanSum = sum / Double(max(1, matrix.rowCount))
  }

  /// The weights of a row's cells.
  func weights(_ columns: ArraySlice<Int32>, _ values: ArraySlice<Float>) -> [Float] {
    let row = row(columns, values)
    return zip(columns, values).map { weight($1, of: row, column: $0) }
  }

  /// The values that all cells of the row share.
  func row(_ columns: ArraySlice<Int32>, _ values: ArraySlice<Float>) -> Row {
    if similarity == .bm25 { return Row(sum: Self.sum(values)) }
    var row = Row()
    var squares = 0.0
    for (column, value) in zip(columns, values) {
      let weight = undivided(Double(value), row, column)
      squares += weight * weight
    }
    row.length = squares.squareRoot()
    return row
  }

  /// The weight of one cell.
  @inline(__always)
  func weight(_ value: Float, of row: Row, column: Int32) -> Float {
    Float(row.length > 0 ? undivided(Double(value), row, column) / row.length : 0)
  }

  @inline(__always)
  private func undivided(_ value: Double, _ row: Row, _ column: Int32) -> Double {
    switch similarity {
    case .tfidf: max(0, value).squareRoot() * rarity[Int(column)]
    case .bm25: value * 2.2 / (1.2 * (0.25 + 0.75 * row.sum / meanSum) + value) * rarity[Int(column)]
    default: value
    }
  }

  /// The matrix with weights in place of its values.
  func weighted(_ matrix: SparseMatrix) throws(Diagnostic) -> SparseMatrix {
    let rows = try rows(of: matrix)
    return try matrix.mapValues { row, column, value in weight(value, of: rows[row], column: column) }
  }

  private func rows(of matrix: SparseMatrix) throws(Diagnostic) -> [Row] {
    try buildArray(count: matrix.rowCount, grain: 1024) { (range, rows) in
      for row in range {
        rows[row - range.lowerBound] = self.row(matrix.columns(ofRow: row), matrix.values(ofRow: row))
      }
    }
  }

  /// The matrix and its transpose, both with weights in place of their values.
  func weighted(
    _ matrix: consuming SparseMatrix, transpose: consuming SparseMatrix
  ) throws(Diagnostic) -> (matrix: SparseMatrix, transpose: SparseMatrix) {
    let rows = try rows(of: matrix)
    let transposed = try transpose.mapOwnValues { column, row, value in
      weight(value, of: rows[Int(row)], column: Int32(column))
    }
    let weights = try matrix.mapOwnValues { row, column, value in weight(value, of: rows[row], column: column) }
    return (weights, transposed)
  }

  private static func sum(_ values: ArraySlice<Float>) -> Double { values.reduce(0.0) { $0 + Double($1) } }
}

extension SparseMatrix {
  /// The same as `mapValues`, but in place if the values have no other owner.
  consuming func mapOwnValues(
    _ value: @Sendable (_ row: Int, _ column: Int32, _ value: Float) -> Float
  ) throws(Diagnostic) -> SparseMatrix {
    let (rowCount, columnCount, offsets, columns) = (rowCount, columnCount, offsets, columns)
    var values = values
    _ = consume self
    try withDisjointRows(of: &values) { (cells) throws(Diagnostic) in
      try forEachChunk(of: rowCount, grain: 256) { (rows) in
        let columns = columns.span
        for row in rows {
          for cell in offsets[row]..<offsets[row + 1] { cells.store(value(row, columns[cell], cells[cell]), at: cell) }
        }
      }
    }
    return SparseMatrix(
      rowCount: rowCount, columnCount: columnCount, offsets: offsets, columns: columns, values: values)
  }

  /// A matrix with the same cells, whose values are computed from row, column and value.
  func mapValues(
    _ value: @Sendable (_ row: Int, _ column: Int32, _ value: Float) -> Float
  ) throws(Diagnostic) -> SparseMatrix {
    let values = try fillArray(count: cellCount, of: Float.self) { (cells) throws(Diagnostic) in
      try forEachChunk(of: rowCount, grain: 256) { (rows) in
        let (columns, values) = (self.columns.span, self.values.span)
        for row in rows {
          for cell in self.cells(ofRow: row) { cells.store(value(row, columns[cell], values[cell]), at: cell) }
        }
      }
    }
    return withValues(values)
  }
}
