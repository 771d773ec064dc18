import Display

extension Piece {
  /// The piece as HTML for a page that is not ours; nil where its text says as much.
  public func html(_ settings: Settings) -> String? {
    switch self {
    case .table(let excerpt):
      var settings = settings
      (settings.width, settings.ascii) = (0, false)
      // Wide enough for any table: the page scrolls.
      let text = excerpt.styledText(settings.tableStyle(width: 4_000)).plain
      let blocks = recordedBlocks(text)
      guard blocks.contains(where: \.isTable) else { return nil }
      return blocks.map(\.html).joined()
    case .page(let markdown): return Markdown(markdown).html
    case .text(let text):
      guard text.lines.contains(where: { $0.runs.contains { $0.address != nil } }) else { return nil }
      return "<pre>" + text.lines.map { $0.runs.map(\.html).joined() }.joined(separator: "\n") + "</pre>"
    case .constant, .note, .diagnostic, .elapsed, .gap: return nil
    }
  }
}

extension RecordedBlock {
  fileprivate var isTable: Bool { if case .table = self { true } else { false } }

  fileprivate var html: String {
    switch self {
    case .table(let table): table.markup(.alone)
    case .text(let text): "<pre>\(markupWithLinks(text))</pre>"
    case .gap: ""
    }
  }
}

extension StyledLine.Run {
  /// Where it leads, if a browser may go there.
  fileprivate var address: String? { if case .link(let url) = role { clickable(url) } else { nil } }

  fileprivate var html: String {
    let words = markupEscaped(text)
    if let address { return "<a href=\"\(markupEscaped(address))\">\(words)</a>" }
    switch role {
    case .title, .header, .strong: return "<b>\(words)</b>"
    default: return words
    }
  }
}
