public import Diagnostics
public import Tables

/// An expression as written: the condition of a filter, the definition of a new column.
///
/// Only syntax: names are resolved and types are known when the expression is bound to a schema.
public struct Expression: Sendable {
  public var node: Node
  public var span: SourceSpan

  public init(_ node: Node, _ span: SourceSpan) {
    self.node = node
    self.span = span
  }

  public indirect enum Node: Sendable {
    case literal(Value)
    /// A bare or backquoted word. The value of an option that takes a word or a table is parsed as a name too.
    case name(String)
    /// `$x`: a scalar or list variable of the session.
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
    /// `sum(x) where c`: an aggregate of the rows for which a condition is true.
    case filtered(Expression, condition: Expression)
  }
}

extension Expression {
  /// Its direct subexpressions.
  var children: [Expression] {
    switch node {
    case .literal, .name, .session: []
    case .list(let elements): elements
    case .field(let operand, _), .unary(_, let operand), .nullTest(let operand, _): [operand]
    case .binary(_, let left, let right, _), .membership(let left, let right, _): [left, right]
    case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
    case .call(_, let arguments, let window):
      arguments
        + (window.map { window in
          let extents = [window.frame?.extent, window.frame?.after].compactMap { $0 }
          return window.keys + window.order.map(\.expression) + extents
        } ?? [])
    case .filtered(let call, let condition): [call, condition]
    }
  }

  /// The same expression with `change` applied to its direct subexpressions.
  func mappingChildren(_ change: (Expression) -> Expression) -> Expression {
    var result = self
    switch node {
    case .literal, .name, .session: break
    case .list(let elements): result.node = .list(elements.map(change))
    case .field(let operand, let name): result.node = .field(change(operand), name)
    case .unary(let sign, let operand): result.node = .unary(sign, change(operand))
    case .nullTest(let operand, let isNegated): result.node = .nullTest(change(operand), isNegated: isNegated)
    case .binary(let sign, let left, let right, let span):
      result.node = .binary(sign, change(left), change(right), operatorSpan: span)
    case .membership(let left, let right, let isNegated):
      result.node = .membership(change(left), change(right), isNegated: isNegated)
    case .conditional(let condition, let then, let otherwise):
      result.node = .conditional(condition: change(condition), then: change(then), otherwise: change(otherwise))
    case .filtered(let call, let condition): result.node = .filtered(change(call), condition: change(condition))
    case .call(let name, let arguments, let window):
      var inner = window
      inner?.keys = window?.keys.map(change) ?? []
      inner?.order = window?.order.map { SortKey(change($0.expression), isDescending: $0.isDescending) } ?? []
      inner?.frame?.extent = window?.frame?.extent.map(change)
      inner?.frame?.after = window?.frame?.after.map(change)
      result.node = .call(name, arguments.map(change), inner)
    }
    return result
  }

  /// All bare names in it, with repetitions.
  var columnNames: [String] {
    if case .name(let name) = node { return [name] }
    return children.flatMap(\.columnNames)
  }
}

/// A name with its span.
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

  /// Whether it compares the order of two values.
  var isOrder: Bool { [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(self) }
}

/// `over key`, `over (k1, k2 order by d desc)`: the rows that an aggregate or a ranking function uses.
public struct Window: Sendable {
  public var keys: [Expression]
  public var order: [SortKey]
  /// The frame: which of these rows an aggregate uses for a row; nil for all.
  public var frame: Frame?
  public var span: SourceSpan

  /// `rows 7`, `rows 3 before 3 after`, `range "7d"`, `running`
  public struct Frame: Sendable {
    public enum Unit: String, Sendable, CaseIterable {
      case rows, range, running
    }

    public var unit: Unit
    /// The first number; nil for `running`.
    public var extent: Expression?
    /// Whether `before` follows the number. Without it, `rows 7` is the row itself and the six rows before it.
    public var isBefore: Bool
    public var after: Expression?
    public var span: SourceSpan

    public init(_ unit: Unit, _ extent: Expression?, isBefore: Bool, after: Expression?, span: SourceSpan) {
      self.unit = unit
      self.extent = extent
      self.isBefore = isBefore
      self.after = after
      self.span = span
    }
  }

  public init(keys: [Expression], order: [SortKey], frame: Frame? = nil, span: SourceSpan) {
    self.keys = keys
    self.order = order
    self.frame = frame
    self.span = span
  }
}

/// A sort key: an expression and a direction.
public struct SortKey: Sendable {
  public var expression: Expression
  public var isDescending: Bool

  public init(_ expression: Expression, isDescending: Bool) {
    self.expression = expression
    self.isDescending = isDescending
  }
}
