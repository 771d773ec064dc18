import Diagnostics
import Tables

// What is the same in every row is computed while binding. What fails there may stand where some condition keeps every
// row from looking at it; so it is left as it is, and whoever has the whole expression asks for what nothing guards.

extension BoundExpression {
  /// The constant this comes to, where nothing in it differs from row to row; else itself, without what a constant
  /// truth beside it decides.
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
      // Some condition may keep it from ever being looked at: see `requireConstants`.
      guard error.kind == .error else { throw error }
      return self
    }
  }

  /// The constant that an expression without columns comes to; any other as it is.
  ///
  /// - Throws: what makes it fail.
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

  /// Throws where a part that every row would look at fails in all of them.
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

  /// Whether it is no constant itself, and computed of nothing else.
  private var isOfConstants: Bool {
    switch node {
    case .constant, .list, .column, .element, .aggregate, .window: false
    default: children.allSatisfy(\.isConstant)
    }
  }
}
