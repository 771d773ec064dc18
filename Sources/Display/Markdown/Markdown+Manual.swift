extension Markdown {
  /// The page in `man` macros; see groff_man(7).
  ///
  /// Headings of the first two levels are sections, others subsections. A table with two columns and no header
  /// becomes a definition list; other tables are set by the table preprocessor, tbl(1).
  var manual: String { MarkdownManual().text(blocks) }
}

/// Converts blocks to requests, each on a line of its own.
private struct MarkdownManual {
  /// So wide that nothing is wrapped: roff wraps the lines.
  private let inlines = MarkdownInlines(Page(width: 1 << 20))

  func text(_ blocks: [MarkdownBlock]) -> String {
    var text = ""
    var opensSection = false
    for block in blocks {
      let request = request(block)
      // A heading already starts a paragraph.
      text += opensSection && request.hasPrefix(".PP\n") ? String(request.dropFirst(4)) : request
      if case .heading = block { opensSection = true } else { opensSection = false }
    }
    return text
  }

  private func request(_ block: MarkdownBlock) -> String {
    switch block {
    case .heading(let level, let words):
      let title = plain(words)
      return level <= 2 ? ".SH \(RoffText.prose(title.uppercased()))\n" : ".SS \(RoffText.prose(title))\n"
    case .paragraph(let words): return ".PP\n\(lines(words))\n"
    case .code(let lines): return example(lines)
    case .formula(let tex): return example(Formula(tex).display)
    case .quote(let blocks): return ".RS 4\n\(text(blocks)).RE\n"
    case .list(let start, let items):
      return items.enumerated().map { index, item in
        self.item(start.map { ".IP \($0 + index). 4\n" } ?? ".IP \\(bu 2\n", item)
      }.joined()
    case .table(let header, let alignments, let rows):
      return header.count == 2 && header.allSatisfy(\.isEmpty) ? terms(rows) : table(header, alignments, rows)
    // A rule is not needed: paragraphs are separated already.
    case .rule: return ""
    case .details(let summary, let blocks): return ".PP\n\(lines(summary))\n" + text(blocks)
    }
  }

  /// Preformatted text, indented.
  private func example(_ lines: [String]) -> String {
    let text = lines.map { RoffText.guarded(RoffText.code(sanitised($0.replacing("\t", with: "    ")))) + "\n" }
    return ".PP\n.RS 4\n.EX\n\(text.joined()).EE\n.RE\n"
  }

  /// A list item. Its first paragraph is next to the bullet.
  private func item(_ mark: String, _ blocks: [MarkdownBlock]) -> String {
    guard case .paragraph(let words)? = blocks.first else { return "\(mark)\\&\n.RS\n\(text(blocks)).RE\n" }
    let rest = text(Array(blocks.dropFirst()))
    return "\(mark)\(lines(words))\n" + (rest.isEmpty ? "" : ".RS\n\(rest).RE\n")
  }

  private func terms(_ rows: [[String]]) -> String {
    rows.map { row in ".TP\n\(lines(row.first ?? ""))\n\(lines(row.dropFirst().first ?? ""))\n" }.joined()
  }

  /// A column with wide cells gets a fixed width and wraps. The last column takes the remaining width.
  private func table(_ header: [String], _ alignments: [Alignment], _ rows: [[String]]) -> String {
    let widest = 24
    let wraps = alignments.indices.map { column in
      column == alignments.count - 1 || rows.contains { column < $0.count && plain($0[column]).count > widest }
    }
    func format(_ font: String) -> String {
      alignments.indices.map { column in
        let width = column == alignments.count - 1 ? "x" : wraps[column] ? "w(\(widest)n)" : ""
        return alignments[column].tableKey + font + width
      }.joined(separator: " ")
    }
    func row(_ cells: [String]) -> String {
      zip(cells, wraps).map { cell, wraps in
        let text = lines(cell)
        return wraps || text.contains("\n") ? "T{\n\(text)\nT}" : text
      }.joined(separator: "\t") + "\n"
    }
    let head = header.contains { !$0.isEmpty } ? format("b") + "\n" : ""
    let all = (head.isEmpty ? [] : [header]) + rows
    // A table switches hyphenation on again.
    return ".PP\n.TS\n\(head)\(format("")).\n\(all.map(row).joined()).TE\n.nh\n"
  }

  private func plain(_ words: String) -> String {
    inlines.line(words[...], .plain).runs.map(\.text).joined()
  }

  /// The text of a paragraph with its line breaks.
  private func lines(_ words: String) -> String {
    inlines.lines(words).map { RoffText.guarded(roff($0)) }.joined(separator: "\n.br\n")
  }

  private func roff(_ line: StyledLine) -> String {
    var text = ""
    var address: String?
    for run in line.runs {
      // A link within the page is useless on paper or in a pager.
      if run.role == .dim, let address, run.text == " (\(address))", clickable(address) == nil { continue }
      if case .link(let url) = run.role { address = url } else { address = nil }
      text += roff(run)
    }
    return text
  }

  private func roff(_ run: StyledLine.Run) -> String {
    switch run.role {
    case .strong, .title, .header: "\\fB\(RoffText.prose(run.text))\\fR"
    case .code: "\\fB\(RoffText.code(run.text))\\fR"
    case .emphasis: "\\fI\(RoffText.prose(run.text))\\fR"
    default: RoffText.prose(run.text)
    }
  }
}

/// Escapes characters that have a meaning in roff.
enum RoffText {
  /// Running text: roff may typeset hyphens and apostrophes.
  static func prose(_ text: String) -> String { text.map { escapes[$0] ?? String($0) }.joined() }

  /// Text that a person types: ASCII characters stay ASCII, so that it can be copied from the page.
  static func code(_ text: String) -> String { text.map { codeEscapes[$0] ?? escapes[$0] ?? String($0) }.joined() }

  /// Protects a line from being read as a request.
  static func guarded(_ line: String) -> String { line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line }

  private static let escapes: [Character: String] = [
    "\\": "\\(rs", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", "\"": "\\(dq",
  ]
  private static let codeEscapes: [Character: String] = ["-": "\\-", "'": "\\(aq"]
}

extension Alignment {
  /// The alignment letter of tbl.
  fileprivate var tableKey: String {
    switch self {
    case .left: "l"
    case .right: "r"
    case .center: "c"
    }
  }
}
