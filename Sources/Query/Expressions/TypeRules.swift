import Parallelism
import Tables

// Where two types meet, in `==`, `in`, joins, `if`, `coalesce`, `fill_null`, lists, one rule holds: no value changes.
//
// Comparisons never convert what another type does not hold: they compare by value (`ExactNumber`). Where values of both
// are to stand in one column, that has the common type (`DataType.common`), constants giving way, and a value that it does
// not hold exactly is an error. Arithmetic alone rounds: floats do.

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

  /// Whether `==` means something between values of these types, and `<` unless they are lists or structs.
  func isComparable(with other: DataType) -> Bool {
    DataType.meeting(self, other) != nil
  }

  /// The type in which values of both types stand side by side. Numbers and truth values do not meet, at any depth.
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

  /// Digits after the point of a number that is kept exactly; nil of one that is not.
  var exactScale: Int? {
    if case .decimal(_, let scale) = self { return scale }
    return isInteger ? 0 : nil
  }

  /// The type a whole literal has.
  static func ofInteger(_ value: Int128) -> DataType {
    DataType.i64.holds(value) ? .i64 : DataType.u64.holds(value) ? .u64 : .decimal(precision: 38, scale: 0)
  }
}

extension BoundExpression {
  /// The type this operand meets `other` in: a constant takes the other's type if that holds it, so that `i32_column + 1`
  /// stays i32 and `if c then price else 0.5` a decimal.
  ///
  /// - Parameter isRounding: of arithmetic, in which constants beside floats are rounded to them.
  func meetingType(with other: BoundExpression, isRounding: Bool = false) -> DataType? {
    for (constant, wanted) in [(self, other.type), (other, type)] {
      guard let value = constant.constantValue else { continue }
      if isRounding, wanted.isDecimal { continue }
      if value.givesWay(to: wanted), value.held(by: wanted) != nil { return wanted }
      if isRounding, wanted.isFloat, constant.type.isInteger || constant.type == .f64 { return wanted }
    }
    return DataType.meeting(type, other.type)
  }

  /// A constant as the very same number or moment in another type; any other operand, and a constant that the type does
  /// not hold, as it is.
  func fitted(to wanted: DataType) -> BoundExpression {
    guard let value = constantValue?.held(by: wanted) else { return self }
    return BoundExpression(.constant(value), wanted, span: span)
  }

  /// The same value in another type; a constant is converted on the spot, a column while it is read.
  ///
  /// - Parameter mode: strict in arithmetic, which may round to floats.
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

  /// Whether a constant may take a type of that kind: a whole number any, but 2.0 stays a float beside whole numbers.
  fileprivate func givesWay(to type: DataType) -> Bool {
    switch self {
    case .integer: type.isNumeric
    case .float: type.isFloat || type.isDecimal
    case .decimal: type.isDecimal
    default: false
    }
  }

  /// The very same number or moment as a value of a type; nil where that does not hold it.
  ///
  /// A float stands for the number it is written as: 0.1 is the same as f32, as f64 and as a decimal.
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
    // Ctrl-C is for the work around this: here it would look like a type that does not hold the value.
    let held = Cancellation.$current.withValue(Cancellation()) { try? Tables.cast(column, to: type, .exact)[0] }
    return held.flatMap { $0.isNull ? nil : $0 }
  }
}
