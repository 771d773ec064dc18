import Diagnostics
import Tables

extension Binder {
  /// Binds a binary operator: operands of arithmetic are cast to the type of the result.
  func binary(
    _ operation: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan,
    _ operatorSpan: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    switch operation {
    case .and, .or:
      let what = "`\(operation.rawValue)`"
      return BoundExpression(
        .binary(operation, try requireTruth(left, by: what), try requireTruth(right, by: what)), .bool, span: span)
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return try comparison(operation, left, right, at: span)
    case .add, .subtract, .multiply, .divide, .floorDivide, .remainder, .power:
      if let temporal = try temporalArithmetic(operation, left, right, at: span) { return temporal }
      return try arithmetic(operation, left, right, at: span)
    }
  }

  private func comparison(
    _ operation: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let (left, right) = (try left.readAsMoment(like: right), try right.readAsMoment(like: left))
    guard left.type.isComparable(with: right.type) else {
      throw .mismatch("`\(operation.rawValue)`", left, right, hint: castHint(left, right))
    }
    if left.type == .null || right.type == .null {
      return BoundExpression(.constant(.null), .bool, span: span)
    }
    if left.type.isNested, operation != .equal, operation != .notEqual {
      throw .mismatch(
        "`\(operation.rawValue)`", left, right,
        hint: "lists and structs are equal or not, `==` and `!=`; `sort` orders them")
    }
    // Moves a constant to the right side, so that one kernel handles both orders.
    if left.isConstant, !right.isConstant { return try comparison(operation.mirrored, right, left, at: span) }
    if left.type.isNested, let common = DataType.meeting(left.type, right.type) {
      let (first, second) = (try left.cast(to: common).folded(), try right.cast(to: common).folded())
      return BoundExpression(.binary(operation, first, second), .bool, span: span)
    }
    // Compared with f32, a constant is converted to the f32 with the same digits; everything else is compared by value.
    let constant = left.type == .f32 ? right.fitted(to: .f32) : right
    return BoundExpression(.binary(operation, left, constant), .bool, span: span)
  }

  private func castHint(_ left: BoundExpression, _ right: BoundExpression) -> String? {
    for (moment, other) in [(left, right), (right, left)] where moment.type.isTemporal && other.type.isNumeric {
      guard other.isConstant else { continue }
      guard case .duration = moment.type else { return "dates are written in quotes: \"2024-07-01\"" }
      if case .constant(.integer(let count)) = other.node, count >= 0 {
        return "a length of time is written in quotes, with its unit: \"\(count)s\", \"30m\""
      }
    }
    for (text, other) in [(left, right), (right, left)] where text.type == .string && other.type.isNumeric {
      if case .constant(.text(let name)) = text.node, schema.names.contains(name.string) {
        return "columns are written without quotes: `\(Spelling.name(name.string))`"
      }
      return text.isConstant
        ? "numbers are written without quotes" : "convert the text: `cast(\(text), \(other.type))`"
    }
    return nil
  }

  private func arithmetic(
    _ operation: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let name = "`\(operation.rawValue)`"
    for operand in [left, right] where !operand.type.isNumeric && operand.type != .null {
      let hint =
        operation == .add && (left.type == .string || right.type == .string)
        ? "texts are joined by `concat(\(left), \(right))`" : castHint(left, right)
      throw .mismatch(name, left, right, hint: hint)
    }
    guard var type = left.meetingType(with: right, isRounding: true) else { throw .mismatch(name, left, right) }
    if type == .null { return BoundExpression(.constant(.null), .null, span: span) }
    if let exact = decimalArithmetic(operation, left, right, at: span) { return exact }
    let hasDecimals = !left.type.isInteger || !right.type.isInteger
    switch operation {
    case .divide: if type != .f32 { type = .f64 }
    case .power: return try power(left, right, meeting: type, at: span)
    case .add, .subtract:
      // A sum may have one digit more than its operands.
      if case .decimal(_, let scale) = type, hasDecimals { type = .decimal(precision: 38, scale: scale) }
    default: if case .decimal = type, hasDecimals { type = .f64 }
    }
    if case .decimal = type, !hasDecimals { type = .i64 }
    return BoundExpression(
      .binary(operation, left.cast(to: type, by: .strict), right.cast(to: type, by: .strict)), type, span: span)
  }

