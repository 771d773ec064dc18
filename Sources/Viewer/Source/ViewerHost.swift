public import Diagnostics
public import Display
public import Tables

/// The functions that the viewer needs from its host. The viewer itself does not run pipelines. Called on other
/// threads.
public struct ViewerHost: Sendable {
  public typealias Base = ViewingBase<any ViewerSource>

  /// Runs verbs such as `filter n > 1 | sort user_id desc` and returns the result; without verbs, the base itself. It
  /// is called with a `Cancellation` that Ctrl-C triggers, and a `Progress` that the last line shows.
  public var run: @Sendable (_ base: Base, _ verbs: String) throws(Diagnostic) -> any ViewerSource
  /// Looks up an item in other tables, for example its name and brand. Returns a table with one row; nil if nothing
  /// is known.
  public var details: @Sendable (_ column: String, _ value: Value) -> Table?
  /// Opens an address. Returns false if that is not possible.
  public var open: @Sendable (_ address: String) -> Bool
  /// Saves a copied text to a file, for terminals without a clipboard, and returns the path.
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
