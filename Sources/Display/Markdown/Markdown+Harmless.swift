extension Markdown {
  /// The Markdown source without anything that could do harm in a program that renders HTML.
  ///
  /// Comments are dropped. Control characters and characters that reorder text are escaped. All tags except
  /// `<details>` and `<summary>` become text, and links may lead only to http, https or a relative path.
  ///
  /// Another program may recognise code blocks differently. The result may then look ugly, but it is still harmless:
  /// no text that begins a tag is left anywhere.
  public static func harmless(_ text: String) -> String {
    var result = ""
    var lines = withoutComments(text).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
    while let line = lines.popFirst() {
      if let fence = MarkdownParser.fence(line) {
        var code: [Substring] = []
        var end: Substring?
        while end == nil, let next = lines.popFirst() {
          if let closing = MarkdownParser.fence(next), closing.hasPrefix(fence), next.trimmed.count == closing.count {
            end = next
          } else {
            code.append(next)
          }
        }
        result += block(line, code, end)
      } else {
        result += inline(sanitisedLines(String(line))) + "\n"
      }
    }
    result.removeLast()
    return withSafeLinks(result)
  }

  /// Fenced code. If its content could be read as a tag outside of code, it becomes an HTML element with escaped
  /// text.
  private static func block(_ opening: Substring, _ code: [Substring], _ closing: Substring?) -> String {
    let text = code.map { sanitisedLines(String($0)) + "\n" }.joined()
    if firstTag(in: text[...]) == nil, firstTag(in: sanitisedLines(String(opening))[...]) == nil {
      return sanitisedLines(String(opening)) + "\n" + text + (closing.map { sanitisedLines(String($0)) + "\n" } ?? "")
    }
    return "<pre><code>" + markupEscaped(text) + "</code></pre>\n"
  }

  /// A line whose tags are escaped.
  private static func inline(_ line: String) -> String {
    var result = ""
    var rest = line[...]
    while let first = rest.first {
      if first == "`" {
        let ticks = rest.prefix { $0 == "`" }
        let after = rest.dropFirst(ticks.count)
        if let end = closing(ticks, in: after) {
          let code = after[..<end]
          result +=
            firstTag(in: code) == nil
            ? String(ticks + code + ticks) : "<code>" + markupEscaped(String(code[...].trimmed)) + "</code>"
          rest = after[end...].dropFirst(ticks.count)
        } else {
          result += ticks
          rest = after
        }
      } else if first == "$", let end = rest.dropFirst().firstIndex(of: "$") {
        // TeX has a command for `<`.
        result += rest[..<end].replacing("<", with: "\\lt ") + "$"
        rest = rest[end...].dropFirst()
      } else if first == "<", let tag = allowedTag(rest) {
        result += tag
        rest = rest.dropFirst(tag.count)
      } else if first == "<", beginsTag(rest) {
        result += "&lt;"
        rest = rest.dropFirst()
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// Finds the closing run of backticks, which is exactly as long as the opening one.
  private static func closing(_ ticks: Substring, in text: Substring) -> Substring.Index? {
    var rest = text
    while let start = rest.firstIndex(of: "`") {
      let run = rest[start...].prefix { $0 == "`" }
      if run.count == ticks.count { return start }
      rest = rest[run.endIndex...]
    }
    return nil
  }

  private static func firstTag(in text: Substring) -> Substring.Index? {
    text.indices.first { text[$0] == "<" && beginsTag(text[$0...]) }
  }

  /// Whether HTML would read a tag, a declaration or an instruction at the `<` with which the text begins.
  private static func beginsTag(_ text: Substring) -> Bool {
    guard let next = text.unicodeScalars.dropFirst().first else { return false }
    return next.properties.isAlphabetic || "/!?".unicodeScalars.contains(next)
  }

  private static func allowedTag(_ text: Substring) -> Substring? {
    for tag in ["<details>", "<details open>", "</details>", "<summary>", "</summary>"] where text.hasPrefix(tag) {
      return text.prefix(tag.count)
    }
    guard text.hasPrefix("<http://") || text.hasPrefix("<https://"), let end = text.firstIndex(of: ">"),
      text[..<end].dropFirst().allSatisfy({ !$0.isWhitespace && $0 != "<" && $0 != "\"" })
    else { return nil }
    return text[...end]
  }

  /// Replaces the targets of unsafe links by `#`.
  private static func withSafeLinks(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let mark = rest.firstRange(of: "]") {
      result += rest[..<mark.upperBound]
      rest = rest[mark.upperBound...]
      guard let next = rest.first, next == "(" || next == ":" else { continue }
      let lead = rest.prefix { $0 == next || $0.isWhitespace || $0 == "<" }
      let target = rest[lead.endIndex...].prefix { !$0.isWhitespace && $0 != ")" && $0 != ">" }
      result += lead
      result += next == ":" && !lead.dropFirst().contains(where: \.isWhitespace) || isSafe(target) ? target : "#"
      rest = rest[target.endIndex...]
    }
    return result + rest
  }

  private static func isSafe(_ target: Substring) -> Bool {
    let lower = target.lowercased()
    if ["http://", "https://", "#"].contains(where: lower.hasPrefix) { return true }
    // A relative path: without a scheme, and without character references that could hide one.
    return !target.contains { $0 == ":" || $0 == "&" || $0 == "\\" }
  }
}
