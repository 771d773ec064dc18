public import Diagnostics
public import Display
public import Query

/// A piece of a cell's output, in order. It is a value; it becomes text later, when the width is known.
public enum Piece: Sendable {
  case table(TableExcerpt)
  /// A scalar or a list.
  case constant(Constant)
  case text(StyledText)
  /// Markdown, such as a page of help.
  case page(String)
  /// A note: what was dropped, merged or drawn.
  case note(String)
  case diagnostic(Diagnostic)
  /// The seconds that a statement took, if they are worth showing.
  case elapsed(Double)
  /// An empty line between the output of two statements.
  case gap
}
