public import Diagnostics

/// Parses the text of a cell into statements, guided by the declarations of the verbs.
///
/// Parsing only: names are not resolved and nothing runs. The first mistake is thrown, so a cell with a mistake runs
/// nothing.
///
/// - Complexity: linear in the text. Nesting deeper than `Parser.depthLimit` is an error, so that the stack cannot
///   overflow.
public struct Parser: Sendable {
  /// The greatest nesting depth of brackets, pipelines and operators.
  public static let depthLimit = 200
  /// The greatest height of an expression tree, and the greatest number of verbs in a pipeline.
  public static let chainLimit = 500

  /// Tells which user-defined verbs a command deletes, from its word and the rest of its line.
  public enum Deletion: Sendable {
    case nothing
    case names([String])
    case all
  }

  let verbs: [VerbDeclaration]
  let functionNames: [String]
  private let deletion: @Sendable (_ command: String, _ argument: String) -> Deletion
  private let declarations: [String: [VerbDeclaration]]
  /// The user-defined verbs of the session, by name.
  private var definitions: [String: VerbDefinition] = [:]
  /// The nesting depth of calls of user-defined verbs that are being expanded.
  private var callDepth = 0

  /// - Parameters:
  ///   - functionNames: only used for messages: for `train | mean`, the hint shows how to use a function.
  ///   - deletion: which user-defined verbs a command deletes, so that what follows it in the cell does not know them.
  public init(
    verbs: [VerbDeclaration], functionNames: [String],
    deletion: @escaping @Sendable (_ command: String, _ argument: String) -> Deletion = { _, _ in .nothing }
  ) {
    self.verbs = verbs
    self.functionNames = functionNames
    self.deletion = deletion
    var declarations: [String: [VerbDeclaration]] = [:]
    for verb in verbs { declarations[verb.name, default: []].append(verb) }
    for verb in verbs {
      for synonym in verb.synonyms { declarations[synonym, default: []].append(verb) }
    }
    self.declarations = declarations
  }

  /// The same parser with additional user-defined verbs.
  public func defining(_ definitions: [VerbDefinition]) -> Parser {
    var parser = self
    for definition in definitions { parser.define(definition) }
    return parser
  }

  mutating func define(_ definition: VerbDefinition) { definitions[definition.name] = definition }

  mutating func forget(_ name: String) { if !definitions.isEmpty { definitions[name] = nil } }

  /// Forgets the user-defined verbs that a command deletes.
  mutating func follow(command: String, _ argument: String) {
    guard !definitions.isEmpty else { return }
    switch deletion(command, argument) {
    case .nothing: break
    case .names(let names): for name in names { forget(name) }
    case .all: definitions = [:]
    }
  }

  func definition(of word: String) -> VerbDefinition? { definitions.isEmpty ? nil : definitions[word] }

  /// The parser for the expansion of a call, one level deeper.
  func deeper(at call: SourceSpan) throws(Diagnostic) -> Parser {
    guard callDepth < 30 else { throw .nestedTooDeeply(at: call) }
    var parser = self
    parser.callDepth += 1
    return parser
  }

  /// All statements of the source, in order.
  public func statements(in source: Source) throws(Diagnostic) -> [Statement] {
    var reader = TokenReader(self, source, try Lexer.tokens(of: source))
    return try reader.statements()
  }

  /// All statements of a part of a source, such as a statement after a command's word. Spans refer to the whole source.
  public func statements(in part: SourceSpan) throws(Diagnostic) -> [Statement] {
    var reader = TokenReader(self, part.source, try Lexer.tokens(of: part.source, in: part.range))
    return try reader.statements()
  }

  /// Parses a source that consists of one expression.
  public func expression(in source: Source) throws(Diagnostic) -> Expression {
    var reader = TokenReader(self, source, try Lexer.tokens(of: source))
    let expression = try reader.expression()
    guard reader.token.kind == .end else { throw reader.unexpected() }
    return expression
  }

