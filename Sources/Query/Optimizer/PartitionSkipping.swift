import Tables

extension Partition {
  /// If statistics show that no row of the partition satisfies all conditions, the number of rows for which the
  /// conditions are null; the partition can then be skipped. Nil if a row may match, or if only reading the rows can
  /// give that number. Conditions refer to columns by their index in the source and apply one after the other.
  func nullsIfSkipped(_ conditions: [BoundExpression]) -> Int? {
    var nulls = 0
    for (position, condition) in conditions.enumerated() {
      guard let own = nullCount(of: condition), own == 0 || position == 0 else { return nil }
      nulls += own
      if !mayMatch(condition) { return nulls }
    }
    return nil
  }

  /// The number of nulls in a column; nil if unknown.
  func nullCount(of column: Int) -> Int? { rows.isEmpty ? 0 : statistics(column)?.nullCount }

  /// The number of rows in which a condition is null; nil if unknown.
  func nullCount(of condition: BoundExpression) -> Int? {
    if isNeverNull(condition) { return 0 }
    switch condition.node {
    case .constant(.null): return rows.count
    case .binary(.and, let left, let right):
      // `false and null` is false.
      return [left, right].contains { isNeverNull($0) && !mayMatch($0) } ? 0 : nil
    case .binary(let operation, let left, let right)
    where operation.isComparison && right.constantValue?.isNull == false:
      return left.columnIndex.flatMap { nullCount(of: $0) }
    case .membership(let operand, let list, _) where list.elements.validity == nil:
      return operand.columnIndex.flatMap { nullCount(of: $0) }
    default: return nil
    }
  }

  private func isNeverNull(_ expression: BoundExpression) -> Bool {
    switch expression.node {
    case .constant(let value): return !value.isNull
    case .column(let index, _): return nullCount(of: index) == 0
    case .list, .nullTest: return true
    case .membership(let operand, let list, _): return list.elements.validity == nil && isNeverNull(operand)
    case .cast(let operand, let mode): return mode != .lenient && isNeverNull(operand)
    case .binary(.power, _, _), .field, .call, .aggregate, .window, .element: return false
    case .binary where expression.holdsWhereNull: return true
    case .binary, .negate, .not, .conditional: return expression.children.allSatisfy { isNeverNull($0) }
    }
  }

  /// Whether a row may satisfy the condition, according to the statistics.
  func mayMatch(_ condition: BoundExpression) -> Bool {
    switch condition.node {
    case .constant(.bool(let truth)): return truth
    case .constant(.null): return false
    case .binary(.and, let left, let right): return mayMatch(left) && mayMatch(right)
    case .binary(.or, let left, let right): return mayMatch(left) || mayMatch(right)
    case .binary(let operation, let left, let right) where operation.isComparison:
      guard let index = left.columnIndex, let constant = right.constantValue else { return true }
      return mayMatch(column: index, operation, constant)
    case .membership(let operand, let list, isNegated: false):
      guard let index = operand.columnIndex, list.elements.count <= 1000 else { return true }
      return (0..<list.elements.count).contains { mayMatch(column: index, .equal, list.elements[$0]) }
    case .nullTest(let operand, let isNegated):
      guard let index = operand.columnIndex else { return isNegated || !isNeverNull(operand) }
      guard let nulls = statistics(index)?.nullCount else { return true }
      return isNegated ? nulls < rows.count : nulls > 0
    default: return true
    }
  }

  private func statistics(_ column: Int) -> ColumnStatistics? {
    statistics.indices.contains(column) ? statistics[column] : nil
  }

  private func mayMatch(column: Int, _ operation: BinaryOperator, _ constant: Value) -> Bool {
    guard let known = statistics(column) else { return true }
    if known.nullCount == rows.count { return false }
    // The bounds in a file do not include NaN, so they prove nothing about floats where NaN could match.
    if case .float(let number) = constant, number.isNaN { return true }
    let least = known.minimum.flatMap { $0.order(with: constant) }
    let greatest = known.maximum.flatMap { $0.order(with: constant) }
    switch operation {
    case .equal: return (least ?? -1) <= 0 && (greatest ?? 1) >= 0
    case .less: return (least ?? -1) < 0
    case .lessOrEqual: return (least ?? -1) <= 0
    case .greater: return known.holdsFloats || (greatest ?? 1) > 0
    case .greaterOrEqual: return known.holdsFloats || (greatest ?? 1) >= 0
    default: return known.holdsFloats || least != 0 || greatest != 0
    }
  }
}

extension ColumnStatistics {
  fileprivate var holdsFloats: Bool {
    switch minimum ?? maximum {
    case .float: true
    default: false
    }
  }
}
