/// A block of a Markdown page.
indirect enum MarkdownBlock: Sendable, Equatable {
  case heading(level: Int, String)
  case paragraph(String)
  case code([String])
  case formula(String)
  case quote([MarkdownBlock])
  /// Numbered from `start`, or with bullets.
  case list(start: Int?, [[MarkdownBlock]])
  case table(header: [String], alignments: [Alignment], rows: [[String]])
  case rule
  case details(summary: String, [MarkdownBlock])
}
