extension DataType {
  /// The common type of two types, or nil if there is none: `concat`, `if … else` and comparisons convert both sides to
  /// it.
  ///
  /// The rules are those of polars. Two integers of the same signedness give the wider one; a signed and an unsigned
  /// integer give the next wider signed one. An integer and a float give f64 (an f32 and an integer of at most 16 bits
  /// give f32). A bool and a number give the number's type. Date and datetime give datetime, two time units the finer
  /// one; two datetimes of one zone stay in it. Deviation: i64 and u64 give decimal[38,0], which is exact, not f64.
  public static func common(_ left: DataType, _ right: DataType) -> DataType? {
    if left == right { return left }
    switch (left, right) {
    case (.null, let other), (let other, .null): return other
    case (.decimal(let precision, let scale), .decimal(let otherPrecision, let otherScale)):
      let scale = (scale, otherScale)
      let whole = max(precision - scale.0, otherPrecision - scale.1)
      let wanted = max(scale.0, scale.1)
      return .decimal(precision: min(38, whole + wanted), scale: wanted)
    case (.decimal(_, let scale), let other) where other.isInteger: return .decimal(precision: 38, scale: scale)
    case (let other, .decimal(_, let scale)) where other.isInteger: return .decimal(precision: 38, scale: scale)
    case (.decimal, let other) where other.isFloat, (let other, .decimal) where other.isFloat: return .f64
    case (.date, .datetime(let unit)), (.datetime(let unit), .date): return .datetime(unit)
    case (.datetime(let a), .datetime(let b)): return .datetime(TimeUnit.finer(a, b))
    case (.zoned(let a, let zone), .zoned(let b, let other)):
      return zone == other ? .zoned(TimeUnit.finer(a, b), zone) : nil
    case (.duration(let a), .duration(let b)): return .duration(TimeUnit.finer(a, b))
    case (.list(let a), .list(let b)): return common(a, b).map { .list($0) }
    case (.structure(let a), .structure(let b)): return commonStructure(a, b)
    default: return commonNumber(left, right)
    }
  }

  /// The common type of several types; nil if there is none, `null` for an empty sequence.
  public static func common(_ types: some Sequence<DataType>) -> DataType? {
    var found: DataType? = .null
    for type in types { found = found.flatMap { common($0, type) } }
    return found
  }

  /// A type that holds every value that both types can represent; two values are equal if both convert to the same
  /// value of it. `cast(_:to:.exact)` makes all other values null.
  ///
  /// It is not the common type, because a conversion to float would be inexact: i64 and f64 are compared in i64,
  /// decimal and f64 in decimal.
  public static func ofEqualValues(_ left: DataType, _ right: DataType) -> DataType? {
    if left == right { return left }
    switch (left, right) {
    case (.decimal(_, let scale), let other) where other.isFloat,
      (let other, .decimal(_, let scale)) where other.isFloat:
      return .decimal(precision: 38, scale: scale)
    case (let whole, let other) where whole.integerWidth == 64 && other.isFloat,
      (let other, let whole) where whole.integerWidth == 64 && other.isFloat:
      return whole
    case (let signed, let other) where signed.isSignedInteger && other == .u64,
      (let other, let signed) where signed.isSignedInteger && other == .u64:
      return .i64
    // A moment is the same in every zone.
    case (.zoned(let a, let zone), .zoned(let b, _)): return .zoned(TimeUnit.finer(a, b), zone)
    default: return common(left, right)
    }
  }

  /// The common type of two columns that are only ordered: moments have one order in all zones.
  public static func ofOrder(_ left: DataType, _ right: DataType) -> DataType? {
    if case .zoned = left, case .zoned = right { return ofEqualValues(left, right) }
    return common(left, right)
  }

  private static func commonNumber(_ left: DataType, _ right: DataType) -> DataType? {
    if left == .bool, right.isInteger || right.isFloat { return right }
    if right == .bool, left.isInteger || left.isFloat { return left }
    guard left.isNumeric, right.isNumeric else { return nil }
    if left.isFloat, right.isFloat { return .f64 }
    if left.isFloat || right.isFloat {
      let (float, integer) = left.isFloat ? (left, right) : (right, left)
      return float == .f32 && integer.integerWidth <= 16 ? .f32 : .f64
    }
    if left.isSignedInteger == right.isSignedInteger {
      return left.integerWidth >= right.integerWidth ? left : right
    }
    let (signed, unsigned) = left.isSignedInteger ? (left, right) : (right, left)
    switch max(signed.integerWidth, unsigned.integerWidth * 2) {
    case ...16: return .i16
    case 32: return .i32
    case 64: return .i64
    default: return .decimal(precision: 38, scale: 0)
    }
  }

  private static func commonStructure(_ left: [Field], _ right: [Field]) -> DataType? {
    guard left.map(\.name) == right.map(\.name) else { return nil }
    var fields: [Field] = []
    for (a, b) in zip(left, right) {
      guard let type = common(a.type, b.type) else { return nil }
      fields.append(Field(a.name, type))
    }
    return .structure(fields)
  }
}
