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

  /// Solves for every row of `matrix`, in parallel and in the room of `x`, which holds the start.
  ///
  /// - Returns: Σ over the stored cells of e(r)·(y·x)² − 2·t(r)·(y·x), what they contribute to the loss.
  /// - Complexity: O(cells·f) for conjugate gradients, O(cells·f² + rows·f³) for Cholesky.
  /// - Throws: with Cholesky, a system that is not positive definite; `Diagnostic.interrupted`. Then some rows are
  ///   solved and some are not.
  public func solve(
    _ x: inout PaddedMatrix, rowsOf matrix: SparseMatrix, _ fixed: PaddedMatrix, gram: [Float], by solver: Solver,
    progress: @Sendable (Int) -> Void = { _ in }
  ) throws(Diagnostic) -> Double {
    try withDisjointRows(of: &x.values) { (unknowns) throws(Diagnostic) in
      try solve(unknowns, matrix, fixed, gram, solver, progress)
    }.reduce(0, +)
  }

  /// Solves for every column of `matrix`, the same as for the rows of its transpose, of which there is a part at a time:
  /// all of it would take as much as the matrix.
  ///
  /// - `cellsAtATime`: how many cells are transposed at a time, about; as many as take 32 MB.
  public func solve(
    _ x: inout PaddedMatrix, columnsOf matrix: SparseMatrix, _ fixed: PaddedMatrix, gram: [Float], by solver: Solver,
    cellsAtATime: Int = 1 << 22, progress: @Sendable (Int) -> Void = { _ in }
  ) throws(Diagnostic) -> Double {
    var losses: [Double] = []
    try withDisjointRows(of: &x.values) { (unknowns) throws(Diagnostic) in
      for columns in matrix.partsOfColumns(cells: cellsAtATime, inBlocksOf: Self.block) {
        losses += try solve(
          unknowns, try matrix.transposedOnAllCores(columns), fixed, gram, solver, firstRow: columns.lowerBound,
          progress)
      }
    }
    return losses.reduce(0, +)
  }

  /// Rows that are solved together: at most so many, and none after so many cells.
  private static let block = (rows: 64, cells: 2048)

  /// Replaces the start by the solution in every row; what blocks of rows contribute to the loss. The first row of
  /// `matrix` is row `firstRow` of `unknowns`.
  private func solve(
    _ unknowns: DisjointRows<Float>, _ matrix: SparseMatrix, _ fixed: PaddedMatrix, _ gram: [Float], _ solver: Solver,
    firstRow: Int = 0, _ progress: @Sendable (Int) -> Void
  ) throws(Diagnostic) -> [Double] {
    let stride = fixed.stride
    let shared = shared(gram, stride: stride, columns: fixed.columnCount)
    let parts = matrix.blocks(ofRows: Self.block.rows, cells: Self.block.cells)
    return try mapIndices(of: parts.count) { (index) throws(Diagnostic) in
      let rows = parts[index]
      if index & 255 == 0 { progress(firstRow + rows.lowerBound) }
      let range = (firstRow + rows.lowerBound) * stride..<(firstRow + rows.upperBound) * stride
      let gathered = GatheredRows(rows, of: matrix, fixed, weighting)
      return try unknowns.withRows(range) { (x) throws(Diagnostic) in
        switch solver {
        case .conjugateGradient(let steps):
          conjugateGradient(gathered, shared: shared, stride: stride, steps: steps, &x)
        case .cholesky:
          try cholesky(gathered, shared: shared, fixed, &x)
        case .blocks(let size):
          try blocks(rows, matrix, fixed, shared: shared, size: size, &x)
        }
        return gathered.loss(x.span)
      }
    }
  }
}
