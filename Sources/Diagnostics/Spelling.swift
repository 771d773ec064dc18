/// How names and texts are written in the language. All code that prints a pipeline, a plan or a hint to paste uses it.
public enum Spelling {
  /// A name: bare where the parser always reads it as a name, else in backticks.
  public static func name(_ name: String) -> String { isBare(name) ? name : quoted(name, by: "`") }

  /// A text literal in double quotes.
  public static func text(_ text: String) -> String { quoted(text, by: "\"") }

  /// Keywords of expressions: never a bare name.
  public static let reserved: Set<String> = [
    "and", "or", "not", "in", "is", "if", "then", "else", "null", "true", "false", "over",
  ]

  /// Words that are keywords only in some places.
  private static let contextual: Set<String> = [
    "agg", "on", "by", "asc", "desc", "order", "help", "load", "table", "select",
  ]

  /// Keywords of other languages, for which the parser gives a hint.
  private static let foreign: Set<String> = [
    "AND", "OR", "NOT", "IN", "IS", "None", "NULL", "nil", "True", "TRUE", "False", "FALSE", "lambda", "case", "CASE",
  ]

  private static func isBare(_ name: String) -> Bool {
    guard !reserved.contains(name), !contextual.contains(name), !foreign.contains(name) else { return false }
    var scalars = name.unicodeScalars[...]
    guard let first = scalars.popFirst(), first == "_" || first.properties.isXIDStart else { return false }
    return scalars.allSatisfy { $0.properties.isXIDContinue }
  }

  private static func quoted(_ text: String, by quote: Character) -> String {
    var result = String(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\\": result += "\\\\"
      case _ where Character(scalar) == quote: result += "\\" + String(quote)
      case _ where isHidden(scalar): result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + String(quote)
  }

  /// Whether printing the scalar would move the cursor, or reorder or hide text.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
