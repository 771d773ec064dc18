import Diagnostics
import Generators
import Tables

/// Columns of every type with nulls, repeats and the values that break things.
enum SampleColumns {
  static let types: [DataType] = [
    .bool, .i8, .i16, .i32, .i64, .u8, .u16, .u32, .u64, .f32, .f64, .string, .date, .datetime(.milliseconds),
    .decimal(precision: 38, scale: 2), .list(.i64), .structure([Field("a", .i32), Field("b", .string)]),
  ]

  static let texts: [Text] = [
    "", "a", "ab", "б", "бумага", "Чай №1, категория 158", "\u{e9}", "e\u{301}", "a\0b", "zzzzzzzzzzzz",
  ]

  /// A value of a type: seldom an extreme, else one of a few.
  static func value(_ type: DataType, _ dice: inout SplitMix) -> Value {
    let isExtreme = dice.below(8) == 0
    let small = dice.below(6)
    switch type {
    case .bool: return .bool(small % 2 == 0)
    case .i8: return .integer(isExtreme ? [Int128(Int8.min), Int128(Int8.max)][small % 2] : Int128(small - 3))
    case .i16: return .integer(isExtreme ? [Int128(Int16.min), Int128(Int16.max)][small % 2] : Int128(small - 3))
    case .i32: return .integer(isExtreme ? [Int128(Int32.min), Int128(Int32.max)][small % 2] : Int128(small - 3))
    case .i64: return .integer(isExtreme ? [Int128(Int64.min), Int128(Int64.max)][small % 2] : Int128(small - 3))
    case .u8: return .integer(isExtreme ? Int128(UInt8.max) : Int128(small))
    case .u16: return .integer(isExtreme ? Int128(UInt16.max) : Int128(small))
    case .u32: return .integer(isExtreme ? Int128(UInt32.max) : Int128(small))
    case .u64: return .integer(isExtreme ? Int128(UInt64.max) : Int128(small))
    case .f32, .f64:
      let odd: [Double] = [.nan, .infinity, -.infinity, -0.0, 0, 0.5]
      return .float(isExtreme ? odd[small] : Double(small) - 2.5)
    case .string: return .text(texts[dice.below(texts.count)])
    case .date: return .date(Int32(19_900 + small))
    case .datetime(let unit): return .datetime(Int64(small) * 1_000_000_007 - 5, unit)
    case .decimal(_, let scale):
      let large: Int128 = 10_000_000_000_000_000_000_000_000
      return .decimal(isExtreme ? [large, -large][small % 2] + Int128(small) : Int128(small - 2), scale: scale)
    case .list(let element):
      return .list((0..<small % 4).map { _ in dice.below(7) == 0 ? .null : value(element, &dice) })
    case .structure(let fields):
      return .structure(
        fields.map(\.name), fields.map { dice.below(7) == 0 ? .null : value($0.type, &dice) })
    default: return .null
    }
  }

  static func values(_ type: DataType, count: Int, nulls: Bool, _ dice: inout SplitMix) -> [Value] {
    (0..<count).map { _ in nulls && dice.below(5) == 0 ? .null : value(type, &dice) }
  }

  static func column(_ type: DataType, count: Int, nulls: Bool = true, seed: Int) throws(Diagnostic) -> Column {
    var dice = SplitMix(seed: UInt64(seed))
    return try Column(type, values(type, count: count, nulls: nulls, &dice))
  }
}

extension Column {
  /// All values, for naive evaluations.
  var all: [Value] { (0..<count).map { self[$0] } }
}

/// The order of the language: null last, NaN before it in either direction.
func naivePrecedes(_ a: Value, _ b: Value, descending: Bool = false) -> Bool {
  switch (a, b) {
  case (.null, _): return false
  case (_, .null): return true
  case (.float(let x), .float(let y)):
    if x.isNaN || y.isNaN { return !x.isNaN }
    return descending ? y < x : x < y
  case (.bool(let x), .bool(let y)): return descending ? y.asInt < x.asInt : x.asInt < y.asInt
  case (.integer(let x), .integer(let y)): return descending ? y < x : x < y
  case (.text(let x), .text(let y)): return descending ? y < x : x < y
  case (.date(let x), .date(let y)): return descending ? y < x : x < y
  case (.datetime(let x, _), .datetime(let y, _)): return descending ? y < x : x < y
  case (.decimal(let x, _), .decimal(let y, _)): return descending ? y < x : x < y
  case (.list(let x), .list(let y)):
    let order = x.lexicographicallyPrecedes(y) { naivePrecedes($0, $1) }
    let reverse = y.lexicographicallyPrecedes(x) { naivePrecedes($0, $1) }
    return descending ? reverse : order
  case (.structure(_, let x), .structure(_, let y)):
    return x.lexicographicallyPrecedes(y) { naivePrecedes($0, $1, descending: descending) }
  default: return false
  }
}

extension Bool {
  fileprivate var asInt: Int { self ? 1 : 0 }
}
