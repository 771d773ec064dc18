public import Diagnostics
public import Tables

/// Binds an expression to a schema: resolves its names and determines its types.
///
/// It finds all mistakes that can be found without data; they point at the source text.
///
/// Constant parts are computed here (constant folding). If that fails (`1 // 0`), it is an error, unless a condition
/// decides whether the part is evaluated: then it fails only for rows that evaluate it.
public struct Binder {
  let schema: Schema
  let environment: Environment
  /// The name of the table in messages.
  let table: String?
  /// Whether aggregates are allowed here; not inside another aggregate.
  var allowsAggregates = true
  /// The keys of the groups that aggregates are of, as messages name them; empty where that is the whole table.
  var groupKeys: [Expression] = []
  /// What `it` stands for inside the formula of a list function.
  var elementType: DataType?

  public init(schema: Schema, environment: Environment = Environment(), table: String? = nil) {
    self.schema = schema
    self.environment = environment
    self.table = table
  }

  /// Binds an expression.
  ///
  /// - Throws: the first mistake, also that of a constant part that every row would evaluate.
  public func bind(_ expression: Expression) throws(Diagnostic) -> BoundExpression {
    let result = try bound(expression)
    try result.requireConstants()
    return result
  }

  func bound(_ expression: Expression) throws(Diagnostic) -> BoundExpression {
    let span = expression.span
    switch expression.node {
    case .literal(let value): return BoundExpression(.constant(value), value.literalType, span: span)
    case .name(let name): return try column(name, at: span)
    case .session(let name): return try sessionValue(name, at: span)
    case .list(let elements): return try list(elements, at: span)
    case .field(let operand, let name): return try field(bound(operand), name, at: span)
    case .unary(.negate, let operand): return try negation(bound(operand), at: span)
    case .unary(.not, let operand):
      let operand = try requireTruth(bound(operand), by: "`not`")
      return try BoundExpression(.not(operand), .bool, span: span).folded()
    case .binary(let operation, let left, let right, let operatorSpan):
      return try binary(operation, bound(left), bound(right), at: span, operatorSpan).folded()
    case .membership(let operand, let list, let isNegated):
      return try membership(bound(operand), list, isNegated: isNegated, at: span).folded()
    case .nullTest(let operand, let isNegated):
      return try BoundExpression(.nullTest(bound(operand), isNegated: isNegated), .bool, span: span).folded()
    case .conditional(let condition, let then, let otherwise):
      return try conditional(bound(condition), bound(then), bound(otherwise), at: span)
    case .call(let name, let arguments, let window):
      return try call(name, arguments, window, at: span)
    case .filtered(let call, let condition):
      guard case .call(let name, let arguments, let window) = call.node else {
        throw .fault("`where` behind what is no call", at: span)
      }
      return try self.call(name, arguments, where: condition, window, at: span)
    }
  }

  private func column(_ name: String, at span: SourceSpan) throws(Diagnostic) -> BoundExpression {
    if let elementType, name == "it", !span.text.hasPrefix("`") {
      return BoundExpression(.element, elementType, span: span)
    }
    if let index = schema.index(of: name) { return .column(index, schema[index], span: span) }
    var error: Diagnostic
    if schema.count == 0 {
      error = Diagnostic("\(code(Spelling.name(name))) is not known here: there is no table", at: span)
    } else {
      error = .unknownColumn(name, in: table, schema: schema, at: span)
    }
    if name == "it" {
      error.hint = "`it` is an element inside `list_map(xs, it * 2)` and `list_filter(xs, it > 1)`"
    } else if let misreading = TypoDiagnosis(of: name, among: schema.names) {
      error.labels = [Diagnostic.Label(span, "did you mean `\(misreading.name)`?")]
      error.hint = misreading.explanation
    } else if environment.constants[name] != nil {
      error.hint = "session values are written with a dollar sign: \(code("$" + Spelling.name(name)))"
    } else if functions.contains(where: { $0.name == name }) {
      error.hint = "call functions with parentheses: `\(name)(…)`"
    } else if let kind = environment.others[name] {
      error.hint = "`\(name)` is \(kind): `… | values column` makes a list of a table's column"
    } else if let idiom = ForeignIdioms.names[name.lowercased()] {
      error.hint = idiom
    }
    throw error
  }

