import Terminal

extension Frame {
  /// Draws the frame; the terminal is sent only what changed.
  func draw(on screen: Screen, redraw: Bool = false) {
    screen.clear()
    for piece in pieces { screen.put(piece.text, row: piece.row, column: piece.column, style: piece.role.style) }
    screen.show(cursor: cursorRow.map { ($0, cursorColumn) }, redraw: redraw)
  }
}

extension Frame.Role {
  var style: Style {
    switch self {
    case .plain, .number: .plain
    case .null, .type, .rowNumber, .edge: Style(dim: true)
    case .header: Style(bold: true, foreground: 6)
    case .cursorHeader: Style(bold: true, reversed: true, foreground: 6)
    case .cursor: Style(reversed: true)
    case .cursorRow: Style(bold: true)
    case .status, .choice: Style(background: 8)
    case .message: Style(bold: true, background: 8)
    case .error: Style(bold: true, foreground: 1)
    case .prompt: Style(bold: true)
    case .chosen, .title: Style(bold: true, reversed: true)
    }
  }
}
