import Tables

extension OptimizerRule {
  /// Moves filters as close to the source as possible: the operators above get fewer rows, and partitions of a file
  /// whose statistics exclude a match are not read.
  static let filterPushdown = OptimizerRule("filter pushdown") { step in
    if case .filter(let input, let condition) = step { input.filtered(by: condition) } else { step }
  }
}

extension Plan {
  /// The plan filtered by a condition. The filters inside the plan have already been moved.
  fileprivate func filtered(by condition: BoundExpression) -> Plan {
    if condition.constantValue == .bool(true) { return self }
    guard !condition.looksBeyondItsRow else { return .filter(self, condition) }
    switch self {
    case .project(let input, let columns): return pushed(condition, below: columns, of: input)
    case .sort(let input, let keys) where !keys.contains(where: \.expression.looksBeyondItsRow):
      return .sort(input.filtered(by: condition), keys)
    case .concatenate(let inputs):
      // The filter above counts the nulls of all inputs, so that one note reports them.
      guard inputs.contains(where: { $0.mayBeNull(condition) }) else {
        return .concatenate(inputs.map { $0.filtered(by: condition) })
      }
      return .filter(.concatenate(inputs.map { $0.filtered(by: condition.holdingOrNull) }), condition)
    case .distinct(let input, let columns, let keep):
      // Rows with a repeated key are dropped, so the condition must not fail for them first.
      if keep == .none, condition.mayFail { break }
      let positions = Dictionary(uniqueKeysWithValues: columns.map { ($0, $0) })
      return split(condition, movable: positions, below: input) { .distinct($0, columns: columns, keep: keep) }
    case .aggregate(let input, let keys, let aggregates) where !keys.isEmpty:
      if keys.contains(where: \.expression.looksBeyondItsRow) { break }
      let (below, above) = condition.conjuncts.divided { part in
        !part.columnIndices.isEmpty && part.columnIndices.allSatisfy { $0 < keys.count }
      }
      let expressions = keys.map(\.expression)
      return moved(below.map { ($0, $0.replacingColumns(by: expressions)) }, above, below: input) {
        .aggregate($0, keys: keys, aggregates: aggregates)
      }
    case .join(let left, let right, let join): return pushed(condition, left, right, join)
    case .operation(let input, let operation):
      return split(condition, movable: operation.filterPassThrough, below: input) { .operation($0, operation) }
    default: break
    }
    return .filter(self, condition)
  }

  /// Pushes a condition through a projection. Without window functions: the whole condition, if the columns that it
  /// uses are cheap to compute twice. With window functions: only parts that use columns that are keys of every window,
  /// because such parts keep or drop whole groups.
  private func pushed(_ condition: BoundExpression, below columns: [NamedExpression], of input: Plan) -> Plan {
    let expressions = columns.map(\.expression)
    let used = condition.columnIndices.map { expressions[$0] }
    guard expressions.contains(where: \.looksBeyondItsRow) else {
      guard used.allSatisfy(\.isCheap) else { return .filter(self, condition) }
      return .project(input.filtered(by: condition.replacingColumns(by: expressions)), columns)
    }
    guard let shared = expressions.sharedWindowKeys else { return .filter(self, condition) }
    var movable: [Int: Int] = [:]
    for (index, expression) in expressions.enumerated() {
      if let column = expression.columnIndex, shared.contains(column) { movable[index] = column }
    }
    return split(condition, movable: movable, below: input) { .project($0, columns) }
  }

  /// Pushes the parts of a condition that use only movable columns below an operator.
  ///
  /// - Parameter positions: maps each movable column of the result to its index in the input.
  private func split(
    _ condition: BoundExpression, movable positions: [Int: Int], below input: Plan, _ step: (Plan) -> Plan
  ) -> Plan {
    let (below, above) = condition.conjuncts.divided { part in
      !part.columnIndices.isEmpty && part.columnIndices.allSatisfy { positions[$0] != nil }
    }
    return moved(below.map { ($0, $0.mappingColumns(positions)) }, above, below: input, step)
  }

  /// Puts an operator over an input that is already filtered by parts of a condition.
  ///
  /// The note of a filter counts the nulls among the rows that the user filtered. So a part that can be null drops only
  /// false rows below, and is repeated above.
  private func moved(
    _ parts: [(above: BoundExpression, below: BoundExpression)], _ above: [BoundExpression], below input: Plan,
    _ step: (Plan) -> Plan
  ) -> Plan {
    var rest = above
    var inner = input
    for part in parts {
      if inner.mayBeNull(part.below) {
        inner = inner.filtered(by: part.below.holdingOrNull)
        rest.append(part.above)
      } else {
        inner = inner.filtered(by: part.below)
      }
    }
    let result = step(inner)
    return rest.joinedByAnd.map { .filter(result, $0) } ?? result
  }

