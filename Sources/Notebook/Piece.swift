public import Diagnostics
public import Display
public import Query

/// A piece of what a cell has to say, in the order it is said: a value in, text out comes later, when the width is known.
public enum Piece: Sendable {
  case table(TableExcerpt)
  /// A scalar or a list.
  case constant(Constant)
  case text(StyledText)
  /// Markdown: a page of help.
  case page(String)
  /// A dim line: what was dropped, merged, drawn.
  case note(String)
  case diagnostic(Diagnostic)
  /// Seconds that a statement took, where it took long enough to be worth a line.
  case elapsed(Double)
  /// An empty line between the output of two statements.
  case gap
}
