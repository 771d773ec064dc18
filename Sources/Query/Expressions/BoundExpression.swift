public import Diagnostics
public import Tables

/// An expression with resolved names and types, which can be evaluated.
///
/// Constants are folded, operands are cast to the types that the operator needs, and synonyms are replaced. Two bound
/// expressions are equal if their types and nodes are equal; spans are not compared.
public struct BoundExpression: Sendable, Hashable {
  public let node: Node
  public let type: DataType
  /// The location for errors at run time.
  public let span: SourceSpan?

  public init(_ node: Node, _ type: DataType, span: SourceSpan? = nil) {
    self.node = node
    self.type = type
    self.span = span
  }

  public indirect enum Node: Sendable, Hashable {
    /// A value that is not a list.
    case constant(Value)
    /// A list that is the same in every row.
    case list(ConstantList)
    case column(Int, name: String)
    /// `it`: the element in the formula of the innermost enclosing list function.
    case element
    /// A field of a struct, by its index.
    case field(BoundExpression, Int, name: String)
    /// A conversion to the expression's type: `cast` is strict, `try_cast` lenient, and the implicit conversion of two
    /// operands to a common type is exact. In strict and exact mode, a value that cannot be converted is an error.
    case cast(BoundExpression, CastMode)
    case negate(BoundExpression)
    case not(BoundExpression)
    /// Operands of arithmetic usually have the type of the result; operands of a comparison are compared by value.
    case binary(BinaryOperator, BoundExpression, BoundExpression)
    case membership(BoundExpression, ConstantList, isNegated: Bool)
    case nullTest(BoundExpression, isNegated: Bool)
    case conditional(BoundExpression, then: BoundExpression, otherwise: BoundExpression)
    case call(Function, [BoundExpression])
    /// An aggregate: one value per group in `agg`; elsewhere the value of the whole table, in every row.
    case aggregate(Function, [BoundExpression])
    /// An aggregate or window function over the rows with the same keys.
    case window(Function, [BoundExpression], BoundWindow)
  }

  public static func == (left: BoundExpression, right: BoundExpression) -> Bool {
    left.type == right.type && left.node == right.node
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(node) }
}

/// The partition and order of a window function.
public struct BoundWindow: Sendable, Hashable {
  public let keys: [BoundExpression]
  public let order: [BoundSortKey]
  /// The frame of an aggregate; nil for the whole group.
  public let frame: Frame?

  public init(keys: [BoundExpression], order: [BoundSortKey], frame: Frame? = nil) {
    self.keys = keys
    self.order = order
    self.frame = frame
  }
}

/// The elements of a list literal or a list variable; shared by reference because it may be long.
public final class ConstantList: Sendable, Hashable {
  public let elements: Column

  public init(_ elements: Column) { self.elements = elements }

  public static func == (left: ConstantList, right: ConstantList) -> Bool {
    left === right
      || left.elements.type == right.elements.type && left.elements.count == right.elements.count
        && (0..<left.elements.count).allSatisfy { left.elements[$0] == right.elements[$0] }
  }

  /// Hashes only the length, because the list may be long.
  public func hash(into hasher: inout Hasher) { hasher.combine(elements.count) }
}

extension BoundExpression {
  /// A column of the input.
  public static func column(_ index: Int, _ field: Field, span: SourceSpan? = nil) -> BoundExpression {
    BoundExpression(.column(index, name: field.name), field.type, span: span)
  }

  /// A column of the input by name.
  ///
  /// - Throws: a diagnostic that suggests the nearest name.
  public static func column(
    named name: String, of schema: Schema, in table: String? = nil, at span: SourceSpan? = nil
  ) throws(Diagnostic) -> BoundExpression {
    let index = try schema.requireIndex(of: name, in: table, at: span)
    return .column(index, schema[index], span: span)
  }

  public static func constant(_ value: Value, _ type: DataType, span: SourceSpan? = nil) -> BoundExpression {
    BoundExpression(.constant(value), type, span: span)
  }

  /// The index of the column, if the expression is only a column.
  public var columnIndex: Int? {
    if case .column(let index, _) = node { index } else { nil }
  }

  /// The value, if the expression is a constant that is not a list.
  public var constantValue: Value? {
    if case .constant(let value) = node { value } else { nil }
  }

