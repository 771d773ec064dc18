import Parallelism
import Tables

// Implicit conversions. Where values of two types are compared or combined (`==`, `in`, joins, `if`, `coalesce`,
// `fill_null`, lists), no value may change.
//
// Comparisons compare by value (`ExactNumber`) and never round. Where values of both types go to one column, its type
// is the common type (`DataType.common`); a constant takes the type of the other side if that holds it. A value that
// the common type does not hold exactly is an error. Only arithmetic with floats rounds.

extension DataType {
  /// Whether an integer type can hold a value.
  func holds(_ value: Int128) -> Bool {
    switch self {
    case .i8: Int8(exactly: value) != nil
    case .i16: Int16(exactly: value) != nil
    case .i32: Int32(exactly: value) != nil
    case .i64: Int64(exactly: value) != nil
    case .u8: UInt8(exactly: value) != nil
    case .u16: UInt16(exactly: value) != nil
    case .u32: UInt32(exactly: value) != nil
    case .u64: UInt64(exactly: value) != nil
    default: false
    }
  }

  /// Whether values of these types can be compared with `==`, and with `<` unless they are lists or structs.
  func isComparable(with other: DataType) -> Bool {
    // Moments have one order in all zones.
    if case .zoned = self, case .zoned = other { return true }
    return DataType.meeting(self, other) != nil
  }

  /// The common type, except that bools and numbers have none, also inside lists and structs.
  static func meeting(_ left: DataType, _ right: DataType) -> DataType? {
    switch (left, right) {
    case (.list(let a), .list(let b)): return meeting(a, b).map { .list($0) }
    case (.structure(let a), .structure(let b)):
      guard a.map(\.name) == b.map(\.name) else { return nil }
      let types = zip(a, b).compactMap { meeting($0.type, $1.type) }
      return types.count == a.count ? .structure(zip(a, types).map { Field($0.name, $1) }) : nil
    case (.bool, let other), (let other, .bool): return other == .bool || other == .null ? .bool : nil
    default: return DataType.common(left, right)
    }
  }

  var isDecimal: Bool { if case .decimal = self { true } else { false } }

  /// The digits after the point of an exact numeric type (integer or decimal); nil for other types.
  var exactScale: Int? {
    if case .decimal(_, let scale) = self { return scale }
    return isInteger ? 0 : nil
  }

  /// The type of a whole-number literal.
  static func ofInteger(_ value: Int128) -> DataType {
    DataType.i64.holds(value) ? .i64 : DataType.u64.holds(value) ? .u64 : .decimal(precision: 38, scale: 0)
  }
}

extension BoundExpression {
  /// The common type of this operand and `other`. A constant takes the other's type if that can hold it, so that
  /// `i32_column + 1` stays i32, and `if c then price else 0.5` stays decimal.
  ///
  /// - Parameter isRounding: true for arithmetic, where a constant combined with a float is rounded to it.
  func meetingType(with other: BoundExpression, isRounding: Bool = false) -> DataType? {
    for (constant, wanted) in [(self, other.type), (other, type)] {
      guard let value = constant.constantValue else { continue }
      if isRounding, wanted.isDecimal { continue }
      if value.givesWay(to: wanted), value.held(by: wanted) != nil { return wanted }
      if isRounding, wanted.isFloat, constant.type.isInteger || constant.type == .f64 { return wanted }
    }
    return DataType.meeting(type, other.type)
  }

  /// Converts a constant to another type if that can hold it exactly; other operands and constants are not changed.
  func fitted(to wanted: DataType) -> BoundExpression {
    guard let value = constantValue?.held(by: wanted) else { return self }
    return BoundExpression(.constant(value), wanted, span: span)
  }

  /// The operand in another type: a constant is converted at once, other expressions get a cast.
  ///
  /// - Parameter mode: `.strict` for arithmetic, which may round to floats.
  func cast(to wanted: DataType, by mode: CastMode = .exact) -> BoundExpression {
    if type == wanted { return self }
    if let value = constantValue {
      if value.isNull { return BoundExpression(.constant(.null), wanted, span: span) }
      if value.isNumber, let held = value.held(by: wanted) {
        return BoundExpression(.constant(held), wanted, span: span)
      }
      if mode == .strict, wanted.isFloat, value.isNumber, let number = value.number {
        return BoundExpression(.constant(.float(number)), wanted, span: span)
      }
    }
    return BoundExpression(.cast(self, mode), wanted, span: span)
  }
}

extension Value {
  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .float, .decimal: true
    default: false
    }
  }

  /// Whether a constant may take that type: a whole number may take any numeric type, but 2.0 stays a float next to
  /// whole numbers.
  fileprivate func givesWay(to type: DataType) -> Bool {
    switch self {
    case .integer: type.isNumeric
    case .float: type.isFloat || type.isDecimal
    case .decimal: type.isDecimal
    default: false
    }
  }

  /// The same value in another type; nil if the type cannot hold it exactly.
  ///
  /// A float counts as its shortest decimal text: 0.1 is the same number as f32, as f64 and as decimal.
  func held(by type: DataType) -> Value? {
    switch (self, type) {
    case (.float(let number), .f64): return .float(number)
    case (.float(let number), .f32):
      let narrow = Float(number)
      let isSame = number.isFinite ? narrow.isFinite && ExactNumber(narrow) == ExactNumber(number) : true
      return isSame ? .float(Double(narrow)) : nil
    case (.text, .string), (.binary, .binary), (.bool, .bool): return self
    default: break
    }
    guard exactNumber != nil, let column = try? Column(literalType, [self]) else { return nil }
    // Ignores a cancellation here, because it would look as if the type could not hold the value.
    let held = Cancellation.$current.withValue(Cancellation()) { try? Tables.cast(column, to: type, .exact)[0] }
    return held.flatMap { $0.isNull ? nil : $0 }
  }
}
