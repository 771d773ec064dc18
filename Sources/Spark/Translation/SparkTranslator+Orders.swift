import Diagnostics
import Query
import Tables

// Row order. Spark guarantees no order unless rows are sorted. Groups are sorted by their keys, rows with equal sort keys
// by their other columns; a note mentions each.

extension SparkTranslator {
  /// Sort keys for Lectern's order: NaN after all numbers and before null, in both directions.
  mutating func sortKeys(
    _ key: BoundSortKey, _ step: inout SparkStep
  ) throws(Diagnostic) -> [SparkSortKey] {
    let type = key.expression.type
    guard !type.isNested else {
      throw refusal("an order by lists and structs", at: key.expression.span)
    }
    var value = try expression(key.expression, &step)
    if case .column = value {} else { value = adding(value, to: &step) }
    if isPlain, type.isFloat, key.isDescending { note("NaN comes before all numbers in a descending order") }
    guard type.isFloat, key.isDescending, !isPlain else { return [SparkSortKey(value, isDescending: key.isDescending)] }
    let rank = SparkExpression.when(
      (value.isNull, .int(2)), (.call("isnan", [value]), .int(1)), otherwise: .int(0))
    return [SparkSortKey(adding(rank, to: &step)), SparkSortKey(value, isDescending: true)]
  }

  /// The other columns as additional sort keys, for a deterministic order.
  func tieBreakers(_ step: SparkStep, besides keys: [SparkSortKey]) -> [SparkSortKey] {
    zip(step.columns, step.types).compactMap { name, type in
      let value = SparkExpression.column(name)
      return type.isNested || type == .null || keys.contains { $0.expression == value } ? nil : SparkSortKey(value)
    }
  }

  mutating func sorted(_ input: SparkStep, _ keys: [BoundSortKey]) throws(Diagnostic) -> SparkStep {
    var step = input
    var found: [SparkSortKey] = []
    for key in keys {
      for own in try sortKeys(key, &step) where !found.contains(where: { $0.expression == own.expression }) {
        found.append(own)
      }
    }
    // A stable sort: an existing order decides between equal rows.
    switch input.order {
    case .sorted(let before):
      found += before.filter { own in !found.contains { $0.expression == own.expression } }
    case .byKeys(let names):
      found += names.map { SparkSortKey(.column($0)) }.filter { own in
        !found.contains { $0.expression == own.expression }
      }
    case .none:
      let others = tieBreakers(step, besides: found)
      if !others.isEmpty { note("rows that are equal in a sort are ordered by their other columns") }
      found += others
    }
    step.relation = .sort(step.relation, found)
    step.order = .sorted(found)
    return step
  }

  /// Sorts groups by their keys. Other rows stay as they are.
  mutating func settled(_ step: SparkStep) -> SparkStep {
    // Without keys there is a single row.
    guard case .byKeys(let names) = step.order, !names.isEmpty else { return step }
    var step = step
    let keys = names.map { SparkSortKey(.column($0)) }
    note("groups are in the order of their keys")
    step.relation = .sort(step.relation, keys)
    step.order = .sorted(keys)
    return step
  }

  /// The rows of a join in the order of the left table, if that is sorted. Several matches of a row are ordered by their
  /// columns.
  mutating func inOrder(of left: SparkStep, _ joined: SparkStep) -> SparkStep {
    guard case .sorted(let keys) = left.order else { return joined }
    var step = joined
    let matched = SparkStep(
      relation: step.relation, columns: Array(step.columns.dropFirst(left.columns.count)),
      types: Array(step.types.dropFirst(left.columns.count)))
    let others = tieBreakers(matched, besides: keys)
    if !others.isEmpty { note("several matches of a row in a join are ordered by their columns") }
    step.relation = .sort(step.relation, keys + others)
    step.order = .sorted(keys + others)
    return step
  }

