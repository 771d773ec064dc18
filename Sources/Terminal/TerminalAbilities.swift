import Glibc

/// What a terminal supports beyond plain text, according to the environment.
public struct TerminalAbilities: Sendable, Hashable {
  /// The colours that a terminal supports.
  public enum Color: Sendable, Hashable, Comparable {
    case none
    case sixteen
    case indexed
    case direct
  }

  public var color: Color
  /// Whether to send links (OSC 8). Terminals that do not support them show only the text.
  public var hyperlinks: Bool
  /// Whether the cursor can be moved, so that a line can be redrawn.
  public var cursorMotion: Bool

  /// - Parameter environment: looks up environment variables; tests pass their own.
  public init(isTerminal: Bool, environment: (String) -> String?) {
    let kind = environment("TERM") ?? ""
    let isDumb = kind.isEmpty || kind == "dumb"
    cursorMotion = isTerminal && !isDumb
    guard cursorMotion else {
      (color, hyperlinks) = (.none, false)
      return
    }
    let depth = environment("COLORTERM") ?? ""
    if environment("NO_COLOR")?.isEmpty == false {
      color = .none
    } else if depth == "truecolor" || depth == "24bit" {
      color = .direct
    } else if kind.hasSuffix("256color") {
      color = .indexed
    } else {
      color = .sixteen
    }
    // The Linux console prints unknown sequences; screen and old versions of tmux drop the whole link.
    let swallowsLinks = kind == "linux" || kind.hasPrefix("screen") || kind.hasPrefix("vt")
    hyperlinks = !swallowsLinks
  }

  /// The abilities of a stream of this process.
  public init(of stream: TerminalStream) {
    self.init(isTerminal: stream.isTerminal) { name in getenv(name).map { String(cString: $0) } }
  }
}
