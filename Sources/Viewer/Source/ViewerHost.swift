public import Diagnostics

/// What the viewer lets others do: it shows tables, and knows nothing of how they are made.
public struct ViewerHost: Sendable {
  /// Runs verbs, `filter n > 1 | sort user_id desc`, on the table that was opened and gives what came of it; none give
  /// that table. Called on a thread of its own, with a `Cancellation` that Ctrl-C raises and a `Progress` that the last
  /// line shows.
  public var run: @Sendable (_ verbs: String) throws(Diagnostic) -> any ViewerSource

  public init(run: @escaping @Sendable (_ verbs: String) throws(Diagnostic) -> any ViewerSource) { self.run = run }
}
