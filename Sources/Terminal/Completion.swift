/// What could stand at the cursor.
public struct Completion: Sendable, Hashable {
  public struct Candidate: Sendable, Hashable {
    /// What is put into the line.
    public var text: String
    /// What is listed.
    public var display: String
    /// A few words beside it, where there is room.
    public var description: String

    public init(_ text: String, display: String? = nil, description: String = "") {
      self.text = text
      self.display = display ?? text
      self.description = description
    }
  }

  /// The bytes of the line that a candidate replaces.
  public var range: Range<Int>
  public var candidates: [Candidate]
  /// What follows a candidate that is the only one: a space, a closing quote.
  public var appendCharacter: Character?

  public init(range: Range<Int>, candidates: [Candidate], appendCharacter: Character? = " ") {
    self.range = range
    self.candidates = candidates
    self.appendCharacter = appendCharacter
  }

  /// Nothing could stand here.
  public static func none(at offset: Int) -> Completion { Completion(range: offset..<offset, candidates: []) }

  /// What all candidates start with.
  package var commonPrefix: String {
    guard let first = candidates.first else { return "" }
    var length = first.text.unicodeScalars.count
    for candidate in candidates.dropFirst() {
      let same = zip(first.text.unicodeScalars, candidate.text.unicodeScalars).prefix { $0 == $1 }.count
      length = min(length, same)
    }
    var prefix = String.UnicodeScalarView()
    prefix.append(contentsOf: first.text.unicodeScalars.prefix(length))
    return String(prefix)
  }

  /// What TAB does to a line that has `typed` in the range: the new text, and whether it is final.
  package func replacement(for typed: String, next: Character?) -> (text: String, isFinal: Bool)? {
    if candidates.count == 1 {
      guard let appendCharacter, next != appendCharacter else { return (candidates[0].text, true) }
      return (candidates[0].text + String(appendCharacter), true)
    }
    let common = commonPrefix
    // Candidates that differ from what was typed (in case, in keyboard layout) may share less than that.
    return common.utf8.count > typed.utf8.count ? (common, false) : nil
  }
}
