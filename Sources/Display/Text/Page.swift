/// The size and the character set of the page on which text is laid out.
public struct Page: Sendable, Hashable {
  /// The maximum width of a line, in cells.
  public var width: Int
  /// Whether borders, plots and ellipses use only ASCII. Data is not changed.
  public var isASCII: Bool
  public var emoji: EmojiWidth

  /// The width of output that does not go to a terminal.
  public static let standardWidth = 100

  public init(width: Int = Page.standardWidth, isASCII: Bool = false, emoji: EmojiWidth = .wide) {
    self.width = max(1, width)
    self.isASCII = isASCII
    self.emoji = emoji
  }

  public var measure: DisplayWidth { DisplayWidth(emoji: emoji) }
  /// The mark for text that is left out.
  public var ellipsis: String { isASCII ? "..." : "…" }
}
