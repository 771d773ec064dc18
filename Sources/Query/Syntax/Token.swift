import Diagnostics
import Tables

/// A token of a cell.
struct Token: Sendable {
  enum Kind: Sendable, Equatable {
    case word(String)
    /// A word in backquotes: always a name, also if it is a keyword.
    case quotedName(String)
    case integer(Int128)
    case float(Double)
    case text(String)
    /// `$x`
    case session(String)
    case symbol(Symbol)
    /// A line that starts with `:`; the word after it, and the range of the rest.
    case command(String, Range<Int>)
    /// The end of a line that does not continue on the next one.
    case lineEnd
    case end
  }

  var kind: Kind
  /// The range of its bytes in the source.
  var range: Range<Int>
  /// For an opening bracket: whether a `|` occurs between it and its closing bracket, outside inner brackets.
  var holdsPipe = false

  init(_ kind: Kind, _ range: Range<Int>) {
    self.kind = kind
    self.range = range
  }

  var symbol: Symbol? {
    if case .symbol(let symbol) = kind { return symbol }
    return nil
  }

  var word: String? {
    if case .word(let word) = kind { return word }
    return nil
  }
}

/// Punctuation. Some symbols are not part of the language; they are read so that the parser can suggest what to write
/// instead.
enum Symbol: String, Sendable, CaseIterable {
  case openParenthesis = "("
  case closeParenthesis = ")"
  case openBracket = "["
  case closeBracket = "]"
  case openBrace = "{"
  case closeBrace = "}"
  case pipe = "|"
  case comma = ","
  case dot = "."
  case semicolon = ";"
  case question = "?"
  case assign = "="
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case plus = "+"
  case minus = "-"
  case star = "*"
  case slash = "/"
  case doubleSlash = "//"
  case percent = "%"
  case power = "**"
  // Idioms of other languages.
  case doubleAmpersand = "&&"
  case ampersand = "&"
  case doublePipe = "||"
  case exclamation = "!"
  case angles = "<>"
  case tripleEqual = "==="
  case caret = "^"
  case tilde = "~"
  case colon = ":"
  case walrus = ":="
  case thinArrow = "->"
  case fatArrow = "=>"
  case pipeArrow = "|>"
  case at = "@"
  case backslash = "\\"

  /// The bracket that closes this one.
  var closing: Symbol? {
    switch self {
    case .openParenthesis: .closeParenthesis
    case .openBracket: .closeBracket
    case .openBrace: .closeBrace
    default: nil
    }
  }

  var isClosing: Bool { self == .closeParenthesis || self == .closeBracket || self == .closeBrace }

  /// Whether a line that ends with this symbol continues on the next line.
  var continuesLine: Bool {
    switch self {
    case .closeParenthesis, .closeBracket, .closeBrace, .dot, .semicolon, .question, .colon, .at, .backslash: false
    default: true
    }
  }
}

/// The words of the language, apart from the verbs.
enum Keyword {
  /// Keywords that are never a bare name in an expression.
  static let reserved = Spelling.reserved
  /// A line that ends with one of these words continues on the next line.
  static let continuesLine: Set<String> = ["and", "or", "not", "in", "is", "then", "else", "over", "agg", "on"]

  /// Functions whose second argument is the name of a type.
  static let castFunctions: Set<String> = ["cast", "try_cast"]

  /// `columns(f64)`, `columns("price_.*")`: the columns of a type, or those whose names match a pattern.
  static let columns = "columns"
}
