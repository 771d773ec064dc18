import Diagnostics
public import Tables

/// How tables are printed.
public struct TableStyle: Sendable, Hashable {
  /// The program whose style of tables is used.
  public enum Flavour: String, Sendable, Hashable, CaseIterable {
    /// Numbers aligned right, one precision per column; columns are hidden if the page is too narrow.
    case lectern
    /// Exactly as polars prints it.
    case polars
  }

  public var flavour: Flavour
  /// The largest number of rows shown; of more, the first and the last.
  public var rows: Int
  /// The largest number of columns shown; of more, the first and the last. Nil shows as many as fit.
  public var columns: Int?
  public var page: Page

  public init(flavour: Flavour = .lectern, rows: Int = 10, columns: Int? = nil, page: Page = Page()) {
    self.flavour = flavour
    self.rows = max(0, rows)
    self.columns = columns.map { max(0, $0) }
    self.page = page
  }

  /// How many of the first and of the last rows of a table are shown. Together they are all rows if nothing is
  /// hidden, which is also the case if hiding would save three rows or fewer.
  public func shownRows(of count: Int) -> (head: Int, tail: Int) {
    let spared = flavour == .lectern ? 3 : 0
    if count - spared <= rows { return (count, 0) }
    return (rows - rows / 2, rows / 2)
  }
}

/// The printed part of a table: its first rows, its last rows, and the total number of rows.
///
/// Of a table that is too large for memory, only these two ends are read; `TableStyle.shownRows` gives their sizes.
public struct TableExcerpt: Sendable {
  public let head: Table
  /// Empty if `head` is the whole table.
  public let tail: Table
  public let rowCount: Int
  /// Whether there are more rows than `rowCount`; their number is unknown.
  public let hasMore: Bool

  /// - Precondition: both have the same schema.
  public init(head: Table, tail: Table, rowCount: Int, hasMore: Bool = false) {
    precondition(head.schema == tail.schema, "two ends of different tables")
    self.head = head
    self.tail = tail
    self.rowCount = max(rowCount, head.rowCount + tail.rowCount)
    self.hasMore = hasMore
  }

  /// Takes the rows of a table that the style shows.
  public init(_ table: Table, _ style: TableStyle) {
    let shown = style.shownRows(of: table.rowCount)
    self.init(
      head: table[0..<shown.head], tail: table[table.rowCount - shown.tail..<table.rowCount],
      rowCount: table.rowCount)
  }

  public var shownRows: Int { head.rowCount + tail.rowCount }
  var hidesRows: Bool { shownRows < rowCount || hasMore }

  /// Lays out the table as text.
  ///
  /// - Complexity: linear in the printed part.
  public func styledText(_ style: TableStyle = TableStyle()) -> StyledText {
    switch style.flavour {
    case .lectern: LecternTable(self, style).styledText
    case .polars: PolarsTable(self, style).styledText
    }
  }

  /// `shape: (189_622, 3)`.
  var shapeText: String { "shape: (\(hasMore ? "?" : grouped(rowCount)), \(grouped(head.columnCount)))" }
}

extension Table {
  /// Lays out the first and last rows of the table as text.
  public func styledText(_ style: TableStyle = TableStyle()) -> StyledText {
    TableExcerpt(self, style).styledText(style)
  }
}
