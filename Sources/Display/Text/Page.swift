/// The page that text is laid out on.
public struct Page: Sendable, Hashable {
  /// No line is wider than this many cells.
  public var width: Int
  /// Draws boxes, plots and ellipses with ASCII only; data stays what it is.
  public var isASCII: Bool
  public var emoji: EmojiWidth

  /// What is not a terminal is 100 cells wide.
  public static let standardWidth = 100

  public init(width: Int = Page.standardWidth, isASCII: Bool = false, emoji: EmojiWidth = .wide) {
    self.width = max(1, width)
    self.isASCII = isASCII
    self.emoji = emoji
  }

  public var measure: DisplayWidth { DisplayWidth(emoji: emoji) }
  /// What stands for something left out.
  public var ellipsis: String { isASCII ? "..." : "…" }
}
