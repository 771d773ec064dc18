import Tables

/// Lays out a table exactly as polars does, except that unsafe characters are escaped: all cells aligned left, at most
/// eight columns from both ends, texts cut at thirty scalars, and cells wrapped on a narrow page.
struct PolarsTable {
  private let excerpt: TableExcerpt
  private let style: TableStyle
  private let measure = DisplayWidth()

  static let textLimit = 30
  private static let columnLimit = 8
  private static let padding = 2

  init(_ excerpt: TableExcerpt, _ style: TableStyle) {
    self.excerpt = excerpt
    self.style = style
  }

  var styledText: StyledText {
    let columns = self.columns
    let arrangement = PolarsArrangement(columns, width: style.page.width, measure)
    let box = TableBox(page: style.page)
    let spans = arrangement.widths.map { $0 + PolarsTable.padding }
    var text = StyledText([StyledLine(excerpt.shapeText, .dim), box.top(spans)])
    let rows = 1 + (columns.first?.cells.count ?? 0)
    for row in 0..<rows where !columns.isEmpty {
      let cells = columns.indices.map { column in
        (row == 0 ? columns[column].header : [columns[column].cells[row - 1]])
          .flatMap { arrangement.wrapped($0, column: column) }
      }
      for line in 0..<(cells.map(\.count).max() ?? 0) {
        let parts = cells.indices.map { column -> StyledLine in
          let part = line < cells[column].count ? cells[column][line] : ""
          let role: Role = row == 0 ? (line == 0 ? .header : .type) : part == "null" ? .null : .plain
          return StyledLine(" ") + StyledLine(measure.padded(part, to: arrangement.widths[column]), role)
            + StyledLine(" ")
        }
        text.append(box.row(parts))
      }
      if row == 0 { text.append(headerRule(spans, box)) }
    }
    if columns.isEmpty { text.append(headerRule(spans, box)) }
    text.append(box.bottom(spans))
    return text
  }

  /// In ASCII, the header rule has no crossings.
  private func headerRule(_ spans: [Int], _ box: TableBox) -> StyledLine {
    guard style.page.isASCII else { return box.headerRule(spans) }
    return StyledLine("+" + String(repeating: "=", count: spans.reduce(max(0, spans.count - 1), +)) + "+", .dim)
  }

  /// The shown columns with the bounds of their widths.
  private var columns: [PolarsArrangement.Column] {
    let count = excerpt.head.columnCount
    let limit = style.columns ?? PolarsTable.columnLimit
    let hides = count > limit
    let first = hides ? limit - limit / 2 : count
    let last = hides ? limit / 2 : 0
    var columns = (0..<first).map(column)
    if hides {
      let ellipsis = style.page.ellipsis
      let cells = Array(repeating: ellipsis, count: column(0).cells.count)
      let length = ellipsis.unicodeScalars.count
      columns.append(bounded([ellipsis], cells, length + (excerpt.shownRows > 0 ? PolarsTable.padding : 0)))
    }
    columns += (count - last..<count).map(column)
    return columns
  }

  private func column(_ index: Int) -> PolarsArrangement.Column {
    let field = excerpt.head.schema[index]
    let value = PolarsValue(ellipsis: style.page.ellipsis)
    var cells: [String] = []
    var longest = 0
    for slice in [excerpt.head.columns[index], excerpt.tail.columns[index]] {
      for row in 0..<slice.count {
        let text = shortened(value.text(slice, row))
        longest = max(longest, estimatedWidth(text) + PolarsTable.padding)
        cells.append(text)
      }
      if excerpt.hidesRows, cells.count == excerpt.head.rowCount { cells.append(style.page.ellipsis) }
    }
    let name = shortened(sanitised(field.name))
    let type = PolarsValue.name(of: field.type)
    let header = max(estimatedWidth(name), type.utf8.count, 3) + PolarsTable.padding
    return bounded([name, "---", type], cells, max(header, longest))
  }

  private func bounded(_ header: [String], _ cells: [String], _ length: Int) -> PolarsArrangement.Column {
    let least = 3 + PolarsTable.padding
    let most = min(PolarsTable.textLimit + style.page.ellipsis.unicodeScalars.count + PolarsTable.padding, length)
    let bounds: PolarsArrangement.Bounds =
      if most > least {
        .between(least, most)
      } else if excerpt.hidesRows, style.rows > 0 {
        .between(most, least)
      } else {
        .exactly(most)
      }
    return PolarsArrangement.Column(header: header, cells: cells, bounds: bounds)
  }

  private func shortened(_ text: String) -> String {
    let start = text.unicodeScalars.prefix(PolarsTable.textLimit)
    return start.endIndex == text.unicodeScalars.endIndex ? text : String(start) + style.page.ellipsis
  }

  /// The width that polars estimates from the number of bytes and scalars.
  private func estimatedWidth(_ text: String) -> Int {
    let scalars = text.unicodeScalars.count
    return min(scalars * 2, text.utf8.count)
  }
}
