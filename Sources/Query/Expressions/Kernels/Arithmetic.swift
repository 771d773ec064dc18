import Diagnostics
import Tables

/// The numbers in the table of a kernel's rows, for error messages.
struct RowNumbers {
  let first: Int
  /// The rows that are computed, if these are not all; nil for all.
  var selected: [UInt32]?

  /// Whether a constant is computed: an error then belongs to no row.
  var isConstant = false

  /// The row numbers of a selection of these rows.
  func selecting(_ rows: [UInt32]) -> RowNumbers {
    let chosen = selected.map { selected in rows.map { selected[Int($0)] } } ?? rows
    return RowNumbers(first: first, selected: chosen, isConstant: isConstant)
  }

  /// The number of the row in the table; nil for a constant.
  subscript(row: Int) -> Int? { isConstant ? nil : first + (selected.map { Int($0[row]) } ?? row) }
}

/// Arithmetic on two operands of the result's type. An integer overflow is an error with the row number.
struct Arithmetic {
  let operation: BinaryOperator
  let type: DataType
  /// The rows in which neither operand is null; nil if no row is null. An overflow in other rows is ignored.
  let validity: Bitmap?
  let count: Int
  let numbers: RowNumbers
  let span: SourceSpan?

  func floats<Number: ColumnElement & BinaryFloatingPoint>(
    _ a: Numbers<Number>, _ b: Numbers<Number>
  ) throws(Diagnostic) -> Buffer<Number> {
    switch operation {
    case .add: return zipped(a, b, count: count) { $0 + $1 }
    case .subtract: return zipped(a, b, count: count) { $0 - $1 }
    case .multiply: return zipped(a, b, count: count) { $0 * $1 }
    case .divide: return zipped(a, b, count: count) { $0 / $1 }
    case .floorDivide: return zipped(a, b, count: count) { ($0 / $1).rounded(.down) }
    case .remainder:
      return zipped(a, b, count: count) { dividend, divisor in
        let remainder = dividend.truncatingRemainder(dividingBy: divisor)
        return remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder
      }
    default: return zipped(a, b, count: count) { Number(raised(Double($0), Double($1))) }
    }
  }

  func integers<Number: ColumnElement & FixedWidthInteger>(
    _ a: Numbers<Number>, _ b: Numbers<Number>
  ) throws(Diagnostic) -> Buffer<Number> {
    switch operation {
    case .add:
      let sums = zipped(a, b, count: count) { $0 &+ $1 }
      try refuseOverflow(a, b, sums) {
        $0.addingReportingOverflow($1).overflow
      } suspected: { a, b, sum in
        Number.isSigned ? (a ^ sum) & (b ^ sum) : (sum < a ? ~0 : 0)
      }
      return sums
    case .subtract:
      let differences = zipped(a, b, count: count) { $0 &- $1 }
      try refuseOverflow(a, b, differences) {
        $0.subtractingReportingOverflow($1).overflow
      } suspected: { a, b, rest in
        Number.isSigned ? (a ^ b) & (a ^ rest) : (a < b ? ~0 : 0)
      }
      return differences
    case .multiply:
      let products = zipped(a, b, count: count) { $0 &* $1 }
      try refuseOverflow(a, b, products) {
        $0.multipliedReportingOverflow(by: $1).overflow
      } suspected: { a, b, _ in
        a.multipliedReportingOverflow(by: b).overflow ? ~0 : 0
      }
      return products
    case .floorDivide, .remainder: return try divided(a, b)
    default: throw .fault("`\(operation.rawValue)` on whole numbers", at: span)
    }
  }

  /// Arithmetic on unscaled decimals; a result with more digits than the type allows is an overflow too.
  func decimals(_ a: Numbers<Int128>, _ b: Numbers<Int128>, precision: Int) throws(Diagnostic) -> Buffer<Int128> {
    let results = try integers(a, b)
    let limit = (0..<precision).reduce(Int128(1)) { power, _ in power * 10 }
    for row in 0..<count where results[row] >= limit || results[row] <= -limit {
      if validity?[row] ?? true { throw .overflow(type, row: numbers[row], at: span) }
    }
    return results
  }

