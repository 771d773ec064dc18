import Diagnostics
import Tables

/// The precedence of operators. An operand of a level contains only operators of that level or higher.
enum Precedence {
  static let any = 0
  static let or = 1
  static let and = 2
  static let not = 3
  static let comparison = 4
  static let sum = 5
  static let product = 6
  static let negation = 7
  static let power = 8
  static let primary = 9

  static func of(_ binary: BinaryOperator) -> Int {
    switch binary {
    case .or: or
    case .and: and
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: comparison
    case .add, .subtract: sum
    case .multiply, .divide, .floorDivide, .remainder: product
    case .power: power
    }
  }

  /// The level of an operator's right operand: `**` is right-associative, the others are left-associative.
  static func ofRightOperand(_ binary: BinaryOperator) -> Int { binary == .power ? negation : of(binary) + 1 }
}

extension TokenReader {
  /// Reads an expression whose operators all have at least the precedence `level`.
  mutating func expression(_ level: Int = Precedence.any) throws(Diagnostic) -> Expression {
    try nested { (reader) throws(Diagnostic) in
      var left = try reader.operand(level)
      while let operation = reader.infix(), operation.level >= level {
        let height = reader.height
        let isComparison = operation.level == Precedence.comparison
        left = try reader.completed(left, operation)
        reader.height = max(height, reader.height) + 1
        guard reader.height <= Parser.chainLimit else { throw .nestedTooDeeply(at: left.span) }
        if isComparison, reader.infix()?.level == Precedence.comparison { throw try reader.chained(left) }
      }
      return left
    }
  }

  // MARK: Between operands

  private enum Infix {
    case binary(BinaryOperator)
    case membership(isNegated: Bool)
    case nullTest

    var level: Int {
      if case .binary(let binary) = self { return Precedence.of(binary) }
      return Precedence.comparison
    }
  }

  /// The operator at the current position, if there is one.
  private func infix() -> Infix? {
    switch token.kind {
    case .symbol(let symbol): BinaryOperator(rawValue: symbol.rawValue).map { .binary($0) }
    case .word("or"): .binary(.or)
    case .word("and"): .binary(.and)
    case .word("in"): .membership(isNegated: false)
    case .word("not") where peek(1).word == "in": .membership(isNegated: true)
    case .word("is"): .nullTest
    default: nil
    }
  }

  private mutating func completed(_ left: Expression, _ operation: Infix) throws(Diagnostic) -> Expression {
    let start = position
    position += 1
    switch operation {
    case .binary(let binary):
      let operatorSpan = span(from: start)
      let right = try expression(Precedence.ofRightOperand(binary))
      return Expression(.binary(binary, left, right, operatorSpan: operatorSpan), left.span.union(right.span))
    case .membership(let isNegated):
      if isNegated { position += 1 }
      if token.symbol == .openParenthesis, !isPipeline(inParenthesesAt: position), let tuple = tuple() { throw tuple }
      let right = try expression(Precedence.sum)
      return Expression(.membership(left, right, isNegated: isNegated), left.span.union(right.span))
    case .nullTest:
      let isNegated = accept(word: "not")
      guard accept(word: "null") else {
        throw .notANullTest(left.span.text, span(token.range).text, isNegated: isNegated, at: span(token.range))
      }
      height = 0
      return Expression(.nullTest(left, isNegated: isNegated), left.span.union(span(from: start)))
    }
  }

  /// The error for `1 < a < 5`, with a hint what to write instead.
  private mutating func chained(_ first: Expression) throws(Diagnostic) -> Diagnostic {
    let at = span(token.range)
    guard case .binary(_, _, let middle, let firstOperator) = first.node, case .binary(let binary)? = infix() else {
      return .chainedComparison(nil, at: at)
    }
    position += 1
    let last = try expression(Precedence.sum)
    // Behind `where` a comparison is the condition's; what compares the aggregate needs brackets.
    let rewritten =
      if let callOfCondition {
        "(\(span(tokens[callOfCondition].range).union(first.span).text)) \(binary.rawValue) \(last.span.text)"
      } else {
        "\(first.span.text) and \(middle.span.text) \(binary.rawValue) \(last.span.text)"
      }
    return Diagnostic.chainedComparison(rewritten, at: at).labelling(firstOperator, "")
  }

  /// The error for `(1, 2)` after `in`.
  private func tuple() -> Diagnostic? {
    var depth = 0
    var hasComma = false
    for index in position..<stop {
      guard let symbol = tokens[index].symbol else { continue }
      if symbol.closing != nil { depth += 1 }
      if symbol == .comma, depth == 1 { hasComma = true }
      if symbol.isClosing { depth -= 1 }
      guard depth == 0 else { continue }
      let range = token.range.lowerBound..<tokens[index].range.upperBound
      let inner = text(token.range.upperBound..<tokens[index].range.lowerBound)
      return hasComma ? .listInParentheses(inner, at: span(range)) : nil
    }
    return nil
  }

  // MARK: Operands

