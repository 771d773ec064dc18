public import Diagnostics

/// What the viewer lets others do: it shows tables, and knows nothing of how they are made.
public struct ViewerHost: Sendable {
  /// Runs a pipeline, `train | sort user_id desc`, and gives what came of it. Called on a thread of its own, with a
  /// `Cancellation` that Ctrl-C raises and a `Progress` that the last line shows.
  public var run: @Sendable (_ pipeline: String) throws(Diagnostic) -> any ViewerSource

  public init(run: @escaping @Sendable (_ pipeline: String) throws(Diagnostic) -> any ViewerSource) { self.run = run }
}