  private func sessionValue(_ name: String, at span: SourceSpan) throws(Diagnostic) -> BoundExpression {
    switch environment.constants[name] {
    case .scalar(let value, let type): return BoundExpression(.constant(value), type, span: span)
    case .list(let elements):
      return BoundExpression(.list(ConstantList(elements)), .list(elements.type), span: span)
    case nil: break
    }
    if let kind = environment.others[name] {
      throw Diagnostic(
        "`$\(name)` is \(kind), not a scalar or a list", at: span, label: kind,
        hint: "`… | values column` makes a list of a table's column")
    }
    let names = environment.constants.keys.filter { $0 != "_" && $0 != "__" }.sorted()
    if schema.index(of: name) != nil {
      throw Diagnostic(
        "no session value `\(name)`", at: span, hint: "write columns without quotes: `\(Spelling.name(name))`")
    }
    throw Diagnostic(
      "no session value `\(name)`", at: span, label: didYouMean(name, among: names) ?? "",
      notes: names.isEmpty ? [] : ["values: " + names.prefix(12).map { "$" + Spelling.name($0) }.joined(separator: " ")]
    )
  }

  private func list(_ elements: [Expression], at span: SourceSpan) throws(Diagnostic) -> BoundExpression {
    var bound: [BoundExpression] = []
    for element in elements { bound.append(try self.bound(element).constant()) }
    if let column = bound.first(where: { !$0.isConstant }) {
      throw Diagnostic("the elements of a list must be constants", at: column.span, label: "differs from row to row")
    }
    var type = DataType.null
    for (index, element) in bound.enumerated() {
      guard let common = DataType.meeting(type, element.type) else {
        throw .mismatch("a list", bound[max(0, index - 1)], element)
      }
      type = common
    }
    var values: [Value] = []
    for element in bound {
      guard let value = try element.cast(to: type).constant().literalValue else {
        throw .fault("a constant without a value", at: element.span)
      }
      values.append(value)
    }
    let column = try located(at: span) { () throws(Diagnostic) in try Column(type, values) }
    return BoundExpression(.list(ConstantList(column)), .list(type), span: span)
  }

  private func field(
    _ operand: BoundExpression, _ name: Identifier, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    guard case .structure(let fields) = operand.type else {
      throw .wrongType(operand, expected: "a struct", by: "`.\(name.name)`")
    }
    let index = try Schema(fields).requireIndex(of: name.name, in: operand.description, at: name.span)
    return BoundExpression(.field(operand, index, name: name.name), fields[index].type, span: span)
  }

  private func negation(_ operand: BoundExpression, at span: SourceSpan) throws(Diagnostic) -> BoundExpression {
    if operand.type == .null { return BoundExpression(.constant(.null), .null, span: span) }
    if case .duration = operand.type {
      return try BoundExpression(.negate(operand), operand.type, span: span).folded()
    }
    guard operand.type.isNumeric else {
      throw .wrongType(operand, expected: "a number", by: "`-`")
    }
    if operand.type == .u64, case .integer(let value)? = operand.constantValue, Int64(exactly: -value) != nil {
      // −2⁶³ fits i64, but 2⁶³ alone does not.
      return BoundExpression(.constant(.integer(-value)), .i64, span: span)
    }
    let type: DataType
    switch operand.type {
    case .u8: type = .i16
    case .u16: type = .i32
    case .u32, .u64: type = .i64
    default: type = operand.type
    }
    return try BoundExpression(.negate(operand.cast(to: type).folded()), type, span: span).folded()
  }

