import Diagnostics
import ElementaryFunctions

/// An axis of a plot: the values that it covers, their positions, and the ticks with labels.
struct PlotAxis: Hashable {
  struct Tick: Hashable {
    var value: Double
    var label: String
  }

  private(set) var low: Double
  private(set) var high: Double
  let quantity: Plot.Quantity
  let isLogarithmic: Bool
  /// Whether all values are integers, so that ticks between integers are pointless.
  private let isWhole: Bool

  /// Makes an axis that covers all of `values`. A single value, or none, gets some space around it.
  ///
  /// - Precondition: values are finite, and above zero on a logarithmic axis.
  init(
    _ values: some Sequence<Double>, of quantity: Plot.Quantity = .number,
    isLogarithmic: Bool = false,
    includingZero: Bool = false
  ) {
    self.quantity = isLogarithmic ? .number : quantity
    self.isLogarithmic = isLogarithmic
    isWhole = values.allSatisfy { $0 == $0.rounded() }
    var low = Double.infinity
    var high = -Double.infinity
    for value in values {
      low = min(low, value)
      high = max(high, value)
    }
    if includingZero {
      low = min(low, 0)
      high = max(high, 0)
    }
    if low > high { (low, high) = isLogarithmic ? (1, 10) : (0, 1) }
    if low == high {
      if isLogarithmic {
        (low, high) = (max(low / 2, .leastNormalMagnitude), min(high * 2, .greatestFiniteMagnitude))
      } else {
        let margin = max(abs(low) * 0.1, low == 0 ? 1 : 0)
        (low, high) = (
          max(low - margin, -.greatestFiniteMagnitude), min(high + margin, .greatestFiniteMagnitude)
        )
        if low == high { (low, high) = (low.nextDown, high.nextUp) }
      }
    }
    self.low = low
    self.high = high
  }

  /// The position of a value on the axis, from 0 to 1.
  func position(_ value: Double) -> Double {
    // Halved first, so that the range of the largest numbers does not overflow.
    let share =
      isLogarithmic
      ? (Elementary.log10(value) - Elementary.log10(low))
        / (Elementary.log10(high) - Elementary.log10(low))
      : (value / 2 - low / 2) / (high / 2 - low / 2)
    return share.isFinite ? min(1, max(0, share)) : 0
  }

  /// About `count` round values on the axis: 1, 2 or 5 times a power of ten. A logarithmic axis that covers several
  /// powers of ten has ticks at these; a time axis has them at hours, days, months or years.
  func ticks(_ count: Int) -> [Tick] {
    if isLogarithmic {
      let first = Int(Elementary.log10(low).rounded(.up))
      let last = Int(Elementary.log10(high).rounded(.down))
      if last > first {
        let step = max(1, (last - first + 1 + count - 1) / max(1, count))
        return stride(from: first, through: last, by: step).map { exponent in
          Tick(value: power(exponent), label: PlotAxis.label(exponent))
        }
      }
    }
    if quantity != .number, let ticks = calendarTicks(count) { return ticks }
    let span = high - low
    let rough = span / Double(max(1, count))
    let ends = [low, high].map { Tick(value: $0, label: numberText($0)) }
    guard rough.isNormal else { return ends }
    let magnitude = power(Int(Elementary.log10(rough).rounded(.down)))
    var step = ([1, 2, 5, 10].first { $0 * magnitude >= rough * 0.999 } ?? 10) * magnitude
    if isWhole { step = max(1, step) }
    guard step > 0, step.isFinite else { return ends }
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard first <= last, last - first < 1000 else { return ends }
    let decimals = max(0, -Int(Elementary.log10(step).rounded(.down)))
    return stride(from: first, through: last, by: 1).map { index in
      // Adding zero turns −0 into 0.
      let value = index * step + 0
      return Tick(value: value, label: PlotAxis.label(value, decimals: decimals))
    }
  }

  /// The label of a power of ten.
  private static func label(_ exponent: Int) -> String {
    switch exponent {
    case 0...5: grouped(Int(power(exponent)))
    case -3..<0: numberText(power(exponent))
    default: "1e\(exponent)"
    }
  }

  private static func label(_ value: Double, decimals: Int) -> String {
    let magnitude = abs(value)
    if decimals > 6 { return numberText(value, significant: 3) }
    if magnitude >= 1e9 {
      let digits = DecimalDigits(exactly: value)
      return digits.scientific(decimals: min(digits.digits.count, 4) - 1)
    }
    if decimals == 0, magnitude >= 1000 { return grouped(Int(value.rounded())) }
    return DecimalDigits(exactly: value).fixed(decimals: decimals)
  }
}

/// 10 to an integer power.
private func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? .infinity }
