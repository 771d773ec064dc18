import Diagnostics
import Tables

extension Executor {
  /// One row a group: the keys of its first row, then the aggregates.
  ///
  /// Every different aggregate call is computed once; what stands around the calls runs over the groups' rows.
  func aggregate(
    _ table: Table, keys: [NamedExpression], _ aggregates: [NamedExpression]
  ) throws(Diagnostic) -> Table {
    let evaluator = TableEvaluator(table)
    var keyColumns: [Column] = []
    for key in keys { keyColumns.append(try evaluator.column(key.expression)) }
    var calls = AggregateCalls(firstColumn: keys.count)
    let results = aggregates.map { calls.extract($0.expression) }
    let groups = try Groups(keyColumns, rowCount: table.rowCount, countsOnly: calls.calls.allSatisfy(\.isRowCount))
    var columns: [Column] = []
    for key in keyColumns { columns.append(try gather(key, rows: groups.firstRows, hasMissing: false)) }
    for call in calls.calls {
      guard case .aggregate(let function, let arguments) = call.node else { continue }
      if call.isRowCount, let counts = groups.counts {
        columns.append(Column(.u32, .u32(Buffer(counts))))
      } else {
        columns.append(
          try evaluator.aggregate(function, arguments, over: groups.runs, span: call.span))
      }
    }
    let perGroup = TableEvaluator(columns: columns, rowCount: groups.count)
    var output = Array(columns.prefix(keys.count))
    for result in results { output.append(try perGroup.column(result)) }
    let names = (keys + aggregates).map(\.name)
    return Table(Schema(zip(names, output).map { Field($0, $1.type) }), output, rowCount: groups.count)
  }
}

/// The groups of a table's rows, with no more known of them than the aggregates need.
private struct Groups {
  let count: Int
  let firstRows: [UInt32]
  /// Rows a group; nil where all rows are one group.
  let counts: [UInt32]?
  let runs: RowRuns

  init(_ keys: [Column], rowCount: Int, countsOnly: Bool) throws(Diagnostic) {
    if keys.isEmpty {
      count = 1
      firstRows = []
      counts = nil
      runs = RowRuns(rowCount: rowCount)
      return
    }
    let grouping: Grouping
    if countsOnly {
      grouping = try Grouping(by: keys, count: rowCount, mapsRows: false)
      runs = RowRuns(rowCount: 0)
    } else {
      (grouping, runs) = try Grouping.withRuns(by: keys, count: rowCount)
    }
    count = grouping.groupCount
    firstRows = grouping.firstRows
    counts = grouping.counts
  }
}

/// The different aggregate calls in some expressions, each standing as a column for what surrounds it.
struct AggregateCalls {
  let firstColumn: Int
  private(set) var calls: [BoundExpression] = []

  init(firstColumn: Int) { self.firstColumn = firstColumn }

  /// The expression with its aggregate calls replaced by columns.
  mutating func extract(_ expression: BoundExpression) -> BoundExpression {
    if case .aggregate = expression.node {
      let position = calls.firstIndex(of: expression) ?? calls.count
      if position == calls.count { calls.append(expression) }
      return BoundExpression(
        .column(firstColumn + position, name: expression.description), expression.type, span: expression.span)
    }
    var inner = self
    let result = expression.mappingChildren { inner.extract($0) }
    self = inner
    return result
  }
}

extension BoundExpression {
  /// `len()`: how many rows there are.
  fileprivate var isRowCount: Bool {
    if case .aggregate(let function, let arguments) = node {
      function.name == "len" && arguments.isEmpty
    } else {
      false
    }
  }
}