  /// Detects overflow in one pass that vectorises: `suspected` sets the top bit if a row may have overflowed. Only if
  /// one has, rows are checked one by one.
  @inline(__always)
  private func refuseOverflow<Number: ColumnElement & FixedWidthInteger>(
    _ a: Numbers<Number>, _ b: Numbers<Number>, _ results: Buffer<Number>,
    isOverflow: (Number, Number) -> Bool, suspected: (Number, Number, Number) -> Number
  ) throws(Diagnostic) {
    let results = results.span
    var suspicion: Number = 0
    switch (a, b) {
    case (.rows(let a), .rows(let b)):
      let (left, right) = (a.span, b.span)
      for row in 0..<count { suspicion |= suspected(left[row], right[row], results[row]) }
    case (.rows(let a), .constant(let right)):
      let left = a.span
      for row in 0..<count { suspicion |= suspected(left[row], right, results[row]) }
    case (.constant(let left), .rows(let b)):
      let right = b.span
      for row in 0..<count { suspicion |= suspected(left, right[row], results[row]) }
    case (.constant(let left), .constant(let right)):
      for row in 0..<count { suspicion |= suspected(left, right, results[row]) }
    }
    guard suspicion.leadingZeroBitCount == 0 else { return }
    for row in 0..<count where validity?[row] ?? true {
      if isOverflow(a[row], b[row]) { throw .overflow(type, row: numbers[row], at: span) }
    }
  }

  private func divided<Number: ColumnElement & FixedWidthInteger>(
    _ a: Numbers<Number>, _ b: Numbers<Number>
  ) throws(Diagnostic) -> Buffer<Number> {
    let isQuotient = operation == .floorDivide
    if case .constant(let divisor) = b, divisor != 0, divisor != Number(truncatingIfNeeded: -1),
      case .rows(let rows) = a
    {
      return FloorDivision(divisor).apply(to: rows, quotient: isQuotient)
    }
    for row in 0..<count where validity?[row] ?? true {
      if b[row] == 0 { throw .divisionByZero(row: numbers[row], at: span) }
      if isQuotient, a[row].dividedReportingOverflow(by: b[row]).overflow {
        throw .overflow(type, row: numbers[row], at: span)
      }
    }
    return zipped(a, b, count: count) { dividend, divisor in
      if divisor == 0 { return 0 }
      if Number.isSigned, divisor == Number(truncatingIfNeeded: -1) { return isQuotient ? 0 &- dividend : 0 }
      return isQuotient ? floorDivided(dividend, divisor) : floorRemainder(dividend, divisor)
    }
  }

  /// Integer powers by repeated multiplication. At most 127 factors: a greater power of 2 or more overflows every type.
  func power<Number: ColumnElement & FixedWidthInteger>(
    _ base: Numbers<Number>, _ exponent: Column
  ) throws(Diagnostic) -> Buffer<Number> {
    let exponents = try converted(exponent, to: .decimal(precision: 38, scale: 0))
    guard case .i128(let powers) = exponents.values else { throw .fault("a power of something else", at: span) }
    var results = [Number](repeating: 0, count: count)
    for row in 0..<count where validity?[row] ?? true {
      guard let result = wholePower(base[row], powers[row]) else {
        throw .overflow(type, row: numbers[row], at: span)
      }
      results[row] = result
    }
    return Buffer(results)
  }

  private func wholePower<Number: FixedWidthInteger>(_ base: Number, _ exponent: Int128) -> Number? {
    if exponent == 0 || base == 1 { return 1 }
    if base == 0 { return 0 }
    if Number.isSigned, base == Number(truncatingIfNeeded: -1) { return exponent % 2 == 0 ? 1 : base }
    if exponent > 127 { return nil }
    var result: Number = 1
    for _ in 0..<exponent {
      let (product, overflow) = result.multipliedReportingOverflow(by: base)
      if overflow { return nil }
      result = product
    }
    return result
  }
}
