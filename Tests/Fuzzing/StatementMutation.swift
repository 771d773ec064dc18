import Generators
import Notebook
import Query

extension SplitMix {
  /// A statement with some of its words removed, repeated, swapped or replaced, or with the end of another statement.
  mutating func mutated(_ statement: String, columns: [String]) -> String {
    var tokens = StatementTokens.split(statement)
    for _ in 0...below(2) where !tokens.isEmpty {
      let place = below(tokens.count)
      switch below(9) {
      case 0: tokens.remove(at: place)
      case 1: tokens.insert(tokens[place], at: place)
      case 2: tokens.swapAt(place, below(tokens.count))
      case 3:
        let other = StatementTokens.split(pick(RealStatements.all))
        tokens = Array(tokens[..<place]) + other[below(other.count + 1)...]
      case 4 where chance(30): tokens[place] = String(tokens[place].unicodeScalars.prefix(below(5)).map(Character.init))
      case 5 where chance(30): tokens.insert(pick(StatementTokens.strange), at: place)
      default: tokens[place] = replacement(for: tokens[place], columns)
      }
    }
    return tokens.joined()
  }

  /// A replacement of the same kind: a name for a name, a number for a number.
  private mutating func replacement(for token: String, _ columns: [String]) -> String {
    guard let first = token.unicodeScalars.first else { return token }
    if first.properties.numericType != nil { return pick(StatementTokens.numbers) }
    if first == "\"" {
      return pick(["\"\"", "\"a\"", "\"2024-07-01\"", "\"(\"", "\"1d\"", "\"чай\"", "\"f1.csv\"", "'"])
    }
    if first.properties.isXIDStart { return chance(50) ? pick(columns) : pick(StatementTokens.words) }
    return chance(50) ? pick(StatementTokens.signs) : token
  }
}

/// Splits a statement into words, numbers, texts, signs and spaces, and has replacements for them.
enum StatementTokens {
  static let words: [String] =
    Session.declarations.map(\.name) + functions.map(\.name) + FuzzSession.tables + FuzzSession.models
    + [
      "and", "or", "not", "in", "is", "null", "if", "then", "else", "over", "agg", "on", "by", "desc", "order", "true",
    ]
  static let numbers = [
    "0", "1", "2", "-1", "0.5", "1e308", "1e-320", "9223372036854775807", "9223372036854775808", "1_000", "0x1F", "1.",
    "99999999999999999999999999999999999999999", "255", "65536",
  ]
  static let signs = [
    "|", ",", "(", ")", "[", "]", "=", "==", "!=", "+", "-", "*", "/", "//", "%", "**", ".", "$", ";", "\n", ":",
  ]
  static let strange = [
    "\u{0}", "\u{1B}[2J", "\u{202E}", "\u{FEFF}", "é", "👩‍💻", "“", "\u{A0}", "\\", "`", "'", "\"", "#", "?", "\r\n",
    "сount", "&&", "{", "\u{301}",
  ]

  static func split(_ text: String) -> [String] {
    var tokens: [String] = []
    var rest = Substring(text)
    while let first = rest.first {
      let count: Int
      if first == "\"" {
        count = rest.dropFirst().prefix { $0 != "\"" }.count + 2
      } else if first.isLetter || first == "_" {
        count = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }.count
      } else if first.isNumber {
        count = rest.prefix { $0.isNumber || $0 == "." || $0 == "_" }.count
      } else {
        count = 1
      }
      tokens.append(String(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return tokens
  }
}
