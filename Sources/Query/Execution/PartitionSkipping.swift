import Tables

extension Partition {
  /// Whether some row here may satisfy all conditions, as far as statistics tell. The conditions name columns by
  /// their position in the source.
  func mayMatch(_ conditions: [BoundExpression]) -> Bool { conditions.allSatisfy { mayMatch($0) } }

  private func mayMatch(_ condition: BoundExpression) -> Bool {
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
      guard let index = operand.columnIndex, let nulls = statistics(index)?.nullCount else { return true }
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
    // NaN lies outside a file's bounds, so floats are not told by them where NaN could matter.
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

extension Value {
  /// Below, at or above zero as this value is less than, equal to or greater than another it compares with; nil where
  /// they do not compare.
  func order(with other: Value) -> Int? {
    func sign<Compared: Comparable>(_ a: Compared, _ b: Compared) -> Int { a < b ? -1 : a == b ? 0 : 1 }
    switch (self, other) {
    case (.integer(let a), .integer(let b)): return sign(a, b)
    case (.date(let a), .date(let b)): return sign(a, b)
    case (.time(let a), .time(let b)): return sign(a, b)
    case (.datetime(let a, let unit), .datetime(let b, let own)) where unit == own: return sign(a, b)
    case (.duration(let a, let unit), .duration(let b, let own)) where unit == own: return sign(a, b)
    case (.text(let a), .text(let b)), (.binary(let a), .binary(let b)): return sign(a, b)
    case (.bool(let a), .bool(let b)): return sign(a ? 1 : 0, b ? 1 : 0)
    case (.decimal(let a, let scale), .decimal(let b, let own)) where scale == own: return sign(a, b)
    default:
      // Rounding must not decide: whole numbers beyond 2⁵³ are not compared as floats.
      guard let a = number, let b = other.number, !a.isNaN, !b.isNaN, abs(a) < 0x1p53, abs(b) < 0x1p53 else {
        return nil
      }
      return sign(a, b)
    }
  }
}
