import CNumerics
import Diagnostics

/// The few routines of BLAS and LAPACK that the tiles are made of; row-major, single precision, one thread.
///
/// Spans are checked to hold what the shapes say before a pointer leaves Swift.
enum BLAS {
  /// Makes sure that OpenBLAS is there.
  static func load() throws(Diagnostic) {
    if let failure = blas_load() { throw .noBLAS(String(cString: failure)) }
  }

  /// C ← alpha·op(A)·op(B) + beta·C, where op transposes if asked to; op(A) is rows × inner, op(B) inner × columns.
  static func multiply(
    _ a: Span<Float>, _ b: Span<Float>, transposingFirst transposeA: Bool = false,
    transposingSecond transposeB: Bool = false, rows: Int, columns: Int, inner: Int, alpha: Float = 1,
    beta: Float = 0, into c: inout MutableSpan<Float>
  ) {
    guard rows > 0, columns > 0, inner > 0 else { return }
    precondition(a.count >= rows * inner && b.count >= inner * columns && c.count >= rows * columns)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          blas_sgemm(
            transposeA, transposeB, Int32(rows), Int32(columns), Int32(inner), alpha, a.baseAddress,
            Int32(transposeA ? rows : inner), b.baseAddress, Int32(transposeB ? inner : columns), beta, c.baseAddress,
            Int32(columns))
        }
      }
    }
  }

  /// C ← alpha·A·Aᵀ + beta·C, or Aᵀ·A if `transposed`; the lower triangle of C.
  static func multiplyByItself(
    _ a: Span<Float>, transposed: Bool = false, order: Int, inner: Int, alpha: Float = 1, beta: Float = 0,
    into c: inout MutableSpan<Float>
  ) {
    guard order > 0, inner > 0 else { return }
    precondition(a.count >= order * inner && c.count >= order * order)
    a.withUnsafeBufferPointer { a in
      c.withUnsafeMutableBufferPointer { c in
        blas_ssyrk(
          transposed, Int32(order), Int32(inner), alpha, a.baseAddress, Int32(transposed ? order : inner), beta,
          c.baseAddress, Int32(order))
      }
    }
  }

  /// B ← B·L⁻ᵀ for a lower triangular L.
  static func solveFromRight(
    _ l: Span<Float>, order: Int, rows: Int, into b: inout MutableSpan<Float>
  ) {
    precondition(l.count >= order * order && b.count >= rows * order)
    l.withUnsafeBufferPointer { l in
      b.withUnsafeMutableBufferPointer { b in
        blas_strsm_right_transposed(Int32(rows), Int32(order), l.baseAddress, Int32(order), b.baseAddress, Int32(order))
      }
    }
  }

  /// A = L·Lᵀ in place, lower; the place of the first pivot that is not positive, or nil.
  static func factorCholesky(_ a: inout MutableSpan<Float>, order: Int) -> Int? {
    precondition(a.count >= order * order)
    let info = a.withUnsafeMutableBufferPointer { blas_spotrf(Int32(order), $0.baseAddress, Int32(order)) }
    return info == 0 ? nil : Int(info) - 1
  }

  /// L ← L⁻¹ in place, lower; the place of a zero on the diagonal, or nil.
  static func invertTriangle(_ l: inout MutableSpan<Float>, order: Int) -> Int? {
    precondition(l.count >= order * order)
    let info = l.withUnsafeMutableBufferPointer { blas_strtri(Int32(order), $0.baseAddress, Int32(order)) }
    return info == 0 ? nil : Int(info) - 1
  }

  /// Solves A·x = b for a positive definite A; b becomes x, A its factor. The place of the first bad pivot, or nil.
  static func solvePositive(_ a: inout MutableSpan<Float>, order: Int, _ b: inout MutableSpan<Float>) -> Int? {
    precondition(a.count >= order * order && b.count >= order)
    let info = a.withUnsafeMutableBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        blas_sposv(Int32(order), a.baseAddress, Int32(order), b.baseAddress)
      }
    }
    return info == 0 ? nil : Int(info) - 1
  }
}
