// What a viewer and those who open it say to each other. Neither knows the other, and both know this.

/// What Enter on a row opens, if that is not the row itself.
public enum RowOpening: Sendable, Hashable {
  /// Verbs for the value that was opened, by the text of the first column: `iterations` → `history`.
  case verbs([String: String])
  /// One verb with the value of a column as its argument: `similar` and an item's id.
  case verb(String, column: String)
  /// Pipelines of their own, by the text of the first column: the variables of a session.
  case pipelines([String: String])
}

/// What verbs are run on.
public enum ViewingBase<Source: Sendable>: Sendable {
  /// The table that is shown.
  case shown(Source)
  /// The value of a pipeline when the viewer was opened: `train`, `load "orders.parquet"`.
  case pipeline(String)
  /// The same pipeline, run again: the file may be another by now.
  case reloaded(String)
}

/// How a viewer was left.
public enum ViewingOutcome: Sendable, Hashable {
  case closed
  /// What was done, as a line for the next prompt; `runs` if it is to be run there at once.
  case pipeline(String, runs: Bool)
  /// There is no terminal to draw on: print the table instead.
  case noTerminal
}
