public import Diagnostics

extension SessionDocument {
  /// Parses a session. A text without a `lectern` fence is code: a single cell.
  ///
  /// - Throws: if a fence is not closed, or if a cell option is unknown.
  /// - Complexity: O(length).
  public init(parsing text: String, name: String) throws(Diagnostic) {
    var reader = SessionReader(text: text, name: name)
    self = try reader.document()
  }

  /// The content of the file.
  public var text: String {
    frontMatter.text
      + parts.map { part in
        switch part {
        case .prose(let prose): prose.text
        case .cell(let cell): cell.text
        }
      }.joined()
  }
}

extension SessionDocument.Cell {
  var text: String {
    if let original { return original }
    var text = "\(fence)\(information)\n\(terminated(code))\(fence)\n"
    if let recorded {
      let around = fenceMarker(around: recorded)
      text += "\(gap)\(around)output\n\(terminated(recorded))\(around)\n"
    }
    return text
  }
}

/// The text, ended by a line break unless it is empty.
func terminated(_ text: String) -> String {
  text.isEmpty || text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
}

/// Parses a session line by line.
private struct SessionReader {
  let source: Source
  /// The lines with their line breaks.
  let lines: [Substring]
  var position = 0
  /// The number of lines of the front matter.
  var frontMatterLines = 0

  init(text: String, name: String) {
    source = Source(name: name, text: text)
    lines = text.splitLines()
  }

  mutating func document() throws(Diagnostic) -> SessionDocument {
    let frontMatter = readFrontMatter()
    var parts: [SessionDocument.Part] = []
    var prose = ""
    var proseLine = position + 1
    var sawCell = false
    while position < lines.count {
      guard let opening = Fence(lines[position]) else {
        if prose.isEmpty { proseLine = position + 1 }
        prose += lines[position]
        position += 1
        continue
      }
      guard opening.word == "lectern" else {
        // A fence in another language is prose up to its end, whatever it contains.
        if prose.isEmpty { proseLine = position + 1 }
        prose += lines[position]
        position += 1
        while position < lines.count {
          let isEnd = opening.isClosed(by: lines[position])
          prose += lines[position]
          position += 1
          if isEnd { break }
        }
        continue
      }
      if !prose.isEmpty { parts.append(.prose(.init(text: prose, line: proseLine))) }
      prose = ""
      sawCell = true
      parts.append(.cell(try readCell(opening)))
    }
    if !sawCell {
      let code = lines.dropFirst(frontMatterLines).joined()
      guard !code.allSatisfy(\.isWhitespace) else { return SessionDocument(frontMatter: frontMatter, parts: []) }
      var cell = SessionDocument.Cell(code: code, recorded: nil)
      cell.line = frontMatterLines + 1
      return SessionDocument(frontMatter: frontMatter, parts: [.cell(cell)])
    }
    if !prose.isEmpty { parts.append(.prose(.init(text: prose, line: proseLine))) }
    return SessionDocument(frontMatter: frontMatter, parts: parts)
  }

  private mutating func readFrontMatter() -> FrontMatter {
    guard lines.first?.trimmed == "---" else { return FrontMatter() }
    guard let end = lines.dropFirst().firstIndex(where: { $0.trimmed == "---" }) else { return FrontMatter() }
    position = end + 1
    frontMatterLines = end + 1
    return FrontMatter(text: lines[0...end].joined(), entries: FrontMatter.entries(in: lines[1..<end]))
  }

  private mutating func readCell(_ opening: Fence) throws(Diagnostic) -> SessionDocument.Cell {
    let options = try cellOptions(opening)
    let line = position + 2
    let start = position
    let code = try readBody(opening)
    var cell = SessionDocument.Cell(
      code: code, line: line, options: options, information: opening.information, fence: opening.marker, gap: "",
      recorded: nil)
    // Empty lines between the code and its output are kept.
    var next = position
    while next < lines.count, lines[next].trimmed.isEmpty { next += 1 }
    if next < lines.count, let output = Fence(lines[next]), output.word == "output" {
      cell.gap = lines[position..<next].joined()
      position = next
      cell.recorded = try readBody(output)
    }
    cell.original = lines[start..<position].joined()
    return cell
  }

