/// Parses a subset of TeX's mathematics. Every input gives a formula.
struct FormulaParser {
  private enum Token: Equatable {
    case command(String)
    case character(Character)
    case space
  }

  private let tokens: [Token]
  private var position = 0
  private var depth = 0
  private static let deepest = 40

  init(_ tex: String) { tokens = FormulaParser.tokens(of: tex) }

  mutating func parse() -> FormulaNode {
    let rows = parseRows { $0.position >= $0.tokens.count }
    if rows.count == 1, rows[0].count == 1 { return rows[0][0] }
    return .matrix(rows, FormulaNode.MatrixStyle(columns: .aligned))
  }

  private static func tokens(of tex: String) -> [Token] {
    var tokens: [Token] = []
    var rest = tex[...]
    while let character = rest.popFirst() {
      if character.isWhitespace {
        if tokens.last != .space { tokens.append(.space) }
      } else if character == "%" {
        rest = rest.drop { !$0.isNewline }
      } else if character == "\\", let next = rest.first {
        let letters = rest.prefix { $0.isASCII && $0.isLetter }
        let name = letters.isEmpty ? String(next) : String(letters)
        rest = rest.dropFirst(name.count)
        if !letters.isEmpty, rest.first == "*" { rest = rest.dropFirst() }
        tokens.append(.command(next.isWhitespace ? " " : name))
      } else {
        tokens.append(.character(character))
      }
    }
    return tokens
  }

  private var peek: Token? {
    mutating get {
      while position < tokens.count, tokens[position] == .space { position += 1 }
      return position < tokens.count ? tokens[position] : nil
    }
  }

  private mutating func take(_ character: Character) -> Bool {
    guard peek == .character(character) else { return false }
    position += 1
    return true
  }

  /// Parses cells and rows until `isEnd` is true. Without `&` and `\\`, there is one row with one cell.
  private mutating func parseRows(until isEnd: (inout FormulaParser) -> Bool) -> [[FormulaNode]] {
    var rows: [[FormulaNode]] = [[]]
    while true {
      var nodes: [FormulaNode] = []
      while peek != nil, !isEnd(&self), peek != .character("&"), peek != .command("\\"), peek != .command("cr") {
        nodes.append(parseScripted())
      }
      rows[rows.count - 1].append(nodes.count == 1 ? nodes[0] : .row(nodes))
      if peek == nil || isEnd(&self) { break }
      if peek == .character("&") {
        position += 1
      } else {
        position += 1
        if peek == nil || isEnd(&self) { break }
        rows.append([])
      }
    }
    return rows
  }

  private mutating func parseRow(until isEnd: (inout FormulaParser) -> Bool) -> FormulaNode {
    let rows = parseRows(until: isEnd)
    if rows.count == 1, rows[0].count == 1 { return rows[0][0] }
    return .matrix(rows, FormulaNode.MatrixStyle(columns: .aligned))
  }

  /// Parses an atom with its scripts.
  private mutating func parseScripted() -> FormulaNode {
    let isBare = [.character("_"), .character("^"), .character("'")].contains(peek)
    let (base, hasLimits) = isBare ? (.row([]), false) : parseAtom()
    var below: FormulaNode?
    var above: FormulaNode?
    while true {
      if take("_") {
        below = joined(below, parseArgument())
      } else if take("^") {
        above = joined(above, parseArgument())
      } else if take("'") {
        above = joined(above, .symbol("′", .ordinary))
      } else if peek == .command("limits") || peek == .command("nolimits") {
        position += 1
      } else {
        break
      }
    }
    if below == nil, above == nil { return base }
    if hasLimits { return .limits(base, below: below, above: above) }
    return .script(base, below: below, above: above)
  }

  private func joined(_ first: FormulaNode?, _ second: FormulaNode) -> FormulaNode {
    guard let first else { return second }
    if case .row(let nodes) = first { return .row(nodes + [second]) }
    return .row([first, second])
  }

  /// Parses the argument of a command or script: a group in braces or a single atom.
  private mutating func parseArgument() -> FormulaNode {
    peek == nil ? .row([]) : parseAtom().node
  }

  private mutating func parseAtom() -> (node: FormulaNode, hasLimits: Bool) {
    guard let token = peek else { return (.row([]), false) }
    position += 1
    depth += 1
    defer { depth -= 1 }
    // Limits the nesting depth: the content of deeper groups is shown on the level above.
    if depth > FormulaParser.deepest { return (.symbol("", .ordinary), false) }
    switch token {
    case .space: return (.row([]), false)
    case .character("{"):
      let node = parseRow { $0.peek == .character("}") }
      _ = take("}")
      return (FormulaParser.asOrdinary(node), false)
    case .character(let character): return (FormulaParser.atom(character), false)
    case .command(let name): return parseCommand(name)
    }
  }

  /// A sign alone in braces takes no space around it: `0{,}05` is a number.
  private static func asOrdinary(_ node: FormulaNode) -> FormulaNode {
    switch node {
    case .symbol(let text, .punctuation), .symbol(let text, .binary), .symbol(let text, .relation):
      .symbol(text, .ordinary)
    default: node
    }
  }

