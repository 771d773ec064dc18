import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// Groups a source that does not fit in memory, with aggregates that need all rows of a group at once. The first pass
  /// counts the rows of each group; each further pass gathers the rows of as many groups as fit in memory. Nil if
  /// memory suffices or all rows are one group.
  ///
  /// - Complexity: memory for the keys and a quarter of the source's memory budget; one pass per such quarter of the
  ///   data.
  /// - Throws: a diagnostic if the rows of one group alone do not fit.
  mutating func groupedInPasses(_ step: PhysicalOperator) throws(Diagnostic) -> Table? {
    guard case .aggregate(let input, let keys, let aggregates) = step, !keys.isEmpty,
      var rows = StreamedRows(of: input)
    else { return nil }
    let start = ContinuousClock.now
    let count = NamedExpression("\u{1}", BoundExpression(.aggregate(.len, []), .u32))
    guard let groups = try streamed(.aggregate(input, keys: keys, aggregates: [count])) else { return nil }
    report.stages.removeLast()
    let passes = try GroupPass.passes(groups, keyCount: keys.count, rows: max(1, rows.rowsAtOnce))
    let executor = self
    var results: [Table] = []
    for pass in passes {
      let gathered = try rows.gathered(executor, keys: keys.map(\.expression), among: pass.keys)
      results.append(try aggregate(gathered, keys: keys, aggregates))
    }
    let table = try concat(results)
    noteStage(
      step.summary + ", \(counted(passes.count, "pass", plural: "passes")) over the rows", rows: table.rowCount,
      since: start)
    return table
  }

  /// Runs an operation that chooses groups of a source that does not fit in memory: the first pass finds the groups,
  /// the second one collects the rows of the chosen ones. Nil if memory suffices or the operator is not of this kind.
  mutating func chosenGroups(_ step: PhysicalOperator) throws(Diagnostic) -> Table? {
    guard case .operation(let input, let operation) = step, let choice = operation as? any GroupChoice,
      var rows = StreamedRows(of: input)
    else { return nil }
    let start = ContinuousClock.now
    let schema = operation.schema
    let keys = choice.keys.map { NamedExpression(schema[$0].name, .column($0, schema[$0])) }
    guard let groups = try streamed(.aggregate(input, keys: keys, aggregates: [])) else { return nil }
    report.stages.removeLast()
    let (chosen, notes) = try choice.groups(among: groups.rowCount)
    for text in notes { note(text) }
    let drawn = try gather(groups, rows: chosen, hasMissing: false)
    let table = try rows.gathered(self, keys: keys.map(\.expression), among: drawn.columns)
    noteStage(step.summary + ", two passes over the rows", rows: table.rowCount, since: start)
    return table
  }
}

extension StreamedRows {
  /// The rows whose keys are among the wanted keys, which are distinct.
  fileprivate mutating func gathered(
    _ executor: Executor, keys: [BoundExpression], among wanted: [Column]
  ) throws(Diagnostic) -> Table {
    var pieces: [Table] = []
    let wantedCount = wanted.first?.count ?? 0
    try forEachRowRange(executor) { (run) throws(Diagnostic) in
      let evaluator = TableEvaluator(run)
      var both: [Column] = []
      for (key, own) in zip(keys, wanted) { both.append(try concat([own, evaluator.column(key)])) }
      // Groups are numbered in first-occurrence order, so the wanted keys, which come first, have the lowest numbers.
      let groups = try Grouping(by: both, count: wantedCount + run.rowCount, finding: .groupOfRow).groupOfRow
      let kept = try Bitmap.ofRows(run.rowCount) { groups[wantedCount + $0] < wantedCount }
      pieces.append(try filter(run, kept).compacted())
      return true
    }
    return try concat(pieces)
  }
}

/// The groups whose rows are gathered in one pass.
private struct GroupPass {
  let keys: [Column]

  /// Divides the groups into passes of consecutive groups with at most `most` rows together.
  ///
  /// - Parameter groups: the keys and the number of rows of each group.
  static func passes(_ groups: Table, keyCount: Int, rows most: Int) throws(Diagnostic) -> [GroupPass] {
    guard case .u32(let counts) = groups.columns[keyCount].values else { throw .fault("counts that are not u32") }
    var passes: [GroupPass] = []
    var (first, rows) = (0, 0)
    for group in 0...counts.count {
      let own = group < counts.count ? Int(counts[group]) : 0
      // The budget of `most` rows includes the scratch memory of grouping, so one group may have up to twice as many
      // rows.
      if own > 2 * most { throw .tooLargeGroup(groups[group..<group + 1], keyCount: keyCount, rows: own) }
      if group == counts.count || rows + own > most, group > first {
        passes.append(GroupPass(keys: groups[first..<group].columns.prefix(keyCount).map { $0 }))
        (first, rows) = (group, 0)
      }
      rows += own
    }
    return passes
  }
}

extension Diagnostic {
  /// A group has too many rows for an aggregate that needs all of them at once.
  fileprivate static func tooLargeGroup(_ group: Table, keyCount: Int, rows: Int) -> Diagnostic {
    let key = (0..<keyCount).map { "\(Spelling.name(group.schema[$0].name)) \(group.columns[$0][0])" }
    return Diagnostic(
      "the \(grouped(rows)) rows of one group (\(key.joined(separator: ", "))) do not fit in memory",
      hint: "`median`, `quantile`, `mode` and `list` need them all at once; `len`, `count`, `sum`, `mean`, `std`, "
        + "`var`, `min`, `max`, `first`, `last` and `n_unique` do not; or `filter` or `sample` first")
  }
}
