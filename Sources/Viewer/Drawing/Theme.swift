package import Display

/// The theme of the viewer: its colours, and the characters that it may use.
public struct Theme: Sendable, Hashable {
  /// A set of colours for a kind of room.
  public enum Palette: Sendable, Hashable {
    case plain
    /// Strong contrast and nothing dim, for a bright room.
    case projector
  }

  /// The number of colours of the terminal.
  public enum Colors: Sendable, Hashable, Comparable { case none, eight, many }

  public var palette: Palette
  public var colors: Colors
  public var isASCII: Bool
  public var isEmojiNarrow: Bool

  public init(
    palette: Palette = .plain, colors: Colors = .many, isASCII: Bool = false, isEmojiNarrow: Bool = false
  ) {
    self.palette = palette
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
  /// The placeholder of a cell that is being read.
  package var waiting: String { isASCII ? "." : "·" }

  /// A bar of `share` × `width` cells, in steps of an eighth of a cell.
  package func bar(_ share: Double, width: Int) -> String {
    guard share.isFinite, share > 0, width > 0 else { return "" }
    let eighths = max(1, Int((min(1, share) * Double(width) * 8).rounded()))
    if isASCII { return String(repeating: "#", count: max(1, (eighths + 4) / 8)) }
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + rest
  }

  /// A character that shows a heat map level without colours.
  package func shade(_ level: Int) -> String {
    let shades = isASCII ? [" ", ".", "+", "#", "@"] : [" ", "░", "▒", "▓", "█"]
    return shades[min(shades.count - 1, Int(level.magnitude))]
  }
}
