import Display
import Tables
import Terminal

extension ViewerState {
  /// What the screen shows now.
  package var frame: Frame {
    var frame = Frame(size: size)
    if let panel {
      draw(panel, in: &frame)
      return frame
    }
    drawTable(in: &frame)
    drawChoices(in: &frame)
    drawLastLine(in: &frame)
    return frame
  }

  private func draw(_ panel: Panel, in frame: inout Frame) {
    frame.fill(panel.title, 0, .title)
    let height = max(1, size.rows - 2)
    for (index, line) in panel.lines.dropFirst(panel.top).prefix(height).enumerated() {
      frame.put(line, index + 1, 0, .plain)
    }
    let hint = panel.pipeline == nil ? "q closes" : "Enter takes it, q closes"
    let more =
      panel.lines.count > height
      ? "  \(panel.top + 1)–\(min(panel.lines.count, panel.top + height)) of \(panel.lines.count)" : ""
    frame.fill(hint + more, size.rows - 1, .status)
  }

  // MARK: The table

  private func drawTable(in frame: inout Frame) {
    let geometry = SheetGeometry(sheet, columns: size.columns)
    for slot in geometry.slots { drawHeader(slot, in: &frame) }
    let rows = sheet.view.top..<max(sheet.view.top, min(sheet.rowCount, sheet.view.top + bodyHeight))
    let measure = DisplayWidth()
    for (index, row) in rows.enumerated() where index + 2 < size.rows - 1 {
      if geometry.numberWidth > 0 {
        frame.put(measure.padded(grouped(row + 1), to: geometry.numberWidth, .right), index + 2, 0, .rowNumber)
      }
      if let edge = geometry.frozenEdge { frame.put("│", index + 2, edge, .edge) }
      for slot in geometry.slots { drawCell(slot, row: row, at: index + 2, in: &frame) }
    }
    if let edge = geometry.frozenEdge {
      frame.put("│", 0, edge, .edge)
      frame.put("│", 1, edge, .edge)
    }
    if sheet.rowCount == 0 { frame.put("no rows", 2, 0, .null) }
  }

  private func drawHeader(_ slot: SheetGeometry.Slot, in frame: inout Frame) {
    let measure = DisplayWidth()
    let field = sheet.source.schema[slot.column]
    let mark = sheet.sortMark(of: field.name).map { " \($0)" } ?? ""
    let name = measure.cut(sanitised(field.name), to: slot.width - measure.cells(of: mark)) + mark
    let alignment: Alignment = field.type.isRightAligned ? .right : .left
    let isCursor = slot.position == sheet.view.column
    frame.put(measure.padded(name, to: slot.width, alignment), 0, slot.x, isCursor ? .cursorHeader : .header)
    let type = measure.cut("\(field.type)", to: slot.width)
    frame.put(measure.padded(type, to: slot.width, alignment), 1, slot.x, .type)
  }

  private func drawCell(_ slot: SheetGeometry.Slot, row: Int, at line: Int, in frame: inout Frame) {
    guard let cell = sheet.page.cell(row: row, column: slot.column) else { return }
    let measure = DisplayWidth()
    let type = sheet.source.schema[slot.column].type
    var text = measure.cut(cell.text, to: slot.width)
    // A number that is cut is another number.
    if type.isNumeric, measure.cells(of: cell.text) > slot.width { text = "…" }
    text = measure.padded(text, to: slot.width, type.isRightAligned ? .right : .left)
    let isRow = row == sheet.view.row
    let role: Frame.Role =
      isRow && slot.position == sheet.view.column
      ? .cursor : isRow ? .cursorRow : cell.isNull ? .null : type.isNumeric ? .number : .plain
    frame.put(text, line, slot.x, role)
  }

  // MARK: The last line and above it

  private func drawChoices(in frame: inout Frame) {
    guard let prompt else { return }
    let choices = choices
    let height = min(choices.count, max(0, min(size.rows - 3, size.rows * 2 / 3)))
    guard height > 0 else { return }
    let chosen = min(prompt.choice, choices.count - 1)
    let top = max(0, min(chosen - height / 2, choices.count - height))
    let measure = DisplayWidth()
    let names = choices.map { sanitised($0.name) }
    let width = min(30, names.reduce(0) { max($0, measure.cells(of: $1)) })
    for index in 0..<height {
      let each = top + index
      let text = " " + measure.padded(measure.cut(names[each], to: width), to: width) + "  " + choices[each].description
      frame.fill(text, size.rows - 1 - height + index, each == chosen ? .chosen : .choice)
    }
  }

  private func drawLastLine(in frame: inout Frame) {
    let line = size.rows - 1
    if let prompt {
      let measure = DisplayWidth()
      let label = prompt.purpose.label
      let before = label + sanitised(String(prompt.characters[..<prompt.cursor]))
      // A long line is shown around its cursor.
      let hidden = max(0, measure.cells(of: before) - (size.columns - 2))
      let all = label + sanitised(prompt.text)
      let skipped = measure.prefix(of: all, fitting: hidden)
      frame.fill(String(all[skipped.text.endIndex...]), line, .prompt)
      frame.cursorRow = line
      frame.cursorColumn = min(size.columns - 1, measure.cells(of: before) - skipped.cells)
      return
    }
    // A screen too narrow for words takes the figures.
    let place = size.columns >= 48 ? position : "\(sheet.view.row + 1)/\(sheet.rowCount)"
    let width = DisplayWidth().cells(of: place)
    let (text, role) = status
    let room = size.columns - width - 2
    frame.fill(room > 0 ? DisplayWidth().cut(text, to: room) : "", line, role)
    if width <= size.columns { frame.put(place, line, size.columns - width, role == .error ? .status : role) }
  }

  /// What is said at the left: what runs, else what is to be said, else what this is.
  private var status: (text: String, role: Frame.Role) {
    if let work {
      let percent = work.fraction.map { $0.isFinite ? "  \(Int(max(0, min(1, $0)) * 100)) %" : "" } ?? ""
      let detail = work.detail.isEmpty ? "" : "  " + work.detail
      return (sanitised(work.request.title + " …" + percent + detail + "  Ctrl-C stops it"), .message)
    }
    if let message { return (sanitised(message.text), message.isError ? .error : .message) }
    if !keys.pending.isEmpty { return (keys.pending, .message) }
    return (sanitised(sheet.pipeline(sheet.stages)), .status)
  }

  /// What is said at the right: where the cursor is.
  private var position: String {
    let hidden = sheet.source.schema.count - sheet.view.order.count
    let columns = "\(sheet.view.column + 1)/\(sheet.view.order.count)" + (hidden > 0 ? " (\(hidden) hidden)" : "")
    let row = sheet.rowCount == 0 ? 0 : sheet.view.row + 1
    return "\(grouped(row)) of \(counted(sheet.rowCount, "row")), column \(columns)"
  }
}
