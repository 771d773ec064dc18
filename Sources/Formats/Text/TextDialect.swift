import Diagnostics
import Tables

/// How a text file separates, quotes and spells its fields.
struct TextDialect: Sendable, Hashable {
  /// One byte or more, for example `::`.
  var separator: [UInt8] = [0x2C]
  var hasHeader = true
  var decimalComma = false
  /// Whether a backslash inside quotes escapes a quote, as MySQL and Unix programs write it.
  var backslashEscapes = false
  /// The quote character; nil if quotes are ordinary characters.
  var quote: UInt8? = TextDialect.doubleQuote
  /// Whether a quoted field may contain line ends. If not, a quote that is not closed on its line is an ordinary
  /// character.
  var quotesSpanLines = true
  /// Whether the user said how to read quotes, so that odd fields are not doubted.
  var quotesAreSure = false
  /// Texts that mean null.
  var nulls: [[UInt8]] = []

  static let doubleQuote: UInt8 = 0x22
  static let backslash: UInt8 = 0x5C
  static let newline: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D

  /// Whether a field may contain a line end.
  var hidesLineEnds: Bool { quote != nil && quotesSpanLines }
}

/// The kind of a column's fields. Wider kinds hold values that narrower ones cannot.
enum FieldKind: Sendable, Hashable {
  /// Only nulls so far.
  case unknown
  case bool
  case integer
  /// Integers that a 64-bit float would round.
  case longInteger
  case float
  case date
  case datetime(TimeUnit)
  /// Datetimes that all say which moment they are: with an offset or `Z`.
  case moment(TimeUnit)
  case string

  /// The narrowest kind that reads both.
  func joined(_ other: FieldKind) -> FieldKind {
    if self == other { return self }
    switch (self, other) {
    case (.unknown, let only), (let only, .unknown): return only
    case (.integer, .longInteger), (.longInteger, .integer): return .longInteger
    case (.integer, .float), (.float, .integer): return .float
    case (.date, .datetime(let unit)), (.datetime(let unit), .date): return .datetime(unit)
    case (.datetime(let own), .datetime(let other)): return .datetime(FieldKind.unit(own, other))
    case (.moment(let own), .moment(let other)): return .moment(FieldKind.unit(own, other))
    // A moment beside a datetime without an offset: no type holds both unchanged.
    default: return .string
    }
  }

  /// The unit in which datetimes of two units are tried: nanoseconds for a fine fraction, else milliseconds, which only
  /// years beyond those of microseconds ask for. Where it does not hold all fields, the column is text.
  private static func unit(_ own: TimeUnit, _ other: TimeUnit) -> TimeUnit {
    own == .nanoseconds || other == .nanoseconds ? .nanoseconds : .milliseconds
  }

  /// Whether one is of moments and the other of dates or datetimes that have no offset.
  func mixesOffsets(with other: FieldKind) -> Bool {
    switch (self, other) {
    case (.moment, .date), (.moment, .datetime), (.date, .moment), (.datetime, .moment): true
    default: false
    }
  }

  var isMoment: Bool {
    switch self {
    case .datetime, .moment: true
    default: false
    }
  }

  /// Whether all values take the same number of bytes.
  var hasFixedWidth: Bool { isInteger || self == .float || self == .date || isMoment }

  var isInteger: Bool { self == .integer || self == .longInteger }

  var dataType: DataType {
    switch self {
    case .unknown, .string: .string
    case .bool: .bool
    case .integer, .longInteger: .i64
    case .float: .f64
    case .date: .date
    case .datetime(let unit): .datetime(unit)
    case .moment(let unit): .zoned(unit, .utc)
    }
  }

  /// The kind in which fields are read before they are cast to a requested type.
  init(reading type: DataType) {
    switch type {
    case .bool: self = .bool
    case .i8, .i16, .i32, .i64, .u8, .u16, .u32: self = .integer
    case .f32, .f64: self = .float
    case .date: self = .date
    case .datetime(let unit): self = .datetime(unit)
    default: self = .string
    }
  }

  /// The narrowest kind that preserves a field exactly.
  init(_ field: borrowing Span<UInt8>, decimalComma: Bool) {
    if TextField.bool(field) != nil {
      self = .bool
    } else if TextField.isCode(field) {
      self = .string
    } else if let number = NumberText.integer(field) as Int64? {
      self = number.magnitude > 1 << 53 ? .longInteger : .integer
    } else if TextField.isNumber(field, decimalComma: decimalComma) {
      self = .float
    } else if CalendarText.days(field) != nil {
      self = .date
    } else if field.count >= 16, let moment = CalendarText.moment(field, unit: .microseconds) {
      self = moment.hasOffset ? .moment(.microseconds) : .datetime(.microseconds)
    } else if field.count >= 16, let moment = CalendarText.moment(field, unit: .nanoseconds) {
      self = moment.hasOffset ? .moment(.nanoseconds) : .datetime(.nanoseconds)
    } else if field.count >= 16, let moment = CalendarText.moment(field, unit: .milliseconds) {
      self = moment.hasOffset ? .moment(.milliseconds) : .datetime(.milliseconds)
    } else {
      self = .string
    }
  }
}

