import Diagnostics
import Display
import Tables
import Terminal

extension Sheet {
  /// Draws the header, the visible rows, and the aggregates below them.
  func draw(in frame: inout Frame, columns: Int, footerHeight: Int = 0) {
    let geometry = SheetGeometry(self, columns: columns)
    for slot in geometry.slots { drawHeader(slot, in: &frame) }
    let height = max(0, frame.size.rows - 3 - footerHeight)
    drawAggregates(geometry, height: footerHeight, in: &frame)
    if view.isWrapped {
      var line = 2
      for row in wrappedRows(geometry, height: height) {
        let shown = min(row.height, height + 2 - line)
        drawRow(row.row, at: line..<line + shown, lines: row.lines, geometry, in: &frame)
        line += row.height
      }
    } else {
      let rows = view.top..<max(view.top, min(rowCount, view.top + height))
      for (index, row) in rows.enumerated() {
        drawRow(row, at: index + 2..<index + 3, lines: [:], geometry, in: &frame)
      }
    }
    if let edge = geometry.frozenEdge {
      frame.put(theme.edge, 0, edge, .edge)
      frame.put(theme.edge, 1, edge, .edge)
    }
    if rowCount == 0 { frame.put("no rows", 2, 0, .null) }
  }

  private func drawHeader(_ slot: SheetGeometry.Slot, in frame: inout Frame) {
    let measure = theme.measure
    let field = source.schema[slot.column]
    let mark = sortMark(of: field.name).map { " \($0)" } ?? ""
    let room = slot.width - measure.cells(of: mark)
    let name = measure.cut(sanitised(field.name), to: room, ellipsis: theme.ellipsis) + mark
    let alignment: Alignment = field.type.isRightAligned ? .right : .left
    let isCursor = slot.position == view.column
    frame.put(
      measure.padded(name, to: slot.width, alignment), 0, slot.x, isCursor && frame.hasCursor ? .cursorHeader : .header)
    let type = measure.cut("\(field.type)", to: slot.width, ellipsis: theme.ellipsis)
    frame.put(measure.padded(type, to: slot.width, alignment), 1, slot.x, .type)
  }

  private func drawRow(
    _ row: Int, at screenLines: Range<Int>, lines: [Int: [String]], _ geometry: SheetGeometry, in frame: inout Frame
  ) {
    guard let first = screenLines.first else { return }
    let isMarked = marks.contains(row)
    if geometry.numberWidth > 0 {
      let number = theme.measure.padded(grouped(row + 1), to: geometry.numberWidth, .right)
      frame.put(number, first, 0, isMarked ? .marked : .rowNumber)
      if isMarked { frame.put(theme.mark, first, geometry.numberWidth, .marked) }
    }
    for line in screenLines {
      if let edge = geometry.frozenEdge { frame.put(theme.edge, line, edge, .edge) }
      for slot in geometry.slots {
        drawCell(slot, row: row, line: line - first, wrapped: lines[slot.column], at: line, isMarked, in: &frame)
      }
    }
    if let bars = geometry.bars, let column = barColumn,
      let length = page.value(row: row, column: column)?.number, let scale = view.scales[column], scale > 0
    {
      frame.put(theme.bar(length / scale, width: bars.width - 1), first, bars.x, .bar)
    }
  }

  private func drawCell(
    _ slot: SheetGeometry.Slot, row: Int, line: Int, wrapped: [String]?, at screenLine: Int, _ isMarked: Bool,
    in frame: inout Frame
  ) {
    let measure = theme.measure
    let type = source.schema[slot.column].type
    guard let cell = page.cell(row: row, column: slot.column) else {
      // The cell is still being read.
      frame.put(theme.waiting, screenLine, type.isRightAligned ? slot.x + slot.width - 1 : slot.x, .null)
      return
    }
    var text: String
    if let wrapped {
      text = line < wrapped.count ? wrapped[line] : ""
    } else {
      text = shifted(cell.text, by: view.shifts[slot.column] ?? 0)
      text = measure.cut(text, to: slot.width, ellipsis: theme.ellipsis)
      // A number is never cut, since the rest would look like another number.
      if type.isNumeric, measure.cells(of: cell.text) > slot.width, view.shifts[slot.column] == nil {
        text = measure.cut(theme.ellipsis, to: slot.width)
      }
    }
    let heat = heatLevel(row: row, column: slot.column)
    if let heat, theme.colors == .none, measure.cells(of: text) < slot.width { text = theme.shade(heat) + text }
    text = measure.padded(text, to: slot.width, type.isRightAligned ? .right : .left)
    let isRow = row == view.row
    var role: Frame.Role = cell.isNull ? .null : type.isNumeric ? .number : .plain
    if let heat { role = .heat(heat) }
    if isMarked { role = .marked }
    if isRow { role = heat != nil && slot.position != view.column ? role : .cursorRow }
    if isRow, slot.position == view.column, frame.hasCursor { role = .cursor }
    frame.put(text, screenLine, slot.x, role)
  }

  private func shifted(_ text: String, by cells: Int) -> String {
    cells == 0 ? text : String(text[theme.measure.prefix(of: text, fitting: cells).text.endIndex...])
  }

  /// The heat map level of a number, from -4 to 4; nil if the cell is not coloured.
  private func heatLevel(row: Int, column: Int) -> Int? {
    guard view.isHeatMap, source.schema[column].type.isNumeric, source.schema[column].name.suffix(2) != "id",
      let number = page.value(row: row, column: column)?.number, number.isFinite
    else { return nil }
    // All columns of a matrix share one scale.
    let scale = source.isMatrix ? matrixScale : view.scales[column] ?? 0
    return scale > 0 ? Int((number / scale * 4).rounded()) : 0
  }

  private var matrixScale: Double {
    view.scales.filter { source.schema[$0.key].type.isFloat }.values.max() ?? 0
  }
}
