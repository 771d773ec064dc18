import Diagnostics
import Display
import Tables
import Terminal

extension ViewerState {
  /// The frame for the current state.
  package var frame: Frame {
    var frame = Frame(size: size, theme: theme)
    if let panel {
      draw(panel, in: &frame)
      return frame
    }
    draw(panes, in: &frame)
    if valuesWidth > 0, let values = sheet.values, let field = sheet.field {
      values.draw(field, at: tableWidth, in: &frame)
    }
    drawChoices(in: &frame)
    drawLastLine(in: &frame)
    return frame
  }

  private func draw(_ panes: [Pane], in frame: inout Frame) {
    for pane in panes {
      let shown = sheets[pane.index]
      frame.pane = pane.columns
      frame.hasCursor = shown.id == sheet.id
      if shown.isPlot {
        shown.drawing?.draw(in: &frame)
      } else {
        shown.draw(in: &frame, columns: pane.columns.count, footerHeight: footerHeight(of: shown))
      }
    }
    frame.pane = 0..<size.columns
    frame.hasCursor = true
    if panes.count > 1 {
      for row in 0..<max(0, size.rows - 1) { frame.put(theme.edge, row, panes[0].columns.upperBound, .edge) }
    }
  }

  private func draw(_ panel: Panel, in frame: inout Frame) {
    frame.fill(panel.title, 0, .title)
    let height = max(1, size.rows - 2)
    for (index, line) in panel.lines.dropFirst(panel.top).prefix(height).enumerated() {
      frame.put(line, index + 1, 0, .plain)
    }
    let hint = message.map { sanitised($0.text) } ?? (panel.pipeline == nil ? "q closes" : "Enter takes it, q closes")
    let more =
      panel.lines.count > height
      ? "  \(panel.top + 1)-\(min(panel.lines.count, panel.top + height)) of \(panel.lines.count)" : ""
    frame.fill(hint + more, size.rows - 1, .status)
  }

  // MARK: The last line and above it

  private func drawChoices(in frame: inout Frame) {
    guard let prompt else { return }
    let choices = choices
    let height = min(choices.count, max(0, min(size.rows - 3, size.rows * 2 / 3)))
    guard height > 0 else { return }
    let chosen = min(prompt.choice, choices.count - 1)
    let top = max(0, min(chosen - height / 2, choices.count - height))
    let measure = theme.measure
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
    let measure = theme.measure
    if let prompt {
      var label = prompt.purpose.label
      if case .search = prompt.purpose, searchesPatterns { label += "regex " }
      let before = label + sanitised(String(prompt.characters[..<prompt.cursor]))
      // A line wider than the screen is shown around the cursor.
      let hidden = max(0, measure.cells(of: before) - (size.columns - 2))
      let all = label + sanitised(prompt.text)
      let skipped = measure.prefix(of: all, fitting: hidden)
      let shown = String(all[skipped.text.endIndex...])
      frame.fill(shown, line, .prompt)
      frame.cursorRow = line
      frame.cursorColumn = min(size.columns - 1, measure.cells(of: before) - skipped.cells)
      if case .search = prompt.purpose, let finding {
        let count = sanitised(finding.status(at: sheet.view.row))
        let room = size.columns - measure.cells(of: shown) - 2
        if measure.cells(of: count) <= room { frame.put(count, line, size.columns - measure.cells(of: count), .prompt) }
      }
      return
    }
    let place = placeBesideMessage
    let width = measure.cells(of: place)
    let room = place.isEmpty ? size.columns : size.columns - width - 2
    let (text, role) = status(fitting: room)
    frame.fill(room > 0 ? measure.cut(text, to: room, ellipsis: theme.ellipsis) : "", line, role)
    if width <= size.columns { frame.put(place, line, size.columns - width, role == .error ? .status : role) }
  }

  /// The right part of the status line. A message that needs the whole line gets it: it passes, and then the position
  /// is back.
  private var placeBesideMessage: String {
    if sheet.isPlot { return "" }
    // On a narrow screen, the position has no words.
    let place = size.columns >= 48 ? position : "\(sheet.view.row + 1)/\(sheet.rowCount)"
    guard work == nil, let message else { return place }
    let room = size.columns - theme.measure.cells(of: place) - 2
    return theme.measure.cells(of: sanitised(message.text)) <= room ? place : ""
  }

  /// The left part of the status line: the running work, or else a message, or else the pipeline.
  private func status(fitting room: Int) -> (text: String, role: Frame.Role) {
    if let work { return (text(of: work, fitting: room), .message) }
    if let message { return (sanitised(message.text), message.isError ? .error : .message) }
    if !keys.pending.isEmpty { return (keys.pending, .message) }
    if let finding, finding.isShown { return (sanitised(finding.status(at: sheet.view.row)), .message) }
    return (sanitised(sheet.pipeline(sheet.stages)), .status)
  }

  /// The running work, its progress, and the key that stops it. The least important parts are dropped first.
  private func text(of work: Work, fitting room: Int) -> String {
    let measure = theme.measure
    let title = sanitised("\(work.request.title) \(theme.ellipsis)")
    let percent = work.fraction.map { $0.isFinite ? "  \(Int(max(0, min(1, $0)) * 100)) %" : "" } ?? ""
    let detail = work.detail.isEmpty ? "" : "  " + sanitised(work.detail)
    for end in [percent + detail + "  Ctrl-C stops it", percent + "  Ctrl-C stops it", percent + "  Ctrl-C", percent] {
      let left = room - measure.cells(of: end)
      if left >= min(16, measure.cells(of: title)) {
        return measure.cut(title, to: left, ellipsis: theme.ellipsis) + end
      }
    }
    return title
  }

  /// The position of the cursor.
  private var position: String {
    let row = sheet.rowCount == 0 ? 0 : sheet.view.row + 1
    // Running work needs the space.
    if work != nil, size.columns < 120 { return "\(grouped(row)) of \(grouped(sheet.rowCount))" }
    let hidden = sheet.source.schema.count - sheet.view.order.count
    let columns = "\(sheet.view.column + 1)/\(sheet.view.order.count)" + (hidden > 0 ? " (\(hidden) hidden)" : "")
    let marked = sheet.marks.isEmpty ? "" : "\(grouped(sheet.marks.count)) marked, "
    return "\(marked)\(grouped(row)) of \(counted(sheet.rowCount, "row")), column \(columns)"
  }
}
