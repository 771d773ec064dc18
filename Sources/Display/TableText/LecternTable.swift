import Diagnostics
import Tables

/// Lays out a table in Lectern's style, similar to the tables of polars.
///
///     shape: (189_622, 3)
///     ┌─────────┬────────────┬────────────┐
///     │ user_id ┆ product_id ┆ date       │
///     │     i32 ┆        i64 ┆ date       │
///     ╞═════════╪════════════╪════════════╡
///     │     100 ┆  148481523 ┆ 2024-07-01 │
///     …
///
/// Numbers are aligned right, with one precision per column. On a narrow page, texts are shortened first, then columns
/// are hidden; the last line says what is hidden. Widths depend only on the printed rows. On a narrow page, a number
/// and half its interval (the columns `recall@10` and `recall@10 ±`) share one column, as `0.036 ± 0.008`.
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

  /// The texts of a column: header lines, then one cell for each shown row.
  private struct Texts {
    var header: [StyledLine]
    var cells: [StyledLine]
    var alignment: Alignment
    var request: ColumnFit.WidthRequest

    init(header: [StyledLine], cells: [StyledLine], alignment: Alignment, request: ColumnFit.WidthRequest) {
      self.header = header
      self.cells = cells
      self.alignment = alignment
      self.request = request
    }

    /// - Parameter isWhole: whether cells must not be shortened.
    init(
      header: [StyledLine], cells: [StyledLine], alignment: Alignment, isWhole: Bool, _ measure: DisplayWidth
    ) {
      let headerWidth = header.reduce(0) { max($0, $1.width(measure)) }
      let cellWidth = cells.reduce(0) { max($0, $1.width(measure)) }
      let natural = max(headerWidth, cellWidth, 1)
      let least = max(min(natural, LecternTable.readableWidth), isWhole ? cellWidth : 0)
      let request = ColumnFit.WidthRequest(natural: natural, least: least)
      self.init(header: header, cells: cells, alignment: alignment, request: request)
    }
  }

  /// Texts up to this width are not shortened as long as there are wider ones.
  private static let readableWidth = 8

  /// On a page narrower than this, numbers and their intervals share a cell; on a wider one only if the table does
  /// not fit.
  private static let wideEnough = 100

  var styledText: StyledText {
    let text = StyledText([StyledLine(excerpt.shapeText, .dim).cut(to: page.width, measure, ellipsis: page.ellipsis)])
    if excerpt.head.columnCount == 0 { return text }
    let single = excerpt.head.schema.fields.indices.map { [$0] }
    let paired = excerpt.head.schema.withIntervals
    if paired.count < single.count, page.width < Self.wideEnough || !arranged(single).isWhole {
      return text.followed(by: arranged(paired).text)
    }
    return text.followed(by: arranged(single).text)
  }

  /// Lays out a table whose printed columns consist of one or two columns each. Also returns whether all of them are
  /// shown.
  private func arranged(_ columns: [[Int]]) -> (text: StyledText, isWhole: Bool) {
    let candidates = ColumnFit.candidates(of: columns.count, limit: style.columns, width: page.width)
    let head = columns.prefix(candidates.head).map(texts)
    let tail = columns.suffix(candidates.tail).map(texts)
    let fit = ColumnFit(
      head: head.map(\.request), tail: tail.map(\.request), hidesMiddle: head.count + tail.count < columns.count,
      width: page.width, gap: measure.cells(of: page.ellipsis))
    let shown = fit.head + fit.tail
    let text = drawn(head + tail, fit, of: columns.count).followed(by: footer(shownColumns: shown, of: columns.count))
    return (text, shown == columns.count)
  }

  private func texts(_ columns: [Int]) -> Texts {
    columns.count == 2 ? texts(columns[0], half: columns[1]) : texts(columns[0])
  }

  /// A column of numbers with half their intervals, as `0.036 ± 0.008`.
  private func texts(_ index: Int, half: Int) -> Texts {
    let parts = [excerpt.head, excerpt.tail]
    let halves = parts.flatMap { part in (0..<part.rowCount).compactMap { part.columns[half][$0].number } }
    let decimals = min(halves.map { SignificantDigits.decimals(ofHalf: $0) }.max() ?? 3, 6)
    var cells: [StyledLine] = []
    for (position, part) in parts.enumerated() {
      if position == 1, excerpt.hidesRows { cells.append(StyledLine(page.ellipsis, .dim)) }
      for row in 0..<part.rowCount {
        guard let value = part.columns[index][row].number else {
          cells.append(StyledLine("null", .null))
          continue
        }
        let own = part.columns[half][row].number.map { " ± " + SignificantDigits.text($0, decimals: decimals) }
        cells.append(StyledLine(SignificantDigits.text(value, decimals: decimals) + (own ?? ""), .number))
      }
    }
    let field = excerpt.head.schema[index]
    return Texts(
      header: [StyledLine(field.name, .header), StyledLine("\(field.type)", .type)], cells: cells, alignment: .right,
      isWhole: true, measure)
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
    // Numbers are never shortened: that would change them.
    return Texts(
      header: header, cells: cells, alignment: field.type.isRightAligned ? .right : .left,
      isWhole: field.type.isNumeric || field.type.isTemporal, measure)
  }

  private func drawn(_ columns: [Texts], _ fit: ColumnFit, of count: Int) -> StyledText {
    var shown = Array(columns[..<fit.head] + columns[(columns.count - fit.tail)...])
    var widths = fit.widths
    if shown.count < count {
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

  /// A note on what is hidden and how to see it; empty if everything is shown.
  private func footer(shownColumns: Int, of count: Int) -> StyledText {
    var hidden: [String] = []
    if excerpt.hidesRows {
      hidden.append(
        excerpt.hasMore
          ? "the first \(counted(excerpt.shownRows, "row"))"
          : "\(grouped(excerpt.shownRows)) of \(counted(excerpt.rowCount, "row"))")
    }
    if shownColumns < count {
      hidden.append("\(grouped(shownColumns)) of \(counted(count, "column"))")
    }
    if hidden.isEmpty { return StyledText() }
    var line = StyledLine(hidden.joined(separator: ", ") + " shown; ", .dim)
    line.append("| view", .code)
    line.append(" opens all", .dim)
    return StyledText(line.wrapped(to: page.width, measure))
  }
}

extension Schema {
  /// Groups each column with a following column of half intervals, whose name is the same with ` ±`; others stay
  /// alone.
  fileprivate var withIntervals: [[Int]] {
    var columns: [[Int]] = []
    for index in fields.indices {
      if let last = columns.last, last == [index - 1], self[index].name == self[index - 1].name + " ±",
        self[index].type.isFloat, self[index - 1].type.isFloat
      {
        columns[columns.count - 1].append(index)
      } else {
        columns.append([index])
      }
    }
    return columns
  }
}

extension StyledText {
  fileprivate func followed(by other: StyledText) -> StyledText {
    var text = self
    text.append(other)
    return text
  }
}