  /// Pushes the parts of a condition that use only one side of a join to that side, if the kind of join allows it.
  private func pushed(_ condition: BoundExpression, _ left: Plan, _ right: Plan, _ join: JoinDescription) -> Plan {
    let leftCount = left.columnCount
    let rightColumns = join.rightColumns(right.schema)
    var (onLeft, onRight, above): ([BoundExpression], [BoundExpression], [BoundExpression]) = ([], [], [])
    for part in condition.conjuncts {
      let indices = part.columnIndices
      if indices.isEmpty || part.mayFail {
        // The condition must not fail for rows without a match.
        above.append(part)
      } else if join.kind != .full, indices.allSatisfy({ $0 < leftCount }) {
        let staysAbove = left.mayBeNull(part)
        if staysAbove { above.append(part) }
        onLeft.append(staysAbove ? part.holdingOrNull : part)
      } else if join.kind == .inner || join.kind == .cross, indices.allSatisfy({ $0 >= leftCount }) {
        let positions = Dictionary(uniqueKeysWithValues: rightColumns.enumerated().map { (leftCount + $0, $1) })
        let moved = part.mappingColumns(positions)
        let staysAbove = right.mayBeNull(moved)
        if staysAbove { above.append(part) }
        onRight.append(staysAbove ? moved.holdingOrNull : moved)
      } else {
        above.append(part)
      }
    }
    let inner = Plan.join(
      onLeft.reduce(left) { $0.filtered(by: $1) }, onRight.reduce(right) { $0.filtered(by: $1) }, join)
    return above.joinedByAnd.map { .filter(inner, $0) } ?? inner
  }
}

extension BoundExpression {
  /// The operands of `and`, which must all be true.
  var conjuncts: [BoundExpression] {
    if case .binary(.and, let left, let right) = node { return left.conjuncts + right.conjuncts }
    return [self]
  }

  /// True if the condition is true or null: a filter with it drops only the false rows.
  var holdingOrNull: BoundExpression {
    BoundExpression(
      .binary(.or, self, BoundExpression(.nullTest(self, isNegated: false), .bool, span: span)), .bool, span: span)
  }

  /// Whether it has the form that `holdingOrNull` makes, which is never null.
  var holdsWhereNull: Bool {
    guard case .binary(.or, let left, let right) = node, case .nullTest(let tested, false) = right.node else {
      return false
    }
    return tested == left
  }

  /// Whether it is cheap enough to compute twice if that lets a filter reach the file.
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

extension [BoundExpression] {
  /// The conjunction of all conditions; nil if there are none.
  fileprivate var joinedByAnd: BoundExpression? {
    dropFirst().reduce(first) { all, next in all.map { BoundExpression(.binary(.and, $0, next), .bool, span: $0.span) }
    }
  }

  /// The columns that are keys of every window; nil if an aggregate of the whole table occurs.
  fileprivate var sharedWindowKeys: Set<Int>? {
    var shared: Set<Int>?
    for expression in self {
      guard let own = expression.windowKeys else { return nil }
      for keys in own { shared = shared.map { $0.intersection(keys) } ?? keys }
    }
    return shared
  }

  /// Divides the parts by a test. A part that may fail is not moved before a part that stays behind, because that part
  /// may prevent its evaluation.
  fileprivate func divided(_ belongs: (BoundExpression) -> Bool) -> (
    those: [BoundExpression], others: [BoundExpression]
  ) {
    var (those, others): ([BoundExpression], [BoundExpression]) = ([], [])
    for part in self {
      if belongs(part), others.isEmpty || !part.mayFail { those.append(part) } else { others.append(part) }
    }
    return (those, others)
  }
}

extension BoundExpression {
  /// For every window in the expression, the keys that are columns; nil if an aggregate of the whole table occurs.
  fileprivate var windowKeys: [Set<Int>]? {
    switch node {
    case .aggregate: return nil
    case .window(_, let arguments, let window):
      let inner = arguments + window.order.map(\.expression) + window.keys
      guard !inner.contains(where: \.looksBeyondItsRow) else { return nil }
      return [Set(window.keys.compactMap(\.columnIndex))]
    default:
      var all: [Set<Int>] = []
      for child in children {
        guard let own = child.windowKeys else { return nil }
        all += own
      }
      return all
    }
  }
}
