import Foundation
import Tables

/// What the naive evaluator says instead of a value.
enum NaiveFailure: Error {
  /// Lectern has to refuse it: it does not fit, loses digits, divides by zero.
  case refused
  /// The types do not go together: refused before any row is looked at.
  case types
  /// It is not computed here, for that reason.
  case unknown(NaiveGap)
}

/// What the naive evaluator does not compute, and why. All else of the grid is compared with it.
enum NaiveGap: String, CaseIterable {
  case hash = "`hash` may spread values as it likes, the same for equal ones"
  case displayedTexts = "how floats and moments are written as text is tested with the display"
  case digitsOfFloats = "`round(x, n)` of floats depends on how floats are multiplied"
  case orderOfLists = "lists and structs are equal or not; `sort`, `min` and `mode` order them as they come"
  case nullConstants = "`null` in place of a constant, which each function takes in its own way"
  case quantilesBetween = "quantiles of moments that lie neither at a row nor in the middle of two"
  case shapes = "skewness, kurtosis and correlations of numbers whose powers or whose spread a float does not hold"
  case forms = "texts that are read by other directives than %Y %m %d %H %M %S, or with years of not four digits"
  case runningFloats = "running sums of floats are tested with their own tables"
  case sessionValues = "values of the session: the grid runs them, comparisons with `==` are in MeetingTypesTests"
  case frames = "distances beyond 120 bits"
  case windowsInRows = "windows are computed by groups, not by rows"
  case nestedCalls = "calls in calls, which the grid does not write"
  /// A mistake of the evaluator's own.
  case fault = "it should have been computed"
}

/// A number written out in decimal digits: exact, whatever type holds it, and slow.
///
/// Below 2⁵³ (an `f32` below 2²⁴) a float stands for the fewest digits that read back, above for the whole number it is.
struct NaiveNumber {
  enum Kind: Int { case negativeInfinity, finite, infinity, notANumber }

  var kind = Kind.finite
  var isNegative = false
  /// Digits before the point, without zeros at the start, and after it, without zeros at the end.
  var whole = ""
  var fraction = ""

  init(_ value: Value, _ type: DataType) {
    switch value {
    case .integer(let number): self.init(digits: "\(number)", shift: 0)
    case .decimal(let unscaled, let scale): self.init(digits: "\(unscaled)", shift: -scale)
    case .float(let number): self.init(number, isSingle: type == .f32)
    case .bool(let truth): self.init(digits: truth ? "1" : "0", shift: 0)
    default: self.init(kind: .notANumber)
    }
  }

  private init(kind: Kind) { self.kind = kind }

  private init(_ number: Double, isSingle: Bool) {
    if number.isNaN {
      self.init(kind: .notANumber)
    } else if number.isInfinite {
      self.init(kind: number < 0 ? .negativeInfinity : .infinity)
    } else if isSingle && number.magnitude < 0x1p24 || number.magnitude < 0x1p53 {
      let parts = (isSingle ? Float(number).description : number.description).split(separator: "e")
      self.init(digits: String(parts[0]), shift: parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    } else {
      self.init(digits: String(format: "%.0f", number), shift: 0)
    }
  }

  /// `-12.5` with its point moved to the right.
  init(digits text: String, shift: Int) {
    isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" || $0 == "+" }.split(separator: ".", omittingEmptySubsequences: false)
    var digits = Array(parts[0]) + (parts.count > 1 ? Array(parts[1]) : [])
    var point = parts[0].count + shift
    while point > digits.count { digits.append("0") }
    while point < 0 {
      digits.insert("0", at: 0)
      point += 1
    }
    whole = String(digits[..<point].drop { $0 == "0" })
    fraction = String(digits[point...])
    while fraction.hasSuffix("0") { fraction.removeLast() }
    if whole.isEmpty, fraction.isEmpty { isNegative = false }
  }

  var isWhole: Bool { kind == .finite && fraction.isEmpty }

  /// The number times 10^scale; nil where that is not whole or has more than 38 digits.
  func unscaled(_ scale: Int) -> Int128? {
    guard kind == .finite, fraction.count <= scale else { return nil }
    let digits = whole + fraction + String(repeating: "0", count: scale - fraction.count)
    let significant = String(digits.drop { $0 == "0" })
    guard significant.count <= 38 else { return nil }
    return Int128((isNegative ? "-" : "") + (significant.isEmpty ? "0" : significant))
  }

  /// The nearest double.
  var double: Double {
    switch kind {
    case .notANumber: .nan
    case .infinity: .infinity
    case .negativeInfinity: -.infinity
    case .finite: Double((isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole) + "." + fraction + "0") ?? .nan
    }
  }

  /// Below, at or above zero; NaN equals itself and comes last.
  func order(_ other: NaiveNumber) -> Int {
    if kind != .finite || other.kind != .finite { return sign(kind.rawValue, other.kind.rawValue) }
    if isNegative != other.isNegative { return isNegative ? -1 : 1 }
    let size = magnitudeOrder(other)
    return isNegative ? -size : size
  }

  private func magnitudeOrder(_ other: NaiveNumber) -> Int {
    if whole.count != other.whole.count { return sign(whole.count, other.whole.count) }
    if whole != other.whole { return whole < other.whole ? -1 : 1 }
    let width = max(fraction.count, other.fraction.count)
    let (a, b) = (
      fraction.padding(toLength: width, withPad: "0", startingAt: 0),
      other.fraction.padding(toLength: width, withPad: "0", startingAt: 0)
    )
    return a == b ? 0 : a < b ? -1 : 1
  }
}

func sign<Compared: Comparable>(_ a: Compared, _ b: Compared) -> Int { a < b ? -1 : a == b ? 0 : 1 }

extension Int128 {
  static func tenTo(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }

  /// Whether a type of whole or decimal numbers has it; of a decimal, as its unscaled digits.
  func isHeld(by type: DataType) -> Bool {
    switch type {
    case .i8: self >= Int128(Int8.min) && self <= Int128(Int8.max)
    case .i16: self >= Int128(Int16.min) && self <= Int128(Int16.max)
    case .i32: self >= Int128(Int32.min) && self <= Int128(Int32.max)
    case .i64: self >= Int128(Int64.min) && self <= Int128(Int64.max)
    case .u8: self >= 0 && self <= Int128(UInt8.max)
    case .u16: self >= 0 && self <= Int128(UInt16.max)
    case .u32: self >= 0 && self <= Int128(UInt32.max)
    case .u64: self >= 0 && self <= Int128(UInt64.max)
    case .decimal(let precision, _): String(magnitude).count <= precision
    default: false
    }
  }

  func floorDivided(by other: Int128) -> Int128 {
    let quotient = self / other
    return self % other != 0 && (self < 0) != (other < 0) ? quotient - 1 : quotient
  }
}

extension DataType {
  var width: Int {
    switch self {
    case .i8, .u8: 8
    case .i16, .u16: 16
    case .i32, .u32: 32
    case .i64, .u64: 64
    default: 0
    }
  }

  var isSigned: Bool { [.i8, .i16, .i32, .i64].contains(self) }

  var scale: Int { if case .decimal(_, let scale) = self { scale } else { 0 } }
  var hasScale: Bool { if case .decimal = self { true } else { false } }
  var isMoment: Bool {
    switch self {
    case .date, .time, .datetime, .zoned, .duration: true
    default: false
    }
  }

  var isZoned: Bool { if case .zoned = self { true } else { false } }
  var isDatetime: Bool { if case .datetime = self { true } else { isZoned } }

  /// The unit of its ticks; nil of what has none of its own.
  var unit: TimeUnit? {
    switch self {
    case .datetime(let unit), .zoned(let unit, _), .duration(let unit): unit
    default: nil
    }
  }

  /// The type in which values of two types stand side by side, as DIFFERENCES says; nil where there is none.
  static func naiveCommon(_ a: DataType, _ b: DataType) -> DataType? {
    if a == b || b == .null { return a }
    if a == .null { return b }
    switch (a, b) {
    case (.list(let x), .list(let y)): return naiveCommon(x, y).map { .list($0) }
    case (.date, .datetime), (.datetime, .date): return a == .date ? b : a
    case (.datetime(let x), .datetime(let y)): return .datetime(x.ticksPerSecond > y.ticksPerSecond ? x : y)
    case (.zoned(let x, let zone), .zoned(let y, let other)) where zone == other:
      return .zoned(x.ticksPerSecond > y.ticksPerSecond ? x : y, zone)
    case (.duration(let x), .duration(let y)): return .duration(x.ticksPerSecond > y.ticksPerSecond ? x : y)
    default: break
    }
    guard a.isNumeric, b.isNumeric else { return nil }
    if a.hasScale || b.hasScale {
      if a.isFloat || b.isFloat { return .f64 }
      guard case .decimal(let p, let s) = a, case .decimal(let q, let t) = b else {
        return .decimal(precision: 38, scale: max(a.scale, b.scale))
      }
      return .decimal(precision: min(38, max(p - s, q - t) + max(s, t)), scale: max(s, t))
    }
    if a.isFloat, b.isFloat { return .f64 }
    if a.isFloat || b.isFloat { return a == .f32 && b.width <= 16 || b == .f32 && a.width <= 16 ? .f32 : .f64 }
    if a.isSigned == b.isSigned { return a.width >= b.width ? a : b }
    let width = max(a.isSigned ? a.width : b.width, 2 * (a.isSigned ? b.width : a.width))
    let signed: [Int: DataType] = [16: .i16, 32: .i32, 64: .i64]
    return signed[width] ?? .decimal(precision: 38, scale: 0)
  }
}
