/// Numbers for text output: rounded to the digits that the half width of their confidence interval justifies.
public enum SignificantDigits {
  /// `0.012 ± 0.004`: one significant digit of the half width, two where it begins with 1.
  public static func text(_ value: Double, half: Double) -> String {
    let places = decimals(ofHalf: half)
    return text(value, decimals: places) + " ± " + (half > 0 ? text(half, decimals: places) : "0")
  }

  /// The number of decimals to show; 3 where there is no interval.
  public static func decimals(ofHalf half: Double) -> Int {
    guard half > 0, half.isFinite else { return 3 }
    var (leading, places) = (half, 0)
    while leading < 0.95, places < 12 {
      leading *= 10
      places += 1
    }
    return leading < 1.95 && places < 12 && half < 1.95 ? places + 1 : places
  }

  /// A number with `decimals` decimals. Halves are rounded away from zero; the sign is the typographic minus `−`
  /// (U+2212).
  public static func text(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    guard abs(value) * scale < 9e15 else { return "\(value)" }
    let digits = String(Int((abs(value) * scale).rounded()))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && digits != "0" ? "−" : ""
    return sign + padded.dropLast(decimals) + (decimals > 0 ? "." + padded.suffix(decimals) : "")
  }
}
