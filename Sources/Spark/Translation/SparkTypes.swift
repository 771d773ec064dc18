import Diagnostics
package import Tables

// Mapping of types. Spark has no unsigned integers, one unit of time, and no time of day. A type without an equivalent is
// stored in a wider type, and values are checked against the original type when they come back.

extension DataType {
  /// The Spark type that stores values of this type; nil if there is none.
  package var carrier: SparkType? {
    switch self {
    case .null: .null
    case .bool: .bool
    case .i8: .byte
    case .i16, .u8: .short
    case .i32, .u16: .integer
    case .i64, .u32: .long
    case .u64: .decimal(precision: 20, scale: 0)
    case .f32: .float
    case .f64: .double
    case .string: .text
    case .binary: .binary
    case .date: .date
    case .time, .zoned: nil
    case .datetime: .moment
    case .duration: .duration
    case .decimal(let precision, let scale): .decimal(precision: precision, scale: scale)
    case .list(let element): element.carrier.map { .list($0) }
    case .structure(let fields):
      fields.allSatisfy { $0.type.carrier != nil }
        ? .structure(fields.compactMap { field in field.type.carrier.map { SparkField(field.name, $0) } }) : nil
    }
  }

  /// The type of a column in transport.
  var carried: DataType {
    switch self {
    case .u8: .i16
    case .u16: .i32
    case .u32: .i64
    case .u64: .decimal(precision: 20, scale: 0)
    case .datetime: .datetime(.microseconds)
    case .duration: .duration(.microseconds)
    case .list(let element): .list(element.carried)
    case .structure(let fields): .structure(fields.map { Field($0.name, $0.type.carried) })
    default: self
    }
  }

  /// The range of an integer type; nil for other types.
  var wholeRange: (least: Int128, greatest: Int128)? {
    switch self {
    case .i8: (Int128(Int8.min), Int128(Int8.max))
    case .i16: (Int128(Int16.min), Int128(Int16.max))
    case .i32: (Int128(Int32.min), Int128(Int32.max))
    case .i64: (Int128(Int64.min), Int128(Int64.max))
    case .u8: (0, Int128(UInt8.max))
    case .u16: (0, Int128(UInt16.max))
    case .u32: (0, Int128(UInt32.max))
    case .u64: (0, Int128(UInt64.max))
    default: nil
    }
  }
}

extension SparkType {
  /// The column type for this Spark type; nil if there is none.
  var dataType: DataType? {
    switch self {
    case .null: .null
    case .binary: .binary
    case .bool: .bool
    case .byte: .i8
    case .short: .i16
    case .integer: .i32
    case .long: .i64
    case .float: .f32
    case .double: .f64
    case .text: .string
    case .date: .date
    case .moment, .momentWithZone: .datetime(.microseconds)
    case .duration: .duration(.microseconds)
    case .decimal(let precision, let scale):
      1...38 ~= precision && 0...precision ~= scale ? .decimal(precision: precision, scale: scale) : nil
    case .list(let element): element.dataType.map { .list($0) }
    case .structure(let fields):
      Set(fields.map(\.name)).count == fields.count && fields.allSatisfy { $0.type.dataType != nil }
        ? .structure(fields.compactMap { field in field.type.dataType.map { Field(field.name, $0) } }) : nil
    case .other: nil
    }
  }
}

