/// The normal equations of a small least squares problem in double precision, added up example by example:
///
///     (Σ v·vᵀ + ridge·I)·x = Σ target·v
///
/// - Shape: the upper triangle of the matrix, row by row, so that all inner loops run along rows.
public struct NormalEquations: Sendable {
  public let order: Int
  /// The upper triangle of the matrix, row-major; after `solve` its Cholesky factor U.
  public private(set) var matrix: [Double]
  /// The right-hand side, and after `solve` the solution.
  public private(set) var right: [Double]

  public init(order: Int) {
    self.order = order
    matrix = [Double](repeating: 0, count: order * order)
    right = [Double](repeating: 0, count: order)
  }

  /// Removes all examples and sets the ridge.
  public mutating func reset(ridge: Double) {
    for place in matrix.indices { matrix[place] = 0 }
    for row in 0..<order {
      matrix[row * order + row] = ridge
      right[row] = 0
    }
  }

  /// Adds the example v (`order` numbers of `values` from `start`) with its target.
  public mutating func add(_ values: Span<Double>, at start: Int, target: Double) {
    Self.add(values.extracting(start..<start + order), target, &matrix, &right)
  }

  private static func add(_ v: Span<Double>, _ target: Double, _ matrix: inout [Double], _ right: inout [Double]) {
    let order = v.count
    var a = matrix.mutableSpan
    var b = right.mutableSpan
    for row in 0..<order {
      let (factor, line) = (v[row], row * order)
      b[row] += target * factor
      for column in row..<order { a[line + column] += factor * v[column] }
    }
  }

  /// Solves by Cholesky factorisation, A = Uᵀ·U in place; false if the matrix is not positive definite.
  ///
  /// - Complexity: O(order³).
  public mutating func solve() -> Bool { Self.solve(&matrix, &right) }

  private static func solve(_ matrix: inout [Double], _ right: inout [Double]) -> Bool {
    let order = right.count
    var u = matrix.mutableSpan
    var x = right.mutableSpan
    for k in 0..<order {
      let line = k * order
      guard u[line + k] > 0 else { return false }
      let pivot = u[line + k].squareRoot()
      for column in k..<order { u[line + column] /= pivot }
      x[k] /= pivot
      let solved = x[k]
      for column in k + 1..<order { x[column] -= solved * u[line + column] }
      for row in k + 1..<order {
        let (factor, other) = (u[line + row], row * order)
        for column in row..<order { u[other + column] -= factor * u[line + column] }
      }
    }
    for k in stride(from: order - 1, through: 0, by: -1) {
      let line = k * order
      for column in k + 1..<order { x[k] -= u[line + column] * x[column] }
      x[k] /= u[line + k]
    }
    return right.allSatisfy(\.isFinite)
  }
}
