import Diagnostics
import Tables

/// The table as Lectern prints it: the look that notebooks made familiar, made to be read.
///
///     shape: (189_622, 3)
///     ┌─────────┬────────────┬────────────┐
///     │ user_id ┆ product_id ┆ date       │
///     │     i32 ┆        i64 ┆ date       │
///     ╞═════════╪════════════╪════════════╡
///     │     100 ┆  148481523 ┆ 2024-07-01 │
///     …
///
/// Numbers stand to the right with one precision a column; a page that is too narrow shortens texts, then hides
/// columns; the last line says what is hidden. Widths come from the printed rows only.
struct LecternTable {
  private let excerpt: TableExcerpt
  private let style: TableStyle
  private let page: Page
  private let measure: DisplayWidth

  init(_ excerpt: TableExcerpt, _ style: TableStyle) {
    self.excerpt = excerpt
    self.style = style
    page = style.page
    measure = style.page.measure
  }

  /// A column's texts: header lines, then a cell a shown row.
  private struct Texts {
    var header: [StyledLine]
    var cells: [StyledLine]
    var alignment: Alignment
    var request: ColumnFit.WidthRequest
  }

  /// A text narrower than this is not shortened while there are wider ones, nor to save a column.
  private static let readableWidth = 8

  var styledText: StyledText {
    var text = StyledText([StyledLine(excerpt.shapeText, .dim).cut(to: page.width, measure, ellipsis: page.ellipsis)])
    if excerpt.head.columnCount == 0 { return text }
    let candidates = ColumnFit.candidates(
      of: excerpt.head.columnCount, limit: style.columns, width: page.width)
    let head = (0..<candidates.head).map(texts)
    let tail = (excerpt.head.columnCount - candidates.tail..<excerpt.head.columnCount).map(texts)
    let fit = ColumnFit(
      head: head.map(\.request), tail: tail.map(\.request),
      hidesMiddle: head.count + tail.count < excerpt.head.columnCount, width: page.width,
      gap: measure.cells(of: page.ellipsis))
    text.append(drawn(head + tail, fit))
    text.append(footer(shownColumns: fit.head + fit.tail))
    return text
  }

  private func texts(_ index: Int) -> Texts {
    let field = excerpt.head.schema[index]
    let slices = [excerpt.head.columns[index], excerpt.tail.columns[index]]
    let format = ColumnFormat(slices, ellipsis: page.ellipsis)
    let role: Role = field.type.isRightAligned ? .number : .plain
    var cells: [StyledLine] = []
    for (position, slice) in slices.enumerated() {
      if position == 1, excerpt.hidesRows { cells.append(StyledLine(page.ellipsis, .dim)) }
      for row in 0..<slice.count {
        cells.append(StyledLine(format.text(slice, row), slice.isNull(row) ? .null : role))
      }
    }
    let header = [StyledLine(field.name, .header), StyledLine("\(field.type)", .type)]
    let headerWidth = header.reduce(0) { max($0, $1.width(measure)) }
    let cellWidth = cells.reduce(0) { max($0, $1.width(measure)) }
    let natural = max(headerWidth, cellWidth, 1)
    // A number that is cut is another number.
    let isWhole = field.type.isNumeric || field.type.isTemporal
    let least = max(min(natural, LecternTable.readableWidth), isWhole ? cellWidth : 0)
    return Texts(
      header: header, cells: cells, alignment: field.type.isRightAligned ? .right : .left,
      request: ColumnFit.WidthRequest(natural: natural, least: least))
  }

  private func drawn(_ columns: [Texts], _ fit: ColumnFit) -> StyledText {
    var shown = Array(columns[..<fit.head] + columns[(columns.count - fit.tail)...])
    var widths = fit.widths
    if shown.count < excerpt.head.columnCount {
      let gap = StyledLine(page.ellipsis, .dim)
      let rows = columns.first?.cells.count ?? 0
      let width = measure.cells(of: page.ellipsis)
      let texts = Texts(
        header: [gap, StyledLine()], cells: Array(repeating: gap, count: rows), alignment: .left,
        request: ColumnFit.WidthRequest(natural: width, least: width))
      shown.insert(texts, at: fit.head)
      widths.insert(width, at: fit.head)
    }
    let box = TableBox(page: page)
    let spans = widths.map { $0 + 2 }
    func row(_ pick: (Texts) -> StyledLine) -> StyledLine {
      box.row(zip(shown, widths).map { pick($0).inCell($1, $0.alignment, page) })
    }
    var text = StyledText([box.top(spans), row { $0.header[0] }, row { $0.header[1] }, box.headerRule(spans)])
    for index in 0..<(shown.first?.cells.count ?? 0) { text.append(row { $0.cells[index] }) }
    text.append(box.bottom(spans))
    return text
  }

  /// What is hidden and how to see it; nothing where all is shown.
  private func footer(shownColumns: Int) -> StyledText {
    var hidden: [String] = []
    if excerpt.hidesRows {
      hidden.append("\(grouped(excerpt.shownRows)) of \(counted(excerpt.rowCount, "row"))")
    }
    if shownColumns < excerpt.head.columnCount {
      hidden.append("\(grouped(shownColumns)) of \(counted(excerpt.head.columnCount, "column"))")
    }
    if hidden.isEmpty { return StyledText() }
    var line = StyledLine(hidden.joined(separator: ", ") + " shown; ", .dim)
    line.append("| view", .code)
    line.append(" opens all", .dim)
    return StyledText(line.wrapped(to: page.width, measure))
  }
}
