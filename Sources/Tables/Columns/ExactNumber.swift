/// The exact value of a number of any type, for comparisons between types.
///
/// A float whose magnitude is below 2⁵³ (an `f32` below 2²⁴) counts as its shortest decimal text: the fewest digits
/// that read back as the same float. So 0.29 is the same number as a float and as a decimal. Larger floats are whole
/// numbers and count as those.
public enum ExactNumber: Sendable {
  /// `unscaled` / 10^scale.
  case finite(Int128, scale: Int)
  /// Greater in magnitude than any 128-bit integer; also infinity.
  case beyond(isNegative: Bool)
  case notANumber

  /// The exact number of a double: below 2⁵³ that of its shortest decimal text.
  public init(_ number: Double) {
    if number.isNaN {
      self = .notANumber
    } else if number.magnitude < 0x1p53 {
      self = ExactNumber(written: number.description)
    } else {
      self = Int128(exactly: number).map { .finite($0, scale: 0) } ?? .beyond(isNegative: number < 0)
    }
  }

  /// The exact number of a float: below 2²⁴ that of its shortest decimal text.
  public init(_ number: Float) {
    if number.magnitude < 0x1p24 {
      self = ExactNumber(written: number.description)
    } else {
      self.init(Double(number))
    }
  }

  /// Reads a number such as `-12.5` or `1.25e-07`.
  private init(written text: String) {
    var unscaled: Int128 = 0
    var scale = 0
    var isFraction = false
    var bytes = text.utf8[...]
    let isNegative = bytes.first == 0x2d
    if isNegative { bytes.removeFirst() }
    while let byte = bytes.popFirst() {
      if byte == 0x2e {
        isFraction = true
      } else if byte == 0x65 {
        scale -= Int(String(bytes) ?? "") ?? 0
        break
      } else {
        unscaled = unscaled * 10 + Int128(byte - 0x30)
        scale += isFraction ? 1 : 0
      }
    }
    // Normalises the digits: no negative scale, no trailing zeros after the point.
    while scale < 0, unscaled != 0 {
      unscaled *= 10
      scale += 1
    }
    while scale > 0, unscaled % 10 == 0 {
      unscaled /= 10
      scale = unscaled == 0 ? 0 : scale - 1
    }
    self = .finite(isNegative ? -unscaled : unscaled, scale: max(0, scale))
  }

  /// The number times 10^scale; nil if that is not whole or has more than `precision` digits.
  func unscaled(precision: Int, scale: Int) -> Int128? {
    guard case .finite(let own, let ownScale) = self,
      let number = rescaledDecimal(own, from: ownScale, to: scale)
    else { return nil }
    return fits(number, precision: precision) ? number : nil
  }
}

extension ExactNumber: Comparable {
  public static func == (left: ExactNumber, right: ExactNumber) -> Bool { left.order(with: right) == 0 }
  public static func < (left: ExactNumber, right: ExactNumber) -> Bool { left.order(with: right) < 0 }

  /// Negative, zero or positive if this number is less than, equal to or greater than `other`. NaN equals itself and
  /// comes last.
  public func order(with other: ExactNumber) -> Int {
    switch (self, other) {
    case (.finite(let a, let scale), .finite(let b, let otherScale)):
      return scale <= otherScale
        ? compare(a, timesTenTo: otherScale - scale, with: b) : -compare(b, timesTenTo: scale - otherScale, with: a)
    default: return sign(place, other.place)
    }
  }

  /// The position of the case in the order of all numbers: for pairs that are not both finite.
  private var place: Int {
    switch self {
    case .beyond(isNegative: true): 0
    case .finite: 1
    case .beyond(isNegative: false): 2
    case .notANumber: 3
    }
  }
}

private func sign<Compared: Comparable>(_ a: Compared, _ b: Compared) -> Int { a < b ? -1 : a == b ? 0 : 1 }

private func compare(_ a: Int128, timesTenTo exponent: Int, with b: Int128) -> Int {
  if a == 0 { return sign(0, b) }
  guard let factor = powerOfTen(exponent) else { return a < 0 ? -1 : 1 }
  let (scaled, overflow) = a.multipliedReportingOverflow(by: factor)
  return overflow ? (a < 0 ? -1 : 1) : sign(scaled, b)
}

extension Value {
  /// The exact number; for a temporal value, its nanoseconds; nil for other values.
  public var exactNumber: ExactNumber? {
    switch self {
    case .integer(let value): .finite(value, scale: 0)
    case .float(let value): ExactNumber(value)
    case .decimal(let value, let scale): .finite(value, scale: scale)
    case .date(let days): .finite(Int128(days) * 86_400_000_000_000, scale: 0)
    case .time(let ticks): .finite(Int128(ticks), scale: 0)
    case .datetime(let ticks, let unit), .zoned(let ticks, let unit, _), .duration(let ticks, let unit):
      .finite(Int128(ticks) * Int128(1_000_000_000 / unit.ticksPerSecond), scale: 0)
    case .null, .bool, .text, .binary, .list, .structure: nil
    }
  }

  /// Negative, zero or positive if the value is less than, equal to or greater than `other`; nil if the two cannot be
  /// compared. Exact across types; NaN equals itself and comes last.
  public func order(with other: Value) -> Int? {
    switch (self, other) {
    case (.float(let a), .float(let b)):
      return a.isNaN || b.isNaN ? sign(a.isNaN ? 1 : 0, b.isNaN ? 1 : 0) : sign(a, b)
    case (.text(let a), .text(let b)), (.binary(let a), .binary(let b)): return sign(a, b)
    case (.bool(let a), .bool(let b)): return sign(a ? 1 : 0, b ? 1 : 0)
    default:
      guard kindOfNumber == other.kindOfNumber, let a = exactNumber, let b = other.exactNumber else { return nil }
      return a.order(with: b)
    }
  }

  /// Values of the same kind can be compared: numbers with numbers, dates with datetimes.
  private var kindOfNumber: Int {
    switch self {
    case .integer, .float, .decimal: 1
    case .date, .datetime: 2
    case .time: 3
    case .duration: 4
    case .zoned: 5
    case .null, .bool, .text, .binary, .list, .structure: 0
    }
  }
}

extension Column {
  /// The exact number in a row that is not null; nil if the column is neither numeric nor temporal.
  public func exactNumber(_ row: Int) -> ExactNumber? {
    if case .f32(let buffer) = values { return ExactNumber(buffer[row]) }
    return self[row].exactNumber
  }
}

/// `unscaled` / 10^scale as the nearest float.
func nearestFloat(_ unscaled: Int128, scale: Int) -> Double {
  // Both operands are exact, so the division rounds only once.
  if scale <= 22, unscaled.magnitude < 1 << 53, let factor = powerOfTen(scale) {
    return Double(unscaled) / Double(factor)
  }
  return Double("\(unscaled)e-\(scale)") ?? .nan
}
