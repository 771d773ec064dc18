import Tables

// Moves filters towards the scans, and `head` below what it does not depend on. What a plan gives stays the same.

extension Plan {
  /// The plan with every filter as close to its source as it can go.
  func withFiltersPushed() -> Plan {
    switch self {
    case .scan: return self
    case .filter(let input, let condition):
      return input.withFiltersPushed().filtered(by: condition)
    case .project(let input, let columns): return .project(input.withFiltersPushed(), columns)
    case .aggregate(let input, let keys, let aggregates):
      return .aggregate(input.withFiltersPushed(), keys: keys, aggregates: aggregates)
    case .sort(let input, let keys): return .sort(input.withFiltersPushed(), keys)
    case .slice(let input, let offset, let count):
      return input.withFiltersPushed().sliced(offset: offset, count: count)
    case .distinct(let input, let columns, let keep):
      return .distinct(input.withFiltersPushed(), columns: columns, keep: keep)
    case .join(let left, let right, let join):
      return .join(left.withFiltersPushed(), right.withFiltersPushed(), join)
    case .concatenate(let inputs): return .concatenate(inputs.map { $0.withFiltersPushed() })
    case .operation(let input, let operation): return .operation(input.withFiltersPushed(), operation)
    }
  }

  /// The rows that a condition keeps; the plan's own filters are in place already.
  private func filtered(by condition: BoundExpression) -> Plan {
    guard !condition.looksBeyondItsRow else { return .filter(self, condition) }
    switch self {
    case .project(let input, let columns):
      let used = condition.columnIndices.map { columns[$0].expression }
      guard !columns.contains(where: \.expression.looksBeyondItsRow), used.allSatisfy(\.isCheap) else { break }
      return .project(input.filtered(by: condition.replacingColumns(by: columns.map(\.expression))), columns)
    case .sort(let input, let keys) where !keys.contains(where: \.expression.looksBeyondItsRow):
      return .sort(input.filtered(by: condition), keys)
    case .concatenate(let inputs): return .concatenate(inputs.map { $0.filtered(by: condition) })
    case .distinct(let input, let columns, let keep) where condition.columnIndices.isSubset(of: columns):
      return .distinct(input.filtered(by: condition), columns: columns, keep: keep)
    case .aggregate(let input, let keys, let aggregates)
    where condition.columnIndices.allSatisfy({ $0 < keys.count }) && !condition.columnIndices.isEmpty
      && !keys.contains(where: \.expression.looksBeyondItsRow):
      let below = input.filtered(by: condition.replacingColumns(by: keys.map(\.expression)))
      return .aggregate(below, keys: keys, aggregates: aggregates)
    case .join(let left, let right, let join): return pushed(condition, left, right, join)
    default: break
    }
    return .filter(self, condition)
  }

  /// The parts of a condition that look at one side only go to that side, where the join allows it.
  private func pushed(_ condition: BoundExpression, _ left: Plan, _ right: Plan, _ join: JoinDescription) -> Plan {
    let leftCount = left.schema.count
    let rightColumns = join.rightColumns(right.schema)
    var (onLeft, onRight, above): ([BoundExpression], [BoundExpression], [BoundExpression]) = ([], [], [])
    for part in condition.conjuncts {
      let indices = part.columnIndices
      if indices.isEmpty {
        above.append(part)
      } else if join.kind != .full, indices.allSatisfy({ $0 < leftCount }) {
        onLeft.append(part)
      } else if join.kind == .inner || join.kind == .cross, indices.allSatisfy({ $0 >= leftCount }) {
        let positions = Dictionary(uniqueKeysWithValues: rightColumns.enumerated().map { (leftCount + $0, $1) })
        onRight.append(part.mappingColumns(positions))
      } else {
        above.append(part)
      }
    }
    let inner = Plan.join(
      onLeft.reduce(left) { $0.filtered(by: $1) }, onRight.reduce(right) { $0.filtered(by: $1) }, join)
    return above.reduce(inner) { .filter($0, $1) }
  }

  private func sliced(offset: Int, count: Int?) -> Plan {
    guard case .project(let input, let columns) = self, !columns.contains(where: \.expression.looksBeyondItsRow) else {
      return .slice(self, offset: offset, count: count)
    }
    return .project(input.sliced(offset: offset, count: count), columns)
  }
}

extension BoundExpression {
  /// The parts that must all hold.
  var conjuncts: [BoundExpression] {
    if case .binary(.and, let left, let right) = node { return left.conjuncts + right.conjuncts }
    return [self]
  }

  /// Worth computing twice rather than keeping a filter from the file.
  var isCheap: Bool {
    if case .call = node { return false }
    return !looksBeyondItsRow && children.allSatisfy(\.isCheap)
  }

  /// The same expression with column `i` replaced by `expressions[i]`.
  func replacingColumns(by expressions: [BoundExpression]) -> BoundExpression {
    rewritten { expression in
      guard let index = expression.columnIndex else { return expression }
      let replacement = expressions[index]
      return BoundExpression(replacement.node, replacement.type, span: expression.span ?? replacement.span)
    }
  }
}
