import Diagnostics
import Tables

extension Diagnostic {
  static func raggedLine(_ path: String, line: Int, found: Int, expected: Int) -> Diagnostic {
    Diagnostic(
      "line \(line) has \(found) field\(found == 1 ? "" : "s") where \(expected) \(expected == 1 ? "is" : "are") expected",
      hint: expected == 1
        ? "`skip=` skips lines above the header; `separator=` sets the separator"
        : found < expected
          ? "`ragged=pad` fills up short lines with nulls; `comment=` skips lines that are no data"
          : "a separator inside a field needs quotes around it; `separator=` sets the separator",
      place: "\(path):\(line)")
  }

  static func unclosedQuote(_ path: String, line: Int) -> Diagnostic {
    Diagnostic(
      "a quote opens on line \(line) and never closes", hint: "`quote=none` reads quotes as ordinary characters",
      place: "\(path):\(line)")
  }

  static func loneQuote(_ path: String, line: Int, rows: Int) -> Diagnostic {
    Diagnostic(
      "a quote that opens on line \(line) closes on another, and the \(rows) lines between them look like rows",
      hint: "`quote=none` reads quotes as ordinary characters; with `quote=double` fields can hold line ends",
      place: "\(path):\(line)")
  }

  static func badQuote(_ quote: String) -> Diagnostic {
    Diagnostic("`\(quote)` cannot quote fields", hint: "`quote=none`, `quote=double` or `quote=single`")
      .about(option: "quote")
  }

  static func endlessLine(_ path: String, over limit: Int) -> Diagnostic {
    Diagnostic("a line of `\(path)` is longer than \(limit >> 20) MB: it is not a text table", place: path)
  }

  /// An error for text that does not consist of rows, such as HTML.
  static func noTable(_ path: String, kind: String) -> Diagnostic {
    Diagnostic(
      "`\(path)` is \(kind), not a table", hint: "`format=csv` reads it as text anyway", place: path)
  }

  /// An error for lines above the header.
  static func preamble(_ path: String, lines: Int, columns: Int) -> Diagnostic {
    Diagnostic(
      "the first \(counted(lines, "line")) of `\(path)` \(lines == 1 ? "is" : "are") not of its table: "
        + "from line \(lines + 1) on, every line has \(columns) fields",
      hint: "add `skip=\(lines)`", place: "\(path):1")
  }

  static func oddLineEnds(_ path: String) -> Diagnostic {
    Diagnostic("`\(path)` has lines that begin with a carriage return", place: path)
  }

  /// An error for a type inferred from samples that does not fit later rows.
  static func widened(_ column: String, to type: DataType, in path: String) -> Diagnostic {
    Diagnostic(
      "`\(column)` turned out to be \(type)", hint: "run it again: the table has the new type now", place: path)
  }

  /// An error for a `skip=` that skips all lines.
  static func skipsEverything(_ path: String, lines: Int) -> Diagnostic {
    Diagnostic(
      "`\(path)` has \(counted(lines, "line")), and `skip=` passes over all of them",
      hint: lines > 1 ? "`skip=\(lines - 1)` leaves the last one" : "leave out `skip=`", place: path)
  }
}
