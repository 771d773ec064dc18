import Diagnostics

extension TokenReader {
  /// `head | verb … | verb …`
  mutating func pipeline(mayStartWithPipe: Bool) throws(Diagnostic) -> Pipeline {
    try nested { (reader) throws(Diagnostic) in
      let start = reader.position
      let head: Pipeline.Head
      if mayStartWithPipe, reader.token.symbol == .pipe {
        head = .lastResult(reader.span(reader.token.range))
      } else {
        head = try reader.head()
      }
      var stages: [VerbCall] = []
      while reader.accept(.pipe) {
        stages += try reader.nextStages(after: stages.last)
        guard stages.count <= Parser.chainLimit else { throw .pipelineTooLong(at: reader.span(reader.token.range)) }
      }
      return Pipeline(head: head, stages: stages, span: reader.span(from: start))
    }
  }

  /// Reads the start of a pipeline.
  private mutating func head() throws(Diagnostic) -> Pipeline.Head {
    if let word = token.word {
      if let definition = parser.definition(of: word), definition.isSource {
        let start = position
        let stages = try stages(of: definition)
        guard let first = stages.first else { throw unexpected() }
        return .parenthesised(Pipeline(head: .verb(first), stages: Array(stages.dropFirst()), span: span(from: start)))
      }
      if parser.declarations(of: word).contains(where: \.isSource) { return .verb(try verbCall()) }
      if let idiom = idiomAtStart(word) { throw idiom }
      if parser.isVerb(word), startsArgument(peek(1)) { throw verbOnNothing() }
    }
    if token.symbol == .pipe { throw .missingTable(at: span(token.range)) }
    if token.symbol == .openParenthesis, isPipeline(inParenthesesAt: position) {
      return .parenthesised(try parenthesisedPipeline())
    }
    let expression = try expression()
    if case .name(let name) = expression.node { return .name(Identifier(name, expression.span)) }
    return .expression(expression)
  }

  /// Whether the parentheses at `index` contain a pipeline, not an expression.
  func isPipeline(inParenthesesAt index: Int) -> Bool {
    if tokens[index].holdsPipe { return true }
    guard index + 1 < stop, let word = tokens[index + 1].word else { return false }
    return parser.declarations(of: word).contains(where: \.isSource)
  }

  mutating func parenthesisedPipeline() throws(Diagnostic) -> Pipeline {
    position += 1
    let pipeline = try pipeline(mayStartWithPipe: false)
    guard accept(.closeParenthesis) else { throw unexpected() }
    return pipeline
  }

  /// Reads a verb; for a user-defined verb, the verbs of its expansion.
  mutating func nextStages(after previous: VerbCall?) throws(Diagnostic) -> [VerbCall] {
    if let word = token.word, let definition = parser.definition(of: word), !parser.isBuiltIn(word) {
      if definition.isSource, position > 0, tokens[position - 1].symbol == .pipe {
        throw .sourceAsStage(Identifier(word, span(token.range)))
      }
      return try stages(of: definition)
    }
    return [try stage(after: previous)]
  }

  private mutating func stage(after previous: VerbCall?) throws(Diagnostic) -> VerbCall {
    guard token.word != nil else { throw notAVerb() }
    if token.word == "agg", let previous, previous.name == "group_by", previous.clauses.isEmpty {
      throw Diagnostic.separateAggregation(previous.span.text, restOfStage(), at: span(token.range))
        .labelling(previous.written.span, "")
    }
    return try verbCall()
  }

  /// Reads another table: its name, or a pipeline in parentheses.
  mutating func table(for verb: String) throws(Diagnostic) -> Pipeline {
    if token.symbol == .openParenthesis { return try parenthesisedPipeline() }
    if let word = token.word, parser.declarations(of: word).contains(where: \.isSource) {
      throw .barePipeline(word, at: span(token.range))
    }
    guard let name = acceptName() else {
      if isStageEnd { throw .missingArgument(of: verb, "another table", at: endOfPrevious) }
      throw unexpected(wanted: "the name of a table")
    }
    return Pipeline(head: .name(name), stages: [], span: name.span)
  }

  // MARK: Mistakes

  /// The error for a token after `|` that is not a word.
  private func notAVerb() -> Diagnostic {
    if isStageEnd {
      let pipe = span(tokens[position - 1].range)
      return .missingVerb(at: pipe, before: token.symbol == .pipe ? span(token.range) : nil)
    }
    return .notAVerb(span(token.range).text, at: span(token.range), after: span(tokens[position - 1].range))
  }

  /// Whether the token could be an argument if the word before it is a verb.
  private func startsArgument(_ next: Token) -> Bool {
    switch next.kind {
    case .word(let word): !Keyword.reserved.contains(word) || ["not", "if", "null", "true", "false"].contains(word)
    case .quotedName, .integer, .float, .text, .session: true
    case .symbol(.openBracket): next.range.lowerBound > token.range.upperBound
    case .symbol(.openParenthesis): !parser.isFunction(token.word ?? "")
    case .symbol(.minus):
      next.range.lowerBound > token.range.upperBound && peek(2).range.lowerBound == next.range.upperBound
    default: false
    }
  }

  private func verbOnNothing() -> Diagnostic {
    var end = position
    while end < stop, tokens[end].kind != .lineEnd, tokens[end].symbol != .pipe { end += 1 }
    let call = text(token.range.lowerBound..<tokens[max(position, end - 1)].range.upperBound)
    if let (input, rest) = misplacedInput(before: end) {
      return .verbBeforeInput(token.word ?? "", input, rest, at: span(token.range))
    }
    let continuesLine = position >= 2 && tokens[position - 1].kind == .lineEnd
    return .verbOnNothing(token.word ?? "", call, continuesLine: continuesLine, at: span(token.range))
  }

  /// What a call before index `end` was probably meant to work on, and the arguments: `head train 3`, `fit EASE train`,
  /// `save train "f.csv"`.
  private func misplacedInput(before end: Int) -> (input: String, rest: String)? {
    guard end > position + 2, case .word(let first) = peek(1).kind, !Keyword.reserved.contains(first) else {
      return nil
    }
    switch peek(2).kind {
    case .text, .integer: return (first, text(peek(2).range.lowerBound..<tokens[end - 1].range.upperBound))
    case .word(let second) where end == position + 3 && !Keyword.reserved.contains(second):
      let declarations = parser.declarations(of: token.word ?? "")
      if declarations.contains(where: \.arguments.isWord) { return (second, first) }
      let isClause = declarations.contains { $0.clauses.contains { $0.keyword == second } }
      return isClause || ["asc", "desc"].contains(second) ? nil : (first, second)
    default: return nil
    }
  }
}

extension ArgumentForm {
  /// Whether a word comes first: the name of a model, a kind of split or of plot.
  fileprivate var isWord: Bool { if case .word = self { true } else { false } }
}
