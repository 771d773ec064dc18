import Diagnostics
import ElementaryFunctions
import Tables

// Integers and decimals are rounded exactly, floats in floating-point arithmetic. The type does not change.

extension Function {
  static let round = Function(
    "round", topic: "numbers",
    [Parameter("x", .number), Parameter("digits", .wholeNumber, optional: true, constant: true)],
    summary:
      "the number rounded to `digits` digits after the point (0 by default), or before it if negative; halves to the even neighbour",
    examples: [
      Example("table a = [2.5, 3.14159] | with b = round(a), c = round(a, 2)", "halves go to the even number"),
      Example("table a = [1234, 1250] | with b = round(a, -2)", "1200 and 1200"),
    ],
    typing: keepsType,
    body: .row { (call) throws(Diagnostic) in
      let digits = call.arguments.count > 1 ? Swift.min(400, Swift.max(-400, call.arguments[1].integer ?? 0)) : 0
      return try rounded(call, Rounding(direction: .nearest, digits: digits))
    })

  static let floor = Function(
    "floor", topic: "numbers", [Parameter("x", .number)], summary: "the greatest whole number that is not greater",
    examples: [Example("table a = [2.7, -2.1] | with b = floor(a)", "2 and -3")], typing: keepsType,
    body: .row { (call) throws(Diagnostic) in try rounded(call, Rounding(direction: .down, digits: 0)) })

  static let ceil = Function(
    "ceil", synonyms: ["ceiling"], topic: "numbers", [Parameter("x", .number)],
    summary: "the least whole number that is not less",
    examples: [Example("table a = [2.1, -2.7] | with b = ceil(a)", "3 and -2")], typing: keepsType,
    body: .row { (call) throws(Diagnostic) in try rounded(call, Rounding(direction: .up, digits: 0)) })

  private static func rounded(_ call: RowCall, _ rounding: Rounding) throws(Diagnostic) -> Column {
    let column = try call.column(0)
    if column.type.isFloat {
      let function = RealFunction { numbers, results in
        for row in numbers.indices { results[row] = rounding.float(numbers[row]) }
      }
      let values = try column.values.run(function)
      return Column(column.type, values ?? column.values, validity: column.validity)
    }
    var scale = 0
    var limit = Int128.max
    if case .decimal(let precision, let own) = column.type {
      scale = own
      limit = (0..<precision).reduce(Int128(1)) { power, _ in power * 10 } - 1
    }
    // The numbers have no digits to drop.
    if rounding.digits >= scale { return column }
    let kernel = WholeRounding(
      rounding: rounding, droppedDigits: scale - rounding.digits, limit: limit, column: column, call: call)
    return Column(column.type, try column.values.run(kernel) ?? column.values, validity: column.validity)
  }
}

/// The rounding direction and the number of digits to keep after the point.
private struct Rounding {
  enum Direction { case nearest, down, up }

  let direction: Direction
  let digits: Int

  /// Rounds a float. If the result would not be finite, the value is not changed.
  @Sendable func float(_ value: Double) -> Double {
    let rule: FloatingPointRoundingRule =
      switch direction {
      case .nearest: .toNearestOrEven
      case .down: .down
      case .up: .up
      }
    if digits == 0 { return value.rounded(rule) }
    let scale = Elementary.pow(10, Double(Swift.min(300, abs(digits))))
    let rounded = digits > 0 ? (value * scale).rounded(rule) / scale : (value / scale).rounded(rule) * scale
    return rounded.isFinite ? rounded : value
  }

  /// Rounds a whole number to a multiple of `step`; nil if that overflows.
  func multiple(of step: Int128, near value: Int128) -> Int128? {
    let below = floorDivided(value, step)
    let rest = value - below * step
    if rest == 0 { return value }
    let isUp =
      switch direction {
      case .down: false
      case .up: true
      case .nearest: rest == step - rest ? below % 2 != 0 : rest > step - rest
      }
    let (multiple, overflow) = (isUp ? below + 1 : below).multipliedReportingOverflow(by: step)
    return overflow ? nil : multiple
  }
}

private struct WholeRounding: NumberKernel {
  let rounding: Rounding
  /// The number of last digits that become zero.
  let droppedDigits: Int
  /// The greatest number of the type.
  let limit: Int128
  let column: Column
  let call: RowCall

  func integers<Number: ColumnElement & FixedWidthInteger>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> ColumnValues {
    // If the step is 10³⁹ or more, every 128-bit number is nearer to zero than to the next multiple.
    let isBeyond = droppedDigits > 38
    let step = (0..<Swift.min(38, droppedDigits)).reduce(Int128(1)) { power, _ in power * 10 }
    var results = [Number](repeating: 0, count: buffer.count)
    for row in 0..<buffer.count where !column.isNull(row) {
      let value = Int128(buffer[row])
      let rounded: Int128? =
        if !isBeyond {
          rounding.multiple(of: step, near: value)
        } else {
          switch rounding.direction {
          case .nearest: 0
          case .down: value < 0 ? nil : 0
          case .up: value > 0 ? nil : 0
          }
        }
      guard let rounded, rounded.magnitude <= limit.magnitude, let number = Number(exactly: rounded) else {
        throw .overflow(column.type, row: call.numbers[row], at: call.span)
      }
      results[row] = number
    }
    return Number.storage(Buffer(results))
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> ColumnValues { Number.storage(buffer) }
}
