import Diagnostics
import Tables

/// Diagnostics for tokens that the grammar does not allow, as specific as possible.
extension TokenReader {
  /// The error for a token that cannot follow the previous one.
  func unexpected(in verb: VerbDeclaration? = nil, wanted: String? = nil) -> Diagnostic {
    let at = span(token.range)
    if let mistake = afterOperand() { return mistake }
    if let word = token.word {
      if parser.isVerb(word) {
        return .missingPipe(before: restOfStage(), word, at: at)
      }
      if word.uppercased() == word, parser.isVerb(word.lowercased()) { return unknownVerb(Identifier(word, at)) }
      if ["asc", "desc"].contains(word.lowercased()) { return .looseOrder(word, at: at) }
      let takesAggregates = verb?.clauses.contains { $0.keyword == "agg" } == true
      let followsAgg = position > 0 && tokens[position - 1].word == "agg"
      if takesAggregates, !followsAgg, peek(1).symbol == .openParenthesis, isAggregate(word) {
        return .missingAgg(before: restOfStage(), word, at: at)
      }
    }
    switch token.kind {
    case .word, .quotedName, .integer, .float, .text, .session:
      if wanted == nil, position > 0 {
        return .sideBySide(span(tokens[position - 1].range).text, at.text, in: verb, at: at)
      }
    default: break
    }
    return .unexpected(describe(token), wanted: wanted, at: at)
  }

  private func isAggregate(_ word: String) -> Bool {
    functions.contains { $0.kind == .aggregate && ($0.name == word || $0.synonyms.contains(word)) }
  }

  /// The error for an operator or word of another language after an operand; nil for other tokens.
  func afterOperand() -> Diagnostic? {
    let at = span(token.range)
    switch token.kind {
    case .symbol(.assign): return .equals("==", at: at)
    case .symbol(.colon) where peek(1).symbol == .colon: return castByColons()
    case .symbol(let symbol): return .foreignOperator(symbol, at: at)
    case .word("then"), .word("else"): return .looseBranch(at.text, at: at)
    case .word("over"): return .looseOver(at: at)
    case .word("not"): return .notWithoutIn(at: at)
    case .word("AND"), .word("OR"), .word("IN"), .word("NOT"), .word("IS"):
      return .upperCaseKeyword(at.text, at: at)
    case .word("like"), .word("LIKE"), .word("between"), .word("BETWEEN"):
      return .sqlOperator(at.text.lowercased(), at: at)
    default: return nil
    }
  }

  /// The error for `x::str`.
  private func castByColons() -> Diagnostic {
    let previous = tokens[max(0, position - 1)]
    let operand = previous.symbol == nil && position > 0 ? span(previous.range).text : "x"
    return .castInSQL(
      "::", of: operand, to: peek(2).word, at: span(token.range).union(span(peek(1).range)))
  }

  /// The error for `cast(x as str)`; nil elsewhere.
  func typeInside(_ call: Identifier, after argument: Expression?) -> Diagnostic? {
    guard Keyword.castFunctions.contains(call.name), let argument, token.word?.lowercased() == "as" else { return nil }
    return .castInSQL(
      span(token.range).text, of: argument.span.text, to: peek(1).word, function: call.name, at: span(token.range))
  }

  /// The error for `count(distinct x)`; nil where no distinct values are meant.
  func distinctInside(_ call: Identifier, after argument: Expression?) -> Diagnostic? {
    guard case .name(let word)? = argument?.node, word.lowercased() == "distinct", token.word != nil else { return nil }
    return .distinctInside(call, restOfStage(), at: span(tokens[position - 1].range))
  }

  /// The error for `sum(x where c)`; nil where no condition begins.
  func conditionInside(_ call: Identifier) -> Diagnostic? {
    guard let word = token.word, ["where", "filter"].contains(word.lowercased()) else { return nil }
    let condition = restOfStage().dropFirst(word.utf8.count)
    return .conditionInside(call, call.span.union(endOfPrevious).text, condition, at: span(token.range))
  }

  /// The error for a token where an operand has to start.
  func missingOperand() -> Diagnostic {
    let at = span(token.range)
    let previous = position > 0 ? tokens[position - 1] : nil
    switch token.kind {
    case .symbol(.exclamation) where previous == nil || previous?.kind == .lineEnd: return .shellCommand(at: at)
    case .symbol(.exclamation), .symbol(.tilde): return .foreignNot(at: at)
    case .symbol(.plus): return .unaryPlus(at: at)
    case .symbol(.star): return .star(in: nil, at: at)
    case .symbol(.openBrace): return .braces(at: at)
    case .symbol(.dot): return .leadingDot(at: at)
    case .symbol(let symbol) where !isStageEnd && symbol != .comma:
      if let mistake = Diagnostic.foreignOperator(symbol, at: at) { return mistake }
    case .word(let word) where Keyword.reserved.contains(word) && word != "over":
      return .missingOperand(before: word, at: at)
    default: break
    }
    guard let previous, previous.kind != .lineEnd, previous.symbol != .semicolon else {
      return .unexpected(describe(token), wanted: nil, at: at)
    }
    if previous.symbol == .comma { return .missingAfterComma(at: span(previous.range)) }
    return .missingOperand(after: span(previous.range).text, at: isStageEnd ? span(previous.range) : at)
  }

