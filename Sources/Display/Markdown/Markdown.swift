/// A Markdown page as text for a terminal: headings, wrapped paragraphs, lists, quotes, code, tables, formulas.
public struct Markdown: Sendable {
  let blocks: [MarkdownBlock]

  public init(_ text: String) { blocks = MarkdownParser.blocks(text) }

  /// The source without its HTML comments, which are notes for the speaker.
  public static func withoutComments(_ text: String) -> String { MarkdownParser.withoutComments(text) }

  /// - Parameter opensDetails: whether to show the content of `<details>`, not only its summary.
  public func styledText(_ page: Page = Page(), opensDetails: Bool = true) -> StyledText {
    MarkdownRenderer(page: page, opensDetails: opensDetails).text(blocks)
  }
}

/// Lays out blocks on a page.
private struct MarkdownRenderer {
  var page: Page
  var opensDetails: Bool

  private var measure: DisplayWidth { page.measure }
  private var inlines: MarkdownInlines { MarkdownInlines(page) }

  /// The blocks, separated by empty lines.
  func text(_ blocks: [MarkdownBlock]) -> StyledText {
    var text = StyledText()
    for block in blocks {
      let lines = self.text(block)
      if lines.isEmpty { continue }
      if !text.isEmpty { text.append(StyledLine()) }
      text.append(lines)
    }
    return text
  }

  private func text(_ block: MarkdownBlock) -> StyledText {
    switch block {
    case .heading(let level, let words): heading(level, words)
    case .paragraph(let words): wrapped(inlines.lines(words))
    case .code(let lines): code(lines)
    case .formula(let tex): formula(tex)
    case .quote(let blocks): prefixed(StyledLine(page.isASCII ? "| " : "▎ ", .dim), blocks)
    case .list(let start, let items): list(start, items)
    case .table(let header, let alignments, let rows): table(header, alignments, rows)
    case .rule: StyledText([StyledLine(String(repeating: page.isASCII ? "-" : "─", count: page.width), .dim)])
    case .details(let summary, let blocks): details(summary, blocks)
    }
  }

  private func wrapped(_ lines: [StyledLine], indent: StyledLine = StyledLine()) -> StyledText {
    StyledText(lines.flatMap { $0.wrapped(to: page.width, indent: indent, measure) })
  }

  private func heading(_ level: Int, _ words: String) -> StyledText {
    if words.isEmpty { return StyledText() }
    var text = wrapped(inlines.lines(words, level <= 2 ? .title : .strong))
    if level <= 2, !text.isEmpty {
      let stroke = level == 1 ? (page.isASCII ? "=" : "━") : (page.isASCII ? "-" : "─")
      text.append(StyledLine(String(repeating: stroke, count: text.width(measure)), .dim))
    }
    return text
  }

  private func code(_ lines: [String]) -> StyledText {
    let margin = min(2, page.width / 4)
    var text = StyledText()
    for line in lines {
      let code = sanitised(line.replacing("\t", with: "    "))
      // What goes on in the next line stands further to the right, as a continued statement may.
      let indent = min(code.prefix { $0 == " " }.count + 4, page.width / 3)
      let pieces = StyledLine(code, .code).wrappedAsCode(to: max(1, page.width - margin), indent: indent, measure)
      for piece in pieces {
        text.append(code.isEmpty ? piece : StyledLine(String(repeating: " ", count: margin)) + piece)
      }
    }
    return text
  }

  private func formula(_ tex: String) -> StyledText {
    if page.isASCII { return code(tex.split(separator: "\n").map { String($0) }) }
    let margin = min(4, page.width / 8)
    let formula = Formula(tex)
    let lines = formula.display
    if lines.allSatisfy({ measure.cells(of: $0) + margin <= page.width }) {
      return StyledText(lines.map { StyledLine(String(repeating: " ", count: $0.isEmpty ? 0 : margin) + $0) })
    }
    return wrapped([StyledLine(formula.inline)], indent: StyledLine("  "))
  }

  /// Blocks with a prefix before each line.
  private func prefixed(_ mark: StyledLine, rest: StyledLine? = nil, _ blocks: [MarkdownBlock], isTight: Bool = false)
    -> StyledText
  {
    var inner = self
    let indent = mark.width(measure)
    // On a very narrow page, prefixes are dropped to leave space for text.
    if indent + 8 > page.width { return text(blocks) }
    inner.page.width = page.width - indent
    let lines = isTight ? StyledText(blocks.flatMap { inner.text($0).lines }) : inner.text(blocks)
    return StyledText(
      lines.lines.enumerated().map { index, line in
        ((index == 0 ? mark : rest ?? mark) + line).trimmed
      })
  }

  private func list(_ start: Int?, _ items: [[MarkdownBlock]]) -> StyledText {
    let widest = "\((start ?? 0) + items.count - 1). ".count
    return StyledText(
      items.enumerated().flatMap { index, blocks -> [StyledLine] in
        let number = start.map { measure.padded("\($0 + index). ", to: widest, .right) }
        let mark = StyledLine(number ?? (page.isASCII ? "- " : "• "), .dim)
        let rest = StyledLine(String(repeating: " ", count: mark.width(measure)))
        let body = blocks.isEmpty ? [MarkdownBlock.paragraph("")] : blocks
        return prefixed(mark, rest: rest, body, isTight: true).lines
      })
  }

  private func details(_ summary: String, _ blocks: [MarkdownBlock]) -> StyledText {
    let mark = opensDetails ? (page.isASCII ? "v " : "▾ ") : (page.isASCII ? "> " : "▸ ")
    var title = StyledLine(mark, .hint)
    title.append(inlines.line(summary.isEmpty ? "…" : summary[...], .strong))
    var text = wrapped([title], indent: StyledLine("  "))
    if opensDetails {
      text.append(StyledLine())
      text.append(self.text(blocks))
    }
    return text
  }

  /// A table with borders; a table with an empty header is a definition list without borders.
  private func table(_ header: [String], _ alignments: [Alignment], _ rows: [[String]]) -> StyledText {
    let isBoxed = header.contains { !$0.isEmpty }
    let cells = [header.map { inlines.line($0[...], .header) }] + rows.map { $0.map { inlines.line($0[...], .plain) } }
    let natural = header.indices.map { column in cells.reduce(1) { max($0, $1[column].width(measure)) } }
    let widths = ColumnFit.levelled(
      zip(natural, header.indices).map { natural, column in
        // Words stay whole as far as they can.
        let longest = cells.reduce(1) { max($0, $1[column].widestPart(measure)) }
        return ColumnFit.WidthRequest(natural: natural, least: min(natural, max(3, longest)))
      },
      available: page.width - 1 - 3 * header.count)
    let box = TableBox(page: page)
    let spans = widths.map { $0 + 2 }
    var text = StyledText()
    if isBoxed { text.append(box.top(spans)) }
    for (index, row) in cells.enumerated() where isBoxed || index > 0 {
      let wrapped = zip(row, widths).map { $0.wrapped(to: $1, measure) }
      for line in 0..<(wrapped.map(\.count).max() ?? 0) {
        let parts = header.indices.map { column in
          let part = line < wrapped[column].count ? wrapped[column][line] : StyledLine()
          return part.inCell(widths[column], alignments[column], page)
        }
        text.append(isBoxed ? box.row(parts) : parts.reduce(into: StyledLine(" ")) { $0.append($1) })
      }
      if isBoxed, index == 0 { text.append(box.headerRule(spans)) }
    }
    if isBoxed { text.append(box.bottom(spans)) }
    return StyledText(text.lines.map { $0.cut(to: page.width, measure, ellipsis: page.ellipsis) })
  }
}
