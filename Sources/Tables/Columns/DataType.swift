/// The type of a column's values; tables show it in the second header line.
public indirect enum DataType: Sendable, Hashable {
  /// Only nulls. Combined with any other type, it becomes that type.
  case null
  case bool
  case i8, i16, i32, i64
  case u8, u16, u32, u64
  case f32, f64
  /// UTF-8 text.
  case string
  /// Bytes that are not text.
  case binary
  /// Days since 1970-01-01.
  case date
  /// Nanoseconds since midnight.
  case time
  /// Ticks since 1970-01-01T00:00:00, without a time zone.
  case datetime(TimeUnit)
  /// Ticks since 1970-01-01T00:00:00 UTC, shown as the clocks of a time zone show them.
  case zoned(TimeUnit, Zone)
  /// Ticks between two points in time.
  case duration(TimeUnit)
  /// An exact decimal number: an integer of at most 38 digits, divided by 10^scale.
  case decimal(precision: Int, scale: Int)
  case list(DataType)
  case structure([Field])
}

/// A named column's type.
public struct Field: Sendable, Hashable {
  public var name: String
  public var type: DataType

  public init(_ name: String, _ type: DataType) {
    self.name = name
    self.type = type
  }
}

extension DataType: CustomStringConvertible {
  /// The name the language gives the type: `i64`, `datetime[ns]`, `list[str]`.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .i8: "i8"
    case .i16: "i16"
    case .i32: "i32"
    case .i64: "i64"
    case .u8: "u8"
    case .u16: "u16"
    case .u32: "u32"
    case .u64: "u64"
    case .f32: "f32"
    case .f64: "f64"
    case .string: "str"
    case .binary: "binary"
    case .date: "date"
    case .time: "time"
    case .datetime(let unit): "datetime[\(unit.rawValue)]"
    case .zoned(let unit, let zone): "datetime[\(unit.rawValue), \(zone)]"
    case .duration(let unit): "duration[\(unit.rawValue)]"
    case .decimal(let precision, let scale): "decimal[\(precision),\(scale)]"
    case .list(let element): "list[\(element)]"
    case .structure(let fields): "struct[\(fields.map { "\($0.name): \($0.type)" }.joined(separator: ", "))]"
    }
  }

  /// Whole numbers of any width and sign.
  public var isInteger: Bool {
    switch self {
    case .i8, .i16, .i32, .i64, .u8, .u16, .u32, .u64: true
    default: false
    }
  }

  public var isSignedInteger: Bool {
    switch self {
    case .i8, .i16, .i32, .i64: true
    default: false
    }
  }

  public var isFloat: Bool { self == .f32 || self == .f64 }

  /// Integers, floats and decimals: the types that arithmetic accepts.
  public var isNumeric: Bool {
    if case .decimal = self { return true }
    return isInteger || isFloat
  }

  /// Dates, times, datetimes and durations.
  public var isTemporal: Bool {
    switch self {
    case .date, .time, .datetime, .zoned, .duration: true
    default: false
    }
  }

  /// Numbers and durations: they are aligned to the right.
  public var isRightAligned: Bool {
    switch self {
    case .duration: true
    default: isNumeric
    }
  }

  /// The element type of a list; nil for other types.
  public var element: DataType? { if case .list(let element) = self { element } else { nil } }

  /// The fields of a struct; empty for other types.
  public var fields: [Field] { if case .structure(let fields) = self { fields } else { [] } }

  public var isNested: Bool {
    switch self {
    case .list, .structure: true
    default: false
    }
  }

  /// The number of bits of an integer type; 0 for other types.
  public var integerWidth: Int {
    switch self {
    case .i8, .u8: 8
    case .i16, .u16: 16
    case .i32, .u32: 32
    case .i64, .u64: 64
    default: 0
    }
  }
}
