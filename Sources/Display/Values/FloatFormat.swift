import Tables

/// One precision for all floats of a column, so that their decimal points are aligned.
///
/// The number of decimals is what the longest number needs, but limited to six significant digits of the largest
/// number or two of the smallest. If that is more than eight decimals, or if all numbers are very small or some very
/// large, all are written in scientific notation, as `1.2346e-9`.
struct FloatFormat: Hashable {
  var decimals: Int
  var isScientific: Bool

  init(decimals: Int, isScientific: Bool = false) {
    self.decimals = decimals
    self.isScientific = isScientific
  }

  init(_ numbers: [FloatNumber]) {
    let finite = numbers.filter(\.value.isFinite)
    let shortest = finite.map(\.shortest)
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
    // Rounding may leave trailing zeros in all numbers: 0.1 + 0.2 becomes 0.3.
    let rounded = finite.map { $0.rounded(decimals: decimals).decimals }
    self.init(decimals: max(1, rounded.max() ?? 1))
  }

  /// - Parameter exponentWidth: the width of the column's longest exponent with its sign; numbers are padded to it.
  func text(_ number: FloatNumber, exponentWidth: Int = 0) -> String {
    let value = number.value
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
    if !isScientific { return number.rounded(decimals: decimals).fixed(decimals: decimals) }
    let text = DecimalDigits(exactly: value).scientific(decimals: decimals)
    let exponent = text.utf8.reversed().prefix { $0 != UInt8(ascii: "e") }.count
    return text + String(repeating: " ", count: max(0, exponentWidth - exponent))
  }

  /// The width of the longest exponent, for `text`.
  func exponentWidth(_ numbers: [FloatNumber]) -> Int {
    guard isScientific else { return 0 }
    return numbers.filter(\.value.isFinite).reduce(0) { widest, number in
      max(widest, text(number).utf8.reversed().prefix { $0 != UInt8(ascii: "e") }.count)
    }
  }
}

/// A float, and whether it has single precision.
struct FloatNumber {
  var value: Double
  /// Whether it is an `f32`, whose digits after the seventh are meaningless.
  var isSingle: Bool

  private static let singleDigits = 7

  init(_ value: Double, isSingle: Bool) {
    self.value = value
    self.isSingle = isSingle
  }

  /// The fewest digits that read back as the same number; at most seven for `f32`.
  var shortest: DecimalDigits {
    if !isSingle { return DecimalDigits(shortest: value) }
    let shortest = DecimalDigits(shortest: Float(value))
    return shortest.digits.count > Self.singleDigits ? rounded(decimals: shortest.decimals) : shortest
  }

  /// Rounds to a number of decimals, or to the last meaningful digit. Integral numbers keep all their digits.
  func rounded(decimals: Int) -> DecimalDigits {
    let exact = DecimalDigits(exactly: value)
    return exact.rounded(decimals: isSingle ? min(decimals, max(0, Self.singleDigits - exact.point)) : decimals)
  }

  /// The number formatted by itself: `0.5`, `8.571666`, `1e-20`.
  var text: String {
    guard value.isFinite else { return NumberText.text(value) }
    let digits = shortest
    return (-3...16).contains(digits.point)
      ? digits.fixed(decimals: max(1, digits.decimals)) : digits.scientific(decimals: max(0, digits.digits.count - 1))
  }
}

/// A score, or another number of single precision, for running text: at most seven digits.
public func scoreText(_ score: Float) -> String { FloatNumber(Double(score), isSingle: true).text }
