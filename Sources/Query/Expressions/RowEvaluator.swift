import Diagnostics
import Tables

/// Evaluates expressions over a row range of a table, node by node; every node gives a column.
///
/// A row range (morsel) is short enough for the cache, so that intermediate columns do not go through main memory.
/// Constants are expanded to columns only when a kernel needs that.
struct RowEvaluator {
  /// The columns of the table, sliced to the row range.
  let columns: [Column]
  let rowCount: Int
  let numbers: RowNumbers
  /// The lookup sets of constant lists, built once for all row ranges.
  let sets: [ObjectIdentifier: MembershipSet]
  /// The values of `it`, inside the formula of a list function: there, the rows are elements.
  var elements: Column?

  /// The expression's value for every row of the range.
  func column(_ expression: BoundExpression) throws(Diagnostic) -> Column {
    try evaluate(expression).column(count: rowCount)
  }

  func evaluate(_ expression: BoundExpression) throws(Diagnostic) -> Operand {
    switch expression.node {
    case .constant(let value): return .constant(value, expression.type)
    case .list(let list): return .list(list)
    case .column(let index, _): return .column(columns[index])
    case .element:
      guard let elements else { throw .fault("`it` outside a list function", at: expression.span) }
      return .column(elements)
    case .field(let operand, let index, _): return try .column(field(column(operand), index))
    case .cast(let operand, let mode): return try .column(cast(operand, mode, in: expression))
    case .negate(let operand):
      // For floats, −0 − x: with 0 − x, the negative of 0 would be 0 instead of −0.
      let zero =
        operand.type.isFloat
        ? BoundExpression(.constant(.float(-0.0)), operand.type) : BoundExpression(.constant(.integer(0)), .i64)
      return try arithmetic(.subtract, zero, operand, in: expression)
    case .not(let operand): return try .column((!Truth(column(operand))).column)
    case .binary(.and, let left, let right): return try .column(logic(left, right, isAnd: true))
    case .binary(.or, let left, let right): return try .column(logic(left, right, isAnd: false))
    case .binary(let operation, let left, let right):
      return operation.isComparison
        ? try .column(comparison(operation, left, right)) : try arithmetic(operation, left, right, in: expression)
    case .membership(let operand, let list, let isNegated):
      let operand = try column(operand)
      let set = sets[ObjectIdentifier(list)] ?? MembershipSet(list.elements)
      let found = try set.contains(operand)
      return .column(Column(.bool, .bool(isNegated ? ~found : found), validity: operand.validity))
    case .nullTest(let operand, let isNegated): return try .column(nullTest(operand, isNegated: isNegated))
    case .conditional(let condition, let then, let otherwise):
      return try .column(conditional(condition, then, otherwise))
    case .call(let function, let arguments) where function.traits.contains(.takesFirstKnown):
      return try .column(firstKnown(arguments))
    case .call(let function, let arguments): return try .column(call(function, arguments, in: expression))
    case .aggregate, .window: throw .fault("`\(expression)` was not computed before its rows", at: expression.span)
    }
  }

  private func field(_ column: Column, _ index: Int) -> Column {
    guard case .structure(let members, _) = column.values else { return Column.nulls(.null, count: rowCount) }
    let member = members[index]
    return Column(member.type, member.values, validity: Bitmap.intersection(member.validity, column.validity))
  }

  private func cast(
    _ operand: BoundExpression, _ mode: CastMode, in expression: BoundExpression
  ) throws(Diagnostic) -> Column {
    let column = try column(operand)
    let result = try located(at: expression.span) { () throws(Diagnostic) in
      // Losses are reported here, because `Tables.cast` does not know the row numbers of the table.
      try Tables.cast(column, to: expression.type, mode == .exact ? .exact : .lenient)
    }
    if mode != .lenient, let loss = firstLoss(from: column, to: result) {
      throw .lossyCast(
        loss, mode, row: numbers[loss.row], of: (operand, expression.type), at: expression.span ?? operand.span)
    }
    return result
  }

  private func nullTest(_ operand: BoundExpression, isNegated: Bool) throws(Diagnostic) -> Column {
    let column = try column(operand)
    if case .null = column.values { return Column(.bool, .bool(Bitmap(repeating: !isNegated, count: rowCount))) }
    let valid = column.validity ?? Bitmap(repeating: true, count: rowCount)
    return Column(.bool, .bool(isNegated ? valid : ~valid))
  }

  private func comparison(
    _ operation: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression
  ) throws(Diagnostic) -> Column {
    let first = try column(left)
    guard let constant = right.constantValue else { return try compared(first, operation, column(right)) }
    if constant.isNull { return Column.nulls(.bool, count: rowCount) }
    return try compared(first, operation, constant)
  }