  /// Products, whole quotients and remainders of decimals are exact: the scale of a product is the sum of the operands'
  /// scales. Nil if no operand is a decimal, if one is a float, or if the scale would exceed 38.
  private func decimalArithmetic(
    _ operation: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) -> BoundExpression? {
    guard let a = left.type.exactScale, let b = right.type.exactScale, !(left.type.isInteger && right.type.isInteger)
    else { return nil }
    let scale: (operands: (Int, Int), result: Int)
    switch operation {
    case .multiply: scale = ((a, b), a + b)
    case .floorDivide: scale = ((max(a, b), max(a, b)), 0)
    case .remainder: scale = ((max(a, b), max(a, b)), max(a, b))
    default: return nil
    }
    guard scale.result <= 38 else { return nil }
    return BoundExpression(
      .binary(
        operation, left.cast(to: .decimal(precision: 38, scale: scale.operands.0)),
        right.cast(to: .decimal(precision: 38, scale: scale.operands.1))),
      .decimal(precision: 38, scale: scale.result), span: span)
  }

  /// A power of integers is an integer if the exponent cannot be negative (a constant or an unsigned type); else a
  /// float.
  private func power(
    _ base: BoundExpression, _ exponent: BoundExpression, meeting type: DataType, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let isWhole: Bool
    switch exponent.constantValue {
    case .integer(let value): isWhole = value >= 0 && base.type.isInteger
    default: isWhole = base.type.isInteger && exponent.type.isInteger && !exponent.type.isSignedInteger
    }
    let result: DataType = isWhole ? base.type : type == .f32 ? .f32 : .f64
    let power = isWhole ? exponent : exponent.cast(to: result, by: .strict)
    return BoundExpression(.binary(.power, base.cast(to: result, by: .strict), power), result, span: span)
  }

  /// Throws where a text beside a date is a length of time but no whole number of days, and where it counts months.
  private func requireLength(
    _ length: BoundExpression, beside moment: BoundExpression, _ operation: BinaryOperator
  ) throws(Diagnostic) {
    guard moment.type == .date || moment.type.isMoment, case .constant(.text(let text)) = length.node else { return }
    let written = moment.span?.text ?? "x"
    if let months = CalendarInterval(text.string)?.months {
      throw Diagnostic(
        "months and years are not all of one length", at: length.span,
        hint: "`add_months(\(written), \(operation == .add ? "" : "-")\(months))`")
    }
    guard moment.type == .date, let span = TimeSpan(text.string),
      span.nanoseconds % DataType.date.nanosecondsPerTick != 0
    else { return }
    throw Diagnostic(
      "`\(text)` is no whole number of days, and a date has no hours", at: length.span,
      hint: "a moment has: `cast(\(written), datetime[us]) \(operation.rawValue) \"\(text)\"`")
  }

