public import Diagnostics

/// What stands between two line ends (or semicolons) of a cell.
public struct Statement: Sendable {
  public enum Body: Sendable {
    /// `name = …`, `a, b = …`, or no targets: a value to show.
    case evaluation(targets: [Identifier], Pipeline)
    /// `:set rows 20`: the word after the colon and the rest of the line, unparsed.
    case command(Identifier, argument: String, argumentSpan: SourceSpan)
    /// `?group_by`, `EASE?`, `help X`; with a pipeline in `train | group_by ?`. No topic is the overview.
    case help(topic: Identifier?, Pipeline?)
    /// `define NAME(parameter=default) = PIPELINE`.
    case definition(VerbDefinition)
  }

  public var body: Body
  public var span: SourceSpan
  /// Ended by `;`: no output of its own.
  public var isSilenced: Bool

  public init(_ body: Body, span: SourceSpan, isSilenced: Bool) {
    self.body = body
    self.span = span
    self.isSilenced = isSilenced
  }
}

/// A value and what is done to it, left to right.
public struct Pipeline: Sendable {
  public var head: Head
  public var stages: [VerbCall]
  public var span: SourceSpan

  public indirect enum Head: Sendable {
    /// `load "…"`, `table a = [1]`: a verb that needs no input.
    case verb(VerbCall)
    /// The name of a session's value.
    case name(Identifier)
    /// Anything else that has a value: `1 + 2`, `$k * 2`, `[1, 2]`.
    case expression(Expression)
    case parenthesised(Pipeline)
    /// A line that starts with `|`: the last result, written `_` when it is recorded.
    case lastResult(SourceSpan)
  }

  public init(head: Head, stages: [VerbCall], span: SourceSpan) {
    self.head = head
    self.stages = stages
    self.span = span
  }
}

/// A verb with all that was written after it, sorted by the verb's own declaration.
public struct VerbCall: Sendable {
  /// The declared name, also where a synonym was written.
  public var name: String
  /// The word as it was written.
  public var written: Identifier
  /// What stands right after the verb, in order.
  public var arguments: [Argument]
  /// What stands after a clause's keyword: `agg n = len()`, `on user_id`.
  public var clauses: [String: [Argument]]
  public var options: [OptionValue]
  /// From the verb to the end of its last word.
  public var span: SourceSpan

  public init(
    name: String, written: Identifier, arguments: [Argument], clauses: [String: [Argument]], options: [OptionValue],
    span: SourceSpan
  ) {
    self.name = name
    self.written = written
    self.arguments = arguments
    self.clauses = clauses
    self.options = options
    self.span = span
  }
}

/// One piece of what stands after a verb.
public enum Argument: Sendable {
  case expression(Expression)
  /// The verb's own word: the model of `fit`, the kind of `plot`.
  case word(Identifier)
  /// `name = expression`; the name is nil where only the expression was written.
  case assignment(Identifier?, Expression)
  /// `columns(f64) = expression`: one for each of several columns.
  case assignments(Expression, Expression)
  case sortKey(SortKey)
  /// Another table: its name, or a pipeline in parentheses.
  case table(Pipeline)
  /// `k`, or `left == right`.
  case joinKey(left: Expression, right: Expression)
  /// `start <= day` after `on`.
  case joinComparison(Expression, BinaryOperator, Expression)
  /// A text after a claim: what an error says of it.
  case message(Expression)
}

/// `name=value` after a verb's arguments.
public struct OptionValue: Sendable {
  public var name: Identifier
  public var value: Setting

  public enum Setting: Sendable {
    case expression(Expression)
    /// A pipeline in parentheses, where a table is expected.
    case table(Pipeline)
  }

  public init(_ name: Identifier, _ value: Setting) {
    self.name = name
    self.value = value
  }
}