  private mutating func operand(_ level: Int) throws(Diagnostic) -> Expression {
    let start = position
    if token.symbol == .minus {
      position += 1
      let operand = try expression(Precedence.negation)
      height += 1
      return Expression(.unary(.negate, operand), span(from: start))
    }
    if token.word == "not" {
      guard level <= Precedence.not else { throw .looseNot(at: span(token.range)) }
      position += 1
      let operand = try expression(Precedence.not)
      height += 1
      return Expression(.unary(.not, operand), span(from: start))
    }
    if token.word == "if" { return try conditional() }
    return try fields(of: try primary(), from: start)
  }

  private mutating func conditional() throws(Diagnostic) -> Expression {
    let start = position
    position += 1
    let condition = try expression()
    var highest = height
    guard accept(word: "then") else {
      throw afterOperand() ?? .incompleteConditional("then", at: endOfPrevious, opened: span(tokens[start].range))
    }
    let then = try expression()
    highest = max(highest, height)
    guard accept(word: "else") else {
      throw afterOperand() ?? .incompleteConditional("else", at: endOfPrevious, opened: span(tokens[start].range))
    }
    let otherwise = try expression()
    height = max(highest, height) + 1
    return Expression(.conditional(condition: condition, then: then, otherwise: otherwise), span(from: start))
  }

  private mutating func primary() throws(Diagnostic) -> Expression {
    let start = position
    height = 0
    switch token.kind {
    case .integer(let value): return literal(.integer(value))
    case .float(let value): return literal(.float(value))
    case .text(let text): return literal(.text(Text(text)))
    case .word("true"): return literal(.bool(true))
    case .word("false"): return literal(.bool(false))
    case .word("null"): return literal(.null)
    case .session(let name):
      position += 1
      return Expression(.session(name), span(from: start))
    case .symbol(.openBracket):
      position += 1
      let elements = try expressions(until: .closeBracket)
      return Expression(.list(elements), span(from: start))
    case .symbol(.openParenthesis): return try parenthesised()
    default: break
    }
    if let idiom = idiomInExpression() { throw idiom }
    guard let name = acceptName() else { throw missingOperand() }
    guard token.symbol == .openParenthesis else { return Expression(.name(name.name), name.span) }
    position += 1
    let arguments = try expressions(until: .closeParenthesis, call: name)
    var highest = height
    var condition: Expression?
    if token.word == "where", !isInCondition {
      condition = try aggregateCondition(of: start)
      highest = max(highest, height + 1)
    }
    let window = isInCondition ? nil : try window()
    height = max(highest, height)
    let call = Expression(.call(name, arguments, window), span(from: start))
    return condition.map { Expression(.filtered(call, condition: $0), call.span) } ?? call
  }

  /// `where c` behind a call: the condition reaches to `over`, a comma, a closing bracket or the end of the verb.
  private mutating func aggregateCondition(of call: Int) throws(Diagnostic) -> Expression {
    position += 1
    guard !isStageEnd else { throw .missingCondition(at: endOfPrevious) }
    callOfCondition = call
    defer { callOfCondition = nil }
    return try expression()
  }

  /// Reads the contents of brackets. Inside them, `over` does not belong to an aggregate outside.
  private mutating func inBrackets<Result>(
    _ body: (inout TokenReader) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    let outer = callOfCondition
    callOfCondition = nil
    defer { callOfCondition = outer }
    return try body(&self)
  }

  private mutating func literal(_ value: Value) -> Expression {
    position += 1
    return Expression(.literal(value), span(tokens[position - 1].range))
  }

  private mutating func parenthesised() throws(Diagnostic) -> Expression {
    let start = position
    if token.holdsPipe { throw pipelineInExpression() }
    position += 1
    var inner = try inBrackets { (reader) throws(Diagnostic) in try reader.expression() }
    guard accept(.closeParenthesis) else {
      let isCondition = start > 0 && tokens[start - 1].word == "if" && token.symbol == .comma
      throw isCondition ? .conditionalCall(at: span(tokens[start - 1].range)) : unexpected()
    }
    inner.span = span(from: start)
    return inner
  }

  /// Reads expressions separated by commas, up to and including the closing bracket.
  private mutating func expressions(until closing: Symbol, call: Identifier? = nil) throws(Diagnostic) -> [Expression] {
    var elements: [Expression] = []
    var highest = -1
    while !accept(closing) {
      if let call, token.symbol == .star, peek(1).symbol == closing {
        throw .star(in: call.name, at: span(token.range))
      }
      let isType =
        call.map { Keyword.castFunctions.contains($0.name) } == true && elements.count == 1
        || call?.name == Keyword.columns && elements.isEmpty
      elements.append(
        try inBrackets { (reader) throws(Diagnostic) in isType ? try reader.typeName() : try reader.expression() })
      highest = max(highest, height)
      if token.symbol == .assign, let call, case .name(let name)? = elements.last?.node {
        throw .namedArgument(name, of: call.name, at: span(token.range))
      }
      guard accept(.comma) || token.symbol == closing else {
        let mistake = call.flatMap {
          conditionInside($0) ?? distinctInside($0, after: elements.last) ?? typeInside($0, after: elements.last)
        }
        throw mistake ?? unexpected()
      }
    }
    height = highest + 1
    return elements
  }

