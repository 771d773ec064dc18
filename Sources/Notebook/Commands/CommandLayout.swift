import Diagnostics
import Query

extension Session {
  /// The error for a cell that begins with a command typed in the Russian keyboard layout, including the colon:
  /// `Жрудз`.
  func commandInAnotherLayout(_ source: Source) -> Diagnostic? {
    let text = source.text.drop(while: \.isWhitespace)
    guard text.first == "Ж" else { return nil }
    let word = text.prefix { $0.isLetter }
    guard !names.contains(String(word)),
      let typo = TypoDiagnosis(of: String(word.dropFirst()), among: commands.map(\.name)), typo.cause == .keyboardLayout
    else { return nil }
    let start = source.text.utf8.distance(from: source.text.startIndex, to: word.startIndex)
    return Diagnostic(
      "`\(word)` is no command", at: SourceSpan(source, start..<start + word.utf8.count),
      hint: typo.hint(":\(typo.name)"))
  }

  /// The error for a cell that cannot be parsed because it is a command without its colon: `goto 3`.
  func commandWithoutColon(_ source: Source) -> Diagnostic? {
    let text = source.text.trimmed
    let word = String(text.prefix { $0.isLetter })
    guard text.dropFirst(word.count).first == " ", !text.contains(where: \.isNewline), !names.contains(word),
      commands.contains(where: { $0.name == word }), !parser.isVerb(word)
    else { return nil }
    let start = source.text.utf8.distance(
      from: source.text.startIndex, to: source.text.firstIndex { !$0.isWhitespace } ?? source.text.startIndex)
    return Diagnostic(
      "`\(word)` is a command, and a command begins with a colon",
      at: SourceSpan(source, start..<start + word.utf8.count),
      hint: "`:\(text)`")
  }
}
