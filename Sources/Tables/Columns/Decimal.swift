/// 10^exponent; nil above 10^38.
func powerOfTen(_ exponent: Int) -> Int128? {
  guard (0...38).contains(exponent) else { return nil }
  return (0..<exponent).reduce(Int128(1)) { power, _ in power * 10 }
}

/// Whether a number has at most `precision` decimal digits.
func fits(_ unscaled: Int128, precision: Int) -> Bool {
  guard let limit = powerOfTen(min(38, precision)) else { return false }
  return unscaled > -limit && unscaled < limit
}

/// Converts a decimal from scale `from` to scale `to`; nil if that loses digits or does not fit.
func rescaledDecimal(_ unscaled: Int128, from: Int, to: Int) -> Int128? {
  guard let factor = powerOfTen(abs(to - from)) else { return unscaled == 0 ? 0 : nil }
  if to >= from {
    let (scaled, overflow) = unscaled.multipliedReportingOverflow(by: factor)
    return overflow ? nil : scaled
  }
  return unscaled % factor == 0 ? unscaled / factor : nil
}