  /// Whether it is a constant value or a constant list.
  public var isConstant: Bool {
    switch node {
    case .constant, .list: true
    default: false
    }
  }

  /// Its direct subexpressions.
  public var children: [BoundExpression] {
    switch node {
    case .constant, .list, .column, .element: []
    case .field(let operand, _, _), .cast(let operand, _), .negate(let operand), .not(let operand),
      .membership(let operand, _, _), .nullTest(let operand, _):
      [operand]
    case .binary(_, let left, let right): [left, right]
    case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
    case .call(_, let arguments), .aggregate(_, let arguments): arguments
    case .window(_, let arguments, let window): arguments + window.keys + window.order.map(\.expression)
    }
  }

  /// The first aggregate or window function in it for which `isMeant` is true.
  func firstPart(where isMeant: (BoundExpression) -> Bool) -> BoundExpression? {
    switch node {
    case .aggregate, .window: if isMeant(self) { return self }
    default: break
    }
    for child in children {
      if let part = child.firstPart(where: isMeant) { return part }
    }
    return nil
  }

  /// Whether it uses `it` of an enclosing list function.
  var holdsElement: Bool {
    switch node {
    case .element: true
    case .call(let function, let arguments) where function.takesFormula: arguments.first?.holdsElement == true
    default: children.contains(where: \.holdsElement)
    }
  }

  /// Whether the value of a row depends on other rows.
  public var looksBeyondItsRow: Bool {
    switch node {
    case .aggregate, .window: true
    default: children.contains(where: \.looksBeyondItsRow)
    }
  }

  /// The indices of the columns that it reads.
  public var columnIndices: Set<Int> {
    if case .column(let index, _) = node { return [index] }
    return children.reduce(into: []) { $0.formUnion($1.columnIndices) }
  }

  /// The same expression with `change` applied to its direct subexpressions.
  public func mappingChildren<Failure: Error>(
    _ change: (BoundExpression) throws(Failure) -> BoundExpression
  ) throws(Failure) -> BoundExpression {
    func all(_ expressions: [BoundExpression]) throws(Failure) -> [BoundExpression] {
      var result: [BoundExpression] = []
      for expression in expressions { result.append(try change(expression)) }
      return result
    }
    let changed: Node
    switch node {
    case .constant, .list, .column, .element: return self
    case .field(let operand, let index, let name): changed = .field(try change(operand), index, name: name)
    case .cast(let operand, let mode): changed = .cast(try change(operand), mode)
    case .negate(let operand): changed = .negate(try change(operand))
    case .not(let operand): changed = .not(try change(operand))
    case .binary(let operation, let left, let right): changed = .binary(operation, try change(left), try change(right))
    case .membership(let operand, let list, let isNegated):
      changed = .membership(try change(operand), list, isNegated: isNegated)
    case .nullTest(let operand, let isNegated): changed = .nullTest(try change(operand), isNegated: isNegated)
    case .conditional(let condition, let then, let otherwise):
      changed = .conditional(try change(condition), then: try change(then), otherwise: try change(otherwise))
    case .call(let function, let arguments): changed = .call(function, try all(arguments))
    case .aggregate(let function, let arguments): changed = .aggregate(function, try all(arguments))
    case .window(let function, let arguments, let window):
      var order: [BoundSortKey] = []
      for key in window.order {
        order.append(BoundSortKey(try change(key.expression), isDescending: key.isDescending))
      }
      let keys = try all(window.keys)
      changed = .window(
        function, try all(arguments), BoundWindow(keys: keys, order: order, frame: window.frame))
    }
    return BoundExpression(changed, type, span: span)
  }

  /// The same expression with `change` applied to all parts, bottom up: the children of a node are changed first.
  public func rewritten<Failure: Error>(
    _ change: (BoundExpression) throws(Failure) -> BoundExpression
  ) throws(Failure) -> BoundExpression {
    try change(mappingChildren { (child) throws(Failure) in try child.rewritten(change) })
  }

  /// The same expression for another schema: `positions[i]` is the new index of column `i`.
  public func mappingColumns(_ positions: [Int: Int]) -> BoundExpression {
    rewritten { expression in
      guard case .column(let index, let name) = expression.node, let position = positions[index] else {
        return expression
      }
      return BoundExpression(.column(position, name: name), expression.type, span: expression.span)
    }
  }
}
