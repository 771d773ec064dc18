/// Parses the blocks of a Markdown page: the parts of CommonMark that GitHub shows, and formulas.
///
/// HTML comments are dropped; of other HTML only `<details>` has a meaning.
struct MarkdownParser {
  private var lines: [Substring]
  private var position = 0
  private let depth: Int
  private static let deepest = 12

  static func blocks(_ text: String) -> [MarkdownBlock] {
    let lines = withoutComments(text).split(omittingEmptySubsequences: false) { $0.isNewline }
    return blocks(Array(lines), depth: 0)
  }

  private static func blocks(_ lines: [Substring], depth: Int) -> [MarkdownBlock] {
    var parser = MarkdownParser(lines: lines, depth: depth)
    return parser.parse()
  }

  private init(lines: [Substring], depth: Int) {
    self.lines = lines
    self.depth = depth
  }

  /// The text without `<!-- … -->`, except in fenced code. A comment that fills whole lines is removed together with
  /// them.
  static func withoutComments(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    var isFenced = false
    while !rest.isEmpty {
      let line = rest.prefix { !$0.isNewline }
      if !isFenced, let start = line.firstRange(of: "<!--") {
        result += rest[..<start.lowerBound]
        let after = rest[start.upperBound...]
        guard let end = after.firstRange(of: "-->") else { return result }
        rest = after[end.upperBound...]
        if rest.first?.isNewline ?? false, result.last?.isNewline ?? true { rest = rest.dropFirst() }
        continue
      }
      if fence(line) != nil { isFenced.toggle() }
      result += rest[..<line.endIndex]
      rest = rest[line.endIndex...]
      if let newline = rest.popFirst() { result.append(newline) }
    }
    return result
  }

  private mutating func parse() -> [MarkdownBlock] {
    var blocks: [MarkdownBlock] = []
    while position < lines.count {
      if lines[position].isBlank {
        position += 1
      } else if let block = parseBlock() {
        blocks.append(block)
      }
    }
    return blocks
  }

  private mutating func parseBlock() -> MarkdownBlock? {
    let line = lines[position]
    let text = line.trimmed
    if let fence = MarkdownParser.fence(line) { return parseCode(fence) }
    if text.hasPrefix("$$") { return parseFormula() }
    if let level = MarkdownParser.headingLevel(text) {
      position += 1
      let title = text.dropFirst(level).trimmed
      return .heading(level: level, String(title.trimmingSuffix("#").trimmed))
    }
    if MarkdownParser.isRule(text) {
      position += 1
      return .rule
    }
    if depth < MarkdownParser.deepest {
      if text.hasPrefix(">") { return parseQuote() }
      if text.lowercased().hasPrefix("<details") { return parseDetails() }
      if MarkdownParser.marker(line) != nil { return parseList() }
    }
    if text.lowercased().hasPrefix("</details") {
      position += 1
      return nil
    }
    if let table = parseTable() { return table }
    if line.indentation >= 4 { return parseIndentedCode() }
    return parseParagraph()
  }

  private mutating func parseParagraph() -> MarkdownBlock {
    var parts: [String] = []
    while position < lines.count {
      let line = lines[position]
      if line.isBlank || !parts.isEmpty && startsBlock(line) { break }
      // Two spaces or a backslash at the end are a line break.
      let breaks = line.hasSuffix("  ") || line.hasSuffix("\\")
      parts.append(line.trimmed.trimmingSuffix("\\") + (breaks ? "\n" : " "))
      position += 1
    }
    return .paragraph(String(parts.joined()[...].trimmed))
  }

  private func startsBlock(_ line: Substring) -> Bool {
    let text = line.trimmed
    return MarkdownParser.fence(line) != nil || text.hasPrefix("$$") || text.hasPrefix(">")
      || MarkdownParser.headingLevel(text) != nil || MarkdownParser.isRule(text)
      || MarkdownParser.marker(line) != nil || text.lowercased().hasPrefix("<details")
      || text.lowercased().hasPrefix("</details")
  }

