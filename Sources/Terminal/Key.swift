import CTerminal

/// A key, independent of the bytes that the terminal sends for it.
public enum Key: Sendable, Hashable {
  /// A key that types a character.
  case character(Character)
  /// Ctrl with a lower-case letter or one of `@[\]^_`.
  case control(Character)
  case up, down, left, right, home, end, pageUp, pageDown
  case enter, tab, backTab, backspace, delete, insert, escape
  case function(Int)
  case wheelUp, wheelDown
  case click(row: Int, column: Int)
  /// A key without a meaning here.
  case other

  init?(_ kind: screen_key, _ value: UInt32) {
    switch kind {
    case SCREEN_KEY_NONE: return nil
    case SCREEN_KEY_CHARACTER: self.init(scalar: value)
    case SCREEN_KEY_UP: self = .up
    case SCREEN_KEY_DOWN: self = .down
    case SCREEN_KEY_LEFT: self = .left
    case SCREEN_KEY_RIGHT: self = .right
    case SCREEN_KEY_HOME: self = .home
    case SCREEN_KEY_END: self = .end
    case SCREEN_KEY_PAGE_UP: self = .pageUp
    case SCREEN_KEY_PAGE_DOWN: self = .pageDown
    case SCREEN_KEY_BACKSPACE: self = .backspace
    case SCREEN_KEY_DELETE: self = .delete
    case SCREEN_KEY_INSERT: self = .insert
    case SCREEN_KEY_BACKTAB: self = .backTab
    case SCREEN_KEY_ENTER: self = .enter
    case SCREEN_KEY_FUNCTION: self = .function(Int(value))
    case SCREEN_KEY_WHEEL_UP: self = .wheelUp
    case SCREEN_KEY_WHEEL_DOWN: self = .wheelDown
    case SCREEN_KEY_CLICK: self = .click(row: Int(value >> 16), column: Int(value & 0xFFFF))
    default: self = .other
    }
  }

  /// Converts a scalar that a terminal in raw mode sends.
  public init(scalar value: UInt32) {
    switch value {
    case 0x09: self = .tab
    case 0x0A, 0x0D: self = .enter
    case 0x08, 0x7F: self = .backspace
    case 0x1B: self = .escape
    case 0x01...0x1A: self = .control(Character(UnicodeScalar(UInt8(value) + 0x60)))
    case 0x00, 0x1C...0x1F: self = .control(Character(UnicodeScalar(UInt8(value) + 0x40)))
    default: self = Unicode.Scalar(value).map { .character(Character($0)) } ?? .other
    }
  }
}
