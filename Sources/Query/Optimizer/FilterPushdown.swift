import Tables

extension OptimizerRule {
  /// Filters run as close to the source as they can: fewer rows go through what stands above, and a file is not read
  /// where its statistics exclude a match.
  static let filterPushdown = OptimizerRule("filter pushdown") { step in
    if case .filter(let input, let condition) = step { input.filtered(by: condition) } else { step }
  }
}

extension Plan {
  /// The rows that a condition keeps; the plan's own filters are in place already.
  fileprivate func filtered(by condition: BoundExpression) -> Plan {
    if condition.constantValue == .bool(true) { return self }
    guard !condition.looksBeyondItsRow else { return .filter(self, condition) }
    switch self {
    case .project(let input, let columns): return pushed(condition, below: columns, of: input)
    case .sort(let input, let keys) where !keys.contains(where: \.expression.looksBeyondItsRow):
      return .sort(input.filtered(by: condition), keys)
    case .concatenate(let inputs):
      // One note counts the nulls of all inputs, and inputs that are the same are read once.
      guard inputs.contains(where: { $0.mayBeNull(condition) }) else {
        return .concatenate(inputs.map { $0.filtered(by: condition) })
      }
      return .filter(.concatenate(inputs.map { $0.filtered(by: condition.holdingOrNull) }), condition)
    case .distinct(let input, let columns, let keep):
      // A key that repeats goes away: it must not fail before.
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
      return split(condition, movable: operation.passedColumns, below: input) { .operation($0, operation) }
    default: break
    }
    return .filter(self, condition)
  }

  /// Through a projection: all of the condition where every column is cheap to compute again; else what looks only at
  /// columns that every window has among its keys, whose rows go or stay together.
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

  /// The parts of a condition that look at movable columns only go below a step.
  ///
  /// - Parameter positions: where each movable column of the result stands in the input.
  private func split(
    _ condition: BoundExpression, movable positions: [Int: Int], below input: Plan, _ step: (Plan) -> Plan
  ) -> Plan {
    let (below, above) = condition.conjuncts.divided { part in
      !part.columnIndices.isEmpty && part.columnIndices.allSatisfy { positions[$0] != nil }
    }
    return moved(below.map { ($0, $0.mappingColumns(positions)) }, above, below: input, step)
  }

  /// A step over an input from which parts of a condition have taken rows away already.
  ///
  /// What a filter says of nulls counts the rows that the person filtered. So a part that can be null takes away only
  /// what is false, and stays above for the rest.
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

  /// The parts of a condition that look at one side only go to that side, where the join allows it.
  private func pushed(_ condition: BoundExpression, _ left: Plan, _ right: Plan, _ join: JoinDescription) -> Plan {
    let leftCount = left.columnCount
    let rightColumns = join.rightColumns(right.schema)
    var (onLeft, onRight, above): ([BoundExpression], [BoundExpression], [BoundExpression]) = ([], [], [])
    for part in condition.conjuncts {
      let indices = part.columnIndices
      if indices.isEmpty || part.mayFail {
        // Rows that find no partner must not fail.
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
  /// The parts that must all hold.
  var conjuncts: [BoundExpression] {
    if case .binary(.and, let left, let right) = node { return left.conjuncts + right.conjuncts }
    return [self]
  }

  /// True where the condition holds or is null: what may stay where only the false rows are taken away.
  var holdingOrNull: BoundExpression {
    BoundExpression(
      .binary(.or, self, BoundExpression(.nullTest(self, isNegated: false), .bool, span: span)), .bool, span: span)
  }

  /// Whether it is of the form that `holdingOrNull` makes: never null, whatever its columns hold.
  var holdsWhereNull: Bool {
    guard case .binary(.or, let left, let right) = node, case .nullTest(let tested, false) = right.node else {
      return false
    }
    return tested == left
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

extension [BoundExpression] {
  /// One condition that holds where all do; nil of none.
  fileprivate var joinedByAnd: BoundExpression? {
    dropFirst().reduce(first) { all, next in all.map { BoundExpression(.binary(.and, $0, next), .bool, span: $0.span) }
    }
  }

  /// The columns that are keys of every window here; nil where something looks at the whole table.
  fileprivate var sharedWindowKeys: Set<Int>? {
    var shared: Set<Int>?
    for expression in self {
      guard let own = expression.windowKeys else { return nil }
      for keys in own { shared = shared.map { $0.intersection(keys) } ?? keys }
    }
    return shared
  }

  /// The parts that belong to some, and the others. What may fail does not go before a part that stays behind and may
  /// keep it from being looked at.
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
  /// The keys of every window in the expression that are bare columns; nil where an aggregate of the whole table is.
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
