package import Terminal

/// A prompt with an editable line at the bottom of the screen.
package struct TextPrompt: Sendable, Hashable {
  /// What the text of a prompt is for.
  package enum Purpose: Sendable, Hashable {
    case search(backwards: Bool, everywhere: Bool)
    case filter, column, addColumn, rename, save, dump, palette

    /// The text in front of the line.
    package var label: String {
      switch self {
      case .search(let backwards, let everywhere): (everywhere ? "g" : "") + (backwards ? "?" : "/")
      case .filter: "filter "
      case .column: "column "
      case .addColumn: "with "
      case .rename: "rename to "
      case .save: "save to "
      case .dump: "write the screen to "
      case .palette: ": "
      }
    }
  }

  /// The result of a key in a prompt.
  package enum Outcome: Sendable, Hashable { case typing, accepted, abandoned }

  package let purpose: Purpose
  package private(set) var characters: [Character]
  package private(set) var cursor: Int
  /// The index of the listed command or column that Enter chooses.
  package private(set) var choice = 0

  package init(_ purpose: Purpose, text: String = "") {
    self.purpose = purpose
    characters = Array(text)
    cursor = characters.count
  }

  package var text: String { String(characters) }

  package mutating func press(_ key: Key) -> Outcome {
    switch key {
    case .character(let character):
      characters.insert(character, at: cursor)
      cursor += 1
      choice = 0
    case .enter: return .accepted
    case .escape, .control("c"), .control("g"): return .abandoned
    case .backspace where characters.isEmpty: return .abandoned
    case .backspace where cursor > 0: remove(cursor - 1..<cursor)
    case .delete where cursor < characters.count, .control("d") where cursor < characters.count:
      remove(cursor..<cursor + 1)
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(characters.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = characters.count
    case .control("u"): remove(0..<cursor)
    case .control("k"): remove(cursor..<characters.count)
    case .control("w"):
      let word = characters[..<cursor].reversed().drop { $0 == " " }.drop { $0 != " " }
      remove(word.count..<cursor)
    case .up: choice = max(0, choice - 1)
    case .down, .tab: choice += 1
    default: break
    }
    return .typing
  }

  private mutating func remove(_ range: Range<Int>) {
    characters.removeSubrange(range)
    cursor = range.lowerBound
    choice = 0
  }
}
