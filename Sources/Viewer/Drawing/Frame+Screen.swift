package import Terminal

extension Frame {
  /// Draws the frame. Only changes are sent to the terminal.
  func draw(on screen: Screen, redraw: Bool = false) {
    screen.clear()
    for piece in pieces {
      screen.put(piece.text, row: piece.row, column: piece.column, style: piece.role.style(theme))
    }
    screen.show(cursor: cursorRow.map { ($0, cursorColumn) }, redraw: redraw)
  }
}

extension Frame.Role {
  /// The terminal style of this role.
  package func style(_ theme: Theme) -> Style {
    switch theme.palette {
    case .plain: plainStyle(theme.colors)
    case .projector: projectorStyle(theme.colors)
    }
  }

  /// The colours of plots at the prompt.
  private static let seriesColors = [4, 3, 2, 1, 5, 6]

  /// Muted colours for a dark or a light background.
  private func plainStyle(_ colors: Theme.Colors) -> Style {
    switch self {
    case .plain, .number: .plain
    case .null, .type, .rowNumber, .edge: Style(dim: true)
    case .header: Style(bold: true, foreground: 6)
    case .cursorHeader: Style(bold: true, reversed: true, foreground: 6)
    case .cursor: Style(reversed: true)
    case .cursorRow: Style(bold: true)
    case .marked: Style(bold: true, foreground: 3)
    case .bar: Style(foreground: 4)
    case .total: Style(bold: true, foreground: 6)
    case .series(let index): Style(foreground: Self.seriesColors[abs(index % 6)])
    case .heat(let level): heatStyle(level, colors)
    case .status, .choice: colors == .many ? Style(background: 8) : Style(underlined: true)
    case .message: colors == .many ? Style(bold: true, background: 8) : Style(bold: true, underlined: true)
    case .error: Style(bold: true, foreground: 1)
    case .prompt: Style(bold: true)
    case .chosen, .title: Style(bold: true, reversed: true)
    }
  }

  /// Strong contrast for a projector: nothing dim, and no fine shades.
  private func projectorStyle(_ colors: Theme.Colors) -> Style {
    switch self {
    case .plain, .number, .rowNumber, .edge: .plain
    case .null, .type: Style(italic: true)
    case .header: Style(bold: true, underlined: true)
    case .cursorHeader: Style(bold: true, reversed: true)
    case .cursor: colors == .none ? Style(bold: true, reversed: true) : Style(bold: true, foreground: 0, background: 3)
    case .cursorRow: Style(bold: true, underlined: true)
    case .marked: Style(bold: true, foreground: 5)
    case .bar: .plain
    case .total: Style(bold: true)
    case .series(let index): Style(bold: true, foreground: Self.seriesColors[abs(index % 6)])
    case .heat(let level): heatStyle(level, colors)
    case .status, .message, .choice: Style(bold: true, reversed: true)
    case .error: colors == .none ? Style(bold: true, reversed: true) : Style(bold: true, foreground: 7, background: 1)
    case .prompt: Style(bold: true)
    case .chosen, .title:
      colors == .none ? Style(bold: true, underlined: true) : Style(bold: true, foreground: 0, background: 3)
    }
  }

  /// Blue for negative numbers, red for positive ones; larger magnitudes have stronger colours.
  private func heatStyle(_ level: Int, _ colors: Theme.Colors) -> Style {
    switch colors {
    case .none: return .plain
    case .eight:
      if level == 0 { return .plain }
      return Style(bold: abs(level) > 2, foreground: level < 0 ? 4 : 1)
    case .many:
      let steps = level < 0 ? [0, 17, 18, 19, 21] : [0, 52, 88, 124, 160]
      let strength = min(4, abs(level))
      return strength == 0 ? .plain : Style(foreground: 15, background: steps[strength])
    }
  }
}
