/// Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations: slow for thousands of rows, exact to
/// the last digits for all others, and the same on every machine.
///
/// - Complexity: O(n³) a sweep, some six to ten sweeps.
struct SymmetricEigenvalues {
  /// Descending.
  private(set) var values: [Double]
  /// Column k, at `vectors[row * n + k]`, belongs to value k.
  private(set) var vectors: [Double]

  /// - `matrix`: n × n, row after row.
  init(of matrix: [Double], order n: Int) {
    var a = matrix
    // Rows are eigenvectors here, so that a rotation works on neighbours in memory.
    var v = [Double](repeating: 0, count: n * n)
    for place in 0..<n { v[place * n + place] = 1 }
    for _ in 0..<60 {
      guard Self.sweep(&a, &v, n) else { break }
    }
    let order = (0..<n).sorted { a[$1 * n + $1] < a[$0 * n + $0] || a[$1 * n + $1] == a[$0 * n + $0] && $0 < $1 }
    values = order.map { a[$0 * n + $0] }
    vectors = [Double](repeating: 0, count: n * n)
    for (column, source) in order.enumerated() {
      for row in 0..<n { vectors[row * n + column] = v[source * n + row] }
    }
  }

  /// One rotation for every element off the diagonal; whether any was large enough to matter.
  private static func sweep(_ a: inout [Double], _ v: inout [Double], _ n: Int) -> Bool {
    var isChanged = false
    a.withUnsafeMutableBufferPointer { a in
      v.withUnsafeMutableBufferPointer { v in
        for p in 0..<n {
          for q in p + 1..<max(n, p + 1) {
            let (element, first, second) = (a[p * n + q], a[p * n + p], a[q * n + q])
            guard abs(element) > 1e-17 * (abs(first) * abs(second)).squareRoot(), abs(element) > 1e-300 else {
              continue
            }
            isChanged = true
            let theta = (second - first) / (2 * element)
            let tangent = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
            let cosine = 1 / (tangent * tangent + 1).squareRoot()
            let sine = tangent * cosine
            for k in 0..<n {
              let (left, right) = (a[k * n + p], a[k * n + q])
              a[k * n + p] = cosine * left - sine * right
              a[k * n + q] = sine * left + cosine * right
            }
            for k in 0..<n {
              let (left, right) = (a[p * n + k], a[q * n + k])
              a[p * n + k] = cosine * left - sine * right
              a[q * n + k] = sine * left + cosine * right
            }
            (a[p * n + q], a[q * n + p]) = (0, 0)
            for k in 0..<n {
              let (left, right) = (v[p * n + k], v[q * n + k])
              v[p * n + k] = cosine * left - sine * right
              v[q * n + k] = sine * left + cosine * right
            }
          }
        }
      }
    }
    return isChanged
  }
}
