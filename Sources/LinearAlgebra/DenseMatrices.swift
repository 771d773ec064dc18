import CNumerics

/// Products, factorisations and solves of dense row-major matrices in single precision, on the calling thread: for
/// tiles of large matrices and for small systems.
///
/// Results have the same bits on every CPU (`CNumerics/include/dense.h`). A precondition compares every span with the
/// shapes before its pointer goes to C.
public enum DenseMatrices {
  /// C ← alpha·op(A)·op(B), or C ← C + alpha·op(A)·op(B) if `adds`. op transposes its matrix if the caller asks for it.
  ///
  /// - Shape: op(A) is rows × inner, op(B) is inner × columns, C is rows × columns.
  public static func multiply(
    _ a: Span<Float>, _ b: Span<Float>, transposingFirst transposeA: Bool = false,
    transposingSecond transposeB: Bool = false, rows: Int, columns: Int, inner: Int, alpha: Float = 1,
    adds: Bool = false, into c: inout MutableSpan<Float>
  ) {
    guard rows > 0, columns > 0, inner > 0 else { return }
    precondition(a.count >= rows * inner && b.count >= inner * columns && c.count >= rows * columns)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          dense_multiply(
            transposeA, transposeB, Int32(rows), Int32(columns), Int32(inner), alpha, a.baseAddress,
            Int32(transposeA ? rows : inner), b.baseAddress, Int32(transposeB ? inner : columns), adds, c.baseAddress,
            Int32(columns))
        }
      }
    }
  }

  /// C ← C + alpha·A·Aᵀ, or C + alpha·Aᵀ·A if `transposed`; only the lower triangle of C is written.
  ///
  /// - Shape: C is order × order; A is order × inner, or inner × order if `transposed`.
  public static func addProductWithItself(
    _ a: Span<Float>, transposed: Bool = false, order: Int, inner: Int, alpha: Float = 1,
    into c: inout MutableSpan<Float>
  ) {
    guard order > 0, inner > 0 else { return }
    precondition(a.count >= order * inner && c.count >= order * order)
    a.withUnsafeBufferPointer { a in
      c.withUnsafeMutableBufferPointer { c in
        dense_multiply_by_itself(
          transposed, Int32(order), Int32(inner), alpha, a.baseAddress, Int32(transposed ? order : inner),
          c.baseAddress, Int32(order))
      }
    }
  }

  /// The matrix-vector product A·v: one dot product for each row of A.
  ///
  /// - Precondition: the length of the vector is a multiple of 16.
  public static func multiply(
    rows: Int, of a: Span<Float>, with vector: Span<Float>, into products: inout MutableSpan<Float>
  ) {
    let length = vector.count
    precondition(length % 16 == 0 && a.count >= rows * length && products.count >= rows)
    a.withUnsafeBufferPointer { a in
      vector.withUnsafeBufferPointer { vector in
        guard let a = a.baseAddress else { return }
        for row in 0..<rows { products[row] = dense_dot(a + row * length, vector.baseAddress, Int32(length)) }
      }
    }
  }

  /// B ← B·L⁻ᵀ for a lower triangular L.
  public static func solveFromRight(
    _ l: Span<Float>, order: Int, rows: Int, into b: inout MutableSpan<Float>
  ) {
    precondition(l.count >= order * order && b.count >= rows * order)
    l.withUnsafeBufferPointer { l in
      b.withUnsafeMutableBufferPointer { b in
        dense_solve_from_right(Int32(rows), Int32(order), l.baseAddress, Int32(order), b.baseAddress, Int32(order))
      }
    }
  }

  /// Factors A = L·Lᵀ in place, in the lower triangle. Returns the row of the first pivot that is not positive, or nil.
  public static func factorCholesky(_ a: inout MutableSpan<Float>, order: Int) -> Int? {
    precondition(a.count >= order * order)
    let place = a.withUnsafeMutableBufferPointer {
      dense_factor_cholesky(Int32(order), $0.baseAddress, Int32(order))
    }
    return place == 0 ? nil : Int(place) - 1
  }

  /// L ← L⁻¹ in place, in the lower triangle. Returns the row of a zero on the diagonal, or nil.
  public static func invertTriangle(_ l: inout MutableSpan<Float>, order: Int) -> Int? {
    precondition(l.count >= order * order)
    let place = l.withUnsafeMutableBufferPointer {
      dense_invert_triangle(Int32(order), $0.baseAddress, Int32(order))
    }
    return place == 0 ? nil : Int(place) - 1
  }

  /// Solves A·x = b for a positive definite A. `b` becomes x and `a` becomes the Cholesky factor of A. Returns the row
  /// of the first pivot that is not positive, or nil.
  public static func solvePositive(_ a: inout MutableSpan<Float>, order: Int, _ b: inout MutableSpan<Float>) -> Int? {
    precondition(a.count >= order * order && b.count >= order)
    let place = a.withUnsafeMutableBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        dense_solve_positive(Int32(order), a.baseAddress, Int32(order), b.baseAddress)
      }
    }
    return place == 0 ? nil : Int(place) - 1
  }
}
