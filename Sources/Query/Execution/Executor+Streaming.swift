import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// Streams a source that does not fit in memory through an operator: applies it to one row range after another and
  /// merges the partial results. Nil if memory suffices, if the operator needs all rows at once, or if the partial
  /// results become too large.
  ///
  /// - Complexity: memory for one row range and twice the result.
  mutating func streamed(_ step: PhysicalOperator) throws(Diagnostic) -> Table? {
    guard step.inputs.count == 1, let input = step.inputs.first, var rows = StreamedRows(of: input),
      let parts = try StreamedParts(step)
    else { return nil }
    let start = ContinuousClock.now
    let executor = self
    var results = parts.parts.map { MergedParts(merge: $0.ofParts) }
    var isTooMuch = false
    let rowsAtOnce = rows.rowsAtOnce
    try rows.forEachRowRange(executor) { (run) throws(Diagnostic) in
      for (index, part) in parts.parts.enumerated() {
        try results[index].add(part.ofRows(executor, run), executor)
      }
      isTooMuch = parts.isReplaceable && results.dropFirst().contains { $0.rowCount > rowsAtOnce }
      return !isTooMuch && parts.rowsNeeded.map { results[0].rowCount < $0 } ?? true
    }
    if isTooMuch { return nil }
    var tables: [Table] = []
    for index in results.indices {
      guard let table = try results[index].merged(executor) else { return nil }
      tables.append(table)
    }
    rows.report(to: &self)
    let table = try parts.finish(self, tables)
    noteStage(step.summary + ", one run of rows after another", rows: table.rowCount, since: start)
    return table
  }
}

/// Merges partial results of row ranges, each time the new parts have as many rows as the merged part.
private struct MergedParts {
  let merge: (Executor, Table) throws(Diagnostic) -> Table
  private var first: Table?
  private var later: [Table] = []
  private var laterRows = 0

  init(merge: @escaping (Executor, Table) throws(Diagnostic) -> Table) { self.merge = merge }

  /// An upper bound: merging may remove rows.
  var rowCount: Int { (first?.rowCount ?? 0) + laterRows }

  mutating func add(_ part: Table, _ executor: Executor) throws(Diagnostic) {
    later.append(part)
    laterRows += part.rowCount
    if first == nil || laterRows >= max(first?.rowCount ?? 0, 1 << 12) { _ = try merged(executor) }
  }

  /// All parts merged into one; nil if there are none.
  mutating func merged(_ executor: Executor) throws(Diagnostic) -> Table? {
    if later.isEmpty { return first }
    let parts = (first.map { [$0] } ?? []) + later
    (first, later, laterRows) = (nil, [], 0)
    // A part may be a slice; compacting it frees the memory of its parent.
    first = try parts.count == 1 ? parts[0].compacted() : merge(executor, concat(parts))
    return first
  }
}

/// An operator divided for streaming: its partial results for a row range, their merging, and the final result.
private struct StreamedParts {
  struct Part {
    /// The partial result of a row range.
    let ofRows: (Executor, Table) throws(Diagnostic) -> Table
    /// Merges the concatenated partial results of several row ranges.
    let ofParts: (Executor, Table) throws(Diagnostic) -> Table
  }

  let parts: [Part]
  let finish: (Executor, [Table]) throws(Diagnostic) -> Table
  /// The number of rows of the first part that suffice, if not all rows need to be read.
  private(set) var rowsNeeded: Int?
  /// Whether `groupedInPasses` can do the same with less memory if there are too many pairs of group and value.
  private(set) var isReplaceable = false

