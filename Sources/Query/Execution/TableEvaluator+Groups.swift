import Diagnostics
import Parallelism
import Tables

extension TableEvaluator {
  /// One value a run: an aggregate of its arguments there.
  func aggregate(
    _ function: Function, _ arguments: [BoundExpression], over runs: RowRuns, type: DataType, span: SourceSpan?
  ) throws(Diagnostic) -> Column {
    guard case .aggregate(let kernel) = function.body else {
      throw .fault("`\(function.name)` is not an aggregate", at: span)
    }
    let call = GroupCall(
      arguments: try operands(arguments), runs: runs, rowCount: rowCount, resultType: type, order: [], span: span)
    return try located(at: span) { () throws(Diagnostic) in try kernel(call) }
  }

  private func operands(_ arguments: [BoundExpression]) throws(Diagnostic) -> [Operand] {
    var operands: [Operand] = []
    for argument in arguments {
      switch argument.node {
      case .constant(let value): operands.append(.constant(value, argument.type))
      case .list(let list): operands.append(.list(list))
      default: operands.append(.column(try column(argument)))
      }
    }
    return operands
  }

  /// A value a row: a window function's, or the aggregate of the row's group.
  func window(
    _ function: Function, _ arguments: [BoundExpression], _ window: BoundWindow, in expression: BoundExpression
  ) throws(Diagnostic) -> Column {
    var keys: [Column] = []
    for key in window.keys { keys.append(try column(key)) }
    var order: [Tables.SortKey] = []
    for key in window.order { order.append(Tables.SortKey(try column(key.expression), descending: key.isDescending)) }
    let grouping = keys.isEmpty ? nil : try Grouping(by: keys, count: rowCount)
    let runs = try runs(grouping, order)
    switch function.body {
    case .row: throw .fault("`\(function.name)` takes no window", at: expression.span)
    case .aggregate:
      let values = try aggregate(function, arguments, over: runs, type: expression.type, span: expression.span)
      return try gather(values, rows: grouping?.groupOfRow ?? [UInt32](repeating: 0, count: rowCount))
    case .window(let kernel):
      let call = GroupCall(
        arguments: try operands(arguments), runs: runs, rowCount: rowCount, resultType: expression.type,
        order: order.map(\.column), span: expression.span)
      let values = try located(at: expression.span) { () throws(Diagnostic) in try kernel(call) }
      guard let rows = runs.rows else { return values }
      let positions = try fillArray(count: rowCount, of: UInt32.self) { (positions) throws(Diagnostic) in
        try forEachChunk(of: rows.count, grain: TableEvaluator.runLength) { (range) throws(Diagnostic) in
          for position in range { positions.store(UInt32(position), at: Int(rows[position])) }
        }
      }
      return try gather(values, rows: positions)
    }
  }

  /// The rows of each group in the order of the sort keys.
  private func runs(_ grouping: Grouping?, _ order: [Tables.SortKey]) throws(Diagnostic) -> RowRuns {
    guard let grouping else {
      guard !order.isEmpty else { return RowRuns(rowCount: rowCount) }
      return RowRuns(rows: try argsort(order, count: rowCount), offsets: Buffer([0, rowCount]))
    }
    guard !order.isEmpty else { return try grouping.runs() }
    let groups = Column(.u32, .u32(Buffer(grouping.groupOfRow)))
    let rows = try argsort([Tables.SortKey(groups)] + order, count: rowCount)
    var offsets = [0]
    for count in grouping.counts { offsets.append((offsets.last ?? 0) + Int(count)) }
    return RowRuns(rows: rows, offsets: Buffer(offsets))
  }
}