  private func membership(
    _ operand: BoundExpression, _ list: Expression, isNegated: Bool, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let bound: BoundExpression
    do throws(Diagnostic) {
      bound = try self.bound(list)
    } catch {
      guard case .name(let name) = list.node, environment.constants[name] != nil else { throw error }
      throw Diagnostic(
        "no column `\(name)`", at: list.span,
        hint: "did you mean the session's list \(code("$" + Spelling.name(name)))?")
    }
    guard case .list(let element) = bound.type else {
      throw .wrongType(bound, expected: "a list on its right", by: "`in`", hint: "write `in [\(list.span.text)]`")
    }
    guard operand.type.isComparable(with: element) || (element == .string && operand.type.isTemporal) else {
      throw .mismatch("`in`", operand, bound)
    }
    guard case .list(let constants) = bound.node else {
      let found = try apply(.listContains, to: [bound, operand], at: span)
      return isNegated ? BoundExpression(.not(found), .bool, span: span) : found
    }
    let found = try membership(operand, in: constants, at: list.span, isNegated: isNegated)
    return BoundExpression(found.node, .bool, span: span)
  }

  /// Whether a value is in a constant list; null if the value is null.
  func membership(
    _ operand: BoundExpression, in list: ConstantList, at span: SourceSpan, isNegated: Bool = false
  ) throws(Diagnostic) -> BoundExpression {
    if operand.type == .null { return BoundExpression(.constant(.null), .bool, span: span) }
    let fitting = try list.fitting(operand, at: span)
    return BoundExpression(.membership(operand, fitting, isNegated: isNegated), .bool, span: span)
  }

  private func conditional(
    _ condition: BoundExpression, _ then: BoundExpression, _ otherwise: BoundExpression, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let condition = try requireTruth(condition, by: "`if`")
    guard let type = then.meetingType(with: otherwise) else { throw .mismatch("`if … else`", then, otherwise) }
    let (then, otherwise) = (try then.cast(to: type).folded(), try otherwise.cast(to: type).folded())
    if let value = condition.constantValue { return value == .bool(true) ? then : otherwise }
    return BoundExpression(.conditional(condition, then: then, otherwise: otherwise), type, span: span)
  }

  func requireTruth(_ operand: BoundExpression, by what: String) throws(Diagnostic) -> BoundExpression {
    guard operand.type == .bool || operand.type == .null else {
      throw .wrongType(
        operand, expected: "true or false", by: what,
        hint: operand.type.isNumeric ? "compare it: `\(operand) != 0`" : nil)
    }
    return operand.cast(to: .bool)
  }
}

extension Value {
  /// The type of a literal without further context.
  var literalType: DataType {
    switch self {
    case .null: .null
    case .bool: .bool
    case .integer(let value): .ofInteger(value)
    case .float: .f64
    case .text: .string
    case .binary: .binary
    case .date: .date
    case .time: .time
    case .datetime(_, let unit): .datetime(unit)
    case .zoned(_, let unit, let zone): .zoned(unit, zone)
    case .duration(_, let unit): .duration(unit)
    case .decimal(_, let scale): .decimal(precision: 38, scale: scale)
    case .list(let values): .list(DataType.common(values.map(\.literalType)) ?? .null)
    case .structure(let names, let values): .structure(zip(names, values).map { Field($0, $1.literalType) })
    }
  }
}

extension BoundExpression {
  /// The value of a constant or a constant list; else nil.
  var literalValue: Value? {
    switch node {
    case .constant(let value): value
    case .list(let list): .list((0..<list.elements.count).map { list.elements[$0] })
    default: nil
    }
  }
}

/// Runs `body`; an error without a location gets `span`.
func located<Result>(
  at span: SourceSpan?, _ body: () throws(Diagnostic) -> Result
) throws(Diagnostic) -> Result {
  do throws(Diagnostic) {
    return try body()
  } catch {
    throw error.located(at: span)
  }
}

/// A piece of code in a message, marked as in Markdown: between double backticks if it contains backticks.
private func code(_ text: String) -> String { text.contains("`") ? "`` \(text) ``" : "`\(text)`" }
