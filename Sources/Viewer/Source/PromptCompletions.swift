/// What completes the word before the cursor in a prompt.
public struct PromptCompletions: Sendable, Hashable {
  public struct Candidate: Sendable, Hashable {
    public var text: String
    public var description: String

    public init(_ text: String, _ description: String = "") {
      self.text = text
      self.description = description
    }
  }

  /// Where the word begins, in characters.
  public var start: Int
  public var candidates: [Candidate]

  public init(start: Int = 0, candidates: [Candidate] = []) {
    self.start = start
    self.candidates = candidates
  }

  /// The longest text with which all candidates begin.
  var commonPrefix: String {
    candidates.dropFirst().reduce(candidates.first?.text ?? "") { $0.commonPrefix(with: $1.text) }
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}

/// A request for completions in a prompt.
package struct CompletionRequest: Sendable {
  let source: any ViewerSource
  /// What stands before the text in the language: `with `.
  let verb: String
  let text: String
  let cursor: Int

  func run(by host: ViewerHost) -> PromptCompletions { host.complete(source, verb, text, cursor) }
}