  private mutating func parseCode(_ fence: Substring) -> MarkdownBlock {
    let indentation = lines[position].indentation
    position += 1
    var code: [String] = []
    while position < lines.count {
      let line = lines[position]
      position += 1
      if let end = MarkdownParser.fence(line), end.hasPrefix(fence), line.trimmed.count == end.count { break }
      code.append(String(line.dropFirst(min(indentation, line.indentation))))
    }
    return .code(code)
  }

  private mutating func parseIndentedCode() -> MarkdownBlock {
    var code: [String] = []
    while position < lines.count, lines[position].isBlank || lines[position].indentation >= 4 {
      code.append(String(lines[position].dropFirst(min(4, lines[position].indentation))))
      position += 1
    }
    while code.last?[...].isBlank ?? false { code.removeLast() }
    return .code(code)
  }

  private mutating func parseFormula() -> MarkdownBlock {
    var tex = ""
    var rest = lines[position].trimmed.dropFirst(2)
    position += 1
    while true {
      if let end = rest.firstRange(of: "$$") {
        tex += rest[..<end.lowerBound]
        break
      }
      tex += rest + "\n"
      if position >= lines.count { break }
      rest = lines[position]
      position += 1
    }
    return .formula(String(tex[...].trimmed))
  }

  private mutating func parseQuote() -> MarkdownBlock {
    var inner: [Substring] = []
    while position < lines.count {
      let text = lines[position].trimmed
      if text.hasPrefix(">") {
        inner.append(text.dropFirst(text.dropFirst().hasPrefix(" ") ? 2 : 1))
      } else if text.isEmpty || startsBlock(lines[position]) {
        break
      } else {
        inner.append(text)
      }
      position += 1
    }
    return .quote(MarkdownParser.blocks(inner, depth: depth + 1))
  }

