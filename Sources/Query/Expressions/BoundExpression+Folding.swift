import Diagnostics
import Tables

// Constant folding while binding. If a constant part fails, a condition may still prevent all rows from evaluating it;
// so it is not changed here. `requireConstants` later checks the whole expression for failing parts that no condition
// guards.

extension BoundExpression {
  /// The constant value, if all parts are constant; else the expression itself, where `and` and `or` with a constant
  /// side are simplified.
  func folded() throws(Diagnostic) -> BoundExpression {
    if case .binary(let operation, let left, let right) = node, operation == .and || operation == .or {
      let decided = Value.bool(operation == .or)
      for (side, other) in [(left, right), (right, left)] {
        guard case .bool? = side.constantValue else { continue }
        return side.constantValue == decided ? BoundExpression(side.node, .bool, span: span) : other
      }
    }
    guard isOfConstants else { return self }
    do throws(Diagnostic) {
      return try evaluated()
    } catch {
      // A condition may prevent its evaluation: see `requireConstants`.
      guard error.kind == .error else { throw error }
      return self
    }
  }

  /// The value of an expression without columns; other expressions are not changed.
  ///
  /// - Throws: the error of the evaluation.
  func constant() throws(Diagnostic) -> BoundExpression {
    isConstant || looksBeyondItsRow || holdsElement || !columnIndices.isEmpty ? self : try evaluated()
  }

  private func evaluated() throws(Diagnostic) -> BoundExpression {
    let column = try evaluateRow(self)
    if case .list(let lists) = column.values, !column.isNull(0) {
      return BoundExpression(.list(ConstantList(lists.child[lists.range(0)])), type, span: span)
    }
    return BoundExpression(.constant(column[0]), type, span: span)
  }

  /// Throws if a constant part that every row evaluates fails.
  func requireConstants() throws(Diagnostic) {
    switch node {
    case .binary(.and, let left, _), .binary(.or, let left, _): try left.requireConstants()
    case .conditional(let condition, _, _): try condition.requireConstants()
    case .constant, .list, .column, .element: break
    default:
      for part in children { try part.requireConstants() }
      if isOfConstants { _ = try evaluated() }
    }
  }

  /// Whether it is not a constant but all its direct parts are.
  private var isOfConstants: Bool {
    switch node {
    case .constant, .list, .column, .element, .aggregate, .window: false
    default: children.allSatisfy(\.isConstant)
    }
  }
}
