import Diagnostics
package import Tables

/// Writes values and conditions in the language; `Spelling` writes names.
package enum PipelineText {
  /// The value as a literal; nil if the language has no literal for it.
  package static func literal(_ value: Value) -> String? {
    switch value {
    case .null, .bool, .integer, .float, .decimal: value.description
    case .text(let text): Spelling.text(text.string)
    case .date, .datetime, .zoned, .time: Spelling.text(value.description)
    case .duration, .binary, .list, .structure: nil
    }
  }

  /// A condition that is true if a column has this value or, when `negated`, if it does not. Null counts as a value
  /// here, so that rows with nulls are not dropped.
  package static func condition(_ column: String, is value: Value, negated: Bool = false) -> String? {
    let column = Spelling.name(column)
    switch value {
    case .null: return column + (negated ? " is not null" : " is null")
    case .float(let number) where number.isNaN: return (negated ? "not is_nan(" : "is_nan(") + column + ")"
    case .bool(let bit):
      let text = bit != negated ? column : "not \(column)"
      return negated ? "\(text) or \(column) is null" : text
    default:
      // A text beside a length of time is read as one.
      let length: String? = if case .duration = value { Spelling.text(value.description) } else { nil }
      guard let literal = length ?? literal(value) else { return nil }
      return negated ? "\(column) != \(literal) or \(column) is null" : "\(column) == \(literal)"
    }
  }

  /// A condition that is true if a column's text matches a regular expression.
  package static func condition(_ field: Field, matches pattern: String) -> String {
    let column = Spelling.name(field.name)
    return "matches(\(field.type == .string ? column : "cast(\(column), str)"), \(Spelling.text(pattern)))"
  }

  /// A condition that is true if a column's text contains `needle`. Case matters only if `needle` has capital
  /// letters.
  package static func condition(_ field: Field, contains needle: String) -> String {
    let column = Spelling.name(field.name)
    let text = field.type == .string ? column : "cast(\(column), str)"
    // Text without cased letters is the same in either case.
    let ignoresCase = needle == needle.lowercased() && needle != needle.uppercased()
    return "contains(\(ignoresCase ? "lower(\(text))" : text), \(Spelling.text(needle)))"
  }

  /// A pipeline without the name that it is assigned to: `t | head 3` of `top = t | head 3`.
  package static func withoutAssignment(_ pipeline: String) -> String {
    let rest = pipeline.dropFirst(targetLength(of: pipeline)).drop { $0 == " " }
    guard rest.count < pipeline.count, rest.hasPrefix("="), !rest.hasPrefix("==") else { return pipeline }
    return String(rest.dropFirst().drop { $0 == " " })
  }

  /// The number of characters of the name at the start, which may stand in backticks.
  private static func targetLength(of pipeline: String) -> Int {
    guard pipeline.first == "`" else {
      return pipeline.prefix { $0.isLetter || $0.isNumber || $0 == "_" }.count
    }
    var isEscaped = false
    let inside = pipeline.dropFirst().prefix { character in
      if character == "`", !isEscaped { return false }
      isEscaped = character == "\\" && !isEscaped
      return true
    }
    return inside.count + 2
  }
}
