import Diagnostics
public import Tables

/// How tables are printed.
public struct TableStyle: Sendable, Hashable {
  public enum Flavour: String, Sendable, Hashable, CaseIterable {
    /// Numbers to the right, one precision a column, columns left out where the page is too narrow.
    case lectern
    /// What polars prints, byte for byte.
    case polars
  }

  public var flavour: Flavour
  /// Of more rows than this, the first and the last are shown.
  public var rows: Int
  /// Of more columns than this, the first and the last are shown; nil is as many as fit.
  public var columns: Int?
  public var page: Page

  public init(flavour: Flavour = .lectern, rows: Int = 10, columns: Int? = nil, page: Page = Page()) {
    self.flavour = flavour
    self.rows = max(0, rows)
    self.columns = columns.map { max(0, $0) }
    self.page = page
  }

  /// How many rows of the start and of the end are shown of a table of `count` rows; both together are all of them
  /// where nothing is hidden, which is also where hiding would save three lines or fewer.
  public func shownRows(of count: Int) -> (head: Int, tail: Int) {
    let spared = flavour == .lectern ? 3 : 0
    if count - spared <= rows { return (count, 0) }
    return (rows - rows / 2, rows / 2)
  }
}

/// What is printed of a table: its first rows, its last, and how many there are in all.
///
/// Whoever has a table too large to be in memory reads the two ends (`TableStyle.shownRows` says how much of them) and
/// nothing else.
public struct TableExcerpt: Sendable {
  public let head: Table
  /// Empty where `head` is all there is.
  public let tail: Table
  public let rowCount: Int

  /// - Precondition: both have the same schema.
  public init(head: Table, tail: Table, rowCount: Int) {
    precondition(head.schema == tail.schema, "two ends of different tables")
    self.head = head
    self.tail = tail
    self.rowCount = max(rowCount, head.rowCount + tail.rowCount)
  }

  /// The rows of a table that a style shows.
  public init(_ table: Table, _ style: TableStyle) {
    let shown = style.shownRows(of: table.rowCount)
    self.init(
      head: table[0..<shown.head], tail: table[table.rowCount - shown.tail..<table.rowCount],
      rowCount: table.rowCount)
  }

  public var shownRows: Int { head.rowCount + tail.rowCount }
  var hidesRows: Bool { shownRows < rowCount }

  /// The table as text.
  ///
  /// - Complexity: linear in what is shown.
  public func styledText(_ style: TableStyle = TableStyle()) -> StyledText {
    switch style.flavour {
    case .lectern: LecternTable(self, style).styledText
    case .polars: PolarsTable(self, style).styledText
    }
  }

  /// `shape: (189_622, 3)`.
  var shapeText: String { "shape: (\(grouped(rowCount)), \(grouped(head.columnCount)))" }
}

extension Table {
  /// The table as text: the first and the last rows of it.
  public func styledText(_ style: TableStyle = TableStyle()) -> StyledText {
    TableExcerpt(self, style).styledText(style)
  }
}
