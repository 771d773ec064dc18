/// The possible completions at the cursor.
public struct Completion: Sendable, Hashable {
  /// A possible completion.
  public struct Candidate: Sendable, Hashable {
    /// The text that is inserted.
    public var text: String
    /// The text in the list.
    public var display: String
    /// A short description next to it, if there is space.
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
  /// The character inserted after a single candidate: a space, or a closing quote.
  public var appendCharacter: Character?

  public init(range: Range<Int>, candidates: [Candidate], appendCharacter: Character? = " ") {
    self.range = range
    self.candidates = candidates
    self.appendCharacter = appendCharacter
  }

  /// No completion is possible here.
  public static func none(at offset: Int) -> Completion { Completion(range: offset..<offset, candidates: []) }

  /// The longest common prefix of all candidates.
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

  /// The effect of TAB if `typed` is the text in the range: the new text, and whether it is final.
  package func replacement(for typed: String, next: Character?) -> (text: String, isFinal: Bool)? {
    if candidates.count == 1 {
      guard let appendCharacter, next != appendCharacter else { return (candidates[0].text, true) }
      return (candidates[0].text + String(appendCharacter), true)
    }
    let common = commonPrefix
    // Candidates that differ from the typed text (in case or keyboard layout) may share a shorter prefix than it.
    return common.utf8.count > typed.utf8.count ? (common, false) : nil
  }
}
