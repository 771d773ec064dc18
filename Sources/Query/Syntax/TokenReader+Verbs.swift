import Diagnostics

extension TokenReader {
  /// Reads a verb with its arguments, clauses and options, as its declaration says.
  mutating func verbCall() throws(Diagnostic) -> VerbCall {
    let start = position
    let written = Identifier(token.word ?? "", span(token.range))
    let verb = try declaration(of: written)
    position += 1
    var call = VerbCall(
      name: verb.name, written: written, arguments: try arguments(of: verb), clauses: [:], options: [],
      span: written.span)
    while !isStageEnd {
      if token.symbol == .comma, startsOption(after: 1) { position += 1 }
      if startsOption(after: 0) {
        let option = try option(of: verb)
        if let earlier = call.options.first(where: { $0.name.name == option.name.name }) {
          throw Diagnostic.repeatedOption(option.name.name, at: option.name.span)
            .labelling(earlier.name.span, "first here")
        }
        call.options.append(option)
      } else if let clause = verb.clauses.first(where: { $0.keyword == token.word }) {
        guard call.clauses[clause.keyword] == nil else {
          throw .repeatedClause(clause.keyword, at: span(token.range))
        }
        position += 1
        call.clauses[clause.keyword] = try arguments(of: clause)
      } else {
        throw unexpected(in: verb)
      }
    }
    if let missing = verb.clauses.first(where: { $0.isRequired && call.clauses[$0.keyword] == nil }) {
      throw .missingClause(missing, of: verb, at: endOfPrevious)
    }
    call.span = span(from: start)
    return call
  }

  /// The verb that a word means. For a synonym of several verbs, it depends on whether arguments follow.
  private func declaration(of word: Identifier) throws(Diagnostic) -> VerbDeclaration {
    let candidates = parser.declarations(of: word.name)
    guard let first = candidates.first else { throw unknownVerb(word) }
    if first.isSource, position > 0, tokens[position - 1].symbol == .pipe { throw .sourceAsStage(word) }
    guard candidates.count > 1, first.name != word.name else { return first }
    let standsAlone: Bool
    switch peek(1).kind {
    case .end, .lineEnd, .symbol(.semicolon), .symbol(.pipe), .symbol(.closeParenthesis): standsAlone = true
    default: standsAlone = false
    }
    return candidates.first { ($0.arguments == .none) == standsAlone } ?? first
  }

  // MARK: Arguments

  private mutating func arguments(of verb: VerbDeclaration) throws(Diagnostic) -> [Argument] {
    switch verb.arguments {
    case .none: return []
    case .expression(let name): return [try condition(name, of: verb)]
    case .claim(let name, _):
      let claim = try condition(name, of: verb)
      guard case .text = token.kind else { return [claim] }
      return [claim, .message(try constant(for: verb.name))]
    case .assignments(let counts):
      return try list(counts, "a column, or `name = expression`", of: verb) { (reader) throws(Diagnostic) in
        try reader.assignment(in: verb)
      }
    case .renames:
      return try list(1...Int.max, "`new = old`", of: verb) { (reader) throws(Diagnostic) in
        try reader.rename(in: verb)
      }
    case .columns(let counts):
      return try list(counts, "a column", of: verb) { (reader) throws(Diagnostic) in
        .expression(try reader.column(for: verb))
      }
    case .sortKeys:
      return try list(1...Int.max, "something to sort by", of: verb) { (reader) throws(Diagnostic) in
        .sortKey(try reader.sortKey())
      }
    case .tables(let counts):
      return try list(counts, "another table", of: verb) { (reader) throws(Diagnostic) in
        .table(try reader.table(for: verb.name))
      }
    case .models(let counts):
      return try list(counts, "the name of a model", of: verb) { (reader) throws(Diagnostic) in
        if reader.token.symbol == .openParenthesis { throw reader.modelInBrackets() }
        guard let name = reader.acceptName() else { throw reader.unexpected(wanted: "the name of a model") }
        return .expression(Expression(.name(name.name), name.span))
      }
    case .values(let names, let required): return try values(names, required, of: verb)
    case .word(let name, let choices, let then):
      let word = try verbWord(name, choices, of: verb)
      let values = try list(0...then.count, then.first ?? "a value", of: verb) { (reader) throws(Diagnostic) in
        .expression(try reader.expression())
      }
      return [.word(word)] + values
    }
  }

