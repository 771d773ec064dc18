/// The rows that the terminal shows now, and the output that changes them to the next `LineLayout`.
///
/// Only changed rows are sent. If a layout is taller than the terminal, the part around the cursor is shown.
package struct LineDrawing {
  private var rows: [LineLayout.Row] = []
  private var cursorRow = 0
  private var top = 0

  package init() {}

  /// Returns the output that makes the terminal show `layout`, at most `height` rows of it.
  package mutating func update(to layout: LineLayout, height: Int) -> String {
    let columns = layout.columns
    top = min(top, layout.cursorRow)
    if layout.cursorRow >= top + height { top = layout.cursorRow - height + 1 }
    top = max(0, min(top, layout.rows.count - height))
    let visible = Array(layout.rows[top..<min(layout.rows.count, top + height)])

    var text = up(cursorRow)
    for (index, row) in visible.enumerated() {
      if index > 0 { text += "\r\n" }
      if index < rows.count && rows[index] == row { continue }
      text += "\r" + row.text
      // A full row has nothing to erase, and erasing there would delete its last character.
      if row.width < columns { text += "\u{1B}[K" }
    }
    if rows.count > visible.count { text += "\r\n\u{1B}[J\u{1B}[A" }
    text += up(visible.count - 1 - (layout.cursorRow - top)) + "\u{1B}[\(layout.cursorColumn + 1)G"
    rows = visible
    cursorRow = layout.cursorRow - top
    return text
  }

  /// Returns the output that moves from the drawing to the row below it.
  package mutating func leave(_ remark: String = "") -> String {
    let down = rows.count - 1 - cursorRow
    defer { self = LineDrawing() }
    return (down > 0 ? "\u{1B}[\(down)B" : "") + (remark.isEmpty ? "" : remark) + "\r\n"
  }

  /// Returns the output that erases the drawing after the terminal was resized to `columns` and has rewrapped the
  /// rows.
  package mutating func erase(columns: Int) -> String {
    let above = rows.prefix(cursorRow).reduce(0) { $0 + max(1, ($1.width + columns - 1) / columns) }
    self = LineDrawing()
    return up(above) + "\r\u{1B}[J"
  }

  private func up(_ count: Int) -> String { count > 0 ? "\u{1B}[\(count)A" : "" }
}