  /// `and` and `or`. Errors of the right side count only in rows that the left side does not decide. If there are few
  /// such rows and the right side is expensive, it is computed only for them.
  private func logic(_ left: BoundExpression, _ right: BoundExpression, isAnd: Bool) throws(Diagnostic) -> Column {
    let first = try Truth(column(left))
    let open = ~(isAnd ? first.isFalse : first.isTrue)
    let openCount = open.setCount
    if openCount == 0 { return first.column }
    let isWorthChoosing = openCount < rowCount / 8 && !right.isCheap
    let second = try Truth(isWorthChoosing ? column(right, only: open) : column(right, where: open))
    return (isAnd ? first && second : first || second).column
  }

  private func conditional(
    _ condition: BoundExpression, _ then: BoundExpression, _ otherwise: BoundExpression
  ) throws(Diagnostic) -> Column {
    let chosen = try Truth(column(condition)).isTrue
    switch chosen.setCount {
    case rowCount: return try column(then)
    case 0: return try column(otherwise)
    default: return try choose(chosen, column(then, where: chosen), column(otherwise, where: ~chosen))
    }
  }

  /// The first value that is not null. Errors of later arguments count only in rows without a value so far.
  private func firstKnown(_ arguments: [BoundExpression]) throws(Diagnostic) -> Column {
    var result = try column(arguments[0])
    for argument in arguments.dropFirst() {
      guard let known = result.validity else { break }
      result = try choose(known, result, column(argument, where: ~known))
    }
    return result
  }

  /// The expression's values in the wanted rows. The other rows are computed too, unless that gives an error: then only
  /// the wanted rows are computed.
  func column(_ expression: BoundExpression, where wanted: Bitmap) throws(Diagnostic) -> Column {
    do throws(Diagnostic) {
      return try column(expression)
    } catch {
      guard error.kind == .error, wanted.setCount < rowCount else { throw error }
      return try column(expression, only: wanted)
    }
  }

  /// The expression's values in some rows, null in the others.
  private func column(_ expression: BoundExpression, only wanted: Bitmap) throws(Diagnostic) -> Column {
    let rows = try selectedRows(wanted)
    let used = expression.columnIndices
    var some = columns
    for index in used { some[index] = try gather(columns[index], rows: rows) }
    let inner = RowEvaluator(
      columns: some, rowCount: rows.count, numbers: numbers.selecting(rows), sets: sets,
      elements: try elements.map { (elements) throws(Diagnostic) in try gather(elements, rows: rows) })
    let computed = try inner.column(expression)
    var positions = [UInt32](repeating: missingRow, count: rowCount)
    for (position, row) in rows.enumerated() { positions[Int(row)] = UInt32(position) }
    return try gather(computed, rows: positions)
  }

  private func call(
    _ function: Function, _ arguments: [BoundExpression], in expression: BoundExpression
  ) throws(Diagnostic) -> Column {
    if case .elements(let kernel) = function.body { return try perElement(kernel, arguments) }
    guard case .row(let kernel) = function.body else {
      throw .fault("`\(function.name)` does not look at one row", at: expression.span)
    }
    var operands: [Operand] = []
    for argument in arguments { operands.append(try evaluate(argument)) }
    // If an argument that must be constant is null, the result is null in every row.
    let isUnknown = operands.indices.contains {
      function.parameter($0)?.isConstant == true && operands[$0].value?.isNull == true
    }
    if isUnknown, !function.traits.contains(.takesNullConstants) { return .nulls(expression.type, count: rowCount) }
    let call = RowCall(
      arguments: operands, rowCount: rowCount, resultType: expression.type, numbers: numbers, span: expression.span)
    return try located(at: expression.span) { () throws(Diagnostic) in try kernel(call) }
  }

  /// A list function with a formula: the formula is evaluated for all elements of all lists at once, with the columns
  /// of the rows repeated per element.
  private func perElement(
    _ kernel: @Sendable (Column, Column) throws(Diagnostic) -> Column, _ arguments: [BoundExpression]
  ) throws(Diagnostic) -> Column {
    let column = try column(arguments[0])
    let (values, slices) = try column.listSlices(for: "list")
    let start = slices.offsets[0]
    let elements = values[start..<slices.offsets[slices.count]]
    let offsets = (0...slices.count).map { slices.offsets[$0] - start }
    let lists = Column(
      .list(elements.type), .list(ListValues(offsets: Buffer(offsets), child: elements)), validity: column.validity)
    let rows = try slices.sliceOfPosition()
    var beside = columns
    for index in arguments[1].columnIndices { beside[index] = try gather(columns[index], rows: rows) }
    let inner = RowEvaluator(
      columns: beside, rowCount: elements.count, numbers: numbers.selecting(rows), sets: sets, elements: elements)
    return try kernel(lists, inner.column(arguments[1]))
  }
}
