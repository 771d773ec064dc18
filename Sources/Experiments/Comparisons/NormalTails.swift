import ElementaryFunctions

/// The share of a standard normal distribution that is at least as far from zero as `z`: erfc(|z|/√2).
///
/// A series of positive terms near zero, a continued fraction elsewhere; the relative error is below 1e−12.
///
/// - Source: Abramowitz, Stegun, *Handbook of Mathematical Functions*, 7.1.6 and 7.1.14.
func normalTails(_ z: Double) -> Double {
  let x = abs(z) / 2.0.squareRoot()
  let scale = Elementary.exp(-x * x) / Double.pi.squareRoot()
  if x < 2.5 {
    var (term, sum) = (x, x)
    var n = 0.0
    while term > sum * 1e-17 {
      n += 1
      term *= 2 * x * x / (2 * n + 1)
      sum += term
    }
    return 1 - 2 * scale * sum
  }
  var fraction = x
  for n in stride(from: 80.0, to: 0, by: -1) { fraction = x + n / 2 / fraction }
  return scale / fraction
}
