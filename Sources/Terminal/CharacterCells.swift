import CTerminal

/// How one scalar is shown on the terminal: itself, or a visible replacement.
package struct CharacterCells: Equatable {
  package var text: String
  package var width: Int

  /// The C library knows character widths only in a UTF-8 locale.
  private static let hasLocale: Void = { _ = terminal_use_utf8_locale() }()

  package init(_ scalar: Unicode.Scalar) {
    Self.hasLocale
    let cells = Int(terminal_character_width(scalar.value))
    let code = "<" + String(scalar.value, radix: 16, uppercase: true) + ">"
    (text, width) =
      switch scalar.value {
      case 0x09: ("    ", 4)
      case 0x00...0x1F: ("^" + String(UnicodeScalar(UInt8(scalar.value) + 0x40)), 2)
      case 0x7F: ("^?", 2)
      // C1 controls, bidirectional marks and overrides, line separators.
      case 0x80...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: (code, code.utf8.count)
      case _ where cells < 0: (code, code.utf8.count)
      default: (String(scalar), cells)
      }
  }
}

/// Replaces unsafe characters, and cuts the text to at most `limit` cells.
package func visibleCells(_ text: String, limit: Int = .max) -> (text: String, width: Int) {
  var result = ""
  var width = 0
  for scalar in text.unicodeScalars {
    let cells = CharacterCells(scalar)
    if width + cells.width > limit {
      while width >= limit, let last = result.unicodeScalars.last {
        result.unicodeScalars.removeLast()
        width -= CharacterCells(last).width
      }
      return limit > 0 ? (result + "…", width + 1) : ("", 0)
    }
    result += cells.text
    width += cells.width
  }
  return (result, width)
}
