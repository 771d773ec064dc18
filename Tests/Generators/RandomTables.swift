import Diagnostics
public import Tables

/// Makes random columns of any type, with extreme, ordinary and null values.
public struct RandomTables: Sendable {
  public var generator: SplitMix

  public init(seed: UInt64) { generator = SplitMix(state: seed) }

  public static let flatTypes: [DataType] =
    [.bool, .i8, .i16, .i32, .i64, .u8, .u16, .u32, .u64, .f32, .f64, .string, .binary, .date, .time]
    + TimeUnit.allCases.flatMap { [DataType.datetime($0), .duration($0)] }
    + [.decimal(precision: 9, scale: 2), .decimal(precision: 18, scale: 0), .decimal(precision: 38, scale: 10)]

  public static let nestedTypes: [DataType] = [
    .list(.i64), .list(.string), .list(.list(.f64)), .structure([Field("a", .i32), Field("b", .string)]),
    .list(.structure([Field("day", .date), Field("tags", .list(.string))])),
    .structure([Field("at", .datetime(.microseconds)), Field("amounts", .list(.decimal(precision: 12, scale: 3)))]),
  ]

  /// A random column of a type. `nulls` is the share of nulls, also within lists and structures.
  public mutating func column(_ type: DataType, count: Int, nulls: Double = 0.2) throws -> Column {
    var values: [Value] = []
    for _ in 0..<count { values.append(value(type, nulls: nulls)) }
    return try Column(type, values)
  }

  /// A random value of a type; null with probability `nulls`.
  public mutating func value(_ type: DataType, nulls: Double) -> Value {
    if Double.random(in: 0..<1, using: &generator) < nulls { return .null }
    switch type {
    case .null: return .null
    case .bool: return .bool(Bool.random(using: &generator))
    case .i8: return .integer(Int128(whole(Int8.self)))
    case .i16: return .integer(Int128(whole(Int16.self)))
    case .i32: return .integer(Int128(whole(Int32.self)))
    case .i64: return .integer(Int128(whole(Int64.self)))
    case .u8: return .integer(Int128(whole(UInt8.self)))
    case .u16: return .integer(Int128(whole(UInt16.self)))
    case .u32: return .integer(Int128(whole(UInt32.self)))
    case .u64: return .integer(Int128(whole(UInt64.self)))
    case .f32: return .float(Double(Float(float())))
    case .f64: return .float(float())
    case .string:
      let texts = ["", "0", "чай 😀", "say \"so\"", "two\nlines", "a,b;c\td", " x ", "null", "2024-07-01", "\\", "'"]
      let text = texts.randomElement(using: &generator) ?? ""
      return .text(Text(Bool.random(using: &generator) ? text : text + String(whole(UInt8.self))))
    case .binary: return .binary(Text(Buffer((0..<Int(whole(UInt8.self) % 9)).map { _ in whole(UInt8.self) })))
    case .date: return .date(whole(Int32.self))
    case .time: return .time(Int64.random(in: 0..<86_400_000_000, using: &generator) * 1_000)
    case .datetime(let unit): return .datetime(whole(Int64.self), unit)
    case .zoned(let unit, let zone): return .zoned(whole(Int64.self), unit, zone)
    case .duration(let unit): return .duration(whole(Int64.self), unit)
    case .decimal(let precision, let scale):
      let most: Int128 = (0..<precision).reduce(1) { power, _ in power * 10 } - 1
      let some: Int128 = Int128(whole(Int32.self)) % (most + 1)
      let numbers: [Int128] = [0, 1, -1, most, -most, some]
      return .decimal(numbers.randomElement(using: &generator) ?? 0, scale: scale)
    case .list(let element):
      return .list((0..<Int.random(in: 0..<4, using: &generator)).map { _ in value(element, nulls: nulls) })
    case .structure(let fields):
      return .structure(fields.map(\.name), fields.map { value($0.type, nulls: nulls) })
    }
  }

  /// A whole number of a type: half of the time an extreme value.
  private mutating func whole<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type) -> Number {
    let ends: [Number] = [.min, .max, 1, 0]
    return Bool.random(using: &generator)
      ? ends.randomElement(using: &generator) ?? 0 : Number.random(in: .min ... .max, using: &generator)
  }

  private mutating func whole<Number: FixedWidthInteger & SignedInteger>(_ type: Number.Type) -> Number {
    let ends: [Number] = [.min, .max, -1, 0]
    return Bool.random(using: &generator)
      ? ends.randomElement(using: &generator) ?? 0 : Number.random(in: .min ... .max, using: &generator)
  }

  private mutating func float() -> Double {
    let ends = [0.0, -0.0, .nan, .infinity, -.infinity, 1.7976931348623157e308, .leastNonzeroMagnitude, 0.1]
    return Bool.random(using: &generator)
      ? ends.randomElement(using: &generator) ?? 0 : Double.random(in: -1e6...1e6, using: &generator)
  }
}