  private mutating func parseDetails() -> MarkdownBlock {
    var inner: [Substring] = []
    var open = 1
    let first = lines[position].trimmed
    inner.append(first.drop { $0 != ">" }.dropFirst())
    position += 1
    while position < lines.count, open > 0 {
      let line = lines[position]
      let tag = line.trimmed.lowercased()
      if tag.hasPrefix("<details") { open += 1 }
      if tag.hasPrefix("</details") { open -= 1 }
      if open > 0 { inner.append(line) }
      position += 1
    }
    var summary = ""
    let text = inner.joined(separator: "\n")
    if let start = text.firstRange(of: "<summary>"), let end = text[start.upperBound...].firstRange(of: "</summary>") {
      summary = String(text[start.upperBound..<end.lowerBound].trimmed)
      inner = text[end.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
    }
    return .details(summary: summary, MarkdownParser.blocks(inner, depth: depth + 1))
  }

  private mutating func parseList() -> MarkdownBlock {
    let start = MarkdownParser.marker(lines[position])?.number
    var items: [[Substring]] = []
    var content = 0
    while position < lines.count {
      let line = lines[position]
      if let marker = MarkdownParser.marker(line), items.isEmpty || line.indentation < content {
        if (marker.number == nil) != (start == nil) { break }
        content = marker.width
        items.append([line.dropFirst(min(marker.width, line.count))])
      } else if line.isBlank {
        let next = position + 1 < lines.count ? lines[position + 1] : ""
        if next.isBlank || next.indentation < content && MarkdownParser.marker(next) == nil { break }
        items[items.count - 1].append("")
      } else if line.indentation >= content {
        items[items.count - 1].append(line.dropFirst(content))
      } else if !startsBlock(line) {
        items[items.count - 1].append(line.trimmed)
      } else {
        break
      }
      position += 1
    }
    return .list(start: start, items.map { MarkdownParser.blocks($0, depth: depth + 1) })
  }

  private mutating func parseTable() -> MarkdownBlock? {
    guard position + 1 < lines.count, lines[position].contains("|"), lines[position + 1].contains("-") else {
      return nil
    }
    let header = MarkdownParser.cells(lines[position])
    let marks = MarkdownParser.cells(lines[position + 1])
    let isRule = marks.allSatisfy { !$0.isEmpty && $0.allSatisfy { "-: ".contains($0) } && $0.contains("-") }
    guard isRule, marks.count == header.count else { return nil }
    position += 2
    var rows: [[String]] = []
    while position < lines.count, !lines[position].isBlank, lines[position].contains("|") {
      let cells = MarkdownParser.cells(lines[position])
      rows.append((0..<header.count).map { $0 < cells.count ? cells[$0] : "" })
      position += 1
    }
    let alignments = marks.map { mark -> Alignment in
      mark.hasSuffix(":") ? (mark.hasPrefix(":") ? .center : .right) : .left
    }
    return .table(header: header, alignments: alignments, rows: rows)
  }

  /// Splits a table row into cells. `\|`, and bars inside code or formulas, do not separate cells.
  private static func cells(_ line: Substring) -> [String] {
    var cells: [String] = [""]
    var isEscaped = false
    var quote: Character?
    var text = line.trimmed
    if text.hasPrefix("|") { text = text.dropFirst() }
    if text.hasSuffix("|"), !text.hasSuffix("\\|") { text = text.dropLast() }
    for character in text {
      if character == "|", !isEscaped, quote == nil {
        cells.append("")
        continue
      }
      if character == "|", isEscaped { cells[cells.count - 1].removeLast() }
      cells[cells.count - 1].append(character)
      if !isEscaped, character == "`" || character == "$" {
        if quote == character { quote = nil } else if quote == nil { quote = character }
      }
      isEscaped = character == "\\" && !isEscaped
    }
    // A quote character without a partner is ordinary text.
    if quote != nil { cells = text.split(separator: "|", omittingEmptySubsequences: false).map { String($0) } }
    return cells.map { String($0[...].trimmed) }
  }

  /// The run of backticks or tildes that opens or closes a code block.
  static func fence(_ line: Substring) -> Substring? {
    let text = line.trimmed
    for mark in ["`", "~"] as [Character] {
      let marks = text.prefix { $0 == mark }
      if marks.count >= 3, mark == "~" || !text.dropFirst(marks.count).contains("`") { return marks }
    }
    return nil
  }

  private static func headingLevel(_ text: Substring) -> Int? {
    let level = text.prefix { $0 == "#" }.count
    guard (1...6).contains(level) else { return nil }
    let next = text.dropFirst(level).first
    return next == nil || next == " " ? level : nil
  }

  private static func isRule(_ text: Substring) -> Bool {
    guard let mark = text.first, "-*_".contains(mark) else { return false }
    return text.allSatisfy { $0 == mark || $0 == " " } && text.filter { $0 == mark }.count >= 3
  }

  /// The marker of a list item: its number (nil for a bullet), and the indentation of its text.
  private static func marker(_ line: Substring) -> (number: Int?, width: Int)? {
    let indentation = line.indentation
    let text = line.dropFirst(indentation)
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let mark = digits.isEmpty ? text.prefix(1) : text.prefix(digits.count + 1)
    guard let last = mark.last, digits.isEmpty ? "-*+".contains(last) : digits.count < 10 && ".)".contains(last) else {
      return nil
    }
    let after = text.dropFirst(mark.count)
    if after.isEmpty { return (Int(digits), indentation + mark.count + 1) }
    guard after.hasPrefix(" ") else { return nil }
    let spaces = after.prefix { $0 == " " }.count
    return (Int(digits), indentation + mark.count + (spaces > 4 ? 1 : spaces))
  }
}

extension Substring {
  /// The text without white space at its ends.
  var trimmed: Substring {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else {
      return start[start.startIndex..<start.startIndex]
    }
    return start[...last]
  }

  var isBlank: Bool { allSatisfy(\.isWhitespace) }
  /// The number of spaces at its start.
  var indentation: Int { prefix { $0 == " " }.count }

  /// The text without trailing occurrences of a character.
  func trimmingSuffix(_ character: Character) -> Substring {
    guard let last = lastIndex(where: { $0 != character }) else { return self[startIndex..<startIndex] }
    return self[...last]
  }
}