  mutating func sliced(_ input: SparkStep, _ offset: Int, _ count: Int?) throws(Diagnostic) -> SparkStep {
    var step = settled(input)
    if case .none = step.order { note("rows are in no particular order; `sort` before gives them one") }
    if offset < 0 {
      let wanted = offset.magnitude > UInt(Int32.max) ? Int(Int32.max) : -offset
      // Of a table with fewer rows, what is wanted begins before its first row.
      let left = count.map { max(0, wanted - $0) } ?? 0
      if left > 0 {
        guard case .sorted = step.order else {
          throw refusal("a part of unsorted rows, counted from their end", at: nil, hint: "`sort` them first")
        }
      }
      return try reversed(step, limit: wanted - left, leaving: left)
    }
    if offset > 0 { step.relation = .offset(step.relation, min(offset, Int(Int32.max))) }
    return count.map { limited(step, $0) } ?? step
  }

  private func limited(_ step: SparkStep, _ count: Int) -> SparkStep {
    var step = step
    step.relation = .limit(step.relation, min(count, Int(Int32.max)))
    return step
  }

  /// The last rows, in order, before those that are left out at the end.
  private func reversed(_ step: SparkStep, limit: Int, leaving left: Int = 0) throws(Diagnostic) -> SparkStep {
    var step = step
    guard case .sorted(let keys) = step.order else {
      step.relation = .tail(step.relation, limit)
      return step
    }
    let backwards = keys.map {
      SparkSortKey($0.expression, isDescending: !$0.isDescending, hasNullsFirst: !$0.hasNullsFirst)
    }
    let fromEnd = SparkRelation.sort(step.relation, backwards)
    step.relation = .sort(.limit(left > 0 ? .offset(fromEnd, left) : fromEnd, limit), keys)
    return step
  }

  mutating func distinct(
    _ input: SparkStep, _ columns: [Int], _ keep: DuplicatePolicy
  ) throws(Diagnostic) -> SparkStep {
    var step = input
    let names = columns.map { step.columns[$0] }
    if columns.count == step.columns.count, keep != .none {
      var exact = step
      exact.columns = step.columns.map { _ in fresh() }
      let copies = zip(zip(step.columns, step.types), exact.columns).map { own, name in
        SparkExpression.alias(.column(own.0).asKey(own.1), name)
      }
      exact.relation = .distinct(.project(step.relation, copies), by: exact.columns)
      exact.order = .byKeys(zip(exact.columns, step.types).filter { !$0.1.isNested && $0.1 != .null }.map(\.0))
      return exact
    }
    let keys = zip(names, columns).map { SparkExpression.column($0).asKey(step.types[$1]) }
    if keep == .none {
      let count = SparkExpression.window(
        .call("count", [.int(1)]), partitionedBy: keys, orderedBy: [], nil)
      let found = adding(count, to: &step)
      step.relation = .filter(step.relation, found.equals(.int(1)))
      return step
    }
    step = settled(step)
    guard case .sorted(let order) = step.order else {
      throw refusal(
        "`keep=\(keep.rawValue)` of rows that are in no order", at: nil,
        hint: "`sort` them first, or name all columns")
    }
    let wanted =
      keep == .first
      ? order
      : order.map {
        SparkSortKey($0.expression, isDescending: !$0.isDescending, hasNullsFirst: !$0.hasNullsFirst)
      }
    let number = SparkExpression.window(
      .call("row_number", []), partitionedBy: keys, orderedBy: wanted, nil)
    let place = adding(number, to: &step)
    step.relation = .sort(.filter(step.relation, place.equals(.int(1))), order)
    return step
  }

  /// Columns of distinct rows. If they read the keys alone, it does not matter which of the rows with equal keys is kept,
  /// so that the rows need no order.
  mutating func projectedKeys(
    _ input: SparkStep, _ schema: Schema, _ keys: [Int], _ keep: DuplicatePolicy, _ columns: [NamedExpression]
  ) throws(Diagnostic) -> SparkStep {
    let places = Dictionary(keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let read = columns.reduce(into: Set<Int>()) { $0.formUnion($1.expression.columnIndices) }
    guard keep != .none, case .none = input.order, read.isSubset(of: keys) else {
      return try projected(distinct(input, keys, keep), columns)
    }
    let kept = try projected(input, keys.map { NamedExpression(schema[$0].name, .column($0, schema[$0])) })
    return try projected(
      distinct(kept, Array(keys.indices), keep),
      columns.map { NamedExpression($0.name, $0.expression.mappingColumns(places)) })
  }
}
