import Diagnostics

// `define NAME(…) = PIPELINE`, and the calls of user-defined verbs. A call is expanded like a macro: the parameters in
// the pipeline's text are replaced by the texts of the arguments, and the result is parsed.

extension TokenReader {
  /// Whether `define NAME` comes next, followed by `(` or `=`.
  var startsDefinition: Bool {
    guard token.word == "define" else { return false }
    switch peek(1).kind {
    case .word, .quotedName: break
    default: return false
    }
    return peek(2).symbol == .openParenthesis || peek(2).symbol == .assign
  }

  mutating func definition() throws(Diagnostic) -> VerbDefinition {
    position += 1
    let isQuoted = token.word == nil
    guard let name = acceptName() else { throw unexpected(wanted: "a name") }
    if isQuoted {
      throw Diagnostic(
        "a verb's name is one word, without backticks", at: name.span, hint: "`define \(name.name.asVerbName) = …`")
    }
    if parser.isBuiltIn(name.name) {
      throw Diagnostic("`\(name.name)` is a verb already", at: name.span, hint: "choose another name")
    }
    var parameters: [DefinedParameter] = []
    if accept(.openParenthesis) {
      while !accept(.closeParenthesis) {
        guard let parameter = acceptName() else { throw unexpected(wanted: "the name of a parameter") }
        if parameters.contains(where: { $0.name == parameter.name }) {
          throw Diagnostic("`\(parameter.name)` is named twice", at: parameter.span)
        }
        let value = accept(.assign) ? try argumentText() : nil
        parameters.append(DefinedParameter(parameter.name, defaultText: value))
        guard accept(.comma) || token.symbol == .closeParenthesis else { throw unexpected() }
      }
    }
    guard accept(.assign) else { throw unexpected(wanted: "`=` and a pipeline") }
    let end = statementEnd().end
    guard position < end else { throw .missingValue(of: name.name, at: endOfPrevious) }
    guard let verb = token.word, parser.isVerb(verb) else {
      throw Diagnostic(
        "a definition starts with a verb", at: span(token.range),
        hint: "`define top = sort len desc | head 10`; the name of a table is given by `\(name.name) = …`")
    }
    let range = token.range.lowerBound..<tokens[end - 1].range.upperBound
    let isSource = parser.declarations(of: verb).contains(where: \.isSource)
    let definition = VerbDefinition(name: name.name, parameters: parameters, body: text(range), isSource: isSource)
    try check(definition, at: span(range))
    position = end
    parser.define(definition)
    return definition
  }

  /// Checks that the pipeline can be parsed with its default arguments. For parameters without a default, it tries a
  /// name, a number, a text and a list.
  private func check(_ definition: VerbDefinition, at span: SourceSpan) throws(Diagnostic) {
    var defaults: [String: String] = [:]
    for parameter in definition.parameters { defaults[parameter.name] = parameter.defaultText }
    let open = definition.parameters.filter { $0.defaultText == nil }.map(\.name)
    var own = parser
    own.forget(definition.name)
    var failure: Diagnostic?
    for guess in ["a", "1", "\"a\"", "[1]"] {
      let arguments = defaults.merging(open.map { ($0, guess) }) { first, _ in first }
      do throws(Diagnostic) {
        _ = try own.stages(of: definition, with: arguments, calledAt: span)
        return
      } catch {
        failure = failure ?? error
      }
    }
    // With several such parameters, one may be a column and another a number, so a failure proves nothing.
    if open.count < 2, let failure { throw failure }
  }

  // MARK: Calls

  /// Reads a call of a user-defined verb and returns the verbs of its expansion.
  mutating func stages(of definition: VerbDefinition) throws(Diagnostic) -> [VerbCall] {
    let start = position
    position += 1
    var arguments: [String: String] = [:]
    while !isStageEnd {
      if token.symbol == .comma, startsOption(after: 1) { position += 1 }
      guard startsOption(after: 0) else {
        let example = definition.parameters.first.map { "\(definition.name) \($0.name)=…" }
        throw Diagnostic(
          definition.parameters.isEmpty
            ? "`\(definition.name)` takes no parameters" : "`\(definition.name)` takes its parameters by name",
          at: span(token.range), hint: example.map { "`\($0)`" }, notes: [definition.signature])
      }
      let written = token
      let name = if case .quotedName(let quoted) = written.kind { quoted } else { written.word ?? "" }
      guard definition.parameters.contains(where: { $0.name == name }) else {
        throw Diagnostic(
          "`\(definition.name)` has no parameter `\(name)`", at: span(written.range),
          label: didYouMean(name, among: definition.parameters.map(\.name)) ?? "", notes: [definition.signature])
      }
      guard arguments[name] == nil else { throw .repeatedOption(name, at: span(written.range)) }
      position += 2
      guard !isStageEnd else { throw .missingValue(of: name, at: endOfPrevious) }
      arguments[name] = try argumentText()
    }
    let call = span(from: start)
    for parameter in definition.parameters where arguments[parameter.name] == nil {
      guard let value = parameter.defaultText else {
        throw Diagnostic(
          "`\(definition.name)` needs `\(parameter.name)=`", at: call, hint: "`\(definition.name) \(parameter.name)=…`",
          notes: [definition.signature])
      }
      arguments[parameter.name] = value
    }
    return try parser.stages(of: definition, with: arguments, calledAt: call)
  }

  /// Reads an argument and returns its text. A compound expression is put in parentheses, so that operators around the
  /// parameter cannot split it.
  private mutating func argumentText() throws(Diagnostic) -> String {
    let start = position
    if token.symbol == .openParenthesis, isPipeline(inParenthesesAt: position) {
      _ = try parenthesisedPipeline()
      return span(from: start).text
    }
    let expression = try expression()
    let written = span(from: start).text
    switch expression.node {
    case .literal, .name, .session, .list, .call(_, _, nil): return written
    default: return isParenthesised(from: start) ? written : "(\(written))"
    }
  }

  /// Whether the parenthesis that opens at a token closes with the last token read: not so in `(a) + (b)`.
  private func isParenthesised(from start: Int) -> Bool {
    var depth = 0
    for index in start..<position {
      switch tokens[index].symbol {
      case .openParenthesis: depth += 1
      case .closeParenthesis: depth -= 1
      default: break
      }
      if depth == 0 { return index > start && index == position - 1 }
    }
    return false
  }
}

extension Parser {
  /// The verbs of a user-defined verb's expansion with the given arguments.
  fileprivate func stages(
    of definition: VerbDefinition, with arguments: [String: String], calledAt call: SourceSpan
  ) throws(Diagnostic) -> [VerbCall] {
    let source = Source(
      name: "define \(definition.name)", text: try definition.written(with: arguments), calledAt: call)
    var reader = TokenReader(try deeper(at: call), source, try Lexer.tokens(of: source))
    return try reader.onlyStages()
  }
}

extension TokenReader {
  /// Reads verbs separated by `|` up to the end.
  fileprivate mutating func onlyStages() throws(Diagnostic) -> [VerbCall] {
    var stages = try nextStages(after: nil)
    while accept(.pipe) { stages += try nextStages(after: stages.last) }
    guard token.kind == .end || token.kind == .lineEnd else { throw unexpected() }
    return stages
  }
}

extension String {
  /// A name with `_` in place of what a verb's name cannot hold.
  fileprivate var asVerbName: String {
    let name = String(map { $0.isLetter || $0.isNumber ? $0 : "_" })
    return name.first.map { $0.isLetter } == true ? name : "my_" + name
  }
}