  private static func atom(_ character: Character) -> FormulaNode {
    switch character {
    case "-": .symbol("−", .binary)
    case "+", "±": .symbol(String(character), .binary)
    case "*": .symbol("∗", .binary)
    case "=", "<", ">", "≤", "≥", "≈", "∈": .symbol(String(character), .relation)
    case ":": .symbol(":", .relation)
    case ",", ";": .symbol(String(character), .punctuation)
    case "(", "[", "/": .symbol(String(character), .open)
    case ")", "]", "!": .symbol(String(character), .close)
    case "~": .symbol(" ", .space)
    default: .symbol(sanitised(String(character)), .ordinary)
    }
  }

  private mutating func parseCommand(_ name: String) -> (node: FormulaNode, hasLimits: Bool) {
    switch name {
    case "frac", "dfrac", "tfrac", "cfrac":
      let numerator = parseArgument()
      return (.fraction(numerator, parseArgument()), false)
    case "binom":
      let top = parseArgument()
      let style = FormulaNode.MatrixStyle(left: "(", right: ")")
      return (.matrix([[top], [parseArgument()]], style), false)
    case "sqrt":
      var degree: FormulaNode?
      if take("[") {
        degree = parseRow { $0.peek == .character("]") }
        _ = take("]")
      }
      return (.root(parseArgument(), degree: degree), false)
    case "left": return (parseFenced(), false)
    case "begin": return (parseEnvironment(), false)
    case "text", "mathrm", "textrm", "textbf", "textit", "mathsf", "mbox", "texttt", "mathtt", "mathbf", "boldsymbol",
      "mathit", "bm":
      let isWord = name.hasPrefix("t") || name == "mbox" || name == "mathrm"
      return (isWord ? .symbol(takeText(), .ordinary) : parseArgument(), false)
    case "operatorname": return (.symbol(takeText(), .function), true)
    case "mathbb", "Bbb":
      return (.symbol(takeText().map(FormulaSymbols.blackboard).joined(), .ordinary), false)
    case "mathcal", "mathscr":
      return (.symbol(takeText().map(FormulaSymbols.script).joined(), .ordinary), false)
    case "underset":
      let below = parseArgument()
      return (.limits(parseArgument(), below: below, above: nil), false)
    case "overset", "stackrel":
      let above = parseArgument()
      return (.limits(parseArgument(), below: nil, above: above), false)
    case "underbrace", "overbrace": return (parseArgument(), true)
    case "not":
      return (.accent("\u{338}", parseArgument()), false)
    case "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "displaystyle", "textstyle",
      "limits", "nolimits", "nonumber", "hline":
      return (.row([]), false)
    case "tag", "label":
      _ = takeText()
      return (.row([]), false)
    default: break
    }
    if let mark = FormulaSymbols.accents[name] { return (.accent(mark, parseArgument()), false) }
    if let text = FormulaSymbols.operators[name] { return (.symbol(text, text.count == 1 ? .large : .function), true) }
    if let symbol = FormulaSymbols.symbol(name) { return (symbol, false) }
    return (.symbol("\\" + sanitised(name), .ordinary), false)
  }

  /// Parses `( … \right)` after `\left`.
  private mutating func parseFenced() -> FormulaNode {
    let left = takeDelimiter()
    let body = parseRow { $0.peek == .command("right") }
    if peek == .command("right") { position += 1 }
    return .fenced(left, body, takeDelimiter())
  }

  private mutating func takeDelimiter() -> String {
    guard let token = peek else { return "" }
    position += 1
    switch token {
    case .character("."), .space: return ""
    case .character(let character): return sanitised(String(character))
    case .command(let name): return FormulaSymbols.delimiters[name] ?? ""
    }
  }

  /// Parses a group as plain text.
  private mutating func takeText() -> String {
    guard take("{") else {
      guard let token = peek else { return "" }
      position += 1
      if case .character(let character) = token { return sanitised(String(character)) }
      return ""
    }
    var text = ""
    var open = 1
    while position < tokens.count {
      let token = tokens[position]
      position += 1
      switch token {
      case .character("{"): open += 1
      case .character("}"): open -= 1
      case .character(let character): text += sanitised(String(character))
      case .space: text += " "
      case .command(let name):
        text += FormulaSymbols.ordinary[name] ?? (FormulaSymbols.spaces[name] == nil ? sanitised(name) : " ")
      }
      if open == 0 { break }
    }
    return text
  }

  private mutating func parseEnvironment() -> FormulaNode {
    let name = takeText()
    if name == "array" { _ = takeText() }
    let rows = parseRows { $0.peek == .command("end") }
    if peek == .command("end") {
      position += 1
      _ = takeText()
    }
    return .matrix(rows, FormulaParser.matrixStyle(name))
  }

  private static func matrixStyle(_ environment: String) -> FormulaNode.MatrixStyle {
    switch environment {
    case "pmatrix": FormulaNode.MatrixStyle(left: "(", right: ")")
    case "bmatrix": FormulaNode.MatrixStyle(left: "[", right: "]")
    case "Bmatrix": FormulaNode.MatrixStyle(left: "{", right: "}")
    case "vmatrix": FormulaNode.MatrixStyle(left: "|", right: "|")
    case "Vmatrix": FormulaNode.MatrixStyle(left: "‖", right: "‖")
    case "cases": FormulaNode.MatrixStyle(left: "{", columns: .left)
    case "aligned", "align", "split", "gathered", "eqnarray": FormulaNode.MatrixStyle(columns: .aligned)
    default: FormulaNode.MatrixStyle()
    }
  }
}
