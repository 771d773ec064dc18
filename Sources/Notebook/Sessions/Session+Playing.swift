extension Session {
  /// What should stand at the next prompt already; asked for once.
  public func takePrefill() -> String? {
    defer { pendingPrefill = nil }
    return pendingPrefill
  }

  /// Ends the session: what `:quit` and Ctrl-D do.
  public func leave() { isOver = true }
}

extension SessionDocument {
  /// Whether there is prose or more than one cell: something to follow with the eyes.
  public var isMarkdown: Bool { parts.count > 1 }
}