/// Parses single fields.
enum TextField {
  static func bool(_ field: borrowing Span<UInt8>) -> Bool? {
    if spells(field, "true") { return true }
    if spells(field, "false") { return false }
    return nil
  }

  private static func spells(_ field: borrowing Span<UInt8>, _ word: StaticString) -> Bool {
    guard field.count == word.utf8CodeUnitCount else { return false }
    for index in field.indices where field[index] | 0x20 != word.utf8Start[index] { return false }
    return true
  }

  /// Whether a field consists of digits, with an optional sign.
  static func isDigits(_ field: borrowing Span<UInt8>) -> Bool {
    let first = field.count > 0 && (field[0] == 0x2D || field[0] == 0x2B) ? 1 : 0
    guard first < field.count else { return false }
    for index in first..<field.count where !(0x30...0x39).contains(field[index]) { return false }
    return true
  }

  /// Whether a field of digits is a code that would lose its first characters as a number: `00123`, `01.10`, or the
  /// telephone number `+79161234567`.
  static func isCode(_ field: borrowing Span<UInt8>) -> Bool {
    hasLeadingZeros(field) || field.count > 1 && field[0] == 0x2B && isDigits(field)
  }

  /// Whether a field is like `00123` or `01.10`.
  static func hasLeadingZeros(_ field: borrowing Span<UInt8>) -> Bool {
    guard field.count > 1 else { return false }
    let first = field[0] == 0x2D || field[0] == 0x2B ? 1 : 0
    guard first + 1 < field.count, field[first] == 0x30, (0x30...0x39).contains(field[first + 1]) else { return false }
    return isDecimalNumber(field)
  }

  /// Whether a field is written as a number: digits with a sign, a decimal mark or an exponent, of any size.
  static func isDecimalNumber(_ field: borrowing Span<UInt8>) -> Bool {
    var (digits, marks, exponents) = (0, 0, 0)
    for index in field.indices {
      switch field[index] {
      case 0x30...0x39: digits += 1
      case 0x2E, 0x2C:
        marks += 1
        if exponents > 0 { return false }
      case 0x45, 0x65:
        exponents += 1
        if digits == 0 { return false }
      case 0x2D, 0x2B: if index > 0, field[index - 1] | 0x20 != 0x65 { return false }
      default: return false
      }
    }
    let ends = field.count > 0 && (0x2E == field[field.count - 1] || (0x30...0x39).contains(field[field.count - 1]))
    return ends && digits > 0 && marks < 2 && exponents < 2
  }

  /// Whether a number has characters that a 64-bit float would lose: those of a code, or digits of a long integer.
  static func losesDigitsAsFloat(_ field: borrowing Span<UInt8>) -> Bool {
    if isCode(field) { return true }
    return field.count > 15 && isDigits(field)
      && (NumberText.integer(field) as Int64?).map { $0.magnitude > 1 << 53 } ?? true
  }

  /// Whether a field is a floating-point number with at least one digit, NaN or an infinity. Integers of more than 64
  /// bits are excluded, since a float would lose their digits.
  static func isNumber(_ field: borrowing Span<UInt8>, decimalComma: Bool) -> Bool {
    if isNotFinite(field) { return true }
    var hasDigit = false
    var isWhole = true
    for index in field.indices {
      let isDigit = (0x30...0x39).contains(field[index])
      hasDigit = hasDigit || isDigit
      isWhole = isWhole && (isDigit || field[index] == 0x2D || field[index] == 0x2B)
    }
    return hasDigit && !isWhole && float(field, decimalComma: decimalComma) != nil
  }

  private static func isNotFinite(_ field: borrowing Span<UInt8>) -> Bool {
    let words: [StaticString] = ["nan", "NaN", "inf", "-inf", "Inf", "-Inf", "Infinity", "-Infinity"]
    for word in words where word.utf8CodeUnitCount == field.count {
      if field.indices.allSatisfy({ field[$0] == word.utf8Start[$0] }) { return true }
    }
    return false
  }

  static func float(_ field: borrowing Span<UInt8>, decimalComma: Bool) -> Double? {
    guard decimalComma else { return NumberText.float(field) }
    var bytes: [UInt8] = []
    for index in field.indices {
      if field[index] == 0x2E { return nil }
      bytes.append(field[index] == 0x2C ? 0x2E : field[index])
    }
    return NumberText.float(bytes.span)
  }
}
