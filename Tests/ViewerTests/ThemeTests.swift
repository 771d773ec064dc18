import Terminal
import Testing
import Viewer

/// What roles look like where colours are few, and on a projector.
@Suite struct ThemeTests {
  private static let roles: [Frame.Role] =
    [
      .plain, .number, .null, .header, .type, .rowNumber, .edge, .cursor, .cursorRow, .cursorHeader, .marked, .bar,
      .status, .message, .error, .prompt, .choice, .chosen, .title, .total, .series(0), .series(7),
    ] + (-4...4).map { .heat($0) }

  @Test(arguments: [Theme.Palette.plain, .projector]) func fewColoursAreEnough(_ palette: Theme.Palette) {
    for role in Self.roles {
      // Eight colours may still be missing where a terminal has none: what counts is bold, reversed or underlined.
      let few = role.style(Theme(palette: palette, colors: .eight))
      #expect([few.foreground, few.background].allSatisfy { $0 ?? 0 < 8 }, "\(role)")
      if palette == .projector {
        for colors: Theme.Colors in [.none, .eight, .many] {
          #expect(!role.style(Theme(palette: palette, colors: colors)).isDim, "\(role)")
        }
      }
    }
  }

  /// The cursor, its row, marks and messages differ from plain text by more than colour.
  @Test(arguments: [Theme.Palette.plain, .projector]) func withoutColoursTheCursorIsSeen(_ palette: Theme.Palette) {
    let theme = Theme(palette: palette, colors: .none)
    for role: Frame.Role in [.cursor, .cursorRow, .cursorHeader, .header, .marked, .message, .error, .chosen, .title] {
      let style = role.style(theme)
      #expect(style.isBold || style.isReversed || style.isUnderlined, "\(role)")
    }
    #expect(Frame.Role.cursor.style(theme) != Frame.Role.cursorRow.style(theme))
  }
}
