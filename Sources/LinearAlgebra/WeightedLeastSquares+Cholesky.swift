public import Diagnostics

extension WeightedLeastSquares {
  /// Solves each row to the end: its matrix is built as the shared one plus a product of its gathered dense rows.
  func cholesky(
    _ rows: Range<Int>, _ matrix: SparseMatrix, _ fixed: PaddedMatrix, shared: [Float],
    _ unknown: inout MutableSpan<Float>
  ) throws(Diagnostic) {
    let stride = fixed.stride
    var solution = [Float](repeating: 0, count: stride)
    for row in rows {
      let at = (row - rows.lowerBound) * stride
      if matrix.cells(ofRow: row).isEmpty {
        for place in 0..<stride { unknown[at + place] = 0 }
        continue
      }
      var system = system(matrix.columns(ofRow: row), matrix.values(ofRow: row), fixed, shared: shared)
      rightHandSide(matrix.columns(ofRow: row), matrix.values(ofRow: row), fixed, into: &solution)
      var systemSpan = system.mutableSpan
      var solutionSpan = solution.mutableSpan
      if BLAS.solvePositive(&systemSpan, order: stride, &solutionSpan) != nil { throw .notPositiveDefinite(row: row) }
      for place in 0..<stride { unknown[at + place] = solutionSpan[place] }
    }
  }

  /// The solution for one row that is not in the matrix, to the end.
  public func solve(
    columns: ArraySlice<Int32>, values: ArraySlice<Float>, _ fixed: PaddedMatrix, gram: [Float]
  ) throws(Diagnostic) -> [Float] {
    var right = [Float](repeating: 0, count: fixed.stride)
    rightHandSide(columns, values, fixed, into: &right)
    return try solve(columns: columns, values: values, fixed, gram: gram, rightHandSide: right)
  }

  /// The matrix (stride × stride) and the right-hand side of one row.
  public func normalEquations(
    columns: ArraySlice<Int32>, values: ArraySlice<Float>, _ fixed: PaddedMatrix, gram: [Float]
  ) throws(Diagnostic) -> (matrix: [Float], right: [Float]) {
    try BLAS.load()
    let shared = shared(gram, stride: fixed.stride, columns: fixed.columnCount)
    var right = [Float](repeating: 0, count: fixed.stride)
    rightHandSide(columns, values, fixed, into: &right)
    return (system(columns, values, fixed, shared: shared), right)
  }

  /// The solution for one row and another right-hand side, without padding.
  public func solve(
    columns: ArraySlice<Int32>, values: ArraySlice<Float>, _ fixed: PaddedMatrix, gram: [Float],
    rightHandSide: [Float]
  ) throws(Diagnostic) -> [Float] {
    try BLAS.load()
    let stride = fixed.stride
    let shared = shared(gram, stride: stride, columns: fixed.columnCount)
    var system = system(columns, values, fixed, shared: shared)
    var solution = rightHandSide + [Float](repeating: 0, count: stride - rightHandSide.count)
    var systemSpan = system.mutableSpan
    var solutionSpan = solution.mutableSpan
    if BLAS.solvePositive(&systemSpan, order: stride, &solutionSpan) != nil { throw .notPositiveDefinite(row: 0) }
    return Array(solution.prefix(fixed.columnCount))
  }

  /// s·YᵀY + λI + μnI + Σ e(rᵢ)·yᵢyᵢᵀ: two gathered matrices, one of them weighted, and their product.
  private func system(
    _ columns: ArraySlice<Int32>, _ values: ArraySlice<Float>, _ fixed: PaddedMatrix, shared: [Float]
  ) -> [Float] {
    let stride = fixed.stride
    var system = shared
    for place in 0..<fixed.columnCount { system[place * stride + place] += ridgePerCell * Float(columns.count) }
    var gathered: [Float] = []
    var weighted: [Float] = []
    for (column, value) in zip(columns, values) {
      let weight = extra.scale * abs(value) + extra.offset
      if weight == 0 { continue }
      let row = fixed.values[Int(column) * stride..<(Int(column) + 1) * stride]
      gathered.append(contentsOf: row)
      for element in row { weighted.append(weight * element) }
    }
    var span = system.mutableSpan
    BLAS.multiply(
      gathered.span, weighted.span, transposingFirst: true, rows: stride, columns: stride,
      inner: gathered.count / stride, beta: 1, into: &span)
    return system
  }

  /// Σ t(rᵢ)·yᵢ.
  public func rightHandSide(
    _ columns: ArraySlice<Int32>, _ values: ArraySlice<Float>, _ fixed: PaddedMatrix, into sum: inout [Float]
  ) {
    let stride = fixed.stride
    for place in 0..<stride { sum[place] = 0 }
    for (column, value) in zip(columns, values) {
      let weight = targetWeight(value)
      let start = Int(column) * stride
      for place in 0..<stride { sum[place] += weight * fixed.values[start + place] }
    }
  }

  /// t(r).
  public func targetWeight(_ value: Float) -> Float { value > 0 ? target.scale * value + target.offset : 0 }
}
