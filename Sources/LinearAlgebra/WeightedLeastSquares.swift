import CNumerics
public import Diagnostics
import Parallelism

/// Ridge regressions that share most of their matrix: one for each row of a sparse matrix R.
///
///     xᵣ = (s·YᵀY + Σ e(rᵢ)·yᵢyᵢᵀ + (λ + μ·nᵣ)·I)⁻¹ · Σ t(rᵢ)·yᵢ
///
/// The sums run over the nᵣ stored cells of the row; yᵢ are rows of Y. The target is t(r) = a·r + b for r > 0, else 0;
/// the extra weight is e(r) = c·|r| + d. All rows share YᵀY, so the cost of a row depends on its own cells only.
public struct WeightedLeastSquares: Sendable {
  /// How the system of each row is solved.
  public enum Solver: Sendable {
    /// So many steps of conjugate gradients, from the x of the iteration before.
    case conjugateGradient(steps: Int)
    /// Exactly, by Cholesky factorisation.
    case cholesky
    /// One pass over blocks of `size` columns, each solved exactly with the other columns fixed.
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

  /// s·G + λ·I for a Gram matrix G of that stride. The padding gets ones on the diagonal, so that its unknowns stay
  /// zero.
  func shared(_ gram: [Float], stride: Int, columns: Int) -> [Float] {
    var shared = gram.map { sharedScale * $0 }
    for place in 0..<stride { shared[place * stride + place] += place < columns ? ridge : 1 }
    return shared
  }

  /// Solves for every row of `matrix`, in parallel and in place: `x` holds the start, then the solution.
  ///
  /// - Returns: Σ over the stored cells of e(r)·(y·x)² − 2·t(r)·(y·x), the part that they contribute to the loss.
  /// - Complexity: O(cells·f) per step of conjugate gradients, O(cells·f² + rows·f³) for Cholesky.
  /// - Throws: with Cholesky or blocks, a system that is not positive definite; `Diagnostic.interrupted`. After an
  ///   error some rows are solved and some are not.
  public func solve(
    _ x: inout PaddedMatrix, rowsOf matrix: SparseMatrix, _ fixed: PaddedMatrix, gram: [Float], by solver: Solver,
    progress: @Sendable (Int) -> Void = { _ in }
  ) throws(Diagnostic) -> Double {
    try withDisjointRows(of: &x.values) { (unknowns) throws(Diagnostic) in
      try solve(unknowns, matrix, fixed, gram, solver, progress)
    }.reduce(0, +)
  }

  /// Solves for every column of `matrix`, with the same result as for the rows of its transpose. It transposes one part
  /// at a time, because the whole transpose would take as much memory as the matrix.
  ///
  /// - `cellsAtATime`: about how many cells are transposed at a time; by default as many as take 32 MB.
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

  /// The rows that are solved together: a block ends when it has so many rows, or so many cells or more.
  private static let block = (rows: 64, cells: 2048)

  /// Replaces the start by the solution in every row. Returns what each block of rows contributes to the loss. The
  /// first row of `matrix` is row `firstRow` of `unknowns`.
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
