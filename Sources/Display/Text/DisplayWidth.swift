/// How a terminal measures emoji of more than one scalar.
public enum EmojiWidth: String, Sendable, Hashable, CaseIterable {
  /// As `wcwidth`: scalar by scalar. A variation selector adds nothing; the widths of joined emoji are added.
  case narrow
  /// A sequence that is drawn as one emoji has two cells.
  case wide
}

/// Measures the width of text in terminal cells, by grapheme cluster.
///
/// Wide East Asian characters and emoji have two cells, combining marks and joiners none. The text must be sanitised:
/// control characters have no defined width.
public struct DisplayWidth: Sendable, Hashable {
  public var emoji: EmojiWidth

  public init(emoji: EmojiWidth = .wide) { self.emoji = emoji }

  /// - Complexity: O(n), with a fast path for text without combining marks, joiners and emoji.
  public func cells(of text: String) -> Int {
    var cells = 0
    for scalar in text.unicodeScalars {
      guard let own = DisplayWidth.loneCells(of: scalar) else { return text.reduce(0) { $0 + self.cells(of: $1) } }
      cells += own
    }
    return cells
  }

  /// The width of one grapheme cluster.
  public func cells(of character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    let cells = scalars.reduce(0) { $0 + DisplayWidth.cells(of: $1) }
    if scalars.count == 1 || emoji == .narrow { return cells }
    return DisplayWidth.isEmojiSequence(first, scalars.dropFirst()) ? 2 : cells
  }

  /// The longest prefix of `text` that fits into `limit` cells and ends between grapheme clusters, and its width.
  public func prefix(of text: String, fitting limit: Int) -> (text: Substring, cells: Int) {
    var used = 0
    var end = text.startIndex
    while end < text.endIndex {
      let next = cells(of: text[end])
      if used + next > limit { break }
      used += next
      end = text.index(after: end)
    }
    return (text[..<end], used)
  }

  /// The text, or if it is wider than `limit`, a prefix followed by `ellipsis`.
  public func cut(_ text: String, to limit: Int, ellipsis: String = "…") -> String {
    if text.utf8.count <= limit || cells(of: text) <= limit { return text }
    let mark = cells(of: ellipsis)
    if mark > limit { return String(prefix(of: ellipsis, fitting: limit).text) }
    return prefix(of: text, fitting: limit - mark).text + ellipsis
  }

  /// The text padded with spaces to `width`; a wider text is unchanged.
  public func padded(_ text: String, to width: Int, _ alignment: Alignment = .left) -> String {
    let missing = max(0, width - cells(of: text))
    let before = alignment.spacesBefore(missing)
    return String(repeating: " ", count: before) + text + String(repeating: " ", count: missing - before)
  }
}

/// The position of a text in a wider field.
public enum Alignment: Sendable, Hashable {
  case left, center, right

  /// How many of the free cells are before the text.
  func spacesBefore(_ free: Int) -> Int {
    switch self {
    case .left: 0
    case .center: free / 2
    case .right: free
    }
  }
}

extension DisplayWidth {
  /// The width of a scalar that is always a grapheme cluster of its own; nil if the cluster must be examined.
  @inline(__always) private static func loneCells(of scalar: Unicode.Scalar) -> Int? {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0xAC, 0xAE...0x2FF, 0x370...0x377, 0x37A...0x37F, 0x391...0x3A1, 0x3A3...0x482,
      0x48A...0x52F, 0x2010...0x2027, 0x2500...0x257F:
      1
    case 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF, 0xAC00...0xD7A3: 2
    default: nil
    }
  }

  /// The width of a single scalar: 0, 1 or 2.
  static func cells(of scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return 1 }
    // Half of a flag; terminals that draw no flags show a letter.
    if isRegionalIndicator(scalar) { return 1 }
    if isWide(value) { return 2 }
    // Vowels and final consonants of a Hangul syllable are drawn in the cells of its first consonant.
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FB).contains(value) { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }

  static func isWide(_ value: UInt32) -> Bool {
    let ranges = WideRanges.all
    guard value >= ranges[0].first else { return false }
    var low = 0
    var high = ranges.count - 1
    while low <= high {
      let middle = (low + high) / 2
      if value < ranges[middle].first {
        high = middle - 1
      } else if value > ranges[middle].last {
        low = middle + 1
      } else {
        return true
      }
    }
    return false
  }

  /// Whether a cluster is an emoji sequence: with a presentation selector, skin tone or joined parts, a flag or a
  /// keycap.
  static func isEmojiSequence(
    _ first: Unicode.Scalar, _ rest: Substring.UnicodeScalarView
  ) -> Bool {
    if isRegionalIndicator(first) { return rest.first.map(isRegionalIndicator) ?? false }
    guard first.properties.isEmoji else { return false }
    let isJoined = rest.first { $0.value == 0x200D } != nil && rest.contains { $0.properties.isEmoji }
    return isJoined || rest.contains { $0.value == 0xFE0F || $0.properties.isEmojiModifier }
  }

  private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
    (0x1F1E6...0x1F1FF).contains(scalar.value)
  }
}
