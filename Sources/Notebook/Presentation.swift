import Diagnostics
public import Display
import Query
import Tables

/// How output becomes text: the width of the page and the style of tables.
public struct Presentation: Sendable, Hashable {
  public var tables: TableStyle
  /// Whether elapsed times are shown. Recordings have none, so that they are the same on every machine.
  public var showsElapsed: Bool
  /// Whether notes are wrapped to the page: on a screen, but not in a file or a pipe.
  public var wrapsNotes: Bool

  public init(tables: TableStyle, showsElapsed: Bool = true, wrapsNotes: Bool = false) {
    self.tables = tables
    self.wrapsNotes = wrapsNotes
    self.showsElapsed = showsElapsed
  }

  /// The presentation of recorded sessions: 100 columns, no times.
  public static func recording(_ settings: Settings) -> Presentation {
    Presentation(tables: settings.tableStyle(width: Page.standardWidth), showsElapsed: false)
  }

  /// The text of a piece; nil if it is not shown.
  public func styledText(_ piece: Piece) -> StyledText? {
    switch piece {
    case .table(let excerpt): return excerpt.styledText(tables)
    case .constant(.scalar(let value, let type)):
      if case .text(let text) = value { return StyledText(text.string) }
      return StyledText(ColumnFormat(value, type).text(value))
    case .constant(.list(let column)): return listText(column)
    case .text(let text): return text
    case .page(let markdown): return Markdown(markdown).styledText(tables.page)
    case .note(let text):
      let lines = StyledText(text, .dim).lines
      return StyledText(wrapsNotes ? lines.flatMap { $0.wrapped(to: tables.page.width) } : lines)
    case .diagnostic(let diagnostic): return diagnostic.styledText(tables.page)
    case .gap: return StyledText("")
    case .elapsed(let seconds): return showsElapsed ? StyledText(durationText(seconds: seconds), .dim) : nil
    }
  }

  /// A list in brackets, wrapped to a few lines. If it is longer than a table may be, its middle is hidden.
  private func listText(_ column: Column) -> StyledText {
    let shown = tables.shownRows(of: column.count)
    let rows = Array(0..<shown.head) + Array(column.count - shown.tail..<column.count)
    let format = ColumnFormat([column[0..<shown.head], column[column.count - shown.tail..<column.count]])
    var items = rows.map { format.text(column, $0).trimmed }
    if column.type == .string { items = items.map { "\"\($0)\"" } }
    if shown.tail > 0 { items.insert(tables.page.ellipsis, at: shown.head) }
    let count = shown.tail > 0 ? " (\(grouped(column.count)))" : ""
    let line = StyledLine("[\(items.joined(separator: ", "))]\(count)")
    return StyledText(line.wrapped(to: tables.page.width, indent: StyledLine(" ")))
  }
}

/// The recorded text of a cell's output.
func recordedText(_ pieces: [Piece], _ presentation: Presentation) -> String {
  pieces.compactMap { presentation.styledText($0)?.plain }.joined(separator: "\n")
}

extension Settings {
  /// The style of tables on a page of `available` cells; `:set width` takes precedence.
  public func tableStyle(width available: Int) -> TableStyle {
    TableStyle(
      flavour: TableStyle.Flavour(rawValue: table) ?? .lectern, rows: rows, columns: columns == 0 ? nil : columns,
      page: Page(
        width: width == 0 ? available : width, isASCII: ascii, emoji: EmojiWidth(rawValue: emoji) ?? .wide))
  }
}

extension Session {
  /// The presentation of this session's output.
  public var presentation: Presentation {
    Presentation(
      tables: settings.tableStyle(width: host.width() ?? Page.standardWidth), wrapsNotes: host.width() != nil)
  }

  /// The printed part of a table.
  func excerpt(_ table: Table, rows: Int? = nil) -> TableExcerpt {
    var style = presentation.tables
    if let rows { style.rows = max(rows, style.rows) }
    return TableExcerpt(table, style)
  }
}