  /// Reads values by position or by name: `slice 10, 5` is `slice offset=10 rows=5`.
  private mutating func values(
    _ names: [String], _ required: Int, of verb: VerbDeclaration
  ) throws(Diagnostic) -> [Argument] {
    var named: [Argument] = []
    while named.count < names.count, token.word == names[named.count], startsOption(after: 0) {
      position += 2
      guard !isStageEnd else { throw .missingValue(of: names[named.count], at: endOfPrevious) }
      named.append(.expression(try constant(for: verb.name)))
      if token.symbol == .comma, startsOption(after: 1) { position += 1 }
    }
    if !named.isEmpty, named.count >= required { return named }
    let what = names.first.map { "its `\($0)`" } ?? "a value"
    return try list(required...max(required, names.count), what, of: verb) { (reader) throws(Diagnostic) in
      .expression(try reader.constant(for: verb.name))
    }
  }

  private mutating func arguments(of clause: Clause) throws(Diagnostic) -> [Argument] {
    guard !isStageEnd else { throw .emptyClause(clause, at: endOfPrevious) }
    var arguments: [Argument] = []
    repeat {
      switch clause.form {
      case .assignments: arguments.append(try assignment(in: nil))
      case .joinKeys, .joinKey: arguments.append(try joinKey(comparing: false))
      case .joinConditions: arguments.append(try joinKey(comparing: true))
      }
      if clause.form == .joinKey { break }
      // A comma may also precede an option, which looks like an assignment.
      if clause.form != .assignments, startsOption(after: 1) { break }
    } while accept(.comma)
    return arguments
  }

  /// Reads arguments separated by commas, up to a clause, an option or the end of the verb.
  private mutating func list(
    _ counts: ClosedRange<Int>, _ what: String, of verb: VerbDeclaration,
    _ element: (inout TokenReader) throws(Diagnostic) -> Argument
  ) throws(Diagnostic) -> [Argument] {
    var arguments: [Argument] = []
    while !endsArguments(of: verb) {
      if !arguments.isEmpty {
        if token.symbol == .comma, startsOption(after: 1), !takesAssignments(verb) { break }
        guard accept(.comma) else { break }
      }
      guard arguments.count < counts.upperBound else {
        throw .tooManyArguments(of: verb, limit: counts.upperBound, at: span(token.range))
      }
      if isStageEnd { throw .missingAfterComma(at: span(tokens[position - 1].range)) }
      arguments.append(try element(&self))
    }
    guard arguments.count >= counts.lowerBound else {
      throw .missingArgument(of: verb.name, what, at: endOfPrevious, hint: verb.examples.first?.code)
    }
    return arguments
  }

  private func endsArguments(of verb: VerbDeclaration) -> Bool {
    if isStageEnd && tokens[max(0, position - 1)].symbol != .comma { return true }
    if let word = token.word, verb.clauses.contains(where: { $0.keyword == word }) { return true }
    return startsOption(after: 0) && !takesAssignments(verb)
  }

  private func takesAssignments(_ verb: VerbDeclaration) -> Bool {
    switch verb.arguments {
    case .assignments, .renames: true
    case .expression, .claim: verb.options.isEmpty
    default: false
    }
  }

  private mutating func condition(_ name: String, of verb: VerbDeclaration) throws(Diagnostic) -> Argument {
    guard !isStageEnd else {
      throw .missingArgument(of: verb.name, "a \(name)", at: endOfPrevious, hint: verb.examples.first?.code)
    }
    let expression = try expression()
    if token.symbol == .assign { throw equalsInExpression(expression) }
    if token.symbol == .comma, !startsOption(after: 1) {
      throw .severalConditions(verb.name, at: span(token.range))
    }
    return .expression(expression)
  }

  /// `name = expression`, or only an expression.
  private mutating func assignment(in verb: VerbDeclaration?) throws(Diagnostic) -> Argument {
    let next = peek(1).symbol
    if next == .assign, let name = acceptName() {
      position += 1
      guard !isStageEnd else { throw .missingValue(of: name.name, at: endOfPrevious) }
      let value = try expression()
      if token.symbol == .assign { throw equalsInExpression(value) }
      return .assignment(name, value)
    }
    if next == .assign, case .text(let text) = token.kind { throw .quotedColumnName(text, at: span(token.range)) }
    if token.symbol == .star { throw .star(in: verb?.name ?? "agg", at: span(token.range)) }
    let value = try expression()
    if token.symbol == .assign {
      guard value.isColumnSelection else { throw equalsInExpression(value) }
      position += 1
      guard !isStageEnd else { throw .missingValue(of: value.span.text, at: endOfPrevious) }
      return .assignments(value, try expression())
    }
    return .assignment(nil, value)
  }

