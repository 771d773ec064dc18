import Diagnostics
import Query
import Tables

extension SparkTranslator {
  /// Translates an expression over the columns of a step. Windows and whole-table aggregates become columns of the step.
  ///
  /// - Parameter inGroups: whether aggregates are evaluated per group.
  mutating func expression(
    _ expression: BoundExpression, _ step: inout SparkStep, inGroups: Bool = false
  ) throws(Diagnostic) -> SparkExpression {
    switch expression.node {
    case .constant(let value): return try literal(value, expression.type, at: expression.span)
    case .list(let list): return try constants(list, at: expression.span)
    case .column(let index, _): return step.column(index)
    case .element:
      guard let name = elements.last else { throw .fault("an element outside of its list") }
      return .variable(name)
    case .field(let operand, _, let name): return .part(try self.expression(operand, &step, inGroups: inGroups), name)
    case .cast(let operand, let mode):
      return try cast(
        self.expression(operand, &step, inGroups: inGroups), operand.type, to: expression.type, mode,
        at: expression.span)
    case .negate(let operand):
      let value = try self.expression(operand, &step, inGroups: inGroups)
      if operand.type.isFloat || isPlain { return .call("negative", [value]) }
      return try arithmetic(
        .subtract, .int(0), value, expression.type, at: expression.span)
    case .not(let operand): return try self.expression(operand, &step, inGroups: inGroups).negated
    case .binary(let operation, let left, let right):
      return try binary(operation, left, right, in: expression, &step, inGroups: inGroups)
    case .membership(let operand, let list, let isNegated):
      let value = try self.expression(operand, &step, inGroups: inGroups)
      return try membership(value, operand.type, list, isNegated: isNegated, at: expression.span)
    case .nullTest(let operand, let isNegated):
      let value = try self.expression(operand, &step, inGroups: inGroups)
      return isNegated ? value.isKnown : value.isNull
    case .conditional(let condition, let then, let otherwise):
      let type = try carrier(expression.type, at: expression.span)
      return .when(
        (
          try self.expression(condition, &step, inGroups: inGroups),
          shaped(try self.expression(then, &step, inGroups: inGroups), type)
        ), otherwise: shaped(try self.expression(otherwise, &step, inGroups: inGroups), type))
    case .call(let function, let arguments):
      return try row(function, arguments, in: expression, &step, inGroups: inGroups)
    case .aggregate(let function, let arguments):
      isOfWindow = !inGroups
      defer { isOfWindow = false }
      let value = try aggregate(function, arguments, in: expression, &step)
      guard !inGroups else { return value }
      return adding(try overWholeTable(value), to: &step)
    case .window(let function, let arguments, let window):
      return adding(try self.window(function, arguments, window, in: expression, &step), to: &step)
    }
  }

  // MARK: - Constants

  func literal(_ value: Value, _ type: DataType, at span: SourceSpan?) throws(Diagnostic) -> SparkExpression {
    guard let literal = SparkLiteral(value, type) else {
      throw refusal("it has no \(type) like `\(value)`", at: span)
    }
    return .literal(literal)
  }

  func constants(_ list: ConstantList, at span: SourceSpan?) throws(Diagnostic) -> SparkExpression {
    shaped(.call("array", try elements(of: list, at: span)), try carrier(.list(list.elements.type), at: span))
  }

  private func elements(of list: ConstantList, at span: SourceSpan?) throws(Diagnostic) -> [SparkExpression] {
    guard list.elements.count <= 10_000 else {
      throw refusal(
        "a list of \(grouped(list.elements.count)) values", at: span,
        hint: "make it a table, and `semi_join` that: `semi_join ids on …`")
    }
    return try (0..<list.elements.count).map { (row) throws(Diagnostic) in
      try literal(list.elements[row], list.elements.type, at: span)
    }
  }