extension SparkLiteral {
  /// Creates a literal for a value; nil if Spark cannot represent it.
  init?(_ value: Value, _ type: DataType) {
    guard let carrier = type.carrier else { return nil }
    switch (value, carrier) {
    case (.null, _): self = .null(carrier)
    case (.bool(let truth), _): self = .bool(truth)
    case (.integer(let number), .byte): self = .byte(Int8(truncatingIfNeeded: number))
    case (.integer(let number), .short): self = .short(Int16(truncatingIfNeeded: number))
    case (.integer(let number), .integer): self = .integer(Int32(truncatingIfNeeded: number))
    case (.integer(let number), .long): self = .long(Int64(truncatingIfNeeded: number))
    case (.integer(let number), .decimal): self = .decimal("\(number)", precision: 20, scale: 0)
    case (.integer(let number), .double), (.integer(let number), .float): self = .double(Double(number))
    case (.float(let number), .float): self = .float(Float(number))
    case (.float(let number), _): self = .double(number)
    case (.decimal(let number, let scale), .decimal(let precision, _)):
      self = .decimal(SparkLiteral.digits(number, scale: scale), precision: max(precision, scale), scale: scale)
    case (.text(let text), _): self = .text(text.string)
    case (.binary(let bytes), _): self = .binary(bytes.bytes.array)
    case (.date(let days), _): self = .date(days)
    case (.datetime(let ticks, let unit), _):
      guard let ticks = SparkLiteral.microseconds(ticks, unit) else { return nil }
      self = .moment(ticks)
    case (.duration(let ticks, let unit), _):
      guard let ticks = SparkLiteral.microseconds(ticks, unit) else { return nil }
      self = .duration(ticks)
    default: return nil
    }
  }

  static func microseconds(_ ticks: Int64, _ unit: TimeUnit) -> Int64? {
    let (scaled, rest) = (Int128(ticks) * 1_000_000).quotientAndRemainder(dividingBy: Int128(unit.ticksPerSecond))
    return rest == 0 ? Int64(exactly: scaled) : nil
  }

  private static func digits(_ number: Int128, scale: Int) -> String {
    let digits = String(number.magnitude)
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    let point = padded.index(padded.endIndex, offsetBy: -scale)
    return (number < 0 ? "-" : "") + padded[..<point] + (scale > 0 ? "." + padded[point...] : "")
  }
}

extension SparkExpression {
  static func whole(_ number: Int128) -> SparkExpression {
    if let long = Int64(exactly: number) { return .literal(.long(long)) }
    return .literal(.decimal("\(number)", precision: 38, scale: 0))
  }

  static func int(_ number: Int) -> SparkExpression { .literal(.integer(Int32(clamping: number))) }
  static func text(_ text: String) -> SparkExpression { .literal(.text(text)) }
  static func double(_ number: Double) -> SparkExpression { .literal(.double(number)) }

  /// `CASE WHEN … THEN … ELSE … END`. Without `otherwise` the default is null.
  static func when(_ cases: (SparkExpression, SparkExpression)..., otherwise: SparkExpression? = nil) -> SparkExpression
  {
    .call("when", cases.flatMap { [$0.0, $0.1] } + (otherwise.map { [$0] } ?? []))
  }

  /// The value as a key for grouping and joining: -0.0 and 0.0 are equal.
  func asKey(_ type: DataType) -> SparkExpression {
    switch type {
    case .f64: plus(.double(0))
    case .f32: plus(.literal(.float(0)))
    default: self
    }
  }

  var isNull: SparkExpression { .call("isnull", [self]) }
  var isKnown: SparkExpression { .call("isnotnull", [self]) }
  func and(_ other: SparkExpression) -> SparkExpression { .call("and", [self, other]) }
  func or(_ other: SparkExpression) -> SparkExpression { .call("or", [self, other]) }
  var negated: SparkExpression { .call("not", [self]) }
  func equals(_ other: SparkExpression) -> SparkExpression { .call("==", [self, other]) }
  func isBelow(_ other: SparkExpression) -> SparkExpression { .call("<", [self, other]) }
  func isAbove(_ other: SparkExpression) -> SparkExpression { .call(">", [self, other]) }
  func plus(_ other: SparkExpression) -> SparkExpression { .call("+", [self, other]) }
  func minus(_ other: SparkExpression) -> SparkExpression { .call("-", [self, other]) }
  func times(_ other: SparkExpression) -> SparkExpression { .call("*", [self, other]) }
  func cast(_ type: SparkType) -> SparkExpression { .cast(self, type) }
}
