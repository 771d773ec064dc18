import Diagnostics

/// Splits a cell into tokens, in one pass over its bytes.
///
/// A line end is no token if the statement continues (an open bracket, an operator before it, a `|` after it), so the
/// parser need not handle lines. Brackets are matched here, because an open bracket is the cause of the errors that
/// would follow.
struct Lexer {
  let source: Source
  let bytes: [UInt8]
  var offset = 0
  /// The start of the text to read: that of the source or of the requested part.
  private let start: Int
  var tokens: [Token] = []
  /// The indices in `tokens` of the open brackets.
  private var openBrackets: [Int] = []
  /// The indices in `tokens` at which the current and the previous statement start.
  private var statementStart = 0
  private var previousStatementStart = 0

  init(_ source: Source, in part: Range<Int>? = nil) {
    self.source = source
    let text = Array(source.text.utf8)
    let part = part?.clamped(to: 0..<text.count) ?? 0..<text.count
    bytes = part.upperBound == text.count ? text : Array(text[..<part.upperBound])
    start = part.lowerBound
    offset = start
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if start == 0, bytes.starts(with: byteOrderMark) { offset = byteOrderMark.count }
  }

  /// All tokens of the source, or of a part of it; the last one is `.end`.
  static func tokens(of source: Source, in part: Range<Int>? = nil) throws(Diagnostic) -> [Token] {
    var lexer = Lexer(source, in: part)
    try lexer.scan()
    if let open = lexer.openBrackets.last {
      throw .unclosedBracket(
        lexer.tokens[open].symbol ?? .openParenthesis, lexer.span(lexer.tokens[open].range), end: lexer.endOfText)
    }
    return lexer.tokens
  }

  /// Whether the text needs more lines to be a cell: a bracket is open, or its end continues.
  static func isIncomplete(_ text: String) -> Bool {
    var lexer = Lexer(Source(name: "", text: text))
    do {
      try lexer.scan()
    } catch {
      return false
    }
    return !lexer.openBrackets.isEmpty || lexer.continuesLine(lexer.tokens.count - 2)
  }

  func span(_ range: Range<Int>) -> SourceSpan { SourceSpan(source, range) }

  /// The position after the last token.
  private var endOfText: SourceSpan {
    let end = tokens.last { $0.kind != .end }?.range.upperBound ?? 0
    return span(end..<end)
  }

  private mutating func scan() throws(Diagnostic) {
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): offset += 1
      case UInt8(ascii: "\n"):
        endLine()
        offset += 1
      case UInt8(ascii: "#"): skipLine()
      case UInt8(ascii: ":") where startsLine && openBrackets.isEmpty: scanCommand()
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): try scanQuoted()
      case UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber()
      case UInt8(ascii: "$"): try scanSession()
      default:
        if let end = wordEnd(from: offset) {
          append(.word(text(offset..<end)), to: end)
        } else {
          try scanSymbol()
        }
      }
    }
    tokens.append(Token(.end, bytes.count..<bytes.count))
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  mutating func append(_ kind: Token.Kind, to end: Int) {
    tokens.append(Token(kind, offset..<end))
    offset = end
  }

  private mutating func skipLine() {
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
  }
}

// MARK: Lines

