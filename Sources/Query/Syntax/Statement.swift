public import Diagnostics

/// A statement of a cell, ended by a line end or a semicolon.
public struct Statement: Sendable {
  public enum Body: Sendable {
    /// `name = …`, `a, b = …`, or without targets: a value to show.
    case evaluation(targets: [Identifier], Pipeline)
    /// `:set rows 20`: the word after the colon and the rest of the line, unparsed.
    case command(Identifier, argument: String, argumentSpan: SourceSpan)
    /// `?group_by`, `EASE?`, `help X`; with a pipeline in `train | group_by ?`. Without a topic, the overview.
    case help(topic: Identifier?, Pipeline?)
    /// `define NAME(parameter=default) = PIPELINE`.
    case definition(VerbDefinition)
  }

  public var body: Body
  public var span: SourceSpan
  /// Whether it ends with `;`: its result is not shown.
  public var isSilenced: Bool

  public init(_ body: Body, span: SourceSpan, isSilenced: Bool) {
    self.body = body
    self.span = span
    self.isSilenced = isSilenced
  }
}

/// A value and the verbs applied to it, from left to right.
public struct Pipeline: Sendable {
  public var head: Head
  public var stages: [VerbCall]
  public var span: SourceSpan

  public indirect enum Head: Sendable {
    /// `load "…"`, `table a = [1]`: a verb that needs no input.
    case verb(VerbCall)
    /// The name of a session variable.
    case name(Identifier)
    /// Any other expression: `1 + 2`, `$k * 2`, `[1, 2]`.
    case expression(Expression)
    case parenthesised(Pipeline)
    /// A line that starts with `|`: the last result; recorded sessions write it as `_`.
    case lastResult(SourceSpan)
  }

  public init(head: Head, stages: [VerbCall], span: SourceSpan) {
    self.head = head
    self.stages = stages
    self.span = span
  }
}

/// A verb with its arguments, clauses and options, separated according to the verb's declaration.
public struct VerbCall: Sendable {
  /// The declared name, also if a synonym was written.
  public var name: String
  /// The word as written.
  public var written: Identifier
  /// The arguments directly after the verb, in order.
  public var arguments: [Argument]
  /// The arguments after each clause's keyword: `agg n = len()`, `on user_id`.
  public var clauses: [String: [Argument]]
  public var options: [OptionValue]
  /// From the verb to its last token.
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

/// An argument of a verb.
public enum Argument: Sendable {
  case expression(Expression)
  /// A word that the verb declares: the model of `fit`, the kind of `plot`.
  case word(Identifier)
  /// `name = expression`; the name is nil if only an expression was written.
  case assignment(Identifier?, Expression)
  /// `columns(f64) = expression`: an assignment for each of several columns.
  case assignments(Expression, Expression)
  case sortKey(SortKey)
  /// Another table: its name, or a pipeline in parentheses.
  case table(Pipeline)
  /// `k`, or `left == right`.
  case joinKey(left: Expression, right: Expression)
  /// `start <= day` after `on`.
  case joinComparison(Expression, BinaryOperator, Expression)
  /// A text after an `assert` condition: the error message.
  case message(Expression)
}

/// `name=value` after a verb's arguments.
public struct OptionValue: Sendable {
  public var name: Identifier
  public var value: Setting

  public enum Setting: Sendable {
    case expression(Expression)
    /// The name of a table or a pipeline in parentheses, for an option that takes a table.
    case table(Pipeline)
  }

  public init(_ name: Identifier, _ value: Setting) {
    self.name = name
    self.value = value
  }
}