  /// Dates and whole days, moments and durations; nil where neither side is temporal.
  private func temporalArithmetic(
    _ operation: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression? {
    guard left.type.isTemporal || right.type.isTemporal else { return nil }
    let isSum = operation == .add || operation == .subtract
    if isSum { try requireLength(right, beside: left, operation) }
    let (left, right) = (
      try (isSum ? left.readAsLength(beside: right) : left).readAsMoment(like: right),
      try (isSum ? right.readAsLength(beside: left) : right).readAsMoment(like: left)
    )
    let type: DataType
    var operands = (left, right)
    switch (left.type, operation, right.type) {
    case (.date, .subtract, .date): type = .i64
    case (.date, .add, let number) where number.isInteger, (.date, .subtract, let number) where number.isInteger:
      type = .date
    case (let number, .add, .date) where number.isInteger:
      type = .date
      operands = (right, left)
    case (.datetime, .subtract, .datetime), (.datetime, .subtract, .date), (.date, .subtract, .datetime):
      guard case .datetime(let unit)? = DataType.common(left.type, right.type) else { return nil }
      operands = (left.cast(to: .datetime(unit)), right.cast(to: .datetime(unit)))
      type = .duration(unit)
    case (.datetime(let unit), .add, .duration(let other)), (.datetime(let unit), .subtract, .duration(let other)):
      let common = finer(unit, other)
      operands = (left.cast(to: .datetime(common)), right.cast(to: .duration(common)))
      type = .datetime(common)
    case (.duration(let other), .add, .datetime(let unit)):
      let common = finer(unit, other)
      operands = (right.cast(to: .datetime(common)), left.cast(to: .duration(common)))
      type = .datetime(common)
    case (.datetime(let unit), .add, let number) where number.isInteger,
      (.datetime(let unit), .subtract, let number) where number.isInteger,
      (.zoned(let unit, _), .add, let number) where number.isInteger,
      (.zoned(let unit, _), .subtract, let number) where number.isInteger:
      let days = BoundExpression(
        .binary(.multiply, right.cast(to: .i64), .constant(.integer(Int128(unit.ticksPerSecond) * 86_400), .i64)),
        .i64, span: right.span)
      operands = (left, try days.folded())
      type = left.type
    case (.zoned(let unit, let zone), .subtract, .zoned(let other, let otherZone)):
      let common = finer(unit, other)
      operands = (left.cast(to: .zoned(common, zone)), right.cast(to: .zoned(common, otherZone)))
      type = .duration(common)
    case (.zoned(let unit, let zone), .add, .duration(let other)),
      (.zoned(let unit, let zone), .subtract, .duration(let other)):
      let common = finer(unit, other)
      type = .zoned(common, zone)
      operands = (left.cast(to: type), right.cast(to: .duration(common)))
    case (.duration(let other), .add, .zoned(let unit, let zone)):
      let common = finer(unit, other)
      type = .zoned(common, zone)
      operands = (right.cast(to: type), left.cast(to: .duration(common)))
    case (.duration(let unit), .add, .duration(let other)), (.duration(let unit), .subtract, .duration(let other)):
      type = .duration(finer(unit, other))
      operands = (left.cast(to: type), right.cast(to: type))
    case (.duration, .multiply, let number) where number.isInteger: type = left.type
    case (let number, .multiply, .duration) where number.isInteger:
      type = right.type
      operands = (right, left)
    case (.duration(let unit), .divide, .duration(let other)):
      let common = DataType.duration(finer(unit, other))
      operands = (
        left.cast(to: common).cast(to: .i64).cast(to: .f64, by: .strict),
        right.cast(to: common).cast(to: .i64).cast(to: .f64, by: .strict)
      )
      type = .f64
    default:
      throw .mismatch("`\(operation.rawValue)`", left, right)
    }
    return BoundExpression(.binary(operation, try operands.0.folded(), try operands.1.folded()), type, span: span)
  }

  private func finer(_ left: TimeUnit, _ right: TimeUnit) -> TimeUnit {
    left.ticksPerSecond >= right.ticksPerSecond ? left : right
  }
}

extension BinaryOperator {
  /// The comparison operator for exchanged sides.
  var mirrored: BinaryOperator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }
}

extension BoundExpression {
  /// Reads a text constant next to a temporal operand as a duration: `ts + "1h 30m"`. Next to a date, it gives whole
  /// days. Other expressions are not changed.
  func readAsLength(beside other: BoundExpression) -> BoundExpression {
    guard case .constant(.text(let text)) = node, other.type.isTemporal, let length = TimeSpan(text.string) else {
      return self
    }
    if other.type == .date {
      let (days, rest) = length.nanoseconds.quotientAndRemainder(dividingBy: DataType.date.nanosecondsPerTick)
      return rest == 0 ? BoundExpression(.constant(.integer(days)), .i64, span: span) : self
    }
    guard let value = length.value(beside: other.type) else { return self }
    return BoundExpression(.constant(value), value.literalType, span: span)
  }

  /// Reads a text constant next to a temporal operand as a value of its type: `date >= "2024-07-01"`. Other expressions
  /// are not changed.
  func readAsMoment(like other: BoundExpression) throws(Diagnostic) -> BoundExpression {
    guard case .constant(.text(let text)) = node, other.type.isTemporal else { return self }
    if other.type == .date || other.type.isMoment, !other.type.isZoned, CalendarText.hasOffset(text.bytes.span) {
      throw Diagnostic(
        "`\(text)` has an offset, and \(other.type) has no zone", at: span, label: "compared with \(other.type)",
        hint: other.zoneHint(as: .zoned(other.type.momentUnit ?? .microseconds, .utc)))
    }
    guard let value = text.moment(of: other.type) else {
      throw Diagnostic(
        "`\(text)` is not a \(other.type)", at: span, label: "compared with \(other.type)",
        hint: other.type == .date
          ? "dates are written \"2024-07-01\""
          : other.type.isDuration
            ? "lengths of time are written \"1h 30m\", with `w d h m s ms us ns`"
            : "moments are written \"2024-07-01 08:30:00\"" + other.type.offsetHint)
    }
    return BoundExpression(.constant(value), value.literalType, span: span)
  }
}

