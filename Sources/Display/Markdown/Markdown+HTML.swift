extension Markdown {
  /// The page as an HTML fragment; formulas become MathML.
  public var html: String { MarkdownHTML().text(blocks) }
}

/// Converts blocks to HTML elements. The source cannot inject HTML: its tags are dropped, and links lead only to http
/// and https.
private struct MarkdownHTML {
  /// So wide that nothing is wrapped.
  private let inlines = MarkdownInlines(Page(width: 1 << 20))

  func text(_ blocks: [MarkdownBlock]) -> String { blocks.map(element).joined() }

  private func element(_ block: MarkdownBlock) -> String {
    switch block {
    case .heading(let level, let words): return "<h\(level)>\(line(words))</h\(level)>\n"
    case .paragraph(let words): return "<p>\(lines(words))</p>\n"
    case .code(let lines): return "<pre><code>\(markupEscaped(sanitised(lines)))</code></pre>\n"
    case .formula(let tex): return "<p>\(Formula(tex).mathML(isBlock: true))</p>\n"
    case .quote(let blocks): return "<blockquote>\n\(text(blocks))</blockquote>\n"
    case .list(let start, let items):
      let body = items.map { "<li>\(item($0))</li>\n" }.joined()
      return start.map { "<ol start=\"\($0)\">\n\(body)</ol>\n" } ?? "<ul>\n\(body)</ul>\n"
    case .table(let header, let alignments, let rows): return table(header, alignments, rows)
    case .rule: return "<hr>\n"
    case .details(let summary, let blocks):
      return "<details><summary>\(line(summary.isEmpty ? "…" : summary))</summary>\n\(text(blocks))</details>\n"
    }
  }

  /// The content of a list item. A single paragraph needs no element of its own.
  private func item(_ blocks: [MarkdownBlock]) -> String {
    if case .paragraph(let words)? = blocks.first { return lines(words) + text(Array(blocks.dropFirst())) }
    return text(blocks)
  }

  private func table(_ header: [String], _ alignments: [Alignment], _ rows: [[String]]) -> String {
    func row(_ cells: [String], _ name: String) -> String {
      let cells = zip(cells, alignments).map { "<\(name) style=\"text-align: \($1.css)\">\(lines($0))</\(name)>" }
      return "<tr>\(cells.joined())</tr>\n"
    }
    let head = header.contains { !$0.isEmpty } ? "<thead>\(row(header, "th"))</thead>\n" : ""
    return "<table>\n\(head)<tbody>\n\(rows.map { row($0, "td") }.joined())</tbody></table>\n"
  }

  private func lines(_ words: String) -> String { inlines.lines(words).map(html).joined(separator: "<br>\n") }

  private func line(_ words: String) -> String { html(inlines.line(words[...], .plain)) }

  private func html(_ line: StyledLine) -> String {
    var text = ""
    var address: String?
    for run in line.runs {
      // On a terminal the address follows the link's text; a browser does not need it.
      if run.role == .dim, let address, run.text == " (\(address))" { continue }
      if case .link(let url) = run.role { address = url } else { address = nil }
      text += html(run)
    }
    return text
  }

  private func html(_ run: StyledLine.Run) -> String {
    let text = markupEscaped(run.text)
    switch run.role {
    case .strong, .title, .header: return "<strong>\(text)</strong>"
    case .emphasis: return "<em>\(text)</em>"
    case .code: return "<code>\(text)</code>"
    case .dim: return "<s>\(text)</s>"
    case .link(let url): return clickable(url).map { "<a href=\"\(markupEscaped($0))\">\(text)</a>" } ?? text
    default: return text
    }
  }

  private func sanitised(_ lines: [String]) -> String {
    lines.map { Display.sanitised($0.replacing("\t", with: "    ")) }.joined(separator: "\n")
  }
}

extension Alignment {
  fileprivate var css: String {
    switch self {
    case .left: "left"
    case .right: "right"
    case .center: "center"
    }
  }
}
