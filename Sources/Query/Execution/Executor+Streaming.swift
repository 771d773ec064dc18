import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// What a step gives of a source whose columns do not fit memory: run after run of its rows passes through it on its
  /// own, and what comes of that passes through it again. nil where memory suffices, or the step needs all rows at once.
  ///
  /// - Complexity: memory for one run of rows and for the result.
  mutating func streamed(_ step: Step) throws(Diagnostic) -> Table? {
    guard step.inputs.count == 1, let input = step.inputs.first, let scan = input.passedScan, scan.slice == nil,
      !scan.source.fitsMemory(scan.allColumns), let parts = try StreamedParts(step)
    else { return nil }
    let start = ContinuousClock.now
    let stretches = scan.matchingStretches
    var results: [Table] = []
    var nullCount = 0
    var pages = PageCount()
    for batch in batches(of: stretches) {
      let pieces = try mapIndices(of: batch.count) { (index) throws(Diagnostic) in
        try scan.filtered(stretches[batch.lowerBound + index])
      }
      for piece in pieces {
        nullCount += piece.nullCount
        pages.add(piece.pages)
      }
      let joined = try scan.joined(pieces.map(\.columns), rowCount: pieces.reduce(0) { $0 + $1.rowCount })
      let rows = try passed(joined, through: input)
      var own: [Table] = []
      for part in parts.parts { own.append(try part.ofRows(self, rows)) }
      for (index, before) in results.enumerated() {
        own[index] = try parts.parts[index].ofParts(self, concat([before, own[index]]))
      }
      results = own
    }
    if results.isEmpty { return nil }
    for text in scan.source.notes { note(text) }
    noteRead(scan.read(stretches, pages))
    noteNullConditions(nullCount + scan.nullsSkipped)
    let table = try parts.finish(self, results)
    noteStage(step.summary + ", one run of rows after another", rows: table.rowCount, since: start)
    return table
  }

  /// What an operation makes of one column after another, where all of them do not fit memory; else nil.
  mutating func rowsByColumn(_ step: Step) throws(Diagnostic) -> Table? {
    guard case .operation(let input, let operation) = step, operation.isByColumn, case .read(let scan) = input,
      scan.columns.count > 1, !scan.source.fitsMemory(scan.allColumns)
    else { return nil }
    let start = ContinuousClock.now
    var parts: [Table] = []
    for column in scan.columns {
      var one = scan
      one.columns = [column]
      let result = try operation.run(run(.read(one)))
      for text in result.notes where !report.notes.contains(text) { note(text) }
      parts.append(result.table)
    }
    let table = try concat(parts)
    noteStage(step.summary + ", one column after another", rows: table.rowCount, since: start)
    return table
  }

  /// The table that a scan's rows become on their way up.
  func passed(_ rows: Table, through step: Step) throws(Diagnostic) -> Table {
    guard case .project(let input, let columns) = step else { return rows }
    return try project(passed(rows, through: input), columns)
  }

  /// Neighbouring stretches with a few million rows together: work for all cores, and little memory.
  private func batches(of stretches: [Stretch]) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var rows = 0
    for (index, stretch) in stretches.enumerated() {
      if let last = batches.last, last.count < 64, rows < 1 << 22 {
        batches[batches.count - 1] = last.lowerBound..<index + 1
      } else {
        batches.append(index..<index + 1)
        rows = 0
      }
      rows += stretch.rows.count
    }
    return batches
  }
}

extension Step {
  /// The scan below steps that look at one row at a time.
  var passedScan: Scan? {
    switch self {
    case .read(let scan): scan
    case .project(let input, let columns) where !columns.contains(where: \.expression.looksBeyondItsRow):
      input.passedScan
    default: nil
    }
  }
}

/// A step taken apart: what it makes of a run of rows, how two of those become one, and what follows from the last.
private struct StreamedParts {
  struct Part {
    /// A part of the result, of a run of rows.
    let ofRows: (Executor, Table) throws(Diagnostic) -> Table
    /// The same of the parts of two runs, one after the other.
    let ofParts: (Executor, Table) throws(Diagnostic) -> Table
  }

  let parts: [Part]
  let finish: (Executor, [Table]) throws(Diagnostic) -> Table

  /// nil where the step cannot be taken apart.
  init?(_ step: Step) throws(Diagnostic) {
    switch step {
    case .aggregate(_, let keys, let aggregates):
      guard let partial = try PartialAggregates(keys, aggregates) else { return nil }
      let groups = Part(
        ofRows: { (executor, rows) throws(Diagnostic) in
          try executor.aggregate(rows, keys: keys, partial.ofRows)
        },
        ofParts: { (executor, groups) throws(Diagnostic) in
          try executor.aggregate(groups, keys: partial.keys, partial.ofGroups)
        })
      let distinct = partial.ofDistinct.map { call in
        Self.same { (executor, pairs) throws(Diagnostic) in
          try executor.distinct(pairs, Array(pairs.columns.indices), .first)
        } before: { (executor, rows) throws(Diagnostic) in
          try executor.project(rows, keys + [call.argument])
        }
      }
      parts = [groups] + distinct
      finish = { (executor, results) throws(Diagnostic) in
        var columns = results[0].columns
        var fields = results[0].schema.fields
        for (call, pairs) in zip(partial.ofDistinct, results.dropFirst()) {
          // Pairs appear in the order of their groups, so the groups do.
          let counted = try executor.aggregate(pairs, keys: partial.keys, [call.ofPairs])
          columns.append(counted.columns[keys.count])
          fields.append(counted.schema[keys.count])
        }
        return try executor.project(
          Table(Schema(fields), columns, rowCount: results[0].rowCount), partial.results)
      }
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
    default: return nil
    }
  }

  /// What is done to the rows of a run is done to what came of two of them again.
  private static func same(
    _ work: @escaping (Executor, Table) throws(Diagnostic) -> Table,
    before: @escaping (Executor, Table) throws(Diagnostic) -> Table = { $1 }
  ) -> Part {
    Part(
      ofRows: { (executor, rows) throws(Diagnostic) in try work(executor, before(executor, rows)) }, ofParts: work)
  }
}