extension DataType {
  var isDuration: Bool { if case .duration = self { true } else { false } }
  var isMoment: Bool { momentUnit != nil }

  /// The unit of a datetime, with or without a zone.
  var momentUnit: TimeUnit? {
    switch self {
    case .datetime(let unit), .zoned(let unit, _): unit
    default: nil
    }
  }

  var isZoned: Bool { if case .zoned = self { true } else { false } }

  /// The same datetime in nanoseconds.
  var inNanoseconds: DataType {
    if case .zoned(_, let zone) = self { .zoned(.nanoseconds, zone) } else { .datetime(.nanoseconds) }
  }

  fileprivate var offsetHint: String {
    guard case .zoned(_, let zone) = self else { return "" }
    return "; times that the clocks of \(zone) show twice or never need an offset: \"2024-07-01 08:30:00+03:00\""
  }
}

extension TimeSpan {
  /// The duration in the unit of a type, or in nanoseconds if that is not exact; nil if it does not fit.
  fileprivate func value(beside type: DataType) -> Value? {
    if let unit = type.momentUnit { return value(beside: .duration(unit)) }
    if case .duration(let unit) = type, nanoseconds % type.nanosecondsPerTick == 0 {
      return Int64(exactly: nanoseconds / type.nanosecondsPerTick).map { .duration($0, unit) }
    }
    return Int64(exactly: nanoseconds).map { .duration($0, .nanoseconds) }
  }
}

extension Text {
  /// Reads the text as a date, datetime, time or duration, as `type` requires. A datetime compared with a date column
  /// keeps its time of day.
  func moment(of type: DataType) -> Value? {
    let bytes = bytes.span
    switch type {
    case .date:
      if let days = CalendarText.days(bytes) { return .date(days) }
      return CalendarText.ticks(bytes, unit: .microseconds).map { .datetime($0, .microseconds) }
    case .datetime(let unit):
      if let ticks = CalendarText.ticks(bytes, unit: unit) { return .datetime(ticks, unit) }
      if let ticks = CalendarText.ticks(bytes, unit: .nanoseconds) { return .datetime(ticks, .nanoseconds) }
      return CalendarText.days(bytes).map { .date($0) }
    case .zoned(let unit, let zone):
      if let ticks = zone.moment(bytes, unit: unit) { return .zoned(ticks, unit, zone) }
      return zone.moment(bytes, unit: .nanoseconds).map { .zoned($0, .nanoseconds, zone) }
    case .time: return CalendarText.nanoseconds(bytes).map { .time($0) }
    case .duration: return TimeSpan(string)?.value(beside: type)
    default: return nil
    }
  }
}

extension ConstantList {
  /// Converts the elements to the type of the column with which they are compared. Elements that the type cannot hold
  /// are left out, because no value of the column can equal them. Texts are read as dates or times if the type is
  /// temporal.
  ///
  /// - Parameter column: what the elements are compared with.
  func fitting(_ column: BoundExpression, at span: SourceSpan) throws(Diagnostic) -> ConstantList {
    let type = column.type
    if elements.type == type || elements.type == .null { return self }
    if elements.type == .string {
      var moments: [Value] = []
      for row in 0..<elements.count {
        let text = BoundExpression(.constant(elements[row]), .string, span: span)
        moments.append(try text.readAsMoment(like: column).constantValue?.held(by: type) ?? .null)
      }
      return ConstantList(try located(at: span) { () throws(Diagnostic) in try Column(type, moments) })
    }
    if elements.type == .f64, type == .f32 {
      let held = (0..<elements.count).compactMap { elements[$0].isNull ? .null : elements[$0].held(by: type) }
      return ConstantList(try Column(type, held))
    }
    let converted = try cast(elements, to: type, .exact)
    if firstLoss(from: elements, to: converted) == nil { return ConstantList(converted) }
    let kept = (0..<UInt32(elements.count)).filter { row in
      let own = Int(row)..<Int(row) + 1
      return firstLoss(from: elements[own], to: converted[own]) == nil
    }
    return ConstantList(try gather(converted, rows: kept))
  }
}
