public import Diagnostics
public import Tables

/// An expression as it was written: what a filter asks, what a new column is.
///
/// Pure syntax: names are not resolved and types not known until it is bound to a schema.
public struct Expression: Sendable {
  public var node: Node
  public var span: SourceSpan

  public init(_ node: Node, _ span: SourceSpan) {
    self.node = node
    self.span = span
  }

  public indirect enum Node: Sendable {
    case literal(Value)
    /// A bare or backquoted word. Where an option declares a word, a model or a table, this is how that arrives too.
    case name(String)
    /// `$x`: a scalar or a list of the session.
    case session(String)
    case list([Expression])
    /// `struct.field`
    case field(Expression, Identifier)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression, operatorSpan: SourceSpan)
    /// `x in y`, `x not in y`
    case membership(Expression, Expression, isNegated: Bool)
    /// `x is null`, `x is not null`
    case nullTest(Expression, isNegated: Bool)
    case conditional(condition: Expression, then: Expression, otherwise: Expression)
    case call(Identifier, [Expression], Window?)
  }
}

extension Expression {
  /// The expressions it is made of.
  var children: [Expression] {
    switch node {
    case .literal, .name, .session: []
    case .list(let elements): elements
    case .field(let operand, _), .unary(_, let operand), .nullTest(let operand, _): [operand]
    case .binary(_, let left, let right, _), .membership(let left, let right, _): [left, right]
    case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
    case .call(_, let arguments, let window):
      arguments + (window.map { $0.keys + $0.order.map(\.expression) } ?? [])
    }
  }

  /// The bare names in it, each as often as it is written.
  var columnNames: [String] {
    if case .name(let name) = node { return [name] }
    return children.flatMap(\.columnNames)
  }
}

/// A name and where it was written.
public struct Identifier: Sendable {
  public var name: String
  public var span: SourceSpan

  public init(_ name: String, _ span: SourceSpan) {
    self.name = name
    self.span = span
  }
}

public enum UnaryOperator: String, Sendable, Hashable {
  case negate = "-"
  case not
}

/// The binary operators as they are written.
public enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
  case or, and
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case remainder = "%"
  case power = "**"
}

/// `over key`, `over (k1, k2 order by d desc)`: the rows an aggregate or a rank looks at.
public struct Window: Sendable {
  public var keys: [Expression]
  public var order: [SortKey]
  public var span: SourceSpan

  public init(keys: [Expression], order: [SortKey], span: SourceSpan) {
    self.keys = keys
    self.order = order
    self.span = span
  }
}

/// What to sort by, and which way.
public struct SortKey: Sendable {
  public var expression: Expression
  public var isDescending: Bool

  public init(_ expression: Expression, isDescending: Bool) {
    self.expression = expression
    self.isDescending = isDescending
  }
}