  /// How messages describe a token.
  private func describe(_ token: Token) -> String {
    switch token.kind {
    case .end: "the end"
    case .lineEnd: "the end of the line"
    case .command(let name, _): "the command `:\(name)`"
    default: "`\(span(token.range).text)`"
    }
  }

  /// The source text from here to the end of the current verb.
  func restOfStage() -> String {
    var depth = 0
    var index = position
    while index < stop {
      if tokens[index].kind == .lineEnd { break }
      if let symbol = tokens[index].symbol {
        if depth == 0, symbol == .pipe || symbol == .semicolon || symbol.isClosing { break }
        if symbol.closing != nil { depth += 1 }
        if symbol.isClosing { depth -= 1 }
      }
      index += 1
    }
    guard index > position else { return "" }
    return text(token.range.lowerBound..<tokens[index - 1].range.upperBound)
  }

  // MARK: Verbs

  func unknownVerb(_ word: Identifier) -> Diagnostic {
    let names = parser.verbs.map(\.name)
    let words = names + parser.verbs.flatMap(\.synonyms)
    if let misread = TypoDiagnosis(of: word.name, among: words) {
      return .unknownVerb(word.name, hint: misread.hint(), at: word.span)
    }
    if parser.isFunction(word.name) {
      let example = peek(1).symbol == .openParenthesis ? restOfStage() : "\(word.name)(…)"
      return .functionAsVerb(word.name, example, at: word.span)
    }
    let idiom = ForeignIdioms.verbs[word.name.lowercased()]
    if idiom == nil, let near = nearNames(to: word.name, among: words, limit: 1).first {
      return .unknownVerb(word.name, hint: "did you mean `\(near)`?", at: word.span)
    }
    return .unknownVerb(word.name, hint: idiom ?? "`:help` lists the verbs", at: word.span)
  }

  // MARK: Idioms of other languages

  /// The error for a statement that begins like one of Python or SQL.
  func idiomAtStart(_ word: String) -> Diagnostic? {
    let at = span(token.range)
    if word.lowercased() == "select", let query = sqlQuery() { return .sqlQuery(word, query, at: at) }
    switch peek(1).kind {
    case .word, .quotedName, .text:
      if let hint = ForeignIdioms.statements[word] { return .foreignStatement(word, hint: hint, at: at) }
    case .symbol(.openParenthesis):
      if let hint = ForeignIdioms.calls[word] { return .foreignStatement(word, hint: hint, at: at) }
    default: break
    }
    return nil
  }

  /// Translates `SELECT a, b FROM t WHERE c` to a pipeline; nil if there is no `FROM`.
  private func sqlQuery() -> String? {
    var marks: [(word: String, index: Int)] = []
    var index = position
    while index < stop, tokens[index].symbol != .semicolon {
      if let word = tokens[index].word?.lowercased(), ForeignIdioms.sqlClauses.contains(word) {
        marks.append((word, index))
      }
      index += 1
    }
    let end = index
    func part(_ word: String) -> String? {
      guard let mark = marks.firstIndex(where: { $0.word == word }) else { return nil }
      let first = marks[mark].index + 1
      let last = (mark + 1 < marks.count ? marks[mark + 1].index : end) - 1
      guard first <= last else { return nil }
      return text(tokens[first].range.lowerBound..<tokens[last].range.upperBound)
    }
    guard let table = part("from") else { return nil }
    var stages = [table]
    if let condition = part("where") {
      stages.append("filter " + condition.replacing("<>", with: "!=").replacing(" = ", with: " == "))
    }
    if let columns = part("select"), columns != "*" { stages.append("select " + columns) }
    if let count = part("limit") { stages.append("head " + count) }
    return stages.joined(separator: " | ")
  }

  /// The error for a word that begins an expression in Python or SQL.
  func idiomInExpression() -> Diagnostic? {
    let at = span(token.range)
    switch (token.word, peek(1).kind) {
    case ("lambda"?, .word), ("lambda"?, .symbol(.colon)): return .lambda(at: at)
    case ("None"?, _), ("NULL"?, _), ("nil"?, _): return .foreignNull(at.text, at: at)
    case ("True"?, _), ("TRUE"?, _): return .foreignLiteral(at.text, "true", at: at)
    case ("False"?, _), ("FALSE"?, _): return .foreignLiteral(at.text, "false", at: at)
    case ("NOT"?, _): return .upperCaseKeyword("NOT", at: at)
    case ("case"?, .word("when")), ("CASE"?, .word("WHEN")): return .caseWhen(at: at)
    default: return nil
    }
  }

