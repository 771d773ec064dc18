extension Session {
  /// Takes the initial text of the next prompt.
  public func takePrefill() -> String? {
    defer { pendingPrefill = nil }
    return pendingPrefill
  }

  /// Ends the session, as `:quit` and Ctrl-D do.
  public func leave() { isOver = true }
}

extension SessionDocument {
  /// Whether the document has prose or several cells, and is not only code.
  public var isMarkdown: Bool { parts.count > 1 }
}
