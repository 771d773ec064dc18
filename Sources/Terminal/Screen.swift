import CTerminal

/// The style of text on a `Screen`. Colours are terminal colour numbers, 0…255.
public struct Style: Sendable, Hashable {
  public var isBold = false
  public var isDim = false
  public var isUnderlined = false
  public var isReversed = false
  public var isItalic = false
  public var foreground: Int?
  public var background: Int?

  public init(
    bold: Bool = false, dim: Bool = false, underlined: Bool = false, reversed: Bool = false, italic: Bool = false,
    foreground: Int? = nil, background: Int? = nil
  ) {
    isBold = bold
    isDim = dim
    isUnderlined = underlined
    isReversed = reversed
    isItalic = italic
    self.foreground = foreground
    self.background = background
  }

  public static let plain = Style()

  fileprivate var attributes: Int32 {
    let flags: [(Bool, screen_attribute)] = [
      (isBold, SCREEN_BOLD), (isDim, SCREEN_DIM), (isUnderlined, SCREEN_UNDERLINE), (isReversed, SCREEN_REVERSE),
      (isItalic, SCREEN_ITALIC),
    ]
    return flags.reduce(0) { $0 | ($1.0 ? Int32($1.1.rawValue) : 0) }
  }
}

/// The full screen, drawn cell by cell and read key by key. ncurses sends only the changes.
///
/// Use it only on the main thread, one at a time. While it is open, Ctrl-C and Ctrl-Z are keys.
public final class Screen {
  /// What ends a wait.
  public enum Event: Sendable, Hashable {
    case key(Key)
    case resized
    /// `wake()` was called.
    case woken
    /// The timeout has passed.
    case timeout
  }

  private let usesColor: Bool
  private var isOpen: Bool

  /// Opens the terminal (`/dev/tty` if stdin or stdout is redirected). Nil if there is none.
  public init?(usesColor: Bool = true, mouse: Bool = false) {
    Signals.start()
    guard screen_open(mouse) else { return nil }
    self.usesColor = usesColor && screen_colors() >= 8
    isOpen = true
  }

  deinit { close() }

  /// Restores the terminal.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    screen_close()
  }

  public var size: TerminalSize {
    var rows: Int32 = 0
    var columns: Int32 = 0
    screen_extent(&rows, &columns)
    return TerminalSize(rows: Int(rows), columns: Int(columns))
  }

  /// The number of colours; 0 if the terminal has none or they are switched off.
  public var colorCount: Int { usesColor ? Int(screen_colors()) : 0 }

  // MARK: Keys

  /// Waits for the next event; without a timeout if `milliseconds` is nil.
  public func next(within milliseconds: Int? = nil) -> Event {
    while true {
      if let key = pendingKey() { return .key(key) }
      switch terminal_wait(screen_input(), Int32(clamping: milliseconds ?? -1)) {
      case TERMINAL_TIMEOUT: return .timeout
      case TERMINAL_WAKE: return .woken
      case TERMINAL_INTERRUPT: return .key(.control("c"))
      case TERMINAL_STOP:
        suspend()
        return .resized
      case TERMINAL_RESIZE, TERMINAL_CONTINUE:
        screen_follow_size()
        return .resized
      case TERMINAL_INPUT:
        // Readable input without a key means that the terminal was closed.
        guard let key = pendingKey() else { return .key(.control("q")) }
        return .key(key)
      default: continue
      }
    }
  }

  /// Returns a key that was already pressed; nil if there is none.
  public func pendingKey() -> Key? {
    var value: UInt32 = 0
    let kind = screen_read_key(&value)
    return Key(kind, value)
  }

  /// Ends `next()`; called from another thread.
  public static func wake() { terminal_wake() }

  /// Stops the process as Ctrl-Z does, and opens the screen again when it is continued.
  public func suspend() { screen_stop_process() }

  /// Copies text to the terminal's clipboard, if the terminal allows it (OSC 52).
  public func copy(_ text: String) {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var encoded: [UInt8] = []
    // Terminals accept at most about 100,000 characters of Base64.
    let bytes = Array(text.utf8.prefix(74_994))
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let chunk = bytes[start..<min(start + 3, bytes.count)]
      let bits = chunk.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - chunk.count))
      for place in 0..<4 {
        encoded.append(place <= chunk.count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    _ = writeAll(Array("\u{1B}]52;c;".utf8) + encoded + [0x07], to: screen_output())
  }

  // MARK: Drawing

  public func clear() { screen_clear() }

  /// Draws text that has only printable characters. It is cut at the end of the row.
  public func put(_ text: String, row: Int, column: Int, style: Style = .plain) {
    let size = size
    guard row >= 0, row < size.rows, column >= 0, column < size.columns else { return }
    let foreground = usesColor ? Int32(clamping: style.foreground ?? -1) : -1
    let background = usesColor ? Int32(clamping: style.background ?? -1) : -1
    screen_put(Int32(row), Int32(column), text, style.attributes, foreground, background)
  }

  /// Sends the changes to the terminal. Without a cursor position, the cursor is hidden; `redraw` sends everything.
  public func show(cursor: (row: Int, column: Int)? = nil, redraw: Bool = false) {
    screen_show(Int32(clamping: cursor?.row ?? -1), Int32(clamping: cursor?.column ?? 0), redraw)
  }
}