  private func membership(
    _ value: SparkExpression, _ type: DataType, _ list: ConstantList, isNegated: Bool, at span: SourceSpan?
  ) throws(Diagnostic) -> SparkExpression {
    guard list.elements.nullCount == 0 else {
      throw refusal("a list with a null among its values", at: span, hint: "ask for it by `or … is null`")
    }
    let none = SparkExpression.when((value.isKnown, .literal(.bool(isNegated))))
    guard list.elements.count > 0 else { return none }
    guard isPlain || type.compares(exactlyWith: list.elements.type) || type == list.elements.type else {
      throw refusal("a list of \(list.elements.type) beside \(type)", at: span)
    }
    let found = SparkExpression.call("in", [value] + (try elements(of: list, at: span)))
    return isNegated ? found.negated : found
  }

  // MARK: - Operators

  private mutating func binary(
    _ operation: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression, in expression: BoundExpression,
    _ step: inout SparkStep, inGroups: Bool
  ) throws(Diagnostic) -> SparkExpression {
    switch operation {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return try comparison(operation, left, right, in: expression, &step, inGroups: inGroups)
    default: break
    }
    let first = try self.expression(left, &step, inGroups: inGroups)
    let second = try self.expression(right, &step, inGroups: inGroups)
    switch operation {
    case .and: return first.and(second)
    case .or: return first.or(second)
    default: break
    }
    guard expression.type.isNumeric, left.type.isNumeric, right.type.isNumeric else {
      return try temporal(operation, first, left.type, second, right.type, expression)
    }
    switch operation {
    case .divide where isPlain:
      if right.constantValue == nil { note("division by zero is an error") }
      // The quotient of whole numbers is a float there too.
      return .call(
        "/",
        [
          try self.expression(left.withoutFloat, &step, inGroups: inGroups),
          try self.expression(right.withoutFloat, &step, inGroups: inGroups),
        ])
    case .divide: return quotient(first, second, expression.type)
    case .power where isPlain: return .call("power", [first, second])
    case .power:
      guard expression.type.isFloat else {
        throw refusal("whole powers", at: expression.span, hint: "`cast(x, f64) ** n` is floating")
      }
      return SparkExpression.call("power", [first.cast(.double), second.cast(.double)]).cast(
        try carrier(expression.type))
    case .floorDivide where isPlain: return .call("floor", [.call("/", [first, second])])
    case .remainder where isPlain: return .call("pmod", [first, second])
    default: return try arithmetic(operation, first, second, expression.type, at: expression.span)
    }
  }

  private mutating func comparison(
    _ operation: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression, in expression: BoundExpression,
    _ step: inout SparkStep, inGroups: Bool
  ) throws(Diagnostic) -> SparkExpression {
    var first = try self.expression(left, &step, inGroups: inGroups)
    var second = try self.expression(right, &step, inGroups: inGroups)
    if !isPlain, !left.type.compares(exactlyWith: right.type), left.type != right.type {
      // A constant can be converted exactly.
      switch (left.constantValue, right.constantValue) {
      case (_, let value?): second = try exactConstant(value, beside: left.type, at: expression.span)
      case (let value?, _): first = try exactConstant(value, beside: right.type, at: expression.span)
      case (nil, nil):
        throw refusal(
          "\(left.type) and \(right.type) are not compared exactly there", at: expression.span,
          hint: "`cast` one of the two to the type of the other")
      }
    }
    if isPlain, case .call("pmod", let parts, _) = first, case .integer(0)? = right.constantValue,
      operation == .equal || operation == .notEqual
    {
      // Of a multiple, the sign does not matter.
      first = .call("%", parts)
    }
    switch operation {
    case .equal: return first.equals(second)
    case .notEqual where isPlain: return .call("!=", [first, second])
    case .notEqual: return first.equals(second).negated
    default: return .call(operation.rawValue, [first, second])
    }
  }

