import Glibc

/// What may be sent to a terminal beyond plain text, as far as the environment tells.
public struct TerminalAbilities: Sendable, Hashable {
  public enum Color: Sendable, Hashable, Comparable {
    case none
    case sixteen
    case indexed
    case direct
  }

  public var color: Color
  /// Whether links (OSC 8) are worth sending. A terminal that does not know them shows the text alone.
  public var hyperlinks: Bool
  /// Whether the cursor can be moved, so that a line can be drawn over.
  public var cursorMotion: Bool

  /// - Parameter environment: a lookup of environment variables, so that tests need none of their own.
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
    // The Linux console prints what it does not know; screen and old tmux swallow the whole link.
    let swallowsLinks = kind == "linux" || kind.hasPrefix("screen") || kind.hasPrefix("vt")
    hyperlinks = !swallowsLinks
  }

  /// Of a stream of this process.
  public init(of stream: TerminalStream) {
    self.init(isTerminal: stream.isTerminal) { name in getenv(name).map { String(cString: $0) } }
  }
}