  /// Whether a prompt should wait for more lines: a bracket is open, or the last line ends with `|`, `,`, an operator
  /// or a word that must be followed by something. Text with a mistake counts as complete, so that the mistake is
  /// shown.
  public func isIncomplete(_ text: String) -> Bool { Lexer.isIncomplete(text) }

  /// The verbs that a word may mean: first the verb of that name, then those that have it as a synonym.
  func declarations(of word: String) -> [VerbDeclaration] {
    declarations[word] ?? definition(of: word).map { [$0.declaration] } ?? []
  }

  /// Whether a word is a verb, a synonym of a verb, or a user-defined verb.
  public func isVerb(_ word: String) -> Bool { isBuiltIn(word) || definition(of: word) != nil }
  func isBuiltIn(_ word: String) -> Bool { declarations[word] != nil }
  func isFunction(_ word: String) -> Bool { functionNames.contains(word) }
}

/// Reads the tokens of a source; the grammar is in its extensions.
struct TokenReader {
  var parser: Parser
  let source: Source
  let tokens: [Token]
  var position = 0
  /// The index at which reading stops for now, as if the source ended there.
  var stop: Int
  private var depth = 0
  /// The height of the expression tree that was read last.
  var height = 0
  /// Where the aggregate begins whose condition is being read: `over` behind it is that aggregate's, not a call's in it.
  var callOfCondition: Int?
  var isInCondition: Bool { callOfCondition != nil }

  init(_ parser: Parser, _ source: Source, _ tokens: [Token]) {
    self.parser = parser
    self.source = source
    self.tokens = tokens
    stop = tokens.count - 1
  }

  var token: Token { peek(0) }

  func peek(_ distance: Int) -> Token {
    let index = position + distance
    if index < stop { return tokens[index] }
    let start = tokens[stop].range.lowerBound
    return Token(.end, start..<start)
  }

  mutating func accept(_ symbol: Symbol) -> Bool {
    guard token.symbol == symbol else { return false }
    position += 1
    return true
  }

  mutating func accept(word: String) -> Bool {
    guard token.word == word else { return false }
    position += 1
    return true
  }

  func span(_ range: Range<Int>) -> SourceSpan { SourceSpan(source, range) }

  /// The span from the token at `start` to the last token read.
  func span(from start: Int) -> SourceSpan {
    let lower = tokens[start].range.lowerBound
    return span(lower..<max(lower, position > start ? tokens[position - 1].range.upperBound : lower))
  }

  /// The end of the last token read: the place where something is missing.
  var endOfPrevious: SourceSpan {
    let end = position > 0 ? tokens[position - 1].range.upperBound : token.range.lowerBound
    return span(end..<end)
  }

  /// The source text of a range, without white space at its ends.
  func text(_ range: Range<Int>) -> String {
    let text = span(range).text
    let isSpace = { (character: Character) in character.isWhitespace }
    return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }

  /// Runs `body` one nesting level deeper.
  mutating func nested<Result>(
    _ body: (inout TokenReader) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    guard depth < Parser.depthLimit else { throw .nestedTooDeeply(at: span(token.range)) }
    depth += 1
    let result = try body(&self)
    depth -= 1
    return result
  }

  /// Whether the current verb or value ends here.
  var isStageEnd: Bool {
    switch token.kind {
    case .end, .lineEnd, .symbol(.semicolon), .symbol(.pipe), .symbol(.closeParenthesis), .symbol(.closeBracket):
      true
    default: false
    }
  }

  /// Reads a bare or backquoted name, if one comes next; reserved words are not names.
  mutating func acceptName() -> Identifier? {
    switch token.kind {
    case .word(let word) where !Keyword.reserved.contains(word):
      position += 1
      return Identifier(word, span(tokens[position - 1].range))
    case .quotedName(let name):
      position += 1
      return Identifier(name, span(tokens[position - 1].range))
    default: return nil
    }
  }
}
