package import Display

/// How the viewer looks: its colours, and the characters it may draw with.
public struct Look: Sendable, Hashable {
  public enum Theme: Sendable, Hashable {
    case plain
    /// Strong contrast and nothing dim, for a bright room.
    case projector
  }

  public enum Colors: Sendable, Hashable, Comparable { case none, eight, many }

  public var theme: Theme
  public var colors: Colors
  public var isASCII: Bool
  public var isEmojiNarrow: Bool

  public init(
    theme: Theme = .plain, colors: Colors = .many, isASCII: Bool = false, isEmojiNarrow: Bool = false
  ) {
    self.theme = theme
    self.colors = colors
    self.isASCII = isASCII
    self.isEmojiNarrow = isEmojiNarrow
  }

  package var measure: DisplayWidth { DisplayWidth(emoji: isEmojiNarrow ? .narrow : .wide) }
  package var ellipsis: String { isASCII ? "..." : "…" }
  package var edge: String { isASCII ? "|" : "│" }
  package var ascending: String { isASCII ? "^" : "↑" }
  package var descending: String { isASCII ? "v" : "↓" }
  package var mark: String { isASCII ? "*" : "•" }
  /// What stands for a cell that is being read.
  package var waiting: String { isASCII ? "." : "·" }

  /// A bar of some eighths of `width` cells.
  package func bar(_ share: Double, width: Int) -> String {
    guard share.isFinite, share > 0, width > 0 else { return "" }
    let eighths = max(1, Int((min(1, share) * Double(width) * 8).rounded()))
    if isASCII { return String(repeating: "#", count: max(1, (eighths + 4) / 8)) }
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + rest
  }

  /// How strong a number of a heat map is, where colours cannot say it.
  package func shade(_ level: Int) -> String {
    let shades = isASCII ? [" ", ".", "+", "#", "@"] : [" ", "░", "▒", "▓", "█"]
    return shades[min(shades.count - 1, Int(level.magnitude))]
  }
}
