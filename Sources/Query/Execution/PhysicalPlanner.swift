import Diagnostics
import Tables

/// The physical plan of an optimised plan, with the common subplans that are computed once.
struct PhysicalPlan {
  let main: PhysicalOperator
  /// The common subplans, each after those that it reads itself.
  private(set) var subplans: [(source: CommonSubplan, columns: [Int], step: PhysicalOperator)] = []

  init(_ plan: Plan, _ rules: [OptimizerRule] = OptimizerRule.all) {
    let (shared, sources) = plan.optimized(by: rules).sharingCommonSubplans()
    main = PhysicalPlanner.narrowed(shared, to: Array(plan.schema.fields.indices))
    var wanted = main.columnsReadOfSubplans
    for source in sources.reversed() {
      let columns = (wanted[ObjectIdentifier(source)] ?? []).sorted()
      let step = PhysicalPlanner.narrowed(source.plan, to: columns)
      wanted.merge(step.columnsReadOfSubplans) { $0.union($1) }
      subplans.insert((source, columns, step), at: 0)
    }
  }
}

extension PhysicalOperator {
  /// The columns of every common subplan that are read here.
  fileprivate var columnsReadOfSubplans: [ObjectIdentifier: Set<Int>] {
    if case .read(let scan) = self {
      return scan.source is CommonSubplan ? [ObjectIdentifier(scan.source): scan.allColumns] : [:]
    }
    return inputs.reduce(into: [:]) { $0.merge($1.columnsReadOfSubplans) { $0.union($1) } }
  }
}

/// Translates a plan to physical operators from the top down; each operator is told which of its columns are needed.
private enum PhysicalPlanner {
  /// A physical operator, and the position in its result of each of the plan's columns.
  typealias Translation = (step: PhysicalOperator, positions: [Int: Int])

  static func translate(_ plan: Plan, needing needed: Set<Int>) -> Translation {
    switch plan {
    case .scan(let source):
      let columns = needed.sorted()
      return (.read(Scan(source: source, columns: columns)), positions(of: columns))
    case .remote(let table): return translate(.scan(AbsentRows(table)), needing: needed)
    case .filter(let input, let condition): return filter(input, condition, needed)
    case .project(let input, let columns):
      let kept = needed.sorted()
      let expressions = kept.map { columns[$0] }
      let (step, inner) = translate(input, needing: columnsUsed(expressions.map(\.expression)))
      if let chosen = choice(expressions, input.schema), chosen.count == inner.count {
        // The projection only chooses columns, and all of them are needed: use the input's columns directly.
        return (step, Dictionary(uniqueKeysWithValues: zip(kept, chosen.compactMap { inner[$0] })))
      }
      return (.project(step, expressions.map { $0.mapped(inner) }), positions(of: kept))
    case .aggregate(let input, let keys, let aggregates):
      // All keys are needed because they define the groups; of the aggregates, only those that are used.
      let kept = aggregates.indices.filter { needed.contains(keys.count + $0) }
      let chosen = kept.map { aggregates[$0] }
      let (step, inner) = translate(input, needing: columnsUsed((keys + chosen).map(\.expression)))
      return (
        .aggregate(step, keys: keys.map { $0.mapped(inner) }, aggregates: chosen.map { $0.mapped(inner) }),
        positions(of: Array(keys.indices) + kept.map { keys.count + $0 })
      )
    case .sort(let input, let keys): return sort(input, keys, needed, limit: nil)
    case .slice(let input, let offset, let count): return slice(input, offset, count, needed)
    case .distinct(let input, let columns, let keep):
      let (step, inner) = translate(input, needing: needed.union(columns))
      let names = input.schema.names
      let found = columns.compactMap { column in inner[column].map { (index: $0, name: names[column]) } }
      return (.distinct(step, columns: found, keep: keep), inner)
    case .join(let left, let right, let join): return self.join(left, right, join, needed)
    case .concatenate(let inputs):
      let kept = needed.sorted()
      return (.concatenate(inputs.map { narrowed($0, to: kept) }), positions(of: kept))
    case .operation(let input, let operation) where operation is any RowChoice:
      let (step, inner) = translate(input, needing: needed)
      return (.operation(step, operation), inner)
    case .operation(let input, let operation):
      if let narrow = operation.narrowed(to: needed) {
        return (.operation(narrowed(input, to: narrow.inputs), narrow.operation), positions(of: narrow.outputs))
      }
      let step = narrowed(input, to: Array(input.schema.fields.indices))
      return (.operation(step, operation), positions(of: Array(operation.schema.fields.indices)))
    }
  }

  private static func filter(_ input: Plan, _ condition: BoundExpression, _ needed: Set<Int>) -> Translation {
    let (step, inner) = translate(input, needing: needed.union(condition.columnIndices))
    if case .read(var scan) = step, scan.slice == nil, !condition.looksBeyondItsRow {
      let back = Dictionary(uniqueKeysWithValues: inner.map { ($0, scan.columns[$1]) })
      scan.conditions.append(condition.mappingColumns(back))
      scan.columns = needed.sorted().compactMap { back[$0] }
      return (.read(scan), positions(of: needed.sorted()))
    }
    let kept = needed.sorted()
    return (
      .filter(step, condition.mappingColumns(inner), columns: kept.compactMap { inner[$0] }), positions(of: kept)
    )
  }

