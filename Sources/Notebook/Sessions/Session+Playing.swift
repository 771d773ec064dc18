extension Session {
  /// What should stand at the next prompt already; asked for once.
  public func takePrefill() -> String? {
    defer { pendingPrefill = nil }
    return pendingPrefill
  }

  /// Ends the session: what `:quit` and Ctrl-D do.
  public func leave() { isOver = true }

  /// The prose up to the next cell of the open document, and that cell; nil at the end.
  public func advance() -> (prose: String, cell: SessionDocument.Cell)? { document?.advance() }

  /// The prose after the last cell of the open document.
  public var remainingProse: String? {
    guard let parts = document?.document.parts, case .prose(let prose)? = parts.last else { return nil }
    return prose.text
  }

  /// Whether a cell typed in the middle of a lesson was an aside (a question for help, a command) that leaves the
  /// lesson's own cell still to run.
  public func wasAside(_ code: String) -> Bool {
    let text = code.trimmed
    return text.isEmpty || text.hasPrefix(":") || text.hasPrefix("?") || text.hasSuffix("?") || text.hasPrefix("help")
  }
}

extension SessionDocument {
  /// Whether there is prose or more than one cell: something to follow with the eyes.
  public var isMarkdown: Bool { parts.count > 1 }
}
