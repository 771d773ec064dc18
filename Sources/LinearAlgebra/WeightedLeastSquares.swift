import CNumerics
public import Diagnostics
import Parallelism

/// Ridge regressions that share most of their matrix, one for each row of a sparse matrix R:
///
///     xᵣ = (s·YᵀY + Σ e(rᵢ)·yᵢyᵢᵀ + (λ + μ·nᵣ)·I)⁻¹ · Σ t(rᵢ)·yᵢ
///
/// The sums run over the row's nᵣ stored cells; yᵢ are rows of Y. The target is t(r) = a·r + b for r > 0, else 0, and
/// the extra weight e(r) = c·|r| + d. YᵀY is shared by all rows, so a row costs no more than its own cells.
public struct WeightedLeastSquares: Sendable {
  public enum Solver: Sendable {
    /// Some steps from where x was before.
    case conjugateGradient(steps: Int)
    /// To the end.
    case cholesky
    /// Blocks of so many columns, each to its end, once.
    case blocks(size: Int)
  }

  /// t(r) = scale·r + offset.
  public var target: (scale: Float, offset: Float)
  /// e(r) = scale·|r| + offset.
  public var extra: (scale: Float, offset: Float)
  /// s.
  public var sharedScale: Float
  /// λ.
  public var ridge: Float
  /// μ.
  public var ridgePerCell: Float

  public init(
    target: (scale: Float, offset: Float), extra: (scale: Float, offset: Float), sharedScale: Float = 1,
    ridge: Float, ridgePerCell: Float = 0
  ) {
    self.target = target
    self.extra = extra
    self.sharedScale = sharedScale
    self.ridge = ridge
    self.ridgePerCell = ridgePerCell
  }

  var weighting: cell_weighting {
    cell_weighting(
      target_scale: target.scale, target_offset: target.offset, extra_scale: extra.scale, extra_offset: extra.offset)
  }

  /// s·G + λ·I for a Gram matrix G of that stride; the padding gets ones on its diagonal, so that it stays zero.
  func shared(_ gram: [Float], stride: Int, columns: Int) -> [Float] {
    var shared = gram.map { sharedScale * $0 }
    for place in 0..<stride { shared[place * stride + place] += place < columns ? ridge : 1 }
    return shared
  }

  /// Solves for every row of `matrix`, in parallel; `unknown` holds x, row by row, and `gram` is YᵀY.
  ///
  /// - Complexity: O(cells·f) for conjugate gradients, O(cells·f² + rows·f³) for Cholesky.
  /// - Throws: with Cholesky, a system that is not positive definite; `Diagnostic.interrupted`, and `unknown` is then
  ///   of no use any more.
  public func solve(
    _ unknown: inout PaddedMatrix, _ matrix: SparseMatrix, _ fixed: PaddedMatrix, gram: [Float], by solver: Solver,
    progress: @Sendable (Int) -> Void = { _ in }
  ) throws(Diagnostic) {
    try BLAS.load()
    let stride = fixed.stride
    let shared = shared(gram, stride: stride, columns: fixed.columnCount)
    let block = 64
    try updateArray(&unknown.values, grain: block * stride) { (range, x) throws(Diagnostic) in
      let first = range.lowerBound / stride
      let rows = first..<first + range.count / stride
      switch solver {
      case .conjugateGradient(let steps):
        conjugateGradient(rows, matrix, fixed, shared: shared, steps: steps, &x)
      case .cholesky:
        try cholesky(rows, matrix, fixed, shared: shared, &x)
      case .blocks(let size):
        try blocks(rows, matrix, fixed, shared: shared, size: size, &x)
      }
      if first % 16384 == 0 { progress(first) }
    }
  }

  /// Σ over the stored cells of e(r)·(y·x)² − 2·t(r)·(y·x), in blocks of rows, in their order.
  public func cellLoss(_ x: PaddedMatrix, _ matrix: SparseMatrix, _ y: PaddedMatrix) throws(Diagnostic) -> Double {
    try mapChunks(of: matrix.rowCount, grain: 1024) { (rows) -> Double in
      var loss = 0.0
      matrix.columns.withUnsafeBufferPointer { columns in
        matrix.values.withUnsafeBufferPointer { values in
          x.values.withUnsafeBufferPointer { x in
            y.values.withUnsafeBufferPointer { dense in
              guard let columns = columns.baseAddress, let values = values.baseAddress, let x = x.baseAddress else {
                return
              }
              for row in rows {
                let cells = matrix.cells(ofRow: row)
                loss += sparse_row_loss(
                  dense.baseAddress, Int32(y.stride), columns + cells.lowerBound, values + cells.lowerBound,
                  Int32(cells.count), weighting, x + row * y.stride)
              }
            }
          }
        }
      }
      return loss
    }.reduce(0, +)
  }
}