  private static func sort(_ input: Plan, _ keys: [BoundSortKey], _ needed: Set<Int>, limit: Int?) -> Translation {
    let (step, inner) = translate(input, needing: needed.union(columnsUsed(keys.map(\.expression))))
    let mapped = keys.map { BoundSortKey($0.expression.mappingColumns(inner), isDescending: $0.isDescending) }
    return (.sort(step, mapped, limit: limit), inner)
  }

  private static func slice(_ input: Plan, _ offset: Int, _ count: Int?, _ needed: Set<Int>) -> Translation {
    if case .sort(let unsorted, let keys) = input, offset >= 0, let count {
      let (limit, overflow) = offset.addingReportingOverflow(count)
      let (step, inner) = sort(unsorted, keys, needed, limit: overflow ? nil : limit)
      return (offset == 0 && !overflow ? step : .slice(step, offset: offset, count: count), inner)
    }
    let (step, inner) = translate(input, needing: needed)
    if case .read(var scan) = step, scan.slice == nil, scan.conditions.isEmpty {
      scan.slice = (offset, count)
      return (.read(scan), inner)
    }
    return (.slice(step, offset: offset, count: count), inner)
  }

  private static func join(_ left: Plan, _ right: Plan, _ join: JoinDescription, _ needed: Set<Int>) -> Translation {
    let leftCount = left.schema.count
    let columnNames = join.schema(left: left.schema, right: right.schema).names
    let fromRight = join.rightColumns(right.schema)
    let leftKept = needed.filter { $0 < leftCount }.sorted()
    let rightKept = fromRight.indices.filter { needed.contains(leftCount + $0) }
    let (leftStep, leftInner) = translate(left, needing: Set(leftKept).union(join.leftInputs))
    let (rightStep, rightInner) = translate(
      right, needing: Set(rightKept.map { fromRight[$0] }).union(join.rightInputs))
    let kept = leftKept + rightKept.map { leftCount + $0 }
    func names(_ own: Int, _ sign: String, _ other: Int) -> String {
      let (own, other) = (Spelling.name(left.schema[own].name), Spelling.name(right.schema[other].name))
      return own == other && sign == "==" ? own : "\(own) \(sign) \(other)"
    }
    var keyNames = join.keys.map { names($0.left, "==", $0.right) }
    keyNames += join.comparisons.map { names($0.left, $0.sign.rawValue, $0.right) }
    if let nearest = join.nearest {
      keyNames.append("\(nearest.direction.rawValue) by \(names(nearest.key.left, "==", nearest.key.right))")
    }
    let comparisons = join.comparisons.compactMap { own in
      leftInner[own.left].flatMap { left in
        rightInner[own.right].map { JoinDescription.Comparison(left: left, own.sign, right: $0) }
      }
    }
    let nearest = join.nearest.flatMap { nearest in
      leftInner[nearest.key.left].flatMap { left in
        rightInner[nearest.key.right].map { JoinDescription.Key(left: left, right: $0) }
      }
    }
    let step = JoinOperator(
      description: join, keyNames: keyNames, leftKeys: join.keys.compactMap { leftInner[$0.left] },
      rightKeys: join.keys.compactMap { rightInner[$0.right] }, comparisons: comparisons, nearest: nearest,
      leftColumns: leftKept.compactMap { leftInner[$0] },
      rightColumns: rightKept.compactMap { rightInner[fromRight[$0]] }, names: kept.map { columnNames[$0] })
    return (.join(leftStep, rightStep, step), positions(of: kept))
  }

  /// The input columns of a projection that only chooses columns, without renaming; nil if it does more.
  private static func choice(_ columns: [NamedExpression], _ input: Schema) -> [Int]? {
    let chosen = columns.compactMap { column in
      column.expression.columnIndex.flatMap { input[$0].name == column.name ? $0 : nil }
    }
    return chosen.count == columns.count && Set(chosen).count == chosen.count ? chosen : nil
  }

  /// A physical operator with exactly these columns, in this order.
  static func narrowed(_ plan: Plan, to columns: [Int]) -> PhysicalOperator {
    let (step, inner) = translate(plan, needing: Set(columns))
    if step.columnCount == columns.count, columns.enumerated().allSatisfy({ inner[$1] == $0 }) { return step }
    let fields = plan.schema.fields
    return .project(
      step, columns.map { NamedExpression(fields[$0].name, .column($0, fields[$0]).mappingColumns(inner)) })
  }

  private static func positions(of columns: [Int]) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
  }

  private static func columnsUsed(_ expressions: [BoundExpression]) -> Set<Int> {
    expressions.reduce(into: []) { $0.formUnion($1.columnIndices) }
  }
}

extension NamedExpression {
  fileprivate func mapped(_ positions: [Int: Int]) -> NamedExpression {
    NamedExpression(name, expression.mappingColumns(positions))
  }
}
