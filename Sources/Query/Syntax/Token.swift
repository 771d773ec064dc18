import Diagnostics
import Tables

/// The smallest piece of a cell that means something.
struct Token: Sendable {
  enum Kind: Sendable, Equatable {
    case word(String)
    /// A word in backquotes: a name, whatever it spells.
    case quotedName(String)
    case integer(Int128)
    case float(Double)
    case text(String)
    /// `$x`
    case session(String)
    case symbol(Symbol)
    /// A line that starts with `:`; the word after it, and the range of the rest.
    case command(String, Range<Int>)
    /// The end of a line that no rule continues.
    case lineEnd
    case end
  }

  var kind: Kind
  /// The bytes of the source it was read from.
  var range: Range<Int>
  /// Of an opening bracket: there is a `|` between it and its partner, not counting deeper ones.
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

/// Punctuation. Some of it means nothing here and is read so that the parser can say what to write instead.
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

  /// A line that ends in this goes on in the next.
  var continuesLine: Bool {
    switch self {
    case .closeParenthesis, .closeBracket, .closeBrace, .dot, .semicolon, .question, .colon, .at, .backslash: false
    default: true
    }
  }
}

/// The words of the language, apart from the verbs.
enum Keyword {
  /// Never a bare name in an expression.
  static let reserved = Spelling.reserved
  /// A line that ends in one of these goes on in the next.
  static let continuesLine: Set<String> = ["and", "or", "not", "in", "is", "then", "else", "over", "agg", "on"]

  /// Functions whose second argument is the name of a type.
  static let castFunctions: Set<String> = ["cast", "try_cast"]

  /// `columns(f64)`, `columns("price_.*")`: the columns of a type, or whose names have a form.
  static let columns = "columns"
}
