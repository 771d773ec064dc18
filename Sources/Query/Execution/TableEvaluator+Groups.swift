import Diagnostics
import Tables

extension TableEvaluator {
  /// An aggregate of its arguments: one value per slice.
  func aggregate(
    _ function: Function, _ arguments: [BoundExpression], over slices: GroupSlices, span: SourceSpan?
  ) throws(Diagnostic) -> Column {
    guard case .aggregate(let kernel) = function.body else {
      throw .fault("`\(function.name)` is not an aggregate", at: span)
    }
    let call = GroupCall(
      arguments: try operands(arguments), slices: slices, rowCount: rowCount, span: span)
    return try located(at: span) { () throws(Diagnostic) in try kernel(call) }
  }

  /// An aggregate over frames: one value per frame.
  private func aggregate(
    _ function: Function, _ arguments: [BoundExpression], over frames: Frames, span: SourceSpan?
  ) throws(Diagnostic) -> Column {
    guard case .aggregate(let kernel) = function.body else {
      throw .fault("`\(function.name)` is not an aggregate", at: span)
    }
    let operands = try operands(arguments)
    return try located(at: span) { () throws(Diagnostic) in
      let call = FrameCall(arguments: operands, frames: frames, rowCount: rowCount)
      if let column = try function.framed?(call) { return column }
      if function == .list { try frames.requireMemory(bytesPerRow: arguments[0].type.bytesPerValue) }
      var batches: [Column] = []
      try frames.forEachBatch { (slices) throws(Diagnostic) in
        batches.append(
          try kernel(GroupCall(arguments: operands, slices: slices, rowCount: rowCount, span: span)))
      }
      if batches.isEmpty {
        batches = [
          try kernel(
            GroupCall(
              arguments: operands, slices: GroupSlices(rows: [], offsets: Buffer([0])), rowCount: rowCount, span: span))
        ]
      }
      return try concat(batches)
    }
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

  /// A window function, or an aggregate of each row's group or frame: one value per row.
  func window(
    _ function: Function, _ arguments: [BoundExpression], _ window: BoundWindow, in expression: BoundExpression
  ) throws(Diagnostic) -> Column {
    var keys: [Column] = []
    for key in window.keys { keys.append(try column(key)) }
    if case .aggregate = function.body, window.frame == nil, window.order.isEmpty {
      if function == .len, arguments.isEmpty { return try GroupWindow.lengths(partition: keys, count: rowCount) }
      let groups = try GroupWindow(partition: keys, count: rowCount)
      do throws(Diagnostic) {
        return try groups.spread(aggregate(function, arguments, over: groups.slices(), span: expression.span))
      } catch {
        if error.kind == .interruption || !groups.isWithoutRows { throw error }
        // The message names a row.
        let groups = try GroupWindow(partition: keys, count: rowCount, needsRows: true)
        return try groups.spread(aggregate(function, arguments, over: groups.slices(), span: expression.span))
      }
    }
    var order: [Tables.SortKey] = []
    for key in window.order { order.append(Tables.SortKey(try column(key.expression), descending: key.isDescending)) }
    let scope = try Tables.Window(partition: keys, order: order, count: rowCount)
    switch function.body {
    case .row, .elements: throw .fault("`\(function.name)` takes no window", at: expression.span)
    case .aggregate:
      if let frame = window.frame {
        let frames = try scope.frames(frame, along: order.first)
        return try frames.inTableOrder(aggregate(function, arguments, over: frames, span: expression.span))
      }
      return try scope.spread(
        aggregate(function, arguments, over: scope.slices, span: expression.span))
    case .window(let kernel):
      let call = WindowCall(arguments: try operands(arguments), window: scope, rowCount: rowCount)
      return try located(at: expression.span) { () throws(Diagnostic) in try kernel(call) }
    }
  }
}