  /// Reads the type in the second argument of a cast, `i64`, `datetime[ns]`, `list[str]`, as a name or a text.
  private mutating func typeName() throws(Diagnostic) -> Expression {
    let start = position
    guard token.word != nil, peek(1).symbol == .openBracket else { return try expression() }
    var openBrackets = 0
    repeat {
      position += 1
      if token.symbol == .openBracket { openBrackets += 1 }
      if token.symbol == .closeBracket { openBrackets -= 1 }
    } while openBrackets > 0 && position < stop
    position += 1
    height = 0
    return Expression(.name(span(from: start).text), span(from: start))
  }

  /// Reads `.field.field`; throws for indexing with brackets and for methods, which are idioms of other languages.
  private mutating func fields(of base: Expression, from start: Int) throws(Diagnostic) -> Expression {
    var expression = base
    while true {
      let touches = token.range.lowerBound == tokens[position - 1].range.upperBound
      if token.symbol == .openBracket, touches { throw indexing(of: expression) }
      guard token.symbol == .dot else { return expression }
      position += 1
      guard let field = acceptName() else { throw .missingField(at: endOfPrevious) }
      if token.symbol == .openParenthesis { throw methodCall(field, on: expression) }
      height += 1
      guard height <= Parser.chainLimit else { throw .nestedTooDeeply(at: field.span) }
      expression = Expression(.field(expression, field), span(from: start))
    }
  }

  // MARK: Windows

  /// `over key`, `over (k1, k2 order by d desc)`
  private mutating func window() throws(Diagnostic) -> Window? {
    let start = position
    guard accept(word: "over") else { return nil }
    guard accept(.openParenthesis) else {
      let keyStart = position
      guard !isStageEnd, let name = acceptName() else { throw .missingWindowKey(at: endOfPrevious) }
      if token.symbol == .openParenthesis { throw .computedWindowKey(name.name, at: name.span) }
      height = 0
      let key = try fields(of: Expression(.name(name.name), name.span), from: keyStart)
      return Window(keys: [key], order: [], span: span(from: start))
    }
    var keys: [Expression] = []
    var order: [SortKey] = []
    var highest = 0
    while token.symbol != .closeParenthesis, !startsOrder {
      keys.append(try expression())
      highest = max(highest, height)
      if token.word.flatMap(Window.Frame.Unit.init) != nil { throw .frameWithoutOrder(at: span(token.range)) }
      guard accept(.comma) || token.symbol == .closeParenthesis || startsOrder else { throw unexpected() }
    }
    var frame: Window.Frame?
    if startsOrder {
      position += 2
      repeat {
        order.append(try sortKey())
        highest = max(highest, height)
      } while accept(.comma)
      frame = try windowFrame()
    }
    guard accept(.closeParenthesis) else { throw unexpected() }
    height = highest + 1
    return Window(keys: keys, order: order, frame: frame, span: span(from: start))
  }

  /// `rows 7`, `rows 3 before 3 after`, `range "7d"`, `running`, if it comes next.
  private mutating func windowFrame() throws(Diagnostic) -> Window.Frame? {
    let start = position
    guard let unit = token.word.flatMap(Window.Frame.Unit.init) else { return nil }
    position += 1
    if unit == .running { return Window.Frame(unit, nil, isBefore: false, after: nil, span: span(from: start)) }
    if token.word == "between" || token.word == "unbounded" { throw .foreignFrame(at: span(token.range)) }
    guard token.symbol != .closeParenthesis else { throw .missingExtent(unit.rawValue, at: endOfPrevious) }
    var extent = try frameExtent()
    var isBefore = false
    var after: Expression?
    if accept(word: "after") {
      after = extent
      extent = Expression(.literal(.integer(0)), extent.span)
      isBefore = true
    } else if accept(word: "before") {
      isBefore = true
      if token.symbol != .closeParenthesis {
        after = try frameExtent()
        guard accept(word: "after") else { throw unexpected(wanted: "`after`") }
      }
    }
    return Window.Frame(unit, extent, isBefore: isBefore, after: after, span: span(from: start))
  }

  private mutating func frameExtent() throws(Diagnostic) -> Expression {
    let extent = try expression(Precedence.sum)
    if token.word == "preceding" || token.word == "following" { throw .foreignFrame(at: span(token.range)) }
    return extent
  }

  private var startsOrder: Bool { token.word == "order" && peek(1).word == "by" }

  /// `expression`, `expression desc`, `expression asc`
  mutating func sortKey() throws(Diagnostic) -> SortKey {
    let expression = try expression()
    if accept(word: "desc") { return SortKey(expression, isDescending: true) }
    _ = accept(word: "asc")
    return SortKey(expression, isDescending: false)
  }
}
