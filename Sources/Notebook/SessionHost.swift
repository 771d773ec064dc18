public import Diagnostics
public import Display

/// The functions that a session needs from its environment: a terminal, or none.
public struct SessionHost {
  /// Whether a user is present.
  public var isInteractive = false
  /// The width of the terminal in cells; nil if there is none.
  public var width: () -> Int? = { nil }
  /// The height of the terminal in rows; nil if there is none.
  public var height: () -> Int? = { nil }
  /// Opens the full-screen viewer and returns how it was closed; nil if there is no terminal for it.
  public var view: ((ViewedValue) throws(Diagnostic) -> ViewingOutcome)?
  /// Waits for Enter before the next step; nil if no user is present.
  public var waitForEnter: ((_ prompt: String) throws(Diagnostic) -> Void)?
  /// Asks the user for permission; nil if no user is present.
  public var confirm: ((_ question: String) throws(Diagnostic) -> Bool)?
  /// Opens a text in the user's editor; nil if that is not possible.
  public var edit: ((String) throws(Diagnostic) -> String)?

  public init() {}
}
