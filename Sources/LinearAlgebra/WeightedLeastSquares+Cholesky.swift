public import Diagnostics

extension WeightedLeastSquares {
  /// Solves each row exactly: the row's matrix is the shared one plus a product of its gathered dense rows.
  func cholesky(
    _ gathered: GatheredRows, shared: [Float], _ fixed: PaddedMatrix, _ unknown: inout MutableSpan<Float>
  ) throws(Diagnostic) {
    let stride = fixed.stride
    for place in 0..<gathered.rows.count {
      let at = place * stride
      if gathered.cellCount(place) == 0 {
        for place in 0..<stride { unknown[at + place] = 0 }
        continue
      }
      var system = system(gathered, place, shared: shared, fixed)
      var solution = Array(gathered.targets[at..<at + stride])
      var systemSpan = system.mutableSpan
      var solutionSpan = solution.mutableSpan
      if DenseMatrices.solvePositive(&systemSpan, order: stride, &solutionSpan) != nil {
        throw .notPositiveDefinite(row: gathered.rows.lowerBound + place)
      }
      for place in 0..<stride { unknown[at + place] = solutionSpan[place] }
    }
  }

  /// The matrix (stride × stride) and the right-hand side of one row.
  public func normalEquations(
    columns: ArraySlice<Int32>, values: ArraySlice<Float>, _ fixed: PaddedMatrix, gram: [Float]
  ) -> (matrix: [Float], right: [Float]) {
    let shared = shared(gram, stride: fixed.stride, columns: fixed.columnCount)
    let gathered = gathered(columns, values, fixed)
    return (system(gathered, 0, shared: shared, fixed), gathered.targets)
  }

  /// The exact solution for one row that is not in the matrix, without padding.
  ///
  /// - `rightHandSide`: replaces Σ t(rᵢ)·yᵢ; nil stands for that sum.
  public func solve(
    columns: ArraySlice<Int32>, values: ArraySlice<Float>, _ fixed: PaddedMatrix, gram: [Float],
    rightHandSide: [Float]? = nil
  ) throws(Diagnostic) -> [Float] {
    let stride = fixed.stride
    let gathered = gathered(columns, values, fixed)
    var system = system(gathered, 0, shared: shared(gram, stride: stride, columns: fixed.columnCount), fixed)
    var solution = rightHandSide.map { $0 + [Float](repeating: 0, count: stride - $0.count) } ?? gathered.targets
    var systemSpan = system.mutableSpan
    var solutionSpan = solution.mutableSpan
    if DenseMatrices.solvePositive(&systemSpan, order: stride, &solutionSpan) != nil {
      throw .notPositiveDefinite(row: 0)
    }
    return Array(solution.prefix(fixed.columnCount))
  }

  /// Gathers a row that is not in the matrix.
  private func gathered(
    _ columns: ArraySlice<Int32>, _ values: ArraySlice<Float>, _ fixed: PaddedMatrix
  ) -> GatheredRows {
    let row = SparseMatrix(
      rowCount: 1, columnCount: fixed.rowCount, offsets: [0, columns.count], columns: Array(columns),
      values: Array(values))
    return GatheredRows(0..<1, of: row, fixed, weighting)
  }

  /// The matrix of one row: s·YᵀY + λI + μnI + Σ e(rᵢ)·yᵢyᵢᵀ.
  private func system(_ gathered: GatheredRows, _ place: Int, shared: [Float], _ fixed: PaddedMatrix) -> [Float] {
    let stride = fixed.stride
    var system = shared
    for column in 0..<fixed.columnCount {
      system[column * stride + column] += ridgePerCell * Float(gathered.cellCount(place))
    }
    gathered.forEachPiece(place, most: 1024) { plain, weighted in
      var span = system.mutableSpan
      DenseMatrices.multiply(
        plain.span, weighted.span, transposingFirst: true, rows: stride, columns: stride,
        inner: plain.count / stride, adds: true, into: &span)
    }
    return system
  }

  /// t(r).
  public func targetWeight(_ value: Float) -> Float { value > 0 ? target.scale * value + target.offset : 0 }
}
