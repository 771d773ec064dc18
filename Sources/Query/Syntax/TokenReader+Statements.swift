import Diagnostics

extension TokenReader {
  mutating func statements() throws(Diagnostic) -> [Statement] {
    var statements: [Statement] = []
    while true {
      while token.kind == .lineEnd || token.symbol == .semicolon { position += 1 }
      if token.kind == .end { return statements }
      statements.append(try statement())
    }
  }

  private mutating func statement() throws(Diagnostic) -> Statement {
    let start = position
    let body = try body()
    let statementSpan = span(from: start)
    let isSilenced = accept(.semicolon)
    guard isSilenced || token.kind == .lineEnd || token.kind == .end else { throw unexpected() }
    return Statement(body, span: statementSpan, isSilenced: isSilenced)
  }

  private mutating func body() throws(Diagnostic) -> Statement.Body {
    if case .command(let word, let rest) = token.kind {
      let start = token.range.lowerBound + 1
      position += 1
      let name = Identifier(word, span(start..<start + word.utf8.count))
      let argument = span(rest).text
      parser.follow(command: word, argument)
      return .command(name, argument: argument, argumentSpan: span(rest))
    }
    if startsDefinition { return .definition(try definition()) }
    if let help = try help() { return help }
    if token.symbol == .percent { throw .cellMagic(at: span(token.range)) }
    let targets = try self.targets()
    if !targets.isEmpty, isStageEnd, token.symbol != .pipe {
      throw .missingValue(of: targets.map(\.name).joined(separator: ", "), at: endOfPrevious)
    }
    let pipeline = try pipeline(mayStartWithPipe: targets.isEmpty)
    for target in targets { parser.forget(target.name) }
    return .evaluation(targets: targets, pipeline)
  }

  // MARK: Help

  /// `?x`, `help x`, `x?`, `train | group_by ?`
  private mutating func help() throws(Diagnostic) -> Statement.Body? {
    let (end, lastPipe) = statementEnd()
    let asksFirst = token.symbol == .question || (token.word == "help" && end - position <= 2)
    if asksFirst {
      if token.word == "help", end - position == 2, peek(1).word == nil, !isQuotedName(peek(1)) { return nil }
      position += 1
      let topic = topicWord()
      return .help(topic: topic, nil)
    }
    guard end > position, tokens[end - 1].symbol == .question else { return nil }
    guard let lastPipe else {
      guard end - position == 2, let topic = topicWord() else { return nil }
      position = end
      return .help(topic: topic, nil)
    }
    let outerStop = stop
    stop = lastPipe
    let pipeline =
      position == lastPipe
      ? Pipeline(head: .lastResult(span(tokens[lastPipe].range)), stages: [], span: span(tokens[lastPipe].range))
      : try pipeline(mayStartWithPipe: true)
    guard position == lastPipe else { throw unexpected() }
    stop = outerStop
    position = lastPipe + 1
    let topic = topicWord()
    position = end
    return .help(topic: topic, pipeline)
  }

  /// The end of the statement, and its last `|` outside brackets.
  func statementEnd() -> (end: Int, lastPipe: Int?) {
    var openBrackets = 0
    var lastPipe: Int?
    var index = position
    while index < stop {
      switch tokens[index].kind {
      case .lineEnd: return (index, lastPipe)
      case .symbol(.semicolon) where openBrackets == 0: return (index, lastPipe)
      case .symbol(.pipe) where openBrackets == 0: lastPipe = index
      case .symbol(let symbol):
        if symbol.closing != nil { openBrackets += 1 }
        if symbol.isClosing { openBrackets -= 1 }
      default: break
      }
      index += 1
    }
    return (index, lastPipe)
  }

  private func isQuotedName(_ token: Token) -> Bool {
    if case .quotedName = token.kind { return true }
    return false
  }

  /// Reads the word after `?` or `help`; reserved words are allowed too.
  private mutating func topicWord() -> Identifier? {
    if let word = token.word {
      position += 1
      return Identifier(word, span(tokens[position - 1].range))
    }
    return acceptName()
  }

  // MARK: Assignment

  /// Reads `a =` or `a, b =`; returns no names if the statement is a value to show.
  private mutating func targets() throws(Diagnostic) -> [Identifier] {
    var names: [Identifier] = []
    var index = position
    while true {
      guard index < stop, let name = targetName(tokens[index]) else { return [] }
      names.append(name)
      index += 1
      guard index < stop else { return [] }
      if tokens[index].symbol == .assign { break }
      guard tokens[index].symbol == .comma else { return [] }
      index += 1
    }
    for (number, name) in names.enumerated() {
      let isQuoted = isQuotedName(tokens[position + 2 * number])
      if !isQuoted, isReservedForStatements(name.name) { throw .unassignableName(name) }
      if let earlier = names[..<number].first(where: { $0.name == name.name }) {
        throw Diagnostic.repeatedTarget(name).labelling(earlier.span, "first here")
      }
    }
    position = index + 1
    return names
  }

  private func targetName(_ token: Token) -> Identifier? {
    switch token.kind {
    case .word(let word), .quotedName(let word): Identifier(word, span(token.range))
    default: nil
    }
  }

  /// Reserved are the names of results (`_`, `__`, `_7`), keywords, and verbs that begin a pipeline.
  private func isReservedForStatements(_ name: String) -> Bool {
    if Keyword.reserved.contains(name) || name == "_" || name == "__" { return true }
    if name.first == "_", name.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }) { return true }
    return parser.declarations(of: name).contains { $0.isSource && $0.name == name }
  }
}
