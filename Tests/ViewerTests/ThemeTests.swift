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

  @Test(arguments: [Look.Theme.plain, .projector]) func fewColoursAreEnough(_ theme: Look.Theme) {
    for role in Self.roles {
      // Eight colours may still be missing where a terminal has none: what counts is bold, reversed or underlined.
      let few = role.style(Look(theme: theme, colors: .eight))
      #expect([few.foreground, few.background].allSatisfy { $0 ?? 0 < 8 }, "\(role)")
      if theme == .projector {
        for colors: Look.Colors in [.none, .eight, .many] {
          #expect(!role.style(Look(theme: theme, colors: colors)).isDim, "\(role)")
        }
      }
    }
  }

  /// The cursor, its row, marks and messages differ from plain text by more than colour.
  @Test(arguments: [Look.Theme.plain, .projector]) func withoutColoursTheCursorIsSeen(_ theme: Look.Theme) {
    let look = Look(theme: theme, colors: .none)
    for role: Frame.Role in [.cursor, .cursorRow, .cursorHeader, .header, .marked, .message, .error, .chosen, .title] {
      let style = role.style(look)
      #expect(style.isBold || style.isReversed || style.isUnderlined, "\(role)")
    }
    #expect(Frame.Role.cursor.style(look) != Frame.Role.cursorRow.style(look))
  }
}