  /// `df["a"]`, `df[:5]`, `df[df.a > 1]`
  func indexing(of base: Expression) -> Diagnostic {
    let at = span(token.range)
    guard case .name(let name) = base.node else { return .indexing(nil, at: at) }
    if isInVerb { return .indexedColumn(Spelling.name(name), elementOfIndex, at: at) }
    switch (peek(1).kind, peek(2).symbol) {
    case (.text(let column), .closeBracket?): return .indexing("\(name) | select \(Spelling.name(column))", at: at)
    case (.symbol(.colon), _):
      guard case .integer(let count) = peek(2).kind else { return .indexing("\(name) | head", at: at) }
      return .indexing("\(name) | head \(count)", at: at)
    case (.integer(let row), .closeBracket?): return .indexing("\(name) | slice \(row), 1", at: at)
    default: return .indexing("\(name) | filter …", at: at)
    }
  }

  /// Whether a pipe stands before the current token on its line.
  private var isInVerb: Bool {
    for token in tokens[..<position].reversed() {
      if token.symbol == .pipe { return true }
      if token.kind == .lineEnd || token.symbol == .semicolon { return false }
    }
    return false
  }

  /// What the brackets at the current position seem to take: `[0]`, `[:3]` or `["a"]`.
  private var elementOfIndex: Diagnostic.IndexedElement? {
    switch (peek(1).kind, peek(2).kind) {
    case (.integer(let place), .symbol(.closeBracket)): .place(Int(clamping: place))
    case (.symbol(.colon), .integer(let count)): .first(Int(clamping: count))
    case (.text(let field), .symbol(.closeBracket)): .field(Spelling.name(field))
    default: nil
    }
  }

  /// `train.filter(a == 1)`, `user_id.sum()`, `pl.col("a")`
  func methodCall(_ method: Identifier, on base: Expression) -> Diagnostic {
    let arguments = bracketed()
    if method.name == "col", case .text(let column) = peek(1).kind {
      return .columnFunction(Spelling.name(column), at: base.span.union(method.span))
    }
    // Accessors of polars and pandas: `name.str.contains("x")`
    var receiver = base.span.text
    if case .field(let inner, let accessor) = base.node, ForeignIdioms.accessors.contains(accessor.name) {
      receiver = inner.span.text
    }
    if let verb = parser.declarations(of: method.name).first {
      let stage = verb.name + (arguments.isEmpty ? "" : " " + arguments)
      return .methodCall(method, hint: "\(receiver) | \(stage)")
    }
    if let function = functions.first(where: { $0.name == method.name }), function.kind == .window,
      function.parameters.isEmpty
    {
      return .methodCall(method, hint: "\(method.name)() over (order by \(receiver))")
    }
    if parser.isFunction(method.name) {
      let rest = arguments.isEmpty ? "" : ", " + arguments
      return .methodCall(method, hint: "\(method.name)(\(receiver)\(rest))")
    }
    let hint = ForeignIdioms.methods[method.name].map { $0.replacing("x", with: receiver) }
    return .methodCall(method, hint: hint?.replacing("…", with: arguments))
  }

  /// The text between the opening parenthesis at the current position and its closing one.
  private func bracketed() -> String {
    var depth = 0
    for index in position..<stop {
      guard let symbol = tokens[index].symbol else { continue }
      if symbol.closing != nil { depth += 1 }
      if symbol.isClosing { depth -= 1 }
      if depth == 0 { return text(token.range.upperBound..<tokens[index].range.lowerBound) }
    }
    return ""
  }

  /// `recommend (train | fit EASE)`
  func modelInBrackets() -> Diagnostic {
    Diagnostic(
      "models are given by their names", at: span(token.range),
      hint: "name it first: `model = \(bracketed())`, then `model` in place of the brackets")
  }

  /// `(train | value) * 2`, `(a == 1 | b == 2)`
  func pipelineInExpression() -> Diagnostic {
    var depth = 0
    for index in position..<stop {
      guard let symbol = tokens[index].symbol else { continue }
      if symbol.closing != nil { depth += 1 }
      if symbol.isClosing { depth -= 1 }
      guard symbol == .pipe, depth == 1 else { continue }
      let at = span(tokens[index].range)
      let isVerb = index + 1 < stop && tokens[index + 1].word.map(parser.isVerb) == true
      return isVerb ? .pipelineInExpression(bracketed(), at: at) : .foreignPipe(at: at)
    }
    return .unexpected("`(`", wanted: nil, at: span(token.range))
  }
}
