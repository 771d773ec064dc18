/// The decimal digits of a number: 0.d₁d₂d₃… × 10^`point`, without leading zeros. Zero has no digits.
///
/// They are either all digits of a binary number, for correct rounding at any position, or the fewest digits that
/// read back as the same number.
struct DecimalDigits: Hashable {
  var isNegative: Bool
  var digits: [UInt8]
  var point: Int

  init(isNegative: Bool, digits: [UInt8], point: Int) {
    self.isNegative = isNegative
    let leading = digits.prefix { $0 == 0 }.count
    self.digits = Array(digits.dropFirst(leading))
    while self.digits.last == 0 { self.digits.removeLast() }
    self.point = self.digits.isEmpty ? 0 : point - leading
  }

  /// All digits of a finite number.
  ///
  /// A binary fraction is m·2⁻ⁿ = m·5ⁿ·10⁻ⁿ, so one long multiplication gives its digits.
  init(exactly value: Double) {
    guard value != 0, value.isFinite else {
      self.init(isNegative: value.sign == .minus, digits: [], point: 0)
      return
    }
    let isNormal = value.exponentBitPattern > 0
    var significand = value.significandBitPattern | (isNormal ? 1 << 52 : 0)
    var exponent = Int(isNormal ? value.exponentBitPattern : 1) - 1075
    while significand & 1 == 0 {
      significand >>= 1
      exponent += 1
    }
    var number = LongInteger(significand)
    for _ in 0..<abs(exponent) { number.multiply(by: exponent < 0 ? 5 : 2) }
    let digits = number.decimalDigits
    self.init(isNegative: value.sign == .minus, digits: digits, point: digits.count + min(0, exponent))
  }

  /// The fewest digits that read back as the same number.
  init(shortest value: Double) { self.init(description: value.description) }
  init(shortest value: Float) { self.init(description: value.description) }

  /// Parses Swift's notation of floats, such as `-1.25e-05`.
  private init(description: String) {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    let parts = description.split(separator: "e")
    for byte in parts.first?.utf8 ?? "".utf8[...] {
      if byte == UInt8(ascii: ".") { point = digits.count }
      if (0x30...0x39).contains(byte) { digits.append(byte - 0x30) }
    }
    if parts.count > 1 { exponent = Int(parts[1]) ?? 0 }
    self.init(isNegative: description.hasPrefix("-"), digits: digits, point: (point ?? digits.count) + exponent)
  }

  /// The number of digits after the decimal point.
  var decimals: Int { max(0, digits.count - point) }

  /// Rounds to a number of decimals, ties to even.
  func rounded(decimals: Int) -> DecimalDigits {
    let kept = point + decimals
    if kept >= digits.count { return self }
    if kept < 0 { return DecimalDigits(isNegative: isNegative, digits: [], point: 0) }
    var result = Array(digits[..<kept])
    let isTie = digits[kept] == 5 && kept + 1 == digits.count
    let roundsUp = isTie ? kept > 0 && result[kept - 1] % 2 == 1 : digits[kept] >= 5
    if !roundsUp { return DecimalDigits(isNegative: isNegative, digits: result, point: point) }
    var place = kept - 1
    while place >= 0, result[place] == 9 {
      result[place] = 0
      place -= 1
    }
    if place >= 0 {
      result[place] += 1
      return DecimalDigits(isNegative: isNegative, digits: result, point: point)
    }
    return DecimalDigits(isNegative: isNegative, digits: [1] + result, point: point + 1)
  }

  /// `-12.50`: rounded to exactly `decimals` digits after the point.
  func fixed(decimals: Int) -> String {
    let number = rounded(decimals: decimals)
    var text = isNegative ? "-" : ""
    text += number.digitText(from: 0, to: max(number.point, 0), emptyAs: "0")
    if decimals > 0 { text += "." + number.digitText(from: number.point, to: number.point + decimals, emptyAs: "") }
    return text
  }

  /// `1.250e-5`: rounded to exactly `decimals` digits after the point.
  func scientific(decimals: Int) -> String {
    if digits.isEmpty { return fixed(decimals: decimals) + "e0" }
    let number = rounded(decimals: decimals - point + 1)
    let mantissa = DecimalDigits(isNegative: isNegative, digits: number.digits, point: 1)
    return mantissa.fixed(decimals: decimals) + "e\(number.point - 1)"
  }

  private func digitText(from start: Int, to end: Int, emptyAs empty: String) -> String {
    if end <= start { return empty }
    return String(decoding: (start..<end).map { digits.indices.contains($0) ? 0x30 + digits[$0] : 0x30 }, as: UTF8.self)
  }
}

/// An integer of any size, for the few multiplications above. Each limb holds nine decimal digits; the lowest is
/// first.
private struct LongInteger {
  private var limbs: [UInt64]
  private static let base: UInt64 = 1_000_000_000

  init(_ value: UInt64) {
    limbs = []
    var rest = value
    while rest > 0 {
      limbs.append(rest % LongInteger.base)
      rest /= LongInteger.base
    }
  }

  mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let product = limbs[index] * factor + carry
      limbs[index] = product % LongInteger.base
      carry = product / LongInteger.base
    }
    if carry > 0 { limbs.append(carry) }
  }

  var decimalDigits: [UInt8] {
    limbs.reversed().flatMap { limb in
      var rest = limb
      var digits = [UInt8](repeating: 0, count: 9)
      for place in (0..<9).reversed() {
        digits[place] = UInt8(rest % 10)
        rest /= 10
      }
      return digits
    }
  }
}