  private mutating func rename(in verb: VerbDeclaration) throws(Diagnostic) -> Argument {
    let start = position
    guard let name = acceptName(), accept(.assign), let old = acceptName() else {
      let found = tokens[start..<min(stop, position + 2)]
      let isArrow = found.contains { [.thinArrow, .fatArrow, .colon].contains($0.symbol) }
      throw .renameForm(swapped: isArrow, at: span(token.range))
    }
    return .assignment(name, Expression(.name(old.name), old.span))
  }

  private mutating func column(for verb: VerbDeclaration) throws(Diagnostic) -> Expression {
    if case .text(let text) = token.kind { throw .quotedColumnName(text, at: span(token.range)) }
    if token.symbol == .openBracket { throw .listOfColumns(verb.name, at: span(token.range)) }
    if token.word == Keyword.columns, peek(1).symbol == .openParenthesis { return try expression(Precedence.primary) }
    guard let name = acceptName() else { throw unexpected(wanted: "the name of a column") }
    return Expression(.name(name.name), name.span)
  }

  /// Reads a value that must not depend on columns.
  private mutating func constant(for verb: String) throws(Diagnostic) -> Expression {
    let start = position
    let expression = try expression()
    guard let name = expression.firstName else { return expression }
    let written = text(tokens[start].range.lowerBound..<expression.span.range.upperBound)
    throw .nameAsValue(name.name, in: verb, written: written, at: expression.span)
  }

  private mutating func verbWord(
    _ name: String, _ choices: [String], of verb: VerbDeclaration
  ) throws(Diagnostic) -> Identifier {
    guard !isStageEnd, let word = acceptName() else {
      throw .missingArgument(
        of: verb.name, (choices.isEmpty ? "the name of a " : "a ") + name, at: endOfPrevious,
        hint: verb.examples.first?.code, choices: choices)
    }
    guard !choices.isEmpty else { return word }
    guard let choice = choices.first(where: { $0.lowercased() == word.name.lowercased() }) else {
      throw .unknownWord(word.name, name, of: verb.name, choices, at: word.span)
    }
    return Identifier(choice, word.span)
  }

  /// `k`, `left == right`, or with `comparing` also `start <= day`.
  private mutating func joinKey(comparing: Bool) throws(Diagnostic) -> Argument {
    if case .text(let text) = token.kind { throw .quotedColumnName(text, at: span(token.range)) }
    guard let left = acceptName() else { throw unexpected(wanted: "the name of a column") }
    let leftKey = Expression(.name(left.name), left.span)
    if token.symbol == .assign { throw .equals(left.name + " == …", at: span(token.range)) }
    if let symbol = token.symbol, let sign = BinaryOperator(rawValue: symbol.rawValue), sign.isOrder {
      guard comparing else { throw .comparisonAsKey(left.name, symbol.rawValue, at: span(token.range)) }
      position += 1
      guard let right = acceptName() else { throw unexpected(wanted: "the name of a column") }
      return .joinComparison(leftKey, sign, Expression(.name(right.name), right.span))
    }
    guard accept(.equal) else { return .joinKey(left: leftKey, right: leftKey) }
    guard let right = acceptName() else { throw unexpected(wanted: "the name of a column") }
    return .joinKey(left: leftKey, right: Expression(.name(right.name), right.span))
  }

  /// The error for `=` in place of `==`, with the comparison to write.
  private mutating func equalsInExpression(_ left: Expression) -> Diagnostic {
    let sign = span(token.range)
    position += 1
    let start = position
    let right = (try? expression()).map { text(tokens[start].range.lowerBound..<$0.span.range.upperBound) }
    return .equals("\(left.span.text) == \(right ?? "…")", at: sign)
  }
}

extension Expression {
  /// The first bare name in the expression.
  var firstName: Identifier? {
    switch node {
    case .literal, .session: nil
    case .name(let name): Identifier(name, span)
    case .list(let elements): elements.lazy.compactMap(\.firstName).first
    case .field(let base, _), .unary(_, let base), .nullTest(let base, _): base.firstName
    case .binary(_, let left, let right, _), .membership(let left, let right, _): left.firstName ?? right.firstName
    case .conditional(let condition, let then, let otherwise):
      condition.firstName ?? then.firstName ?? otherwise.firstName
    case .call(_, let arguments, _): arguments.lazy.compactMap(\.firstName).first
    case .filtered(let call, let condition): call.firstName ?? condition.firstName
    }
  }
}
