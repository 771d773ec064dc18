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
  /// Runs a verb that draws a plot, such as `plot hist x=price`.
  public var plot: @Sendable (_ base: Base, _ verb: String) throws(Diagnostic) -> Plot
  /// The rows of a column whose text matches a regular expression, ascending.
  public var match: @Sendable (_ column: Column, _ pattern: String) throws(Diagnostic) -> [Int]
  /// Completes a word of a verb's arguments, from the columns of a table and the functions of the language. Called on
  /// the drawing thread, so it must not compute anything.
  public var complete:
    @Sendable (_ source: any ViewerSource, _ verb: String, _ text: String, _ cursor: Int) ->
      PromptCompletions
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
    plot: @escaping @Sendable (_ base: Base, _ verb: String) throws(Diagnostic) -> Plot = {
      (_, _) throws(Diagnostic) in throw Diagnostic("nothing draws plots here")
    },
    match: @escaping @Sendable (_ column: Column, _ pattern: String) throws(Diagnostic) -> [Int] = {
      (_, _) throws(Diagnostic) in throw Diagnostic("regular expressions cannot be searched for here")
    },
    complete:
      @escaping @Sendable (
        _ source: any ViewerSource, _ verb: String, _ text: String, _ cursor: Int
      ) -> PromptCompletions = { _, _, _, _ in PromptCompletions() },
    details: @escaping @Sendable (_ column: String, _ value: Value) -> Table? = { _, _ in nil },
    open: @escaping @Sendable (_ address: String) -> Bool = { _ in false },
    keep: @escaping @Sendable (_ text: String) -> String? = { _ in nil },
    write: @escaping @Sendable (_ text: String, _ path: String) throws(Diagnostic) -> Void = {
      (_, path) throws(Diagnostic) in throw Diagnostic("`\(path)` cannot be written from here")
    }
  ) {
    self.run = run
    self.plot = plot
    self.match = match
    self.complete = complete
    self.details = details
    self.open = open
    self.keep = keep
    self.write = write
  }
}
