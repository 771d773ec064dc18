import CTerminal

/// How text looks on a `Screen`. Colours are the terminal's own numbers, 0…255.
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

/// The whole terminal, drawn cell by cell and read key by key. ncurses sends only what changed.
///
/// For the main thread only, and one at a time. While it is open, Ctrl-C and Ctrl-Z are keys.
public final class Screen {
  public enum Event: Sendable, Hashable {
    case key(Key)
    case resized
    /// `wake()` was called.
    case woken
    /// The time is over.
    case timeout
  }

  private let usesColor: Bool
  private var isOpen: Bool

  /// Takes the terminal (`/dev/tty` where stdin or stdout is something else); nil if there is none.
  public init?(usesColor: Bool = true, mouse: Bool = false) {
    Signals.start()
    guard screen_open(mouse) else { return nil }
    self.usesColor = usesColor && screen_colors() >= 8
    isOpen = true
  }

  deinit { close() }

  /// Gives the terminal back as it was.
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

  /// How many colours it shows; 0 where it shows none, or is not to.
  public var colorCount: Int { usesColor ? Int(screen_colors()) : 0 }

  // MARK: Keys

  /// Waits for the next event; for ever without a time.
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
        // Nothing behind readable input means that the terminal has gone.
        guard let key = pendingKey() else { return .key(.control("q")) }
        return .key(key)
      default: continue
      }
    }
  }

  /// A key that was pressed already.
  public func pendingKey() -> Key? {
    var value: UInt32 = 0
    let kind = screen_read_key(&value)
    return Key(kind, value)
  }

  /// Ends `next()` from another thread.
  public static func wake() { terminal_wake() }

  /// Stops the process, as Ctrl-Z does, and takes the terminal again when continued.
  public func suspend() { screen_stop_process() }

  /// Puts text into the clipboard of the terminal, where it allows that (OSC 52). Nothing of it is drawn.
  public func copy(_ text: String) {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var encoded: [UInt8] = []
    // Terminals take a hundred thousand characters or less.
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

  /// Draws text that holds nothing but printable characters. What does not fit on its row is cut.
  public func put(_ text: String, row: Int, column: Int, style: Style = .plain) {
    let size = size
    guard row >= 0, row < size.rows, column >= 0, column < size.columns else { return }
    let foreground = usesColor ? Int32(clamping: style.foreground ?? -1) : -1
    let background = usesColor ? Int32(clamping: style.background ?? -1) : -1
    screen_put(Int32(row), Int32(column), text, style.attributes, foreground, background)
  }

  /// Sends what changed. Without a cursor position the cursor is hidden; `redraw` sends everything.
  public func show(cursor: (row: Int, column: Int)? = nil, redraw: Bool = false) {
    screen_show(Int32(clamping: cursor?.row ?? -1), Int32(clamping: cursor?.column ?? 0), redraw)
  }
}
