import CNumerics

/// Stochastic gradient descent on a number predicted by a product of two rows of factors, one number at a time.
///
/// Sums run from left to right and no product is fused with a sum, so that the bits are those of plain code anywhere.
public struct FactorDescent: Sendable {
  private let factors: Int
  private let rate: Double
  private let penalty: Double

  public init(factors: Int, rate: Double, penalty: Double) {
    self.factors = factors
    self.rate = rate
    self.penalty = penalty
  }

  /// With e = number − (known + p·q): p ← p + rate·(e·q − penalty·p), and q likewise from what p was. Returns e.
  ///
  /// - Shape: p and q are one row of each matrix, `factors` long.
  @inline(__always)
  public func step(
    towards number: Double, from known: Double, _ p: inout MutableSpan<Double>, row: Int,
    _ q: inout MutableSpan<Double>, row otherRow: Int
  ) -> Double {
    let (start, otherStart) = (row * factors, otherRow * factors)
    precondition(start >= 0 && start + factors <= p.count && otherStart >= 0 && otherStart + factors <= q.count)
    return p.withUnsafeMutableBufferPointer { p in
      q.withUnsafeMutableBufferPointer { q in
        guard let p = p.baseAddress, let q = q.baseAddress else { return 0 }
        return factor_descent_step(number, known, rate, penalty, Int32(factors), p + start, q + otherStart)
      }
    }
  }
}
