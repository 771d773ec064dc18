import Diagnostics
import LinearAlgebra
import Parallelism

/// What the cells of a row weigh before rows are multiplied: as in the library `implicit`.
///
/// - `cosine`: x / ‖x‖
/// - `tfidf`: √x·idf, divided by the length; idf = ln(rows) − ln(1 + rows with that column)
/// - `bm25`: x·(K₁ + 1) / (K₁·(1 − B + B·Σx / mean Σx) + x) · idf, with K₁ = 1.2 and B = 0.75
struct CellWeights: Sendable {
  private let similarity: NeighborSimilarity
  /// idf of every column, where it counts.
  private let rarity: [Double]
  private let meanSum: Double

  /// For the rows of a matrix.
  init(_ similarity: NeighborSimilarity, _ matrix: SparseMatrix) {
    self.similarity = similarity
    guard similarity == .tfidf || similarity == .bm25 else {
      (rarity, meanSum) = ([], 0)
      return
    }
    var counts = [Int](repeating: 0, count: matrix.columnCount)
    for column in matrix.columns { counts[Int(column)] += 1 }
    let rows = logarithm(Double(matrix.rowCount))
    rarity = counts.map { rows - logarithm(1 + Double($0)) }
    let sum = (0..<matrix.rowCount).reduce(0.0) { $0 + Self.sum(matrix.values(ofRow: $1)) }
    meanSum = sum / Double(max(1, matrix.rowCount))
  }

  /// The weights of a row's cells.
  func weights(_ columns: ArraySlice<Int32>, _ values: ArraySlice<Float>) -> [Float] {
    let sum = Self.sum(values)
    let row = zip(columns, values).map { column, value -> Double in
      let value = Double(value)
      return switch similarity {
      case .tfidf: max(0, value).squareRoot() * rarity[Int(column)]
      case .bm25: value * 2.2 / (1.2 * (0.25 + 0.75 * sum / meanSum) + value) * rarity[Int(column)]
      default: value
      }
    }
    let length = similarity == .bm25 ? 1 : row.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
    return row.map { Float(length > 0 ? $0 / length : 0) }
  }

  /// The matrix with weights for values.
  func weighted(_ matrix: SparseMatrix) throws(Diagnostic) -> SparseMatrix {
    let values = try fillArray(count: matrix.cellCount, of: Float.self) { (cells) throws(Diagnostic) in
      try forEachChunk(of: matrix.rowCount, grain: 64) { (rows) in
        for row in rows {
          let start = matrix.offsets[row]
          for (place, weight) in weights(matrix.columns(ofRow: row), matrix.values(ofRow: row)).enumerated() {
            cells.store(weight, at: start + place)
          }
        }
      }
    }
    return matrix.withValues(values)
  }

  private static func sum(_ values: ArraySlice<Float>) -> Double { values.reduce(0.0) { $0 + Double($1) } }
}
