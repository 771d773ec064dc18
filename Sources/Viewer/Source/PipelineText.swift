import Diagnostics
package import Tables

/// Values and conditions as the language writes them; names are `Spelling`'s.
package enum PipelineText {
  /// The value as a literal; nil for one that the language does not write.
  package static func literal(_ value: Value) -> String? {
    switch value {
    case .null, .bool, .integer, .float, .decimal: value.description
    case .text(let text): Spelling.text(text.string)
    case .date, .datetime, .time: Spelling.text(value.description)
    case .duration, .binary, .list, .structure: nil
    }
  }

  /// The condition that holds where a column has this value, or where it has not. Null counts as a value here: rows
  /// are never dropped for lacking one.
  package static func condition(_ column: String, is value: Value, negated: Bool = false) -> String? {
    let column = Spelling.name(column)
    switch value {
    case .null: return column + (negated ? " is not null" : " is null")
    case .float(let number) where number.isNaN: return (negated ? "not is_nan(" : "is_nan(") + column + ")"
    case .bool(let bit):
      let text = bit != negated ? column : "not \(column)"
      return negated ? "\(text) or \(column) is null" : text
    default:
      guard let literal = literal(value) else { return nil }
      return negated ? "\(column) != \(literal) or \(column) is null" : "\(column) == \(literal)"
    }
  }

  /// The condition that holds where a column's text contains `needle`; capitals count only if it has some.
  package static func condition(_ field: Field, contains needle: String) -> String {
    let column = Spelling.name(field.name)
    let text = field.type == .string ? column : "cast(\(column), str)"
    // What has no capitals is the same in either case.
    let ignoresCase = needle == needle.lowercased() && needle != needle.uppercased()
    return "contains(\(ignoresCase ? "lower(\(text))" : text), \(Spelling.text(needle)))"
  }
}
