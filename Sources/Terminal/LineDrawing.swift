/// What of a `LineLayout` is on the terminal now, and the text that turns it into the next one.
///
/// Only rows that changed are sent. A layout taller than the terminal is shown around its cursor.
package struct LineDrawing {
  private var rows: [LineLayout.Row] = []
  private var cursorRow = 0
  private var top = 0

  package init() {}

  /// The text to send so that the terminal shows `layout`, of which at most `height` rows.
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
      // A row that fills the terminal leaves nothing to erase, and erasing there would take its last character.
      if row.width < columns { text += "\u{1B}[K" }
    }
    if rows.count > visible.count { text += "\r\n\u{1B}[J\u{1B}[A" }
    text += up(visible.count - 1 - (layout.cursorRow - top)) + "\u{1B}[\(layout.cursorColumn + 1)G"
    rows = visible
    cursorRow = layout.cursorRow - top
    return text
  }

  /// The text that leaves the drawing and goes to the row below it.
  package mutating func leave(_ remark: String = "") -> String {
    let down = rows.count - 1 - cursorRow
    defer { self = LineDrawing() }
    return (down > 0 ? "\u{1B}[\(down)B" : "") + (remark.isEmpty ? "" : remark) + "\r\n"
  }

  /// The text that erases the drawing on a terminal that has become `columns` wide and has broken the rows anew.
  package mutating func erase(columns: Int) -> String {
    let above = rows.prefix(cursorRow).reduce(0) { $0 + max(1, ($1.width + columns - 1) / columns) }
    self = LineDrawing()
    return up(above) + "\r\u{1B}[J"
  }

  private func up(_ count: Int) -> String { count > 0 ? "\u{1B}[\(count)A" : "" }
}
