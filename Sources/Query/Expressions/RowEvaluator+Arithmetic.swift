import Diagnostics
import Tables

extension RowEvaluator {
  /// Evaluates arithmetic; the result has the expression's type.
  func arithmetic(
    _ operation: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression, in expression: BoundExpression
  ) throws(Diagnostic) -> Operand {
    let operands = (try evaluate(left), try evaluate(right))
    if operands.0.value?.isNull ?? false || operands.1.value?.isNull ?? false {
      return .constant(.null, expression.type)
    }
    let validity = Bitmap.intersection(operands.0.validity, operands.1.validity)
    let kernel = Arithmetic(
      operation: operation, type: expression.type, validity: validity, count: rowCount, numbers: numbers,
      span: expression.span)
    let values: ColumnValues
    if expression.type.isTemporal || left.type.isTemporal {
      values = try temporal(kernel, operands.0, operands.1)
    } else if operation == .power, expression.type.isInteger {
      values = try wholePower(kernel, operands.0, operands.1.column(count: rowCount))
    } else {
      values = try plain(kernel, operands.0, operands.1)
    }
    return .column(Column(expression.type, values, validity: validity))
  }

  private func plain(_ kernel: Arithmetic, _ a: Operand, _ b: Operand) throws(Diagnostic) -> ColumnValues {
    if case .decimal(let precision, _) = kernel.type {
      return .i128(try kernel.decimals(a.integers(), b.integers(), precision: precision))
    }
    guard let values = try kernel.type.run(PlainArithmetic(kernel: kernel, a: a, b: b)) else {
      throw .fault("arithmetic that gives \(kernel.type)", at: kernel.span)
    }
    return values
  }

  private func wholePower(_ kernel: Arithmetic, _ base: Operand, _ exponent: Column) throws(Diagnostic) -> ColumnValues
  {
    guard let values = try kernel.type.run(WholePower(kernel: kernel, base: base, exponent: exponent)) else {
      throw .fault("a power that gives \(kernel.type)", at: kernel.span)
    }
    return values
  }

  /// Computes with days and ticks as i64; a date is converted back to i32.
  private func temporal(_ kernel: Arithmetic, _ a: Operand, _ b: Operand) throws(Diagnostic) -> ColumnValues {
    let results: Buffer<Int64> = try kernel.integers(ticks(of: a, kernel), ticks(of: b, kernel))
    guard kernel.type == .date else { return .i64(results) }
    let days = try converted(Column(.i64, .i64(results), validity: kernel.validity), to: .i32)
    guard case .i32(let buffer) = days.values else { return .i64(results) }
    if let valid = days.validity {
      for row in 0..<rowCount where !valid[row] && kernel.validity?[row] ?? true {
        throw .overflow(.date, row: numbers[row], at: kernel.span)
      }
    }
    return .i32(buffer)
  }

  /// The days, ticks or integers of an operand as i64. An integer that does not fit is an error, unless the other
  /// operand is null in that row.
  private func ticks(of operand: Operand, _ kernel: Arithmetic) throws(Diagnostic) -> Numbers<Int64> {
    switch operand {
    case .constant(.integer(let value), _):
      guard let tick = Int64(exactly: value) else { throw .overflow(kernel.type, row: numbers[0], at: kernel.span) }
      return .constant(tick)
    case .constant(.date(let days), _): return .constant(Int64(days))
    case .constant(.time(let ticks), _), .constant(.datetime(let ticks, _), _), .constant(.zoned(let ticks, _, _), _),
      .constant(.duration(let ticks, _), _):
      return .constant(ticks)
    case .column(let column):
      switch column.values {
      case .i64(let buffer): return .rows(buffer)
      case .i32(let buffer): return .rows(mapped(buffer) { Int64($0) })
      default:
        let whole = try converted(column, to: .i64)
        guard case .i64(let buffer) = whole.values else { return .rows(Buffer(repeating: 0, count: column.count)) }
        if let valid = whole.validity {
          for row in 0..<rowCount where !valid[row] && kernel.validity?[row] ?? true {
            throw .overflow(kernel.type, row: numbers[row], at: kernel.span)
          }
        }
        return .rows(buffer)
      }
    default: throw .fault("a constant that is not a moment")
    }
  }
}

/// Arithmetic in the width of the result, to which the binder has cast both operands.
private struct PlainArithmetic: NumberKernel {
  let kernel: Arithmetic
  let a: Operand
  let b: Operand

  func integers<Number: ColumnElement & FixedWidthInteger>(_: Buffer<Number>) throws(Diagnostic) -> ColumnValues {
    let results: Buffer<Number> = try kernel.integers(a.integers(), b.integers())
    return Number.storage(results)
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_: Buffer<Number>) throws(Diagnostic) -> ColumnValues {
    let results: Buffer<Number> = try kernel.floats(a.floats(), b.floats())
    return Number.storage(results)
  }
}

/// A whole number to the power of another.
private struct WholePower: NumberKernel {
  let kernel: Arithmetic
  let base: Operand
  let exponent: Column

  func integers<Number: ColumnElement & FixedWidthInteger>(_: Buffer<Number>) throws(Diagnostic) -> ColumnValues {
    let results: Buffer<Number> = try kernel.power(base.integers(), exponent)
    return Number.storage(results)
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_: Buffer<Number>) throws(Diagnostic) -> ColumnValues {
    throw .fault("a power that gives \(kernel.type)", at: kernel.span)
  }
}

extension Operand {
  var validity: Bitmap? {
    if case .column(let column) = self { column.validity } else { nil }
  }

  /// The operand as integers; the binder has already cast it to this width.
  func integers<Number: ColumnElement & FixedWidthInteger>() throws(Diagnostic) -> Numbers<Number> {
    switch self {
    case .constant(.integer(let value), _): return .constant(Number(truncatingIfNeeded: value))
    case .constant(.decimal(let value, _), _): return .constant(Number(truncatingIfNeeded: value))
    case .column(let column):
      if let buffer = Number.buffer(of: column.values) { return .rows(buffer) }
      if case .null = column.values { return .constant(0) }
      throw .fault("\(column.type) where \(Number.dataType) was bound")
    default: throw .fault("a constant that is not a whole number")
    }
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>() throws(Diagnostic) -> Numbers<Number> {
    switch self {
    case .constant(let value, _): return .constant(Number(value.number ?? .nan))
    case .column(let column):
      if let buffer = Number.buffer(of: column.values) { return .rows(buffer) }
      if case .null = column.values { return .constant(0) }
      throw .fault("\(column.type) where \(Number.dataType) was bound")
    case .list: throw .fault("a list where a number was bound")
    }
  }
}
