import Tables

// Which type two operands meet in: that of the columns (`DataType.common`), with constants giving way.

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
    if self == .null || other == .null { return true }
    if self == .bool || other == .bool { return self == other }
    if isNested || other.isNested { return self == other }
    return DataType.common(self, other) != nil
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
  /// The type this operand meets `other` in: a constant takes the other's type if it fits, so that `i32_column + 1`
  /// stays i32. Numbers and truth values do not meet.
  func meetingType(with other: BoundExpression) -> DataType? {
    if let adapted = adaptedType(to: other.type) { return adapted }
    if let adapted = other.adaptedType(to: type) { return adapted }
    if (type == .bool) != (other.type == .bool), type != .null, other.type != .null { return nil }
    return DataType.common(type, other.type)
  }

  private func adaptedType(to wanted: DataType) -> DataType? {
    guard let value = constantValue else { return nil }
    switch value {
    case .integer(let number) where wanted.isInteger: return wanted.holds(number) ? wanted : nil
    case .integer where wanted.isFloat: return wanted
    case .float where wanted == .f32: return .f32
    default: return nil
    }
  }

  /// The same value in another type; a constant is converted on the spot, a column while it is read.
  func cast(to wanted: DataType) -> BoundExpression {
    if type == wanted { return self }
    if let value = constantValue {
      if value.isNull { return BoundExpression(.constant(.null), wanted, span: span) }
      if case .integer(let number) = value, wanted.isFloat {
        return BoundExpression(.constant(.float(Double(number))), wanted, span: span)
      }
      if case .integer(let number) = value, wanted.holds(number) {
        return BoundExpression(.constant(value), wanted, span: span)
      }
      if case .float = value, wanted.isFloat { return BoundExpression(.constant(value), wanted, span: span) }
    }
    return BoundExpression(.cast(self, isTry: false), wanted, span: span)
  }
}
