import Diagnostics
import Tables

extension Diagnostic {
  static func raggedLine(_ path: String, line: Int, found: Int, expected: Int) -> Diagnostic {
    Diagnostic(
      "line \(line) has \(found) field\(found == 1 ? "" : "s") where \(expected) \(expected == 1 ? "is" : "are") expected",
      hint: expected == 1
        ? "`skip=` passes over lines above the header; `separator=` says what separates"
        : "a separator inside a field needs quotes around it; `separator=` says what separates",
      place: "\(path):\(line)")
  }

  static func unclosedQuote(_ path: String, line: Int) -> Diagnostic {
    Diagnostic("a quote opens on line \(line) and never closes", place: "\(path):\(line)")
  }

  static func oddLineEnds(_ path: String) -> Diagnostic {
    Diagnostic("`\(path)` has lines that begin with a carriage return", place: path)
  }

  /// A type guessed from samples that rows elsewhere do not have.
  static func widened(_ column: String, to type: DataType, in path: String) -> Diagnostic {
    Diagnostic(
      "`\(column)` turned out to be \(type)", hint: "run it again: the table has the new type now", place: path)
  }
}
