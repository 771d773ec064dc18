import Diagnostics
import Query

/// A command: a line that starts with a colon. It acts on the session, not on tables.
struct Command: Sendable {
  typealias Body = @Sendable (_ argument: CommandArgument, _ session: Session) throws(Diagnostic) -> Void

  let name: String
  /// The arguments: `⟨name value⟩`.
  let synopsis: String
  let summary: String
  let discussion: String
  /// The argument in an example.
  let example: String
  /// Whether it is run again when a session is replayed from its journal; commands with effects outside of it are
  /// not.
  let isReplayed: Bool
  /// Whether it opens or moves in a session file, or requests cells. A cell that was itself requested cannot do that.
  let choosesCells: Bool
  let run: Body

  init(
    _ name: String, _ synopsis: String = "", summary: String, discussion: String = "", example: String = "",
    isReplayed: Bool = true, choosesCells: Bool = false, run: @escaping Body
  ) {
    self.name = name
    self.synopsis = synopsis
    self.summary = summary
    self.discussion = discussion
    self.example = example
    self.isReplayed = isReplayed
    self.choosesCells = choosesCells
    self.run = run
  }
}

/// The argument of a command: the rest of its line.
struct CommandArgument: Sendable {
  let text: String
  let span: SourceSpan

  var words: [String] { text.split(separator: " ").map(String.init) }

  /// The text; throws if it is empty.
  func required(_ what: String, hint: String? = nil) throws(Diagnostic) -> String {
    guard !text.isEmpty else { throw Diagnostic("this command needs \(what)", at: span, hint: hint) }
    return text
  }

  /// The file of `:save`, and whether `all` follows.
  func pathToSave() throws(Diagnostic) -> (path: String, keepsAll: Bool) {
    let words = words
    guard words.count > 1, words.last == "all" else { return (try path(), false) }
    let rest = String(text.dropLast(3)).trimmed
    return (try CommandArgument(text: rest, span: span).path(), true)
  }

  /// A path, without quotes if it has any.
  func path() throws(Diagnostic) -> String {
    let text = try required("a file")
    if text.count >= 2, let quote = text.first, quote == text.last, quote == "\"" || quote == "'" {
      return String(text.dropFirst().dropLast())
    }
    return text
  }
}

extension Session {
  func runCommand(_ name: Identifier, argument: String, argumentSpan: SourceSpan) throws(Diagnostic) {
    guard let command = commands.first(where: { $0.name == name.name }) else {
      let misreading = TypoDiagnosis(of: name.name, among: commands.map(\.name))
      let near = misreading == nil ? didYouMean(name.name, among: commands.map(\.name)) : nil
      throw Diagnostic(
        "no command `:\(name.name)`", at: name.span, label: near ?? "",
        hint: misreading.map { $0.hint(":\($0.name)") } ?? (near == nil ? "`:help` lists them" : nil))
    }
    guard command.isReplayed || !isReplaying else { return }
    if command.choosesCells, isRunByCommand {
      throw Diagnostic(
        "`:\(command.name)` in a cell that was asked for by a command: that might never end", at: name.span,
        hint: "at the prompt, `:\(command.name)\(argument.isEmpty ? "" : " " + argument)` does it")
    }
    try command.run(CommandArgument(text: argument, span: argumentSpan), self)
  }
}