  /// Nil if the operator cannot be divided.
  init?(_ step: PhysicalOperator) throws(Diagnostic) {
    switch step {
    case .aggregate(_, let keys, let aggregates):
      guard let partial = try PartialAggregates(keys, aggregates) else { return nil }
      (parts, finish) = StreamedParts.aggregate(partial, keys: keys)
      isReplaceable = !keys.isEmpty
    case .distinct(_, let columns, let keep) where keep != .none:
      parts = [
        Self.same { (executor, rows) throws(Diagnostic) in
          try executor.distinct(rows, columns.map(\.index), keep)
        }
      ]
      finish = { (_, results) in results[0] }
    case .sort(_, let keys, let limit?):
      parts = [
        Self.same { (executor, rows) throws(Diagnostic) in try executor.sort(rows, keys, limit: limit) }
      ]
      finish = { (_, results) in results[0] }
    case .slice(_, let offset, let count):
      let (end, overflow) = offset.addingReportingOverflow(count ?? .max)
      if offset >= 0, overflow { return nil }
      // Keep the rows up to the end of the slice, or from its start on if it counts from the end.
      let kept = offset < 0 ? (offset: offset, count: nil) : (offset: 0, count: end)
      parts = [
        Self.same { (_, rows) throws(Diagnostic) in
          try rows[sliceRange(offset: kept.offset, count: kept.count, rowCount: rows.rowCount)].compacted()
        }
      ]
      finish = { (_, results) in
        results[0][sliceRange(offset: offset, count: count, rowCount: results[0].rowCount)]
      }
      rowsNeeded = kept.count
    default: return nil
    }
  }

  private static func aggregate(
    _ partial: PartialAggregates, keys: [NamedExpression]
  ) -> (parts: [Part], finish: (Executor, [Table]) throws(Diagnostic) -> Table) {
    let groups = Part(
      ofRows: { (executor, rows) throws(Diagnostic) in
        try executor.aggregate(rows, keys: keys, partial.ofRows)
      },
      ofParts: { (executor, groups) throws(Diagnostic) in
        try executor.aggregate(groups, keys: partial.keys, partial.ofGroups)
      })
    let distinct = partial.ofDistinct.map { call in
      same { (executor, pairs) throws(Diagnostic) in
        try executor.distinct(pairs, Array(pairs.columns.indices), .first)
      } before: { (executor, rows) throws(Diagnostic) in
        try executor.project(rows, keys + [call.argument])
      }
    }
    let counted = partial.ofCounts.map { call in
      Part(
        ofRows: { (executor, rows) throws(Diagnostic) in
          try executor.aggregate(rows, keys: [call.argument], [call.countOfRows])
        },
        ofParts: { (executor, counts) throws(Diagnostic) in
          try executor.aggregate(counts, keys: [call.value], [call.countOfParts])
        })
    }
    return (
      [groups] + distinct + counted,
      { (executor, results) throws(Diagnostic) in
        var columns = results[0].columns
        var fields = results[0].schema.fields
        for (call, pairs) in zip(partial.ofDistinct, results.dropFirst()) {
          // The first pairs of the groups are in the order of the groups, so the results are too.
          let counted = try executor.aggregate(pairs, keys: partial.keys, [call.ofPairs])
          columns.append(counted.columns[keys.count])
          fields.append(counted.schema[keys.count])
        }
        for (call, counts) in zip(partial.ofCounts, results.dropFirst(1 + partial.ofDistinct.count)) {
          let values = try CountedValues(counts.columns[0], counts: counts.columns[1])
          columns.append(try values.column(call.kind, of: call.type))
          fields.append(Field(call.argument.name, call.type))
        }
        return try executor.project(
          Table(Schema(fields), columns, rowCount: results[0].rowCount), partial.results)
      }
    )
  }

  /// A part whose partial results are merged by the same work again.
  private static func same(
    _ work: @escaping (Executor, Table) throws(Diagnostic) -> Table,
    before: @escaping (Executor, Table) throws(Diagnostic) -> Table = { $1 }
  ) -> Part {
    Part(
      ofRows: { (executor, rows) throws(Diagnostic) in try work(executor, before(executor, rows)) }, ofParts: work)
  }
}
