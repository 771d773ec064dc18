import Diagnostics

extension WeightedLeastSquares {
  /// Improves each row one block of columns at a time, with the other columns fixed: one pass over all blocks.
  ///
  /// The columns B of x change by δ, the solution of the small system
  ///
  ///     A_BB·δ = Σ (t(rᵢ) − e(rᵢ)·(yᵢ·x))·y_iB − (s·YᵀY·x + (λ + μn)·x)_B
  ///
  /// - Complexity: O(cells·f·b + rows·(f² + f·b²)) for blocks of b columns: linear in f where Cholesky is cubic.
  /// - Source: Rendle et al., *iALS++: Speeding up Matrix Factorization with Subspace Optimization*, 2021.
  func blocks(
    _ rows: Range<Int>, _ matrix: SparseMatrix, _ fixed: PaddedMatrix, shared: [Float], size: Int,
    _ unknown: inout MutableSpan<Float>
  ) throws(Diagnostic) {
    let (stride, width) = (fixed.stride, fixed.columnCount)
    for row in rows {
      let at = (row - rows.lowerBound) * stride
      var solution = BlockRow(self, matrix.columns(ofRow: row), matrix.values(ofRow: row), fixed)
      if solution.isEmpty {
        for place in 0..<stride { unknown[at + place] = 0 }
        continue
      }
      for place in 0..<stride { solution.x[place] = unknown[at + place] }
      solution.score()
      for first in Swift.stride(from: 0, to: width, by: size) {
        guard solution.improve(first..<min(width, first + size), shared: shared) else {
          throw .notPositiveDefinite(row: row)
        }
      }
      for place in 0..<stride { unknown[at + place] = solution.x[place] }
    }
  }
}

/// One sparse row with copies of the dense rows of its cells.
private struct BlockRow {
  private let stride: Int
  private let ridge: Float
  private let targets: [Float]
  private let extras: [Float]
  /// The dense rows of the cells, one after the other.
  private var dense: [Float] = []
  /// yᵢ·x of every cell.
  private var scores: [Float]
  var x: [Float]

  init(
    _ problem: WeightedLeastSquares, _ columns: ArraySlice<Int32>, _ values: ArraySlice<Float>, _ fixed: PaddedMatrix
  ) {
    stride = fixed.stride
    ridge = problem.ridgePerCell * Float(columns.count)
    targets = values.map { problem.targetWeight($0) }
    extras = values.map { problem.extra.scale * abs($0) + problem.extra.offset }
    scores = [Float](repeating: 0, count: columns.count)
    x = [Float](repeating: 0, count: fixed.stride)
    dense.reserveCapacity(columns.count * stride)
    for column in columns {
      dense.append(contentsOf: fixed.values[Int(column) * stride..<(Int(column) + 1) * stride])
    }
  }

  var isEmpty: Bool { targets.isEmpty }

  mutating func score() {
    var products = [Float](repeating: 0, count: targets.count)
    var span = products.mutableSpan
    DenseMatrices.multiply(rows: targets.count, of: dense.span, with: x.span, into: &span)
    scores = products
  }

  /// Sets the columns of `block` to the values of least error; false if their system is not positive definite.
  mutating func improve(_ block: Range<Int>, shared: [Float]) -> Bool {
    let size = block.count
    var gathered = [Float](repeating: 0, count: targets.count * size)
    var weighted = gathered
    var right = [Float](repeating: 0, count: size)
    for cell in targets.indices {
      let residual = targets[cell] - extras[cell] * scores[cell]
      for place in 0..<size {
        let value = dense[cell * stride + block.lowerBound + place]
        gathered[cell * size + place] = value
        weighted[cell * size + place] = extras[cell] * value
        right[place] += residual * value
      }
    }
    var pull = [Float](repeating: 0, count: size)
    var pullSpan = pull.mutableSpan
    DenseMatrices.multiply(
      rows: size, of: shared.span.extracting(block.lowerBound * stride..<block.upperBound * stride), with: x.span,
      into: &pullSpan)
    var system = [Float](repeating: 0, count: size * size)
    for row in 0..<size {
      right[row] -= pull[row] + ridge * x[block.lowerBound + row]
      for column in 0..<size {
        system[row * size + column] = shared[(block.lowerBound + row) * stride + block.lowerBound + column]
      }
      system[row * size + row] += ridge
    }
    var systemSpan = system.mutableSpan
    DenseMatrices.multiply(
      gathered.span, weighted.span, transposingFirst: true, rows: size, columns: size, inner: targets.count, adds: true,
      into: &systemSpan)
    var move = right.mutableSpan
    if DenseMatrices.solvePositive(&systemSpan, order: size, &move) != nil { return false }
    for place in 0..<size { x[block.lowerBound + place] += right[place] }
    for cell in targets.indices {
      for place in 0..<size { scores[cell] += right[place] * gathered[cell * size + place] }
    }
    return true
  }
}
