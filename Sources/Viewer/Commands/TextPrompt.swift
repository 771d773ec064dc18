package import Terminal

/// A prompt with an editable line at the bottom of the screen.
package struct TextPrompt: Sendable, Hashable {
  /// What the text of a prompt is for.
  package enum Purpose: Sendable, Hashable {
    case search(backwards: Bool, everywhere: Bool)
    case filter, column, addColumn, rename, type, aggregate, save, dump, palette
    /// Which other table; then the verb, or the columns by which to compare.
    case table(TableUse)
    case join
    case compare(NamedTable)
    case plot

    /// The verb whose arguments are typed, so that Tab completes them; nil if they are none.
    package var verb: String? {
      switch self {
      case .filter: "filter "
      case .addColumn: "with "
      case .compare: "select "
      case .join: ""
      case .plot: "plot "
      case .search, .column, .rename, .type, .aggregate, .table, .save, .dump, .palette: nil
      }
    }

    /// The text in front of the line.
    package var label: String {
      switch self {
      case .search(let backwards, let everywhere): (everywhere ? "g" : "") + (backwards ? "?" : "/")
      case .filter: "filter "
      case .column: "column "
      case .addColumn: "with "
      case .rename: "rename to "
      case .type: "type "
      case .aggregate: "below this column "
      case .table(.join): "join with "
      case .table(.compare): "compare with "
      case .join: "| "
      case .compare: "compare by "
      case .plot: "plot "
      case .save: "save to "
      case .dump: "write the screen to "
      case .palette: ": "
      }
    }
  }

  /// What another table is for.
  package enum TableUse: Sendable, Hashable { case join, compare }

  /// The result of a key in a prompt: `completing` asks for completions.
  package enum Outcome: Sendable, Hashable { case typing, accepted, abandoned, completing }

  package let purpose: Purpose
  package private(set) var characters: [Character]
  package private(set) var cursor: Int
  /// The index of the listed command or column that Enter chooses.
  package private(set) var choice = 0
  /// What completes the word before the cursor, if Tab was pressed.
  package private(set) var completions: PromptCompletions?

  package init(_ purpose: Purpose, text: String = "") {
    self.purpose = purpose
    characters = Array(text)
    cursor = characters.count
  }

  package var text: String { String(characters) }

  package mutating func press(_ key: Key) -> Outcome {
    if purpose.verb != nil {
      switch key {
      case .tab where completions == nil: return .completing
      case .tab: return choose(by: 1)
      case .down where completions != nil: return choose(by: 1)
      case .backTab where completions != nil, .up where completions != nil: return choose(by: -1)
      default: completions = nil
      }
    }
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

  /// Takes completions: a single one is inserted, of several their common start, and they are listed.
  mutating func complete(_ found: PromptCompletions) {
    guard found.start <= cursor, let first = found.candidates.first else { return }
    if found.candidates.count == 1 {
      insert(first.text, at: found.start)
      return
    }
    let common = found.commonPrefix
    // Letters that were typed in another case are kept until a candidate is chosen.
    if common.count > cursor - found.start { insert(common, at: found.start) }
    completions = found
    choice = -1
  }

  /// Inserts the next or the previous candidate.
  private mutating func choose(by step: Int) -> Outcome {
    guard let completions else { return .typing }
    let count = completions.candidates.count
    choice = choice < 0 && step < 0 ? count - 1 : (choice + step + count) % count
    insert(completions.candidates[choice].text, at: completions.start)
    return .typing
  }

  private mutating func insert(_ text: String, at start: Int) {
    characters.replaceSubrange(start..<cursor, with: Array(text))
    cursor = start + text.count
  }

  private mutating func remove(_ range: Range<Int>) {
    characters.removeSubrange(range)
    cursor = range.lowerBound
    choice = 0
  }
}
