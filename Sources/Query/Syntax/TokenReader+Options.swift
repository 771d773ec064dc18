import Diagnostics
import Tables

extension TokenReader {
  /// Whether `name=` follows at a distance of `distance` tokens.
  func startsOption(after distance: Int) -> Bool {
    guard peek(distance + 1).symbol == .assign else { return false }
    switch peek(distance).kind {
    case .word, .quotedName: return true
    default: return false
    }
  }

  mutating func option(of verb: VerbDeclaration) throws(Diagnostic) -> OptionValue {
    let word = token
    let name = Identifier(word.word ?? span(word.range).text, span(word.range))
    guard let declared = verb.options.first(where: { $0.name == name.name }) else {
      if position > 0, tokens[position - 1].word == "agg", verb.clauses.contains(where: { $0.keyword == "agg" }) {
        throw .commaBeforeAgg(at: name.span)
      }
      guard verb.takesAnyOption else { throw .unknownOption(name.name, of: verb, at: name.span) }
      position += 2
      try requireValue(of: name)
      return OptionValue(name, try undeclaredValue())
    }
    position += 2
    try requireValue(of: name)
    return OptionValue(name, try value(of: declared))
  }

  private func requireValue(of name: Identifier) throws(Diagnostic) {
    if isStageEnd { throw .missingValue(of: name.name, at: endOfPrevious) }
  }

  /// Reads a word, a value, a list or a pipeline: a verb that takes options of any name checks them itself.
  private mutating func undeclaredValue() throws(Diagnostic) -> OptionValue.Setting {
    if token.symbol == .openParenthesis, isPipeline(inParenthesesAt: position) {
      return .table(try parenthesisedPipeline())
    }
    return .expression(try expression())
  }

  private mutating func value(of option: Option) throws(Diagnostic) -> OptionValue.Setting {
    switch option.kind {
    case .table: return .table(try table(for: option.name + "="))
    case .word(let choices): return .expression(try word(choices, of: option))
    case .column: return .expression(try column(of: option))
    case .columns:
      guard token.symbol == .openBracket else { return .expression(try column(of: option)) }
      return .expression(try columns(of: option))
    default: break
    }
    let expression = try expression()
    try check(expression, fits: option)
    return .expression(expression)
  }

  private mutating func word(_ choices: [String], of option: Option) throws(Diagnostic) -> Expression {
    let found = token
    var word = found.word
    switch found.kind {
    case .text(let text), .quotedName(let text): word = text
    default: break
    }
    guard let word else { throw .wrongKind(of: option, found: span(found.range).text, at: span(found.range)) }
    if choices.isEmpty {
      position += 1
      return Expression(.name(word), span(found.range))
    }
    guard let choice = choices.first(where: { $0.lowercased() == word.lowercased() }) else {
      throw .unknownWord(word, nil, of: option.name, choices, at: span(found.range))
    }
    position += 1
    return Expression(.name(choice), span(found.range))
  }

  private mutating func column(of option: Option) throws(Diagnostic) -> Expression {
    let found = token
    if case .text(let text) = found.kind { throw .quotedColumnName(text, at: span(found.range)) }
    guard let name = acceptName() else {
      throw .wrongKind(of: option, found: span(found.range).text, at: span(found.range))
    }
    return Expression(.name(name.name), name.span)
  }

  private mutating func columns(of option: Option) throws(Diagnostic) -> Expression {
    let start = position
    position += 1
    var names: [Expression] = []
    while !accept(.closeBracket) {
      names.append(try column(of: option))
      guard accept(.comma) || token.symbol == .closeBracket else { throw unexpected() }
    }
    return Expression(.list(names), span(from: start))
  }

  /// Checks that the expression can be a value of the option; `$x` and computed values are checked when they are known.
  private func check(_ expression: Expression, fits option: Option) throws(Diagnostic) {
    let wrong = Diagnostic.wrongKind(of: option, found: expression.span.text, at: expression.span)
    switch option.kind {
    case .integer(let range):
      try requireNoName(expression, option)
      switch expression.constant {
      case nil: return
      case .integer(let value)? where range.contains(value): return
      case .integer?: throw .outOfRange(of: option, found: expression.span.text, at: expression.span)
      default: throw wrong
      }
    case .integers(let range):
      try requireNoName(expression, option)
      let numbers = if case .list(let items) = expression.node { items } else { [expression] }
      guard !numbers.isEmpty else { throw wrong }
      for number in numbers {
        switch number.constant {
        case nil: continue
        case .integer(let value)? where range.contains(value): continue
        case .integer?: throw .outOfRange(of: option, found: number.span.text, at: number.span)
        default: throw wrong
        }
      }
    case .real(let range):
      try requireNoName(expression, option)
      guard let constant = expression.constant else { return }
      guard let number = constant.number else { throw wrong }
      guard range.contains(number) else {
        throw .outOfRange(of: option, found: expression.span.text, at: expression.span)
      }
    case .flag:
      try requireNoName(expression, option)
      switch expression.constant {
      case nil, .bool?: return
      default: throw wrong
      }
    case .text:
      try requireNoName(expression, option)
      switch expression.constant {
      case nil, .text?: return
      default: throw wrong
      }
    case .value: try requireNoName(expression, option)
    case .list:
      switch expression.node {
      case .list, .session: return
      default: throw wrong
      }
    case .listOrColumn:
      switch expression.node {
      case .list, .session, .name: return
      default: throw wrong
      }
    case .word, .column, .columns, .table: return
    }
  }

  private func requireNoName(_ expression: Expression, _ option: Option) throws(Diagnostic) {
    guard let name = expression.firstName else { return }
    let isText = option.kind == .text || option.kind == .value
    throw .bareWord(name.name, in: option, mayBeText: isText, at: expression.span)
  }
}

extension Expression {
  /// The value of a literal or of a number with a sign; nil for expressions that have to be computed. A list gives an
  /// empty list.
  var constant: Value? {
    switch node {
    case .literal(let value): return value
    case .list: return .list([])
    case .unary(.negate, let operand):
      switch operand.constant {
      case .integer(let value)?: return .integer(-value)
      case .float(let value)?: return .float(-value)
      default: return nil
      }
    default: return nil
    }
  }
}

extension ClosedRange<Int> {
  fileprivate func contains(_ value: Int128) -> Bool { Int128(lowerBound) <= value && value <= Int128(upperBound) }
}
