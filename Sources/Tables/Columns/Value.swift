/// One value of a table, a literal of the language, a session's scalar.
///
/// Slow and general: for printing, input and tests. Kernels work on buffers.
public indirect enum Value: Sendable, Hashable {
  case null
  case bool(Bool)
  /// Any whole number of any integer type.
  case integer(Int128)
  /// Any float; NaN equals itself, as in the language.
  case float(Double)
  case text(Text)
  case binary(Text)
  /// Days since 1970-01-01.
  case date(Int32)
  /// Nanoseconds since midnight.
  case time(Int64)
  /// Ticks since 1970-01-01T00:00:00.
  case datetime(Int64, TimeUnit)
  /// Ticks since 1970-01-01T00:00:00 UTC.
  case zoned(Int64, TimeUnit, Zone)
  /// Ticks.
  case duration(Int64, TimeUnit)
  /// `unscaled` / 10^scale.
  case decimal(Int128, scale: Int)
  case list([Value])
  /// The names of the fields and their values.
  case structure([String], [Value])
}

extension Value {
  public var isNull: Bool { self == .null }

  public static func == (left: Value, right: Value) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.float(let a), .float(let b)): a == b || (a.isNaN && b.isNaN)
    case (.text(let a), .text(let b)): a == b
    case (.binary(let a), .binary(let b)): a == b
    case (.date(let a), .date(let b)): a == b
    case (.time(let a), .time(let b)): a == b
    case (.datetime(let a, let unit), .datetime(let b, let other)): a == b && unit == other
    case (.zoned(let a, let unit, let zone), .zoned(let b, let other, let otherZone)):
      a == b && unit == other && zone == otherZone
    case (.duration(let a, let unit), .duration(let b, let other)): a == b && unit == other
    case (.decimal(let a, let scale), .decimal(let b, let other)): a == b && scale == other
    case (.list(let a), .list(let b)): a == b
    case (.structure(let names, let a), .structure(let others, let b)): names == others && a == b
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .float(let value): hasher.combine(value.isNaN ? Double.nan.bitPattern : (value + 0).bitPattern)
    case .text(let value), .binary(let value): hasher.combine(value)
    case .date(let value): hasher.combine(value)
    case .time(let value), .datetime(let value, _), .zoned(let value, _, _), .duration(let value, _):
      hasher.combine(value)
    case .decimal(let value, _): hasher.combine(value)
    case .list(let values), .structure(_, let values): hasher.combine(values)
    }
  }

  /// The value as a float; nil if it is not a number.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): value
    case .decimal(let value, let scale): nearestFloat(value, scale: scale)
    default: nil
    }
  }
}

extension Column {
  /// The value of a row.
  public subscript(row: Int) -> Value {
    if isNull(row) { return .null }
    switch values {
    case .null: return .null
    case .bool(let bits): return .bool(bits[row])
    case .i8(let buffer): return .integer(Int128(buffer[row]))
    case .i16(let buffer): return .integer(Int128(buffer[row]))
    case .i32(let buffer): return type == .date ? .date(buffer[row]) : .integer(Int128(buffer[row]))
    case .i64(let buffer):
      switch type {
      case .time: return .time(buffer[row])
      case .datetime(let unit): return .datetime(buffer[row], unit)
      case .zoned(let unit, let zone): return .zoned(buffer[row], unit, zone)
      case .duration(let unit): return .duration(buffer[row], unit)
      default: return .integer(Int128(buffer[row]))
      }
    case .u8(let buffer): return .integer(Int128(buffer[row]))
    case .u16(let buffer): return .integer(Int128(buffer[row]))
    case .u32(let buffer): return .integer(Int128(buffer[row]))
    case .u64(let buffer): return .integer(Int128(buffer[row]))
    case .f32(let buffer): return .float(Double(buffer[row]))
    case .f64(let buffer): return .float(buffer[row])
    case .i128(let buffer):
      guard case .decimal(_, let scale) = type else { return .integer(buffer[row]) }
      return .decimal(buffer[row], scale: scale)
    case .text(let text): return type == .binary ? .binary(text[row]) : .text(text[row])
    case .list(let lists): return .list(lists.range(row).map { lists.child[$0] })
    case .structure(let columns, _):
      guard case .structure(let fields) = type else { return .null }
      return .structure(fields.map(\.name), columns.map { $0[row] })
    }
  }
}
