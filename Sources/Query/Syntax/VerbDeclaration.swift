/// Everything there is to know of a verb but what it does: from this come its grammar, its errors, its help, its
/// completion and its page in the manual.
///
/// What it does stands beside the declaration: relational verbs turn a plan into a plan (`RelationalVerb`), others need
/// files, models or plots and live in `Notebook`.
public struct VerbDeclaration: Sendable {
  public let name: String
  /// Other words a person may know it by: `where` for `filter`. They announce themselves once.
  public let synonyms: [String]
  /// One sentence, without the full stop.
  public let summary: String
  /// Paragraphs of Markdown for the help page; may be empty.
  public let discussion: String
  /// What stands right after the verb.
  public let arguments: ArgumentForm
  /// Keywords that may follow, each with its own arguments.
  public let clauses: [Clause]
  public internal(set) var options: [Option]
  /// Options of any name are taken: `fit` checks them against the model's own parameters.
  public let takesAnyOption: Bool
  /// Begins a pipeline, needs no input.
  public let isSource: Bool
  /// The columns of its result are those of its input: a message may still call it by the input's name.
  public let keepsColumns: Bool
  public let examples: [Example]

  public init(
    _ name: String, synonyms: [String] = [], summary: String, discussion: String = "",
    arguments: ArgumentForm = .none, clauses: [Clause] = [], options: [Option] = [], takesAnyOption: Bool = false,
    isSource: Bool = false, keepsColumns: Bool = false, examples: [Example]
  ) {
    self.name = name
    self.synonyms = synonyms
    self.summary = summary
    self.discussion = discussion
    self.arguments = arguments
    self.clauses = clauses
    self.options = options
    self.takesAnyOption = takesAnyOption
    self.isSource = isSource
    self.keepsColumns = keepsColumns
    self.examples = examples
  }
}

/// What a verb takes right after its name. The counts say how many are needed and allowed.
public enum ArgumentForm: Sendable, Hashable {
  case none
  /// One expression: `filter CONDITION`.
  case expression(name: String)
  /// One expression, then perhaps a text: `assert CONDITION "the blend leads"`.
  case claim(name: String, message: String)
  /// `name = expression`, or an expression alone: `select`, `with`, `agg`, `group_by`.
  case assignments(ClosedRange<Int>)
  /// `new = old`: `rename`.
  case renames
  /// Names of columns: `drop`, `unique`, `explode`.
  case columns(ClosedRange<Int>)
  /// `a desc, b asc`: `sort`.
  case sortKeys
  /// Other tables: `join`, `concat`.
  case tables(ClosedRange<Int>)
  /// Literals, `$x` or constant expressions: `head 10`, `slice 100, 10`, `load "path"`.
  case values(names: [String], required: Int)
  /// A word of the verb's own (a model's name, a kind of plot), then values: `fit EASE`, `fit Blend [a, b]`,
  /// `split random`, `plot bar`.
  case word(name: String, choices: [String], then: [String])
  /// Names of session values (models): `recommend tp, ease`.
  case models(ClosedRange<Int>)
}

/// A keyword after a verb's arguments: `agg` of `group_by`, `on` of `join`.
public struct Clause: Sendable, Hashable {
  public enum Form: Sendable, Hashable {
    case assignments
    /// `k`, `left == right`.
    case joinKeys
    /// Join keys, and comparisons of a column of one table with one of the other.
    case joinConditions
    /// One join key.
    case joinKey
  }

  public let keyword: String
  public let form: Form
  public let isRequired: Bool
  public let summary: String

  public init(_ keyword: String, _ form: Form, isRequired: Bool, _ summary: String) {
    self.keyword = keyword
    self.form = form
    self.isRequired = isRequired
    self.summary = summary
  }
}

/// A `name=value` a verb takes after its arguments. The declared type decides how a bare word is read.
public struct Option: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// One of these words.
    case word([String])
    /// The name of a column of the input; `columns` takes a list of them too.
    case column
    case columns
    /// Another table: its name or a pipeline in parentheses.
    case table
    case integer(ClosedRange<Int>)
    /// A whole number, or several in brackets.
    case integers(ClosedRange<Int>)
    case real(ClosedRange<Double>)
    case flag
    case text
    /// A literal, a `$x`, a list.
    case value
    case list
    /// A list, or the name of a column of lists.
    case listOrColumn
  }

  public let name: String
  public let kind: Kind
  /// As it would be written; nil where leaving it out means something of its own.
  public let defaultValue: String?
  public let summary: String

  public init(_ name: String, _ kind: Kind, default defaultValue: String? = nil, _ summary: String) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.summary = summary
  }
}

/// A line that runs as it stands in a session where `train`, `test`, `products` and `actions` are small made-up tables
/// (and `ease`, `tp` fitted models); the tests run every one.
public struct Example: Sendable, Hashable {
  public let code: String
  public let comment: String

  public init(_ code: String, _ comment: String) {
    self.code = code
    self.comment = comment
  }
}
