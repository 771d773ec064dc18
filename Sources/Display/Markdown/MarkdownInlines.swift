/// Parses the inline elements of a Markdown paragraph: emphasis, code, links, formulas.
struct MarkdownInlines {
  private let page: Page
  private static let deepest = 8

  init(_ page: Page) { self.page = page }

  /// The lines of a text: several if it has line breaks.
  func lines(_ text: String, _ role: Role = .plain) -> [StyledLine] {
    text.replacing("<br>", with: "\n").replacing("<br/>", with: "\n")
      .split(separator: "\n", omittingEmptySubsequences: false).map { line($0, role) }
  }

  func line(_ text: Substring, _ role: Role) -> StyledLine {
    var line = StyledLine()
    append(text.trimmed, role, depth: 0, to: &line)
    return line
  }

  private func append(_ text: Substring, _ role: Role, depth: Int, to line: inout StyledLine) {
    var rest = text
    var plain = ""
    func flush() {
      line.append(plain, role)
      plain = ""
    }
    while let character = rest.first {
      if let (length, write) = construct(rest, previous: plain.last, role, depth: depth) {
        flush()
        write(&line)
        rest = rest.dropFirst(length)
      } else if character == "\\", let next = rest.dropFirst().first, next.isASCII, next.isPunctuation || next.isSymbol
      {
        plain.append(next)
        rest = rest.dropFirst(2)
      } else if character == "&", let (name, decoded) = MarkdownInlines.entity(rest) {
        plain += decoded
        rest = rest.dropFirst(name)
      } else {
        plain.append(character)
        rest = rest.dropFirst()
      }
    }
    flush()
  }

  private typealias Construct = (length: Int, write: (inout StyledLine) -> Void)

  /// The inline element that starts here: its length in characters and its rendering. Nil for plain text.
  private func construct(_ text: Substring, previous: Character?, _ role: Role, depth: Int) -> Construct? {
    switch text.first {
    case "`": code(text)
    case "$": formula(text, role)
    case "*", "_", "~": depth < MarkdownInlines.deepest ? emphasis(text, previous: previous, role, depth: depth) : nil
    case "!" where text.hasPrefix("!["):
      link(text.dropFirst(), role, depth: depth).map { found in (found.length + 1, found.write) }
    case "[": depth < MarkdownInlines.deepest ? link(text, role, depth: depth) : nil
    case "<": tag(text)
    case "h" where !(previous?.isLetter ?? false): address(text)
    default: nil
    }
  }

  private func code(_ text: Substring) -> Construct? {
    let marks = text.prefix { $0 == "`" }
    let inner = text.dropFirst(marks.count)
    var search = inner
    while let end = search.firstRange(of: marks) {
      let run = search[end.lowerBound...].prefix { $0 == "`" }
      if run.count == marks.count {
        let code = inner[..<end.lowerBound]
        return (marks.count * 2 + code.count, { $0.append(String(code.trimmed), .code) })
      }
      search = search[run.endIndex...]
    }
    return nil
  }

  private func formula(_ text: Substring, _ role: Role) -> Construct? {
    let mark = text.hasPrefix("$$") ? "$$" : "$"
    let inner = text.dropFirst(mark.count)
    guard let end = inner.firstRange(of: mark), let first = inner.first, !first.isWhitespace else { return nil }
    let tex = inner[..<end.lowerBound]
    let next = inner[end.upperBound...].first
    // Prices such as `$5 and $6` are not formulas.
    if tex.isEmpty || tex.last?.isWhitespace ?? true || next?.isNumber ?? false { return nil }
    let shown = page.isASCII ? String(tex) : Formula(String(tex)).inline
    return (tex.count + 2 * mark.count, { $0.append(shown, role == .plain ? .emphasis : role) })
  }

  private func emphasis(_ text: Substring, previous: Character?, _ role: Role, depth: Int) -> Construct? {
    guard let mark = text.first else { return nil }
    let run = text.prefix { $0 == mark }.count
    let count = mark == "~" ? 2 : min(run, 2)
    if run < count || mark == "_" && previous.map({ $0.isLetter || $0.isNumber }) ?? false { return nil }
    let inner = text.dropFirst(count)
    guard let first = inner.first, !first.isWhitespace else { return nil }
    let marks = String(repeating: mark, count: count)
    var search = inner
    while let end = search.firstRange(of: marks) {
      let content = inner[..<end.lowerBound]
      var after = inner[end.upperBound...]
      var extra = 0
      // In `**a *b***`, the last mark belongs to the outer pair.
      while after.first == mark {
        after = after.dropFirst()
        extra += 1
      }
      let isClosing = content.last.map { !$0.isWhitespace } ?? false
      let isInWord = mark == "_" && after.first.map { $0.isLetter || $0.isNumber } ?? false
      let isOther = count == 1 && extra % 2 == 1
      if isClosing, !isInWord, !isOther {
        let body = content + String(repeating: mark, count: extra)
        let inside: Role = mark == "~" ? .dim : count == 2 ? .strong : .emphasis
        return (
          2 * count + content.count + extra,
          { self.append(body[...], role == .plain ? inside : role, depth: depth + 1, to: &$0) }
        )
      }
      search = after
    }
    return nil
  }

  /// `[words](address)`: the words, followed by the address for terminals that cannot open links.
  private func link(_ text: Substring, _ role: Role, depth: Int) -> Construct? {
    var open = 0
    guard
      let close = text.indices.prefix(2000).first(where: { index in
        if text[index] == "[" { open += 1 }
        if text[index] == "]" { open -= 1 }
        return open == 0
      })
    else { return nil }
    let words = text[text.index(after: text.startIndex)..<close]
    let after = text[text.index(after: close)...]
    guard after.first == "(", let end = after.firstIndex(of: ")") else { return nil }
    let address = after[after.index(after: after.startIndex)..<end].prefix { !$0.isWhitespace }
    let length = text.distance(from: text.startIndex, to: end) + 1
    return (
      length,
      { line in
        self.append(words, .link(url: String(address)), depth: depth + 1, to: &line)
        if !address.isEmpty, words != address { line.append(" (\(address))", .dim) }
      }
    )
  }

  /// `<https://…>` is a link; other tags are dropped.
  private func tag(_ text: Substring) -> Construct? {
    guard let end = text.firstIndex(of: ">") else { return nil }
    let inner = text[text.index(after: text.startIndex)..<end]
    let length = inner.count + 2
    if clickable(String(inner)) != nil { return (length, { $0.append(String(inner), .link(url: String(inner))) }) }
    let name = inner.hasPrefix("/") ? inner.dropFirst() : inner
    guard let first = name.first, first.isASCII, first.isLetter, !inner.contains("<") else { return nil }
    return (length, { _ in })
  }

  private func address(_ text: Substring) -> Construct? {
    guard text.hasPrefix("http://") || text.hasPrefix("https://") else { return nil }
    var address = text.prefix { !$0.isWhitespace && !"<>\"`|".contains($0) }
    while let last = address.last, ".,;:!?)".contains(last) {
      if last == ")", address.contains("(") { break }
      address = address.dropLast()
    }
    let url = String(address)
    return clickable(url).map { url in (url.count, { $0.append(url, .link(url: url)) }) }
  }

  private static func entity(_ text: Substring) -> (length: Int, text: String)? {
    let entities = [
      "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&nbsp;": "\u{A0}", "&mdash;": "—", "&ndash;": "–",
      "&laquo;": "«", "&raquo;": "»", "&hellip;": "…",
    ]
    return entities.first { text.hasPrefix($0.key) }.map { ($0.key.count, $0.value) }
  }
}
