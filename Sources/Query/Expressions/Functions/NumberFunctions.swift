import ElementaryFunctions
import Diagnostics
import Tables

extension Function {
  static let abs = Function(
    "abs", topic: "numbers", [Parameter("x", .number)], summary: "the absolute value",
    examples: [Example("table a = [-1, 2] | with b = abs(a)", "1 and 2")], typing: keepsType,
    body: .row { (call) throws(Diagnostic) in
      let column = try call.column(0)
      let values = try column.values.run(Magnitude(call: call, validity: column.validity))
      return Column(column.type, values ?? column.values, validity: column.validity)
    })

  static let sign = Function(
    "sign", topic: "numbers", [Parameter("x", .number)], summary: "the sign: -1, 0 or 1",
    examples: [Example("table a = [-5, 0, 7] | with b = sign(a)", "-1, 0 and 1")],
    // A decimal type may have no digit before its point, so the sign of a decimal is an i8.
    typing: { (arguments) throws(Diagnostic) in arguments[0].type.isDecimal ? .i8 : arguments[0].type },
    body: .row { (call) throws(Diagnostic) in
      let column = try call.column(0)
      if case .i128(let numbers) = column.values {
        return Column(.i8, .i8(mapped(numbers) { Int8(truncatingIfNeeded: $0.signum()) }), validity: column.validity)
      }
      return Column(column.type, try column.values.run(Sign()) ?? column.values, validity: column.validity)
    })

  static let sqrt = real("sqrt", "the square root; NaN for negative numbers", "table a = [4, 9] | with b = sqrt(a)") {
    for row in $0.indices { $1[row] = $0[row].squareRoot() }
  }
  static let exp = real("exp", "the exponential function, eˣ", "table a = [0, 1] | with b = exp(a)") {
    Elementary.exp($0, into: &$1)
  }
  static let log = real(
    "log", "the natural logarithm; minus infinity for 0", "table a = [1, 10] | with b = log(a)", synonyms: ["ln"]
  ) { Elementary.log($0, into: &$1) }
  static let log1p = real(
    "log1p", "the natural logarithm of 1 + x, accurate near 0", "table a = [0, 1] | with b = log1p(a)"
  ) { Elementary.log1p($0, into: &$1) }

  static let isNaN = Function(
    "is_nan", topic: "numbers", [Parameter("x", .number)], summary: "whether the value is NaN (not a number)",
    examples: [Example("table a = [0.0, 1.0] | filter is_nan(a / a)", "zero by zero")], traits: .neverFails,
    typing: gives(.bool),
    body: .row { (call) throws(Diagnostic) in
      let column = try call.column(0)
      guard let found = try column.values.run(NotANumber()) else { return .nulls(.bool, count: call.rowCount) }
      return Column(.bool, .bool(found), validity: column.validity)
    })

  static let clip = Function(
    "clip", topic: "numbers", [Parameter("x", .number), Parameter("least", .number), Parameter("greatest", .number)],
    summary: "the number limited to the range from `least` to `greatest`",
    examples: [Example("table a = [-1, 5, 12] | with b = clip(a, 0, 10)", "0, 5 and 10")], typing: commonType,
    body: .row { (call) throws(Diagnostic) in
      let (value, least, greatest) = (try call.column(0), try call.column(1), try call.column(2))
      let raised = try choose(Truth(compared(value, .less, least)).isTrue, least, value)
      return try choose(Truth(compared(raised, .greater, greatest)).isTrue, greatest, raised)
    })

  private static func real(
    _ name: String, _ summary: String, _ example: String, synonyms: [String] = [],
    _ compute: @escaping RealFunction.Computation
  ) -> Function {
    Function(
      name, synonyms: synonyms, topic: "numbers", [Parameter("x", .number)], summary: summary,
      examples: [Example(example, "")], typing: floating,
      body: .row { (call) throws(Diagnostic) in
        let column = try call.column(0)
        let values = try column.values.run(RealFunction(compute: compute))
        return Column(column.type, values ?? column.values, validity: column.validity)
      })
  }
}

/// `base` to the power of `exponent`.
func raised(_ base: Double, _ exponent: Double) -> Double { Elementary.pow(base, exponent) }

private struct Magnitude: NumberKernel {
  let call: RowCall
  let validity: Bitmap?

  func integers<Number: ColumnElement & FixedWidthInteger>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> ColumnValues {
    guard Number.isSigned else { return Number.storage(buffer) }
    let values = buffer.span
    for row in 0..<values.count where values[row] == Number.min && validity?[row] ?? true {
      throw .overflow(call.resultType, row: call.numbers[row], at: call.span)
    }
    return Number.storage(mapped(buffer) { $0 < 0 ? 0 &- $0 : $0 })
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> ColumnValues { Number.storage(mapped(buffer) { $0.magnitude }) }
}

private struct Sign: NumberKernel {
  func integers<Number: ColumnElement & FixedWidthInteger>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> ColumnValues { Number.storage(mapped(buffer) { $0.signum() }) }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> ColumnValues { Number.storage(mapped(buffer) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }) }
}

/// Applies a function of doubles to a float column; integer columns are not changed.
struct RealFunction: NumberKernel {
  /// Writes the function's value for every `x` into `results`.
  typealias Computation = @Sendable (_ x: Span<Double>, _ results: inout MutableSpan<Double>) -> Void

  let compute: Computation

  func integers<Number: ColumnElement & FixedWidthInteger>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> ColumnValues { Number.storage(buffer) }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> ColumnValues {
    let doubles = buffer as? Buffer<Double> ?? mapped(buffer) { Double($0) }
    var results = [Double](repeating: 0, count: doubles.count)
    var output = results.mutableSpan
    compute(doubles.span, &output)
    let computed = Buffer(results)
    return Number.storage(computed as? Buffer<Number> ?? mapped(computed) { Number($0) })
  }
}

private struct NotANumber: NumberKernel {
  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    Bitmap(repeating: false, count: buffer.count)
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    let values = buffer.span
    return bits(of: values) { $0.isNaN }
  }
}
