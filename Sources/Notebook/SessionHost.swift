public import Diagnostics
public import Display

/// What a session asks of whoever runs it: a terminal, or nobody.
public struct SessionHost {
  /// Whether somebody sits in front of it.
  public var isInteractive = false
  /// Display cells of a line; nil where there is no terminal.
  public var width: () -> Int? = { nil }
  /// Rows of the terminal; nil where there is none.
  public var height: () -> Int? = { nil }
  /// Opens the full-screen viewer and tells how it was left; nil where there is no terminal to open it on.
  public var view: ((ViewedValue) throws(Diagnostic) -> ViewingOutcome)?
  /// Waits for Enter before the next step; nil where nobody sits there to press it.
  public var waitForEnter: ((_ prompt: String) throws(Diagnostic) -> Void)?
  /// Asks the person whether something may be done; nil where nobody sits there to answer.
  public var confirm: ((_ question: String) throws(Diagnostic) -> Bool)?
  /// Lets a text be edited in the person's editor; nil where that cannot be.
  public var edit: ((String) throws(Diagnostic) -> String)?

  public init() {}
}
