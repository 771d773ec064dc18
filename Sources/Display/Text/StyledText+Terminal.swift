/// The number of colours.
public enum Colors: Sendable, Hashable {
  case none
  /// The terminal's own eight colours, in the user's theme.
  case eight
  case many
}

extension StyledText {
  /// The text with terminal escape sequences. Lines are joined by newlines; the last one has none.
  ///
  /// - Parameter links: whether links to http or https addresses are clickable (OSC 8).
  public func terminalText(_ colors: Colors, links: Bool = false) -> String {
    lines.map { $0.terminalText(colors, links: links) }.joined(separator: "\n")
  }
}

extension StyledLine {
  /// The line with terminal escape sequences.
  public func terminalText(_ colors: Colors, links: Bool = false) -> String {
    var text = ""
    for run in runs {
      let style = run.role.graphicRendition(colors)
      var piece = style.isEmpty ? run.text : "\u{1B}[\(style)m\(run.text)\u{1B}[0m"
      if links, case .link(let url) = run.role, let safe = clickable(url) {
        piece = "\u{1B}]8;;\(safe)\u{1B}\\\(piece)\u{1B}]8;;\u{1B}\\"
      }
      text += piece
    }
    return text
  }
}

/// Returns the address if it is safe to click: http or https, and only printable ASCII; else nil.
public func clickable(_ url: String) -> String? {
  let bytes = url.utf8
  guard bytes.count <= 2000, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
  let scheme = url.prefix { $0 != ":" }.lowercased()
  guard scheme == "http" || scheme == "https", url.dropFirst(scheme.count).hasPrefix("://") else { return nil }
  return url
}

extension Role {
  /// The parameters of `ESC [ … m`; empty if the role looks like plain text.
  func graphicRendition(_ colors: Colors) -> String {
    switch colors {
    case .none: ""
    case .eight: basic
    case .many: extended ?? basic
    }
  }

  private var basic: String {
    switch self {
    case .plain, .number: ""
    case .dim, .type, .null: "2"
    case .title: "1;36"
    case .header, .strong: "1"
    case .keyword: "35"
    case .code, .hint: "36"
    case .emphasis: "3"
    case .error: "1;31"
    case .warning: "1;33"
    case .label: "34"
    case .link: "4"
    case .series(let index): ["34", "33", "32", "31", "35", "36"][abs(index % 6)]
    }
  }

  /// The parameters of roles that look better with 256 colours.
  private var extended: String? {
    switch self {
    case .type, .null: "38;5;245"
    case .title: "1;38;5;39"
    case .keyword: "38;5;134"
    case .code, .hint: "38;5;37"
    case .label: "38;5;75"
    case .series(let index): ["38;5;33", "38;5;208", "38;5;35", "38;5;160", "38;5;134", "38;5;37"][abs(index % 6)]
    default: nil
    }
  }
}
