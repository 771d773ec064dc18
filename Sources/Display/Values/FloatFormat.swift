/// One precision for all floating numbers of a column, so that their decimal points stand below each other.
///
/// As many decimals as the longest of the numbers needs, but not more than show six significant digits of the largest
/// or two of the smallest. Where that takes more than eight, or the numbers are too large to be exact to one, all are
/// written as `1.2346e-9`.
struct FloatFormat: Hashable {
  var decimals: Int
  var isScientific: Bool

  init(decimals: Int, isScientific: Bool = false) {
    self.decimals = decimals
    self.isScientific = isScientific
  }

  /// - Parameter isSingle: the values are `f32`, whose digits beyond the seventh mean nothing.
  init(_ values: [Double], isSingle: Bool) {
    let shortest = values.filter(\.isFinite).map { FloatFormat.shortest($0, isSingle: isSingle) }
    let points = shortest.filter { !$0.digits.isEmpty }.map(\.point)
    guard let largest = points.max(), let smallest = points.min() else {
      self.init(decimals: 1)
      return
    }
    let needed = shortest.reduce(1) { max($0, $1.decimals) }
    let limit = max(min(max(6 - largest, 2), 6), 2 - smallest)
    let isScientific = largest > 15 || min(needed, limit) > 8 || (largest < -3 && needed > 6)
    if isScientific {
      let digits = shortest.reduce(2) { max($0, $1.digits.count) }
      self.init(decimals: min(digits - 1, 4), isScientific: true)
      return
    }
    let decimals = min(needed, limit)
    // Rounding may leave zeros at the end of every number: 0.1 + 0.2 is 0.3.
    let rounded = values.filter(\.isFinite)
      .map { DecimalDigits(exactly: $0).rounded(decimals: decimals).decimals }
    self.init(decimals: max(1, rounded.max() ?? 1))
  }

  /// - Parameter exponentWidth: the digits and sign of the column's longest exponent, for numbers that are padded.
  func text(_ value: Double, exponentWidth: Int = 0) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
    let exact = DecimalDigits(exactly: value)
    if !isScientific { return exact.fixed(decimals: decimals) }
    let text = exact.scientific(decimals: decimals)
    let exponent = text.utf8.reversed().prefix { $0 != UInt8(ascii: "e") }.count
    return text + String(repeating: " ", count: max(0, exponentWidth - exponent))
  }

  /// The longest exponent of the values, as `text` pads to.
  func exponentWidth(_ values: [Double]) -> Int {
    guard isScientific else { return 0 }
    return values.filter(\.isFinite).reduce(0) { widest, value in
      max(widest, text(value).utf8.reversed().prefix { $0 != UInt8(ascii: "e") }.count)
    }
  }

  private static func shortest(_ value: Double, isSingle: Bool) -> DecimalDigits {
    isSingle ? DecimalDigits(shortest: Float(value)) : DecimalDigits(shortest: value)
  }
}
