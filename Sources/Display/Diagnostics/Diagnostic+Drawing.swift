public import Diagnostics

extension Diagnostic {
  /// The diagnostic as text: what was found, the source with carets under it, facts and a hint.
  ///
  ///     error: no column `produkt_id` in `train`
  ///       ┌─ In [7]:1:16
  ///     1 │ train | filter produkt_id != 7
  ///       │                ^^^^^^^^^^ did you mean `product_id`?
  ///       = columns: user_id i32, product_id i64, date date
  ///
  /// Line numbers count from the start of the file, columns count characters, and carets are placed by terminal
  /// cells.
  public func styledText(_ page: Page = Page()) -> StyledText {
    var text = headline(page)
    let excerpts = SourceExcerpt.excerpts(of: labels)
    let gutter = excerpts.reduce(1) { max($0, $1.gutterWidth) }
    for excerpt in excerpts { text.append(excerpt.styledText(gutter: gutter, page)) }
    var facts = notes
    if let place {
      if excerpts.isEmpty {
        text.append(SourceExcerpt.placeLine(place, gutter: gutter, page))
      } else {
        facts.insert("in " + place, at: 0)
      }
    }
    for fact in facts { text.append(note(fact, gutter: gutter, page)) }
    if let hint { text.append(Diagnostic.paragraph("hint: ", .hint, hint, .plain, page)) }
    return text
  }

  private func headline(_ page: Page) -> StyledText {
    switch kind {
    case .error: Diagnostic.paragraph("error: ", .error, message, .strong, page)
    case .warning: Diagnostic.paragraph("warning: ", .warning, message, .strong, page)
    case .interruption: Diagnostic.paragraph("", .warning, message, .warning, page)
    case .fault: Diagnostic.paragraph("fault: ", .error, message, .strong, page)
    }
  }

  private func note(_ fact: String, gutter: Int, _ page: Page) -> StyledText {
    Diagnostic.paragraph(String(repeating: " ", count: gutter + 1) + "= ", .dim, fact, .plain, page)
  }

  /// Shortens a very long text, such as a name of a million characters, to its beginning and end.
  private static func abridged(_ words: String) -> String {
    let most = 2000
    guard words.utf8.count > 4 * most, words.count > most else { return words }
    return words.prefix(most - 200) + " … " + words.suffix(200)
  }

  /// A paragraph after a mark, wrapped to the page. Further lines are indented to the paragraph.
  private static func paragraph(_ mark: String, _ markRole: Role, _ words: String, _ role: Role, _ page: Page)
    -> StyledText
  {
    var indent = StyledLine()
    indent.append(spaces: min(mark.utf8.count, page.width / 2))
    var text = StyledText()
    for (index, part) in abridged(words).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var line = index == 0 ? StyledLine(mark, markRole) : indent
      line.append(String(part), role)
      for wrapped in line.wrapped(to: page.width, indent: indent, page.measure) { text.append(wrapped) }
    }
    return text
  }
}
