/// Explains an unknown word as a typing mistake: typed in the wrong keyboard layout, or with letters of another
/// alphabet that look the same.
public struct TypoDiagnosis: Sendable, Hashable {
  public enum Cause: Sendable, Hashable {
    /// `ашдеук`, for `filter`.
    case keyboardLayout
    /// `сount`, with a Cyrillic с.
    case lookAlikes
  }

  /// The intended name.
  public let name: String
  public let cause: Cause

  /// Finds the name that `word` was meant to be; fails if neither cause explains it.
  public init?(of word: String, among names: [String]) {
    guard word.unicodeScalars.contains(where: { !$0.isASCII }) else {
      // A Russian name typed with the English layout.
      let switched = String(word.map { TypoDiagnosis.russianKeys[$0] ?? $0 })
      guard let name = names.first(where: { $0 == switched && $0 != word }) else { return nil }
      (self.name, cause) = (name, .keyboardLayout)
      return
    }
    let plain = TypoDiagnosis.latin(word)
    if let name = names.first(where: { TypoDiagnosis.latin($0) == plain && $0 != word }) {
      (self.name, cause) = (name, .lookAlikes)
      return
    }
    let switched = String(word.lowercased().map { TypoDiagnosis.englishKeys[$0] ?? $0 })
    guard let name = names.first(where: { $0.lowercased() == switched }) else { return nil }
    (self.name, cause) = (name, .keyboardLayout)
  }

  /// The text for a hint or label; `meant` replaces the name in it.
  public func hint(_ meant: String? = nil) -> String { "\(explanation): did you mean `\(meant ?? name)`?" }

  /// The cause, in words.
  var explanation: String {
    switch cause {
    case .keyboardLayout: "typed in another keyboard layout"
    case .lookAlikes: "has letters of another alphabet that look alike"
    }
  }

  /// The word with all letters that look like Latin letters replaced by these.
  static func latin(_ word: String) -> String { String(word.map { lookAlikes[$0] ?? $0 }) }

  private static let lookAlikes: [Character: Character] = pairs(
    "асеорхукіјѕԁһԛԝмтвнАВЕКМНОРСТУХІЈЅαονρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aceopxykijsdhqwmtbhABEKMHOPCTYXIJSaovpABEZHIKMNOPTYX")
  private static let englishKeys: [Character: Character] = pairs(
    "йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`")
  private static let russianKeys: [Character: Character] = pairs(
    "qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзфывапролдячсмить")

  private static func pairs(_ from: String, _ to: String) -> [Character: Character] {
    Dictionary(zip(from, to), uniquingKeysWith: { first, _ in first })
  }
}
