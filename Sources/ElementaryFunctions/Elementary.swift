import CElementary

/// Exponentials, logarithms and powers that give the same bits on every CPU and with every C library.
///
/// The functions of the C library have several versions, chosen by the CPU, and change from release to release: a
/// session of last year would not reproduce last year's numbers.
///
/// - Accuracy: the error is below 0.501 units in the last place (`pow`: 0.52; subnormal results: 1). So the result is
///   the exact value rounded to nearest, except for about one argument in ten thousand, where it may be the neighbour
///   on the other side. Powers that are whole numbers are exact up to 2⁵³. Special values are those of C's Annex F.
/// - Complexity: 5 to 20 ns per call.
public enum Elementary {
  public static func exp(_ x: Double) -> Double { elementary_exp(x) }
  /// The natural logarithm.
  public static func log(_ x: Double) -> Double { elementary_log(x) }
  /// ln(1 + x), accurate near zero too.
  public static func log1p(_ x: Double) -> Double { elementary_log1p(x) }
  public static func log2(_ x: Double) -> Double { elementary_log2(x) }
  public static func log10(_ x: Double) -> Double { elementary_log10(x) }
  public static func pow(_ base: Double, _ exponent: Double) -> Double { elementary_pow(base, exponent) }

  // Functions of many numbers at once: the same bits as one by one, in a half to a fifth of the time.

  public static func exp(_ x: Span<Double>, into results: inout MutableSpan<Double>) {
    apply(elementary_exp_of_all, x, &results)
  }

  public static func log(_ x: Span<Double>, into results: inout MutableSpan<Double>) {
    apply(elementary_log_of_all, x, &results)
  }

  public static func log1p(_ x: Span<Double>, into results: inout MutableSpan<Double>) {
    apply(elementary_log1p_of_all, x, &results)
  }

  private static func apply(
    _ function: (UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, Int) -> Void, _ x: Span<Double>,
    _ results: inout MutableSpan<Double>
  ) {
    precondition(x.count == results.count, "as many results as numbers")
    x.withUnsafeBufferPointer { x in
      results.withUnsafeMutableBufferPointer { function(x.baseAddress, $0.baseAddress, x.count) }
    }
  }

  public static func exp(_ x: Float) -> Float { elementary_expf(x) }
  public static func log(_ x: Float) -> Float { elementary_logf(x) }
  public static func log1p(_ x: Float) -> Float { elementary_log1pf(x) }
  /// The cosine of an angle in radians, at most 2²⁰ in size; NaN beyond.
  public static func cos(_ angle: Float) -> Float { elementary_cosf(angle) }
  /// The sine of an angle in radians, at most 2²⁰ in size; NaN beyond.
  public static func sin(_ angle: Float) -> Float { elementary_sinf(angle) }
}
