import Diagnostics
import Parallelism
import Tables

/// Runs the operators of a physical plan, inputs first, and records what they did.
struct Executor {
  var report = ExecutionReport()

  mutating func run(_ step: PhysicalOperator) throws(Diagnostic) -> Table {
    if let table = try streamed(step) { return table }
    if let table = try groupedInPasses(step) { return table }
    if let table = try chosenRows(step) { return table }
    if let table = try chosenGroups(step) { return table }
    if let table = try rowsByColumn(step) { return table }
    var inputs: [Table] = []
    for input in step.inputs { inputs.append(try run(input)) }
    let start = ContinuousClock.now
    let table = try compute(step, inputs)
    var text = step.summary
    if case .read(let scan) = step, !scan.conditions.isEmpty {
      text += " where " + scan.conditions.map(\.description).joined(separator: " and ")
    }
    if case .read = step, let read = report.reads.last, !read.summary.isEmpty { text += " · " + read.summary }
    noteStage(text, rows: table.rowCount, since: start)
    return table
  }

  mutating func noteStage(_ text: String, rows: Int, since start: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    report.stages.append(StageReport(step: text, rows: rows, seconds: seconds))
  }

  mutating func note(_ text: String) { report.notes.append(text) }

  mutating func noteRead(_ read: SourceRead) { report.reads.append(read) }

  private mutating func compute(_ step: PhysicalOperator, _ inputs: [Table]) throws(Diagnostic) -> Table {
    switch step {
    case .read(let scan): return try read(scan)
    case .filter(_, let condition, let columns): return try filter(inputs[0], condition, columns)
    case .project(_, let columns): return try project(inputs[0], columns)
    case .aggregate(_, let keys, let aggregates): return try aggregate(inputs[0], keys: keys, aggregates)
    case .sort(_, let keys, let limit): return try sort(inputs[0], keys, limit: limit)
    case .slice(_, let offset, let count):
      return inputs[0][sliceRange(offset: offset, count: count, rowCount: inputs[0].rowCount)]
    case .distinct(_, let columns, let keep): return try distinct(inputs[0], columns.map(\.index), keep)
    case .join(_, _, let join): return try self.join(inputs[0], inputs[1], join)
    case .concatenate: return try concat(inputs)
    case .operation(_, let operation):
      let result = try operation.run(inputs[0])
      for text in result.notes { note(text) }
      return result.table
    }
  }

  private mutating func filter(
    _ table: Table, _ condition: BoundExpression, _ columns: [Int]
  ) throws(Diagnostic) -> Table {
    let kept = try TableEvaluator(table).kept(condition)
    noteNullConditions([kept.nullCount])
    return try Tables.filter(table.selecting(columns), kept.rows)
  }

  /// Notes for each filter how many rows it dropped because its condition was null: the same notes whether a scan
  /// evaluates the conditions or filter operators do.
  mutating func noteNullConditions(_ counts: [Int]) {
    for count in counts where count > 0 {
      note("filter dropped \(grouped(count)) \(count == 1 ? "row whose condition is" : "rows whose condition is") null")
    }
  }

  func project(_ table: Table, _ columns: [NamedExpression]) throws(Diagnostic) -> Table {
    let evaluator = TableEvaluator(table)
    var results: [Column] = []
    for column in columns { results.append(try evaluator.column(column.expression)) }
    return Table(
      Schema(zip(columns, results).map { Field($0.name, $1.type) }), results, rowCount: table.rowCount)
  }

  func sort(_ table: Table, _ keys: [BoundSortKey], limit: Int?) throws(Diagnostic) -> Table {
    let evaluator = TableEvaluator(table)
    var sortKeys: [Tables.SortKey] = []
    for key in keys {
      sortKeys.append(Tables.SortKey(try evaluator.column(key.expression), descending: key.isDescending))
    }
    // The faster sort takes 12 bytes per row (codes and rows) before the result is made; it is used if the table and
    // its keys take at least as much.
    let bytes = table.byteCount + sortKeys.reduce(0) { $0 + $1.column.byteCount }
    let rows =
      if let limit { try topRows(sortKeys, count: table.rowCount, limit: limit) } else {
        try argsort(sortKeys, count: table.rowCount, copiesKeys: bytes >= 12 * table.rowCount)
      }
    return try gather(table, rows: rows, hasMissing: false)
  }

  func distinct(_ table: Table, _ columns: [Int], _ keep: DuplicatePolicy) throws(Diagnostic) -> Table {
    let kept: KeptRow =
      switch keep {
      case .first: .first
      case .last: .last
      case .none: .none
      }
    return try gather(
      table, rows: distinctRows(columns.map { table.columns[$0] }, count: table.rowCount, keep: kept), hasMissing: false
    )
  }
}

extension PhysicalOperator {
  var inputs: [PhysicalOperator] {
    switch self {
    case .read: []
    case .filter(let input, _, _), .project(let input, _), .aggregate(let input, _, _), .sort(let input, _, _),
      .slice(let input, _, _), .distinct(let input, _, _), .operation(let input, _):
      [input]
    case .join(let left, let right, _): [left, right]
    case .concatenate(let inputs): inputs
    }
  }
}
