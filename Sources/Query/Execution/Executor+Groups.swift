import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// Aggregates a table: one row per group, with the keys of the group's first row and the aggregates.
  ///
  /// Every distinct aggregate call is computed once; the expressions around the calls are then computed with one row
  /// per group.
  func aggregate(
    _ table: Table, keys: [NamedExpression], _ aggregates: [NamedExpression]
  ) throws(Diagnostic) -> Table {
    let evaluator = TableEvaluator(table)
    var keyColumns: [Column] = []
    for key in keys { keyColumns.append(try evaluator.column(key.expression)) }
    var calls = AggregateCalls(firstColumn: keys.count)
    let results = aggregates.map { calls.extract($0.expression) }
    var groups = try Groups(keyColumns, rowCount: table.rowCount, for: calls.calls)
    var columns = try groups.firsts(of: keyColumns)
    var values: [GroupValues] = []
    for call in calls.calls {
      guard case .aggregate(let function, let arguments) = call.node else { continue }
      if call.isRowCount, let counts = groups.counts {
        values.append(GroupValues(column: Column(.u32, .u32(Buffer(counts))), isInOrder: true))
      } else {
        values.append(
          try groups.values { (slices) throws(Diagnostic) in
            try evaluator.aggregate(function, arguments, over: slices, span: call.span)
          })
      }
    }
    groups.forgetRows()
    for index in values.indices {
      columns.append(try groups.inOrder(values[index]))
      values[index] = GroupValues(column: columns[columns.count - 1], isInOrder: true)
    }
    values = []
    let perGroup = TableEvaluator(columns: columns, rowCount: groups.count)
    var output = Array(columns.prefix(keys.count))
    for result in results { output.append(try perGroup.column(result)) }
    let names = (keys + aggregates).map(\.name)
    return Table(Schema(zip(names, output).map { Field($0, $1.type) }), output, rowCount: groups.count)
  }
}

/// The groups of a table's rows, with only the data that the aggregates need.
private struct Groups {
  let count: Int
  /// Nil if the first rows are found from the slices.
  private var firstRows: [UInt32]?
  /// The number of rows in each group; nil if no call needs it or all rows are one group.
  let counts: [UInt32]?
  private let keys: [Column]
  private let rowCount: Int
  private var slices: GroupSlices
  /// Nil where the slices are those of the groups in their order.
  private let order: SliceOrder?

  init(_ keys: [Column], rowCount: Int, for calls: [BoundExpression]) throws(Diagnostic) {
    self.keys = keys
    self.rowCount = rowCount
    if keys.isEmpty {
      order = nil
      count = 1
      firstRows = []
      counts = nil
      slices = GroupSlices(rowCount: rowCount)
      return
    }
    let counts = calls.contains(where: \.isRowCount)
    let parts: Grouping.Parts = counts ? .counts : []
    // Lists are put together at once in the order of the groups.
    if calls.contains(where: { !$0.isRowCount && !$0.type.isNested }),
      let grouped = try GroupedRows(by: keys, count: rowCount)
    {
      order = grouped.order
      count = grouped.groupCount
      firstRows = grouped.firstRows
      self.counts = counts ? grouped.counts : nil
      slices = grouped.slices
      return
    }
    order = nil
    let grouping: Grouping
    if calls.allSatisfy(\.isRowCount) {
      grouping = try Grouping(by: keys, count: rowCount, finding: parts.union(.firstRows))
      firstRows = grouping.firstRows
      slices = GroupSlices(rowCount: 0)
    } else {
      (grouping, slices) = try Grouping.withSlices(by: keys, count: rowCount, finding: parts)
      firstRows = nil
    }
    count = grouping.groupCount
    self.counts = counts ? grouping.counts : nil
  }

  /// One value a slice.
  func values(_ compute: (GroupSlices) throws(Diagnostic) -> Column) throws(Diagnostic) -> GroupValues {
    guard order != nil else { return GroupValues(column: try compute(slices), isInOrder: true) }
    do throws(Diagnostic) {
      return GroupValues(column: try compute(slices), isInOrder: false)
    } catch {
      if error.kind == .interruption { throw error }
      // The message names the first row that is to blame, in the order of the table.
      let slices = try Grouping.withSlices(by: keys, count: rowCount, finding: []).slices
      return GroupValues(column: try compute(slices), isInOrder: true)
    }
  }

  /// Frees the rows of the groups when everything is computed of them.
  mutating func forgetRows() { slices = GroupSlices(rowCount: 0) }

  func inOrder(_ values: GroupValues) throws(Diagnostic) -> Column {
    guard let order, !values.isInOrder else { return values.column }
    return try order.inOrder(values.column)
  }

  /// The values of every group's first row. The row numbers are freed afterwards, because there may be nearly as many
  /// groups as rows.
  mutating func firsts(of columns: [Column]) throws(Diagnostic) -> [Column] {
    let gathered = try gatheredFirsts(of: columns)
    if firstRows == nil, count >= 1 << 22 { releaseFreedMemory() }
    firstRows = []
    return gathered
  }

  private func gatheredFirsts(of columns: [Column]) throws(Diagnostic) -> [Column] {
    let rows = if let firstRows { firstRows } else { try slices.firstRows() }
    return try columns.map { (column) throws(Diagnostic) in try gather(column, rows: rows, hasMissing: false) }
  }
}

/// What an aggregate gives: one value a group, or one a slice.
private struct GroupValues {
  let column: Column
  let isInOrder: Bool
}

/// Collects the distinct aggregate calls of expressions; each call is replaced by a column.
struct AggregateCalls {
  let firstColumn: Int
  private(set) var calls: [BoundExpression] = []
  /// The positions of calls with the same text: only these are compared.
  private var positions: [String: [Int]] = [:]

  init(firstColumn: Int) { self.firstColumn = firstColumn }

  /// The expression with its aggregate calls replaced by columns.
  mutating func extract(_ expression: BoundExpression) -> BoundExpression {
    if case .aggregate = expression.node {
      let text = expression.description
      let position = positions[text]?.first { calls[$0] == expression } ?? calls.count
      if position == calls.count {
        calls.append(expression)
        positions[text, default: []].append(position)
      }
      return BoundExpression(.column(firstColumn + position, name: text), expression.type, span: expression.span)
    }
    var inner = self
    let result = expression.mappingChildren { inner.extract($0) }
    self = inner
    return result
  }
}

extension BoundExpression {
  /// Whether it is `len()`, the number of rows.
  fileprivate var isRowCount: Bool {
    if case .aggregate(let function, let arguments) = node {
      function == .len && arguments.isEmpty
    } else {
      false
    }
  }
}
