// The interface between the viewer and the code that opens it. The two do not import each other; both import this.

/// What Enter on a row opens, if it is not the row itself.
public enum RowOpening: Sendable, Hashable {
  /// A verb of the shown value, chosen by the text in the first column: `iterations` → `history`.
  case verbs([String: String])
  /// One verb with the value of a column as its argument: `similar` with an item's id.
  case verb(String, column: String)
  /// A pipeline of its own, chosen by the text in the first column: the variables of a session.
  case pipelines([String: String])
}

/// The value on which verbs are run.
public enum ViewingBase<Source: Sendable>: Sendable {
  /// The shown table.
  case shown(Source)
  /// The value that a pipeline had when the viewer was opened: `train`, `load "orders.parquet"`.
  case pipeline(String)
  /// The same pipeline, run again, since the file may have changed.
  case reloaded(String)
}

/// How the viewer was closed.
public enum ViewingOutcome: Sendable, Hashable {
  case closed
  /// A pipeline of the steps taken in the viewer, as text for the next prompt. If `runs`, it is run there at once.
  case pipeline(String, runs: Bool)
  /// There is no terminal for the viewer; the caller prints the table instead.
  case noTerminal
}