  /// Converts a constant so that Spark compares it exactly with a column of the type.
  private func exactConstant(_ value: Value, beside type: DataType, at span: SourceSpan?) throws(Diagnostic)
    -> SparkExpression
  {
    switch (value, type) {
    case (.integer(let number), .f64) where number.magnitude <= 1 << 53: return .double(Double(number))
    case (.integer(let number), .f32) where number.magnitude <= 1 << 24: return .double(Double(number))
    case (.float(let number), _) where type.isInteger && number.magnitude <= 0x1p53:
      if number.rounded() == number { return .whole(Int128(number)) }
      return .double(number)
    case (.float(let number), .decimal) where number.isFinite:
      // A float means its shortest decimal representation.
      let digits = "\(number)"
      let parts = digits.split(separator: ".")
      if !digits.contains("e"), parts.count == 2, digits.count <= 38 {
        return .literal(.decimal(digits, precision: 38, scale: parts[1].count))
      }
    case (.decimal, _):
      if let literal = SparkLiteral(value, .decimal(precision: 38, scale: 0)) { return .literal(literal) }
    default: break
    }
    throw refusal("`\(value)` is not compared exactly with \(type) there", at: span)
  }

  /// `/`. Spark fails for division by zero, so the result is written out.
  private func quotient(_ left: SparkExpression, _ right: SparkExpression, _ type: DataType) -> SparkExpression {
    let (left, right) = (left.cast(.double), right.cast(.double))
    let zero = SparkExpression.double(0)
    let atZero = SparkExpression.when(
      (left.isNull, .literal(.null(.double))),
      (.call("isnan", [left]).or(left.equals(zero)), .double(.nan)),
      (left.isAbove(zero), .double(.infinity)), otherwise: .double(-.infinity))
    let result = SparkExpression.when((right.equals(zero), atZero), otherwise: .call("/", [left, right.nonZero(zero)]))
    return type == .f32 ? result.cast(.float) : result
  }

  /// `+ - * // %` with operands of the result's type.
  mutating func arithmetic(
    _ operation: BinaryOperator, _ left: SparkExpression, _ right: SparkExpression, _ type: DataType,
    at span: SourceSpan?
  ) throws(Diagnostic) -> SparkExpression {
    let carrier = try carrier(type, at: span)
    if isPlain { return .call(operation.rawValue, [left, right]) }
    if type.isFloat {
      guard type == .f64 else { throw refusal("arithmetic of f32", at: span, hint: "`cast(x, f64)` first") }
      switch operation {
      case .floorDivide: return wholeFloor(quotient(left, right, type))
      case .remainder: return remainder(left, right)
      default: return .call(operation.rawValue, [left, right])
      }
    }
    let overflow = "\(type) overflows on \(engine)"
    if case .decimal = type {
      guard operation == .add || operation == .subtract || operation == .multiply else {
        throw refusal("`\(operation.rawValue)` of decimals", at: span, hint: "`cast(x, f64)` first")
      }
      return .call(operation.rawValue, [left, right]).cast(carrier)
    }
    guard let range = type.wholeRange, type != .u64 else { throw refusal("arithmetic of \(type)", at: span) }
    let (left, right) = (left.cast(.long), right.cast(.long))
    let value: SparkExpression
    switch operation {
    case .add, .subtract, .multiply:
      let name = operation == .add ? "try_add" : operation == .subtract ? "try_subtract" : "try_multiply"
      value = .call(name, [left, right])
    case .floorDivide, .remainder:
      let zero = raising("`\(operation.rawValue)` by zero on \(engine)", .long, at: span)
      let divisor = right.nonZero(.whole(0))
      let rest = SparkExpression.call("%", [left, divisor])
      let differs = rest.equals(.whole(0)).negated.and(
        rest.isBelow(.whole(0)).equals(right.isBelow(.whole(0))).negated)
      let result =
        operation == .remainder
        ? rest.plus(.when((differs, right), otherwise: .whole(0)))
        : SparkExpression.call("div", [left, divisor]).minus(.when((differs, .whole(1)), otherwise: .whole(0)))
      // The minimum divided by -1 overflows; the remainder is 0.
      let isMinusOne = right.equals(.whole(-1))
      let byMinusOne =
        operation == .remainder ? SparkExpression.whole(0) : .call("try_subtract", [.whole(0), left])
      return SparkExpression.when(
        (left.isNull.or(right.isNull), .literal(.null(.long))), (right.equals(.whole(0)), zero),
        (isMinusOne, checked(byMinusOne, range, raising(overflow, .long, at: span))), otherwise: result
      ).cast(carrier)
    default: throw refusal("`\(operation.rawValue)`", at: span)
    }
    let result = SparkExpression.when(
      (left.isNull.or(right.isNull), .literal(.null(.long))),
      otherwise: checked(value, range, raising(overflow, .long, at: span)))
    return result.cast(carrier)
  }

