/// Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi rotations.
///
/// The method is exact to the last digits and gives the same bits on every machine, but it is slow for thousands of
/// rows.
///
/// - Complexity: O(n³) per sweep; six to ten sweeps are usual.
struct SymmetricEigenvalues {
  /// Descending.
  private(set) var values: [Double]
  /// Column k is the eigenvector of value k: its elements are `vectors[row * n + k]`.
  private(set) var vectors: [Double]

  /// - `matrix`: n × n, row-major.
  init(of matrix: [Double], order n: Int) {
    var a = matrix
    // Here the rows are the eigenvectors, so that a rotation reads and writes contiguous memory.
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

  /// Rotates once for every element off the diagonal; returns whether any of them was large enough to matter.
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
