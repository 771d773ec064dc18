package import Tables

/// Names, values and conditions as the language writes them.
package enum PipelineText {
  private static let reserved: Set<String> = [
    "and", "or", "not", "in", "is", "if", "then", "else", "null", "true", "false", "over", "agg", "on", "by", "asc",
    "desc", "order",
  ]

  /// A column's name, in backticks where it is not a plain word.
  package static func name(_ name: String) -> String {
    let scalars = name.unicodeScalars
    let startsWell = scalars.first.map { $0.properties.isXIDStart || $0 == "_" } ?? false
    let isWord = startsWell && scalars.allSatisfy { $0.properties.isXIDContinue }
    return isWord && !reserved.contains(name) ? name : "`\(name)`"
  }

  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The value as a literal; nil for one that the language does not write.
  package static func literal(_ value: Value) -> String? {
    switch value {
    case .null, .bool, .integer, .float, .decimal: value.description
    case .text(let text): quoted(text.string)
    case .date, .datetime, .time: quoted(value.description)
    case .duration, .binary, .list, .structure: nil
    }
  }

  /// The condition that holds where a column has this value, or where it has not. Null counts as a value here: rows
  /// are never dropped for lacking one.
  package static func condition(_ column: String, is value: Value, negated: Bool = false) -> String? {
    let column = name(column)
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
    let column = name(field.name)
    let text = field.type == .string ? column : "cast(\(column), str)"
    // What has no capitals is the same in either case.
    let ignoresCase = needle == needle.lowercased() && needle != needle.uppercased()
    return "contains(\(ignoresCase ? "lower(\(text))" : text), \(quoted(needle)))"
  }
}
