import ElementaryFunctions

/// The two-sided tail probability of a standard normal distribution: P(|Z| ≥ |z|) = erfc(|z|/√2).
///
/// It uses a series near zero and a continued fraction elsewhere. The relative error is below 10⁻¹².
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
