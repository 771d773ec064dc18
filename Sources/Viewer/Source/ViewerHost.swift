public import Diagnostics
public import Display
public import Tables

/// What the viewer lets others do: it shows tables, and knows nothing of how they are made. Called on other threads.
public struct ViewerHost: Sendable {
  public typealias Base = ViewingBase<any ViewerSource>

  /// Runs verbs, `filter n > 1 | sort user_id desc`, and gives what came of them; none give the base itself. Called with
  /// a `Cancellation` that Ctrl-C raises and a `Progress` that the last line shows.
  public var run: @Sendable (_ base: Base, _ verbs: String) throws(Diagnostic) -> any ViewerSource
  /// What is known of an item elsewhere, as a table of one row: its name, its brand. Nil where nothing is.
  public var details: @Sendable (_ column: String, _ value: Value) -> Table?
  /// Opens an address; false where nothing can.
  public var open: @Sendable (_ address: String) -> Bool
  /// Keeps what was copied in a file, for terminals without a clipboard, and gives its path.
  public var keep: @Sendable (_ text: String) -> String?
  /// Writes a file.
  public var write: @Sendable (_ text: String, _ path: String) throws(Diagnostic) -> Void

  public init(
    run: @escaping @Sendable (_ base: Base, _ verbs: String) throws(Diagnostic) -> any ViewerSource,
    details: @escaping @Sendable (_ column: String, _ value: Value) -> Table? = { _, _ in nil },
    open: @escaping @Sendable (_ address: String) -> Bool = { _ in false },
    keep: @escaping @Sendable (_ text: String) -> String? = { _ in nil },
    write: @escaping @Sendable (_ text: String, _ path: String) throws(Diagnostic) -> Void = {
      (_, path) throws(Diagnostic) in throw Diagnostic("`\(path)` cannot be written from here")
    }
  ) {
    self.run = run
    self.details = details
    self.open = open
    self.keep = keep
    self.write = write
  }
}
