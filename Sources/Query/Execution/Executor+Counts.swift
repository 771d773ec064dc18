import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// Runs an operation column by column if all columns together do not fit in memory. If a single column does not fit
  /// either, it is computed from its distinct values and their counts. Nil if memory suffices.
  mutating func rowsByColumn(_ step: PhysicalOperator) throws(Diagnostic) -> Table? {
    guard case .operation(let input, let operation) = step, let operation = operation as? any OperationOnCounts,
      let scan = input.passedScan, scan.slice == nil, !scan.source.fitsMemory(scan.allColumns)
    else { return nil }
    let start = ContinuousClock.now
    let rowCount = scan.source.rowCount
    let notesBefore = report.notes
    var said: [String] = []
    var parts: [Table] = []
    for index in 0..<input.columnCount {
      // The note of a filter is given once, not for every column.
      report.notes = []
      defer { said += report.notes.lacking(in: said) }
      let (one, field) = input.column(index)
      if one.passedScan.map({ $0.source.rowsThatFit($0.allColumns) / 4 >= rowCount }) ?? true || field.type.isNested {
        let result = try operation.run(run(one))
        for text in result.notes { note(text) }
        parts.append(result.table)
        continue
      }
      let key = NamedExpression(field.name, .column(0, field))
      let count = NamedExpression("\u{1}", BoundExpression(.aggregate(.len, []), .u32))
      let counts = try run(.aggregate(one, keys: [key], aggregates: [count]))
      parts.append(try operation.rows(of: field.name, values: counts.columns[0], counts: counts.columns[1]))
    }
    report.notes = notesBefore + said
    let table = try concat(parts)
    noteStage(step.summary + ", one column after another", rows: table.rowCount, since: start)
    return table
  }
}

extension PhysicalOperator {
  /// An operator that gives only one of the columns, and the field of that column. For a scan and projections over it.
  fileprivate func column(_ index: Int) -> (step: PhysicalOperator, field: Field) {
    switch self {
    case .read(var scan):
      scan.columns = [scan.columns[index]]
      return (.read(scan), scan.schema[0])
    case .project(let input, let columns):
      let column = columns[index]
      if let place = column.expression.columnIndex {
        let (step, field) = input.column(place)
        let renamed = Field(column.name, field.type)
        return (.project(step, [NamedExpression(column.name, .column(0, field))]), renamed)
      }
      return (.project(input, [column]), Field(column.name, column.expression.type))
    default: return (self, Field("", .null))
    }
  }
}

extension [String] {
  /// The texts of this array without those of `others` (a difference of multisets), in order.
  fileprivate func lacking(in others: [String]) -> [String] {
    var rest = others
    return filter { text in
      guard let known = rest.firstIndex(of: text) else { return true }
      rest.remove(at: known)
      return false
    }
  }
}