  /// Checks a value that is null on overflow and must lie in a range.
  func checked(
    _ value: SparkExpression, _ range: (least: Int128, greatest: Int128), _ error: SparkExpression
  ) -> SparkExpression {
    var isWrong = value.isNull
    if range.least > Int128(Int64.min) { isWrong = isWrong.or(value.isBelow(.whole(range.least))) }
    if range.greatest < Int128(Int64.max) { isWrong = isWrong.or(value.isAbove(.whole(range.greatest))) }
    return .when((isWrong, error), otherwise: value)
  }

  /// Floor or ceiling as a float. Spark's functions return bigint, which overflows.
  func wholeFloor(_ value: SparkExpression, up: Bool = false) -> SparkExpression {
    let isSmall = SparkExpression.call("abs", [value]).isBelow(.double(0x1p52))
    return .when((isSmall, .call(up ? "ceil" : "floor", [value]).cast(.double)), otherwise: value)
  }

  private func remainder(_ left: SparkExpression, _ right: SparkExpression) -> SparkExpression {
    let zero = SparkExpression.double(0)
    let rest = SparkExpression.call("%", [left, right.nonZero(zero)])
    let differs = rest.equals(zero).negated.and(rest.isBelow(zero).equals(right.isBelow(zero)).negated)
    return .when(
      (left.isNull.or(right.isNull), .literal(.null(.double))), (right.equals(zero), .double(.nan)),
      otherwise: rest.plus(.when((differs, right), otherwise: zero)))
  }

  /// Arithmetic of dates, datetimes and durations.
  private mutating func temporal(
    _ operation: BinaryOperator, _ left: SparkExpression, _ leftType: DataType, _ right: SparkExpression,
    _ rightType: DataType, _ expression: BoundExpression
  ) throws(Diagnostic) -> SparkExpression {
    switch (leftType, operation, rightType) {
    case (.date, .subtract, .date): return shaped(.call("datediff", [left, right]), .long)
    case (.date, .add, let days) where days.isInteger: return .call("date_add", [left, shaped(right, .integer)])
    case (.date, .subtract, let days) where days.isInteger: return .call("date_sub", [left, shaped(right, .integer)])
    case (.datetime, .subtract, .datetime), (.datetime, .add, .duration), (.datetime, .subtract, .duration),
      (.duration, .add, .duration), (.duration, .subtract, .duration):
      return shaped(.call(operation.rawValue, [left, right]), try carrier(expression.type, at: expression.span))
    default: throw refusal("`\(operation.rawValue)` of \(leftType) and \(rightType)", at: expression.span)
    }
  }
}

extension BoundExpression {
  /// The whole number in a conversion to a float.
  fileprivate var withoutFloat: BoundExpression {
    if case .cast(let inner, let mode) = node, mode != .lenient, inner.type.isInteger, type == .f64 { return inner }
    return self
  }
}

extension SparkExpression {
  /// The value, or null if it is zero, for servers that evaluate all branches of a `CASE`.
  fileprivate func nonZero(_ zero: SparkExpression) -> SparkExpression { .when((equals(zero).negated, self)) }
}
