/// The declaration of a verb, without its implementation. Its grammar, errors, help, completion and page in the manual
/// are derived from it.
///
/// The implementation is separate: relational verbs transform a plan (`RelationalVerb`); verbs that need files, models
/// or plots are in `Notebook`.
public struct VerbDeclaration: Sendable {
  public let name: String
  /// Other names for the verb: `where` for `filter`. The first use of a synonym shows a note.
  public let synonyms: [String]
  /// One sentence, without the full stop.
  public let summary: String
  /// Paragraphs of Markdown for the help page; may be empty.
  public let discussion: String
  /// The arguments directly after the verb.
  public let arguments: ArgumentForm
  /// Keywords that may follow, each with its arguments.
  public let clauses: [Clause]
  public internal(set) var options: [Option]
  /// Whether options of any name are accepted: `fit` checks them against the parameters of the model.
  public let takesAnyOption: Bool
  /// Whether it begins a pipeline and needs no input.
  public let isSource: Bool
  /// Whether its result has the columns of its input, so that messages can still use the input's name for the table.
  public let keepsColumns: Bool
  /// Whether its result has columns that are made of rows (`pivot`), so that planning it reads its input. Completion does
  /// not plan such a verb.
  public let readsRowsToPlan: Bool
  public let examples: [Example]

  public init(
    _ name: String, synonyms: [String] = [], summary: String, discussion: String = "",
    arguments: ArgumentForm = .none, clauses: [Clause] = [], options: [Option] = [], takesAnyOption: Bool = false,
    isSource: Bool = false, keepsColumns: Bool = false, readsRowsToPlan: Bool = false, examples: [Example]
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
    self.readsRowsToPlan = readsRowsToPlan
    self.examples = examples
  }
}

/// The arguments of a verb directly after its name. The ranges give the required and the allowed number of arguments.
public enum ArgumentForm: Sendable, Hashable {
  case none
  /// One expression: `filter CONDITION`.
  case expression(name: String)
  /// One expression and an optional text: `assert CONDITION "the blend leads"`.
  case claim(name: String, message: String)
  /// `name = expression`, or only an expression: `select`, `with`, `agg`, `group_by`.
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
  /// A word that the verb declares (a model's name, a kind of plot), then values: `fit EASE`, `fit Blend [a, b]`,
  /// `split random`, `plot bar`.
  case word(name: String, choices: [String], then: [String])
  /// Names of variables that hold models: `recommend tp, ease`.
  case models(ClosedRange<Int>)
}

/// A keyword after a verb's arguments: `agg` of `group_by`, `on` of `join`.
public struct Clause: Sendable, Hashable {
  public enum Form: Sendable, Hashable {
    case assignments
    /// Join keys: `k`, `left == right`.
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

/// An option of a verb, `name=value`, after its arguments. The declared kind decides how a bare word is read.
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
    /// A literal, `$x` or a list.
    case value
    case list
    /// A list, or the name of a column of lists.
    case listOrColumn
  }

  public let name: String
  public let kind: Kind
  /// The default as it would be written; nil if there is no such value.
  public let defaultValue: String?
  public let summary: String

  public init(_ name: String, _ kind: Kind, default defaultValue: String? = nil, _ summary: String) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.summary = summary
  }
}

/// An example that runs in a session with the small synthetic tables `train`, `test`, `products` and `actions` and the
/// fitted models `ease` and `tp`. The tests run every example.
public struct Example: Sendable, Hashable {
  public let code: String
  public let comment: String

  public init(_ code: String, _ comment: String) {
    self.code = code
    self.comment = comment
  }
}