extension Lexer {
  /// Whether only white space precedes `offset` on its line.
  private var startsLine: Bool {
    var position = offset - 1
    while position >= start, bytes[position] != UInt8(ascii: "\n") {
      guard [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains(bytes[position]) else { return false }
      position -= 1
    }
    return true
  }

  private mutating func endLine() {
    guard let last = tokens.last, openBrackets.isEmpty else { return }
    if last.kind == .lineEnd || continuesLine(tokens.count - 1) { return }
    append(.lineEnd, to: offset)
    previousStatementStart = statementStart
    statementStart = tokens.count
  }

  /// Whether a line whose last token is at `index` continues on the next line.
  private func continuesLine(_ index: Int) -> Bool {
    guard index >= statementStart, index < tokens.count else { return false }
    // `help in` and `?over` ask about a word that would otherwise continue the line.
    let first = tokens[statementStart]
    if first.symbol == .question || (first.word == "help" && index == statementStart + 1) { return false }
    switch tokens[index].kind {
    case .symbol(let symbol): return symbol.continuesLine
    // After a closing parenthesis, `where` begins a condition; elsewhere it is a name.
    case .word("where"): return index > statementStart && tokens[index - 1].symbol == .closeParenthesis
    case .word(let word): return Keyword.continuesLine.contains(word)
    default: return false
    }
  }

  /// `:word rest of the line`
  private mutating func scanCommand() {
    let start = offset
    skipLine()
    let line = start + 1..<offset
    let isSpace = { (byte: UInt8) in
      byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
    let wordEnd = bytes[line].firstIndex(where: isSpace) ?? line.upperBound
    let rest = bytes[wordEnd..<line.upperBound]
    let restStart = rest.firstIndex { !isSpace($0) } ?? wordEnd
    let restEnd = rest.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? restStart
    let command = Token.Kind.command(text(line.lowerBound..<wordEnd), restStart..<restEnd)
    tokens.append(Token(command, start..<max(wordEnd, restEnd)))
  }
}

// MARK: Symbols and brackets

extension Lexer {
  private mutating func scanSymbol() throws(Diagnostic) {
    guard let symbol = symbolAhead() else { throw strangeCharacter() }
    let range = offset..<offset + symbol.rawValue.utf8.count
    if symbol == .pipe || symbol == .pipeArrow, tokens.last?.kind == .lineEnd, tokens.count >= 2 {
      resumeStatement()
    }
    if symbol == .pipe, let open = openBrackets.last { tokens[open].holdsPipe = true }
    if symbol.closing != nil { openBrackets.append(tokens.count) }
    if symbol.isClosing {
      guard let open = openBrackets.popLast() else { throw .unopenedBracket(symbol, at: span(range)) }
      guard let opening = tokens[open].symbol, opening.closing == symbol else {
        throw .mismatchedBracket(
          tokens[open].symbol ?? .openParenthesis, span(tokens[open].range), symbol, span(range))
      }
    }
    append(.symbol(symbol), to: range.upperBound)
    if symbol == .semicolon, openBrackets.isEmpty { statementStart = tokens.count }
  }

  /// A `|` at the start of a line continues the previous statement, unless that was a command or ended with `;`.
  private mutating func resumeStatement() {
    switch tokens[tokens.count - 2].kind {
    case .command, .symbol(.semicolon): return
    default: break
    }
    tokens.removeLast()
    statementStart = previousStatementStart
  }

  /// The longest symbol at `offset`.
  private func symbolAhead() -> Symbol? {
    for length in stride(from: min(3, bytes.count - offset), to: 0, by: -1) {
      let range = offset..<offset + length
      guard bytes[range].allSatisfy({ $0 < 0x80 }) else { continue }
      if let symbol = Symbol(rawValue: text(range)) { return symbol }
    }
    return nil
  }

  private func strangeCharacter() -> Diagnostic {
    let scalar = scalar(at: offset)
    let range = offset..<offset + scalar.length
    let isQuote = "“”„‟‘’‚«»″".unicodeScalars.contains(scalar.value)
    guard isQuote else { return .strangeCharacter(scalar.value, at: span(range)) }
    // Finds the text up to the next typographic quote on the line, so that the hint can show it with straight quotes.
    var end = range.upperBound
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
      let next = self.scalar(at: end)
      if "“”„‟‘’‚«»″\"".unicodeScalars.contains(next.value) {
        return .smartQuotes(around: text(range.upperBound..<end), at: span(range.lowerBound..<end + next.length))
      }
      end += next.length
    }
    return .smartQuotes(around: nil, at: span(range))
  }
}
