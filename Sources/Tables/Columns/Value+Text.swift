extension Value: CustomStringConvertible {
  /// The value as `cast(x, str)` writes it: exact, without digit grouping or padding; floats with the fewest digits
  /// that read back as the same number.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool(let bit): bit ? "true" : "false"
    case .integer(let number): String(number)
    case .float(let number): NumberText.text(number)
    case .text(let text): text.string
    case .binary(let bytes): NumberText.hexadecimal(bytes)
    case .date(let days): CalendarText.date(days)
    case .time(let nanoseconds): CalendarText.time(nanoseconds)
    case .datetime(let ticks, let unit): CalendarText.datetime(ticks, unit: unit)
    case .zoned(let ticks, let unit, let zone): zone.text(ticks, unit: unit)
    case .duration(let ticks, let unit): CalendarText.duration(ticks, unit: unit)
    case .decimal(let unscaled, let scale): NumberText.text(unscaled, scale: scale)
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .structure(let names, let values):
      "{" + zip(names, values).map { "\($0): \($1)" }.joined(separator: ", ") + "}"
    }
  }
}

extension Value {
  /// The value of a column of that type as `cast(x, str)` writes it. It differs from the description only for `f32`,
  /// which is written with the fewest digits that read back as the same `f32`.
  public func text(as type: DataType) -> String {
    switch (self, type) {
    case (.float(let number), .f32): NumberText.text(Float(number))
    case (.list(let values), .list(let element)):
      "[" + values.map { $0.text(as: element) }.joined(separator: ", ") + "]"
    case (.structure(let names, let values), .structure(let fields)) where values.count == fields.count:
      "{" + zip(names, zip(values, fields)).map { "\($0): \($1.0.text(as: $1.1.type))" }.joined(separator: ", ") + "}"
    default: description
    }
  }
}

/// Reads and writes numbers as text.
public enum NumberText {
  /// Reads a whole number: an optional sign and digits. Nil for any other text, or if the number does not fit.
  public static func integer<Number: FixedWidthInteger>(_ text: borrowing Span<UInt8>) -> Number? {
    var index = 0
    var isNegative = false
    if text.count > 0, text[0] == 0x2d || text[0] == 0x2b {
      isNegative = text[0] == 0x2d
      index = 1
    }
    guard index < text.count else { return nil }
    var number: Number = 0
    while index < text.count {
      let byte = text[index]
      guard (0x30...0x39).contains(byte) else { return nil }
      let (scaled, overflow) = number.multipliedReportingOverflow(by: 10)
      let digit = Number(byte - 0x30)
      let (sum, overflowToo) =
        isNegative ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
      if overflow || overflowToo { return nil }
      number = sum
      index += 1
    }
    return number
  }

  /// Reads a float, correctly rounded; `nan`, `inf` and `infinity` are accepted in upper and lower case. Digits that
  /// are beyond the range of floats give nil, not infinity.
  public static func float(_ text: borrowing Span<UInt8>) -> Double? {
    if let exact = shortFloat(text) { return exact }
    guard text.count > 0, text.count < 400, text[0] != 0x20 else { return nil }
    var bytes: [UInt8] = []
    for index in text.indices {
      // The Swift runtime also reads hexadecimal floats; these are refused.
      if text[index] | 0x20 == 0x78 { return nil }
      bytes.append(text[index])
    }
    guard let number = Double(String(decoding: bytes, as: UTF8.self)) else { return nil }
    return number.isInfinite && bytes.contains { (0x30...0x39).contains($0) } ? nil : number
  }

  /// The same in single precision; nil if the number is beyond its range.
  static func single(_ text: borrowing Span<UInt8>) -> Float? {
    guard let number = float(text) else { return nil }
    let narrow = Float(number)
    return narrow.isFinite || !number.isFinite ? narrow : nil
  }

  /// Up to 15 digits divided by a power of ten up to 10¹⁵: both are exact floats, so that the division rounds correctly
  /// (Clinger's fast path). Nil for any other text.
  private static func shortFloat(_ text: borrowing Span<UInt8>) -> Double? {
    var index = 0
    let isNegative = text.count > 0 && text[0] == 0x2d
    if isNegative { index = 1 }
    var digits = 0
    var mantissa = 0
    var fraction = 0
    var isFraction = false
    while index < text.count {
      let byte = text[index]
      if byte == 0x2e, !isFraction {
        isFraction = true
      } else if (0x30...0x39).contains(byte), digits < 15 {
        mantissa = mantissa * 10 + Int(byte - 0x30)
        digits += 1
        if isFraction { fraction += 1 }
      } else {
        return nil
      }
      index += 1
    }
    guard digits > 0 else { return nil }
    let magnitude = Double(mantissa) / powersOfTen[fraction]
    return isNegative ? -magnitude : magnitude
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// Reads a decimal number, with an optional sign and exponent, times 10^scale; nil if digits would be lost or it does
  /// not fit.
  public static func decimal(_ text: borrowing Span<UInt8>, precision: Int, scale: Int) -> Int128? {
    var unscaled: Int128 = 0
    var fraction = 0
    var isFraction = false
    var hasDigits = false
    var index = 0
    let isNegative = text.count > 0 && text[0] == 0x2d
    if isNegative || text.count > 0 && text[0] == 0x2b { index = 1 }
    while index < text.count {
      let byte = text[index]
      if byte == 0x2e, !isFraction {
        isFraction = true
      } else if (0x30...0x39).contains(byte) {
        let (scaled, overflow) = unscaled.multipliedReportingOverflow(by: 10)
        let (sum, overflowToo) = scaled.addingReportingOverflow(Int128(byte - 0x30))
        if overflow || overflowToo { return nil }
        unscaled = sum
        hasDigits = true
        if isFraction { fraction += 1 }
      } else if byte | 0x20 == 0x65, hasDigits {
        guard let exponent = integer(text.extracting((index + 1)...)) as Int16? else { return nil }
        fraction -= Int(exponent)
        break
      } else {
        return nil
      }
      index += 1
    }
    guard hasDigits, let exact = rescaledDecimal(unscaled, from: fraction, to: scale) else { return nil }
    return fits(exact, precision: precision) ? (isNegative ? -exact : exact) : nil
  }

  /// A float with the fewest digits that read back as the same number: `0.5`, `1e+20`, `NaN`, `inf`.
  public static func text(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    return String(number)
  }

  /// The same in single precision.
  public static func text(_ number: Float) -> String {
    number.isFinite ? String(number) : text(Double(number))
  }

  /// A decimal number with all the digits of its scale.
  public static func text(_ unscaled: Int128, scale: Int) -> String {
    let digits = String(unscaled.magnitude)
    let sign = unscaled < 0 ? "-" : ""
    guard scale > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
    return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
  }

  static func hexadecimal(_ bytes: Text) -> String {
    var text = ""
    for index in 0..<bytes.count {
      let digits = String(bytes.bytes[index], radix: 16)
      text += digits.utf8.count == 1 ? "0" + digits : digits
    }
    return text
  }
}