  /// Reads the lines up to the closing fence, and moves behind it.
  private mutating func readBody(_ opening: Fence) throws(Diagnostic) -> String {
    let start = position
    position += 1
    var body = ""
    while position < lines.count {
      if opening.isClosed(by: lines[position]) {
        position += 1
        return body
      }
      body += lines[position]
      position += 1
    }
    throw Diagnostic(
      "a fence is never closed", at: span(ofLine: start), label: "opened here",
      hint: "end it with a line of `\(opening.marker)`")
  }

  private func cellOptions(_ opening: Fence) throws(Diagnostic) -> CellOptions {
    var options = CellOptions()
    for word in opening.information.split(separator: " ").dropFirst() {
      // A lone `=` gives two empty words.
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      switch (parts[0], parts.count > 1 ? parts[1] : nil) {
      case ("id", let value?): options.id = value
      case ("tolerance", let value?):
        guard let tolerance = Double(value), tolerance >= 0 else { throw unknownOption(String(word)) }
        options.tolerance = tolerance
      case ("expect", "error"): options.expectsError = true
      case ("volatile", nil): options.isVolatile = true
      case ("skip", nil): options.isSkipped = true
      case ("hide", nil): options.isHidden = true
      case ("budget", let value?):
        guard let seconds = secondsOfBudget(value) else { throw unknownOption(String(word)) }
        options.budget = seconds
      case ("safe", nil): options.isConfined = true
      case ("seeds", let value?):
        guard let seeds = seedList(value) else { throw unknownOption(String(word)) }
        options.seeds = seeds
      case ("lesson", let value?):
        guard let number = Int(value), number >= 1 else { throw unknownOption(String(word)) }
        options.lessonCell = number
      case ("experiment", nil): options.isExperiment = true
      default: throw unknownOption(String(word))
      }
    }
    return options
  }

  /// Parses seeds: `12,34`.
  private func seedList(_ text: String) -> [Int]? {
    let seeds = text.split(separator: ",", omittingEmptySubsequences: false).map { UInt32($0).map(Int.init) }
    return seeds.contains(nil) ? nil : seeds.compactMap { $0 }
  }

  /// Parses a time limit to seconds: `5s`, `500ms`, `2min`.
  private func secondsOfBudget(_ text: String) -> Double? {
    let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("min", 60), ("s", 1)]
    guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
      let number = Double(text.dropLast(unit.suffix.count)), number > 0, number.isFinite
    else { return nil }
    return number * unit.seconds
  }

  private func unknownOption(_ word: String) -> Diagnostic {
    Diagnostic(
      "no cell option `\(word)`", at: span(ofLine: position), label: "",
      hint: "there are `id=…`, `tolerance=1e-6`, `expect=error`, `volatile`, `skip`, `budget=5s`, `hide`, `safe`, "
        + "`seeds=1,2`")
  }

  private func span(ofLine line: Int) -> SourceSpan {
    let start = lines[..<line].reduce(0) { $0 + $1.utf8.count }
    return SourceSpan(source, start..<start + lines[line].trimmed.utf8.count)
  }
}

/// The opening line of a fenced block: three or more backticks or tildes, and words.
private struct Fence {
  let marker: String
  let information: String

  init?(_ line: Substring) {
    let trimmed = line.drop { $0 == " " }
    guard line.count - trimmed.count <= 3, let first = trimmed.first, first == "`" || first == "~" else { return nil }
    let marker = trimmed.prefix { $0 == first }
    guard marker.count >= 3 else { return nil }
    let rest = trimmed.dropFirst(marker.count).trimmed
    if first == "`", rest.contains("`") { return nil }
    self.marker = String(marker)
    information = rest
  }

  var word: Substring { information.prefix { $0 != " " } }

  func isClosed(by line: Substring) -> Bool {
    let closing = line.trimmed
    return closing.count >= marker.count && closing.allSatisfy { $0 == marker.first }
  }
}

extension StringProtocol {
  /// The text without white space at its ends.
  var trimmed: String {
    var view = self[...]
    while let first = view.first, first.isWhitespace { view = view.dropFirst() }
    while let last = view.last, last.isWhitespace { view = view.dropLast() }
    return String(view)
  }

  /// The lines with their line breaks, so that joining them gives the same text.
  func splitLines() -> [SubSequence] {
    var lines: [SubSequence] = []
    var start = startIndex
    while start < endIndex {
      let end = self[start...].firstIndex { $0 == "\n" || $0 == "\r\n" }.map { index(after: $0) } ?? endIndex
      lines.append(self[start..<end])
      start = end
    }
    return lines
  }
}
