import Diagnostics
import Tables

// Comparisons give one bit per row. Numbers of different types are compared by value; NaN equals itself and is greater
// than all other numbers.

/// A comparison of a numeric or temporal column with a constant of any comparable type.
struct ConstantComparison: NumberKernel {
  let operation: BinaryOperator
  let constant: Value
  /// The type of the column.
  let type: DataType

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    guard let number = constant.exactNumber else { return Bitmap(repeating: false, count: buffer.count) }
    switch WholeBound(operation, number, unit: type.unitOfStorage) {
    case .always(let truth): return Bitmap(repeating: truth, count: buffer.count)
    case .compare(let operation, let value):
      // If the constant is outside the range of the type, the result is the same in all rows.
      if value > Int128(truncatingIfNeeded: Number.max) {
        return Bitmap(repeating: [.notEqual, .less, .lessOrEqual].contains(operation), count: buffer.count)
      }
      if value < Int128(truncatingIfNeeded: Number.min) {
        return Bitmap(repeating: [.notEqual, .greater, .greaterOrEqual].contains(operation), count: buffer.count)
      }
      return compare(buffer.span, operation, Number(truncatingIfNeeded: value))
    }
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    let values = buffer.span
    guard let nearest = constant.number, let number = constant.exactNumber else {
      return Bitmap(repeating: false, count: buffer.count)
    }
    // If no float equals the constant, compare with the nearest float instead and adapt the operator.
    let (operation, wanted): (BinaryOperator, Double)
    if case .float = constant {
      (operation, wanted) = (self.operation, nearest)
    } else {
      let side = ExactNumber(nearest).order(with: number)
      if side != 0, self.operation == .equal || self.operation == .notEqual {
        return Bitmap(repeating: self.operation == .notEqual, count: buffer.count)
      }
      operation = self.operation.beside(side)
      wanted = nearest
    }
    if wanted.isNaN {
      switch operation {
      case .equal, .greaterOrEqual: return bits(of: values) { $0.isNaN }
      case .notEqual, .less: return bits(of: values) { !$0.isNaN }
      default: return Bitmap(repeating: operation == .lessOrEqual, count: values.count)
      }
    }
    // f32 values are compared as f64, unless the constant is exactly an f32.
    guard let limit = Number(exactly: wanted) else {
      switch operation {
      case .equal: return bits(of: values) { Double($0) == wanted }
      case .notEqual: return bits(of: values) { Double($0) != wanted }
      case .less: return bits(of: values) { Double($0) < wanted }
      case .lessOrEqual: return bits(of: values) { Double($0) <= wanted }
      case .greater: return bits(of: values) { !(Double($0) <= wanted) }
      default: return bits(of: values) { !(Double($0) < wanted) }
      }
    }
    // NaN is greater than every limit: `<` and `<=` are false for it, as IEEE 754 has it.
    switch operation {
    case .equal, .notEqual: return equal(values, limit, isNegated: operation == .notEqual)
    case .less, .greaterOrEqual: return below(values, limit, isNegated: operation == .greaterOrEqual)
    default: return atMost(values, limit, isNegated: operation == .greater)
    }
  }
}

private func compare<Number: ColumnElement & FixedWidthInteger>(
  _ values: Span<Number>, _ operation: BinaryOperator, _ limit: Number
) -> Bitmap {
  switch operation {
  case .equal, .notEqual: equal(values, limit, isNegated: operation == .notEqual)
  case .less, .greaterOrEqual: below(values, limit, isNegated: operation == .greaterOrEqual)
  default: atMost(values, limit, isNegated: operation == .greater)
  }
}

// One loop per function: with several loops in one function, the compiler does not vectorise but calls the test for
// every row.

private func equal<Number: ColumnElement>(_ values: Span<Number>, _ limit: Number, isNegated: Bool) -> Bitmap {
  bits(of: values, isNegated: isNegated) { $0 == limit }
}

private func below<Number: ColumnElement>(_ values: Span<Number>, _ limit: Number, isNegated: Bool) -> Bitmap {
  bits(of: values, isNegated: isNegated) { $0 < limit }
}

private func atMost<Number: ColumnElement>(_ values: Span<Number>, _ limit: Number, isNegated: Bool) -> Bitmap {
  bits(of: values, isNegated: isNegated) { $0 <= limit }
}

/// A comparison of two numeric columns of the same type.
struct PairComparison: NumberKernel {
  let operation: BinaryOperator
  let other: ColumnValues

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    guard let second = Number.buffer(of: other) else { throw .fault("a comparison of two storages") }
    let (left, right) = (buffer.span, second.span)
    switch operation {
    case .equal, .notEqual: return equal(left, right, isNegated: operation == .notEqual)
    case .less, .greaterOrEqual: return below(left, right, isNegated: operation == .greaterOrEqual)
    default: return below(right, left, isNegated: operation == .lessOrEqual)
    }
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    guard let second = Number.buffer(of: other) else { throw .fault("a comparison of two storages") }
    let (left, right) = (buffer.span, second.span)
    let isNegated = [.notEqual, .greaterOrEqual, .lessOrEqual].contains(operation)
    switch operation {
    case .equal, .notEqual: return bits(of: left, and: right, isNegated: isNegated) { isSame($0, $1) }
    case .less, .greaterOrEqual: return bits(of: left, and: right, isNegated: isNegated) { isLess($0, $1) }
    default: return bits(of: right, and: left, isNegated: isNegated) { isLess($0, $1) }
    }
  }
}

private func equal<Number: ColumnElement>(_ left: Span<Number>, _ right: Span<Number>, isNegated: Bool) -> Bitmap {
  bits(of: left, and: right, isNegated: isNegated) { $0 == $1 }
}

private func below<Number: ColumnElement>(_ left: Span<Number>, _ right: Span<Number>, isNegated: Bool) -> Bitmap {
  bits(of: left, and: right, isNegated: isNegated) { $0 < $1 }
}

@inline(__always)
func isSame<Number: BinaryFloatingPoint>(_ a: Number, _ b: Number) -> Bool { a == b || (a.isNaN && b.isNaN) }

@inline(__always)
func isLess<Number: BinaryFloatingPoint>(_ a: Number, _ b: Number) -> Bool { a < b || (b.isNaN && !a.isNaN) }

/// A comparison of two columns; both are converted to one type first.
func compared(_ left: Column, _ operation: BinaryOperator, _ right: Column) throws(Diagnostic) -> Column {
  let validity = Bitmap.intersection(left.validity, right.validity)
  let result: Bitmap
  switch (left.values, right.values) {
  case (.bool(let a), .bool(let b)): result = compared(a, operation, b)
  case (.text(let a), .text(let b)): result = compared(a, operation, b)
  case (.null, _), (_, .null): return Column.nulls(.bool, count: left.count)
  case (.list, .list), (.structure, .structure):
    let equal = try equalRows(left, right)
    result = operation == .equal ? equal : ~equal
  default:
    if left.type.integerWidth == 64, right.type.isFloat {
      result = try exactlyCompared(left, operation, right)
    } else if left.type.isFloat, right.type.integerWidth == 64 {
      result = try exactlyCompared(right, operation.mirrored, left)
    } else {
      result = try comparedByValue(left, operation, right, where: validity)
    }
  }
  return Column(.bool, .bool(result), validity: validity)
}

/// Compares numbers or times in a type that holds every value of both; if a value cannot be converted exactly, row by
/// row as `ExactNumber`.
private func comparedByValue(
  _ left: Column, _ operation: BinaryOperator, _ right: Column, where validity: Bitmap?
) throws(Diagnostic) -> Bitmap {
  guard let common = DataType.ofEqualValues(left.type, right.type) else { throw .differentTypes(left.type, right.type) }
  let (first, second) = (try cast(left, to: common, .exact), try cast(right, to: common, .exact))
  if firstLoss(from: left, to: first) == nil, firstLoss(from: right, to: second) == nil,
    let compared = try first.values.run(PairComparison(operation: operation, other: second.values))
  {
    return compared
  }
  return bits(count: left.count) { row in
    guard validity?[row] ?? true, let a = left.exactNumber(row), let b = right.exactNumber(row) else { return false }
    return operation.holds(a.order(with: b), 0)
  }
}

/// Compares 64-bit integers with floats exactly; a conversion of one of them would round.
private func exactlyCompared(
  _ whole: Column, _ operation: BinaryOperator, _ floating: Column
) throws(Diagnostic) -> Bitmap {
  let numbers = try converted(floating, to: .f64)
  let wide = try converted(whole, to: .decimal(precision: 38, scale: 0))
  guard case .f64(let floats) = numbers.values, case .i128(let integers) = wide.values else {
    throw .differentTypes(whole.type, floating.type)
  }
  let (left, right) = (integers.span, floats.span)
  return bits(count: left.count) { row in
    switch WholeBound(operation, right[row]) {
    case .always(let truth): return truth
    case .compare(let operation, let bound): return operation.holds(left[row], bound)
    }
  }
}

private func compared(_ left: Bitmap, _ operation: BinaryOperator, _ right: Bitmap) -> Bitmap {
  switch operation {
  case .equal: left.combined(with: right) { ~($0 ^ $1) }
  case .notEqual: left.combined(with: right, ^)
  case .less: left.combined(with: right) { ~$0 & $1 }
  case .lessOrEqual: left.combined(with: right) { ~$0 | $1 }
  case .greater: left.combined(with: right) { $0 & ~$1 }
  default: left.combined(with: right) { $0 | ~$1 }
  }
}

private func compared(_ left: TextValues, _ operation: BinaryOperator, _ right: TextValues) -> Bitmap {
  let (a, b) = (left.codes.span, right.codes.span)
  if left.dictionary === right.dictionary, left.dictionary.isUnique, operation == .equal || operation == .notEqual {
    return bits(of: a, and: b, isNegated: operation == .notEqual) { $0 == $1 }
  }
  let (firstBytes, secondBytes) = (left.dictionary.bytes, right.dictionary.bytes)
  let first = firstBytes.span
  let second = secondBytes.span
  return bits(count: a.count) { row in
    operation.holds(
      comparison(first, left.dictionary.range(a[row]), second, right.dictionary.range(b[row])), 0)
  }
}

/// Negative, zero or positive if the first bytes sort before, equal to or after the second.
func comparison(
  _ a: borrowing Span<UInt8>, _ aRange: Range<Int>, _ b: borrowing Span<UInt8>, _ bRange: Range<Int>
) -> Int {
  let shared = min(aRange.count, bRange.count)
  for offset in 0..<shared {
    let (x, y) = (a[aRange.lowerBound + offset], b[bRange.lowerBound + offset])
    if x != y { return x < y ? -1 : 1 }
  }
  return aRange.count - bRange.count
}

extension TextDictionary {
  /// The byte range of an entry.
  @inline(__always)
  func range(_ code: UInt32) -> Range<Int> { offsets[Int(code)]..<offsets[Int(code) + 1] }
}

extension BinaryOperator {
  /// Whether the comparison is true for two values.
  func holds<Number: Comparable>(_ left: Number, _ right: Number) -> Bool {
    switch self {
    case .equal: left == right
    case .notEqual: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    default: left >= right
    }
  }
}

/// A comparison of a column with a constant that is not null.
func compared(_ column: Column, _ operation: BinaryOperator, _ constant: Value) throws(Diagnostic) -> Column {
  let result: Bitmap
  switch (column.values, constant) {
  case (.null(let count), _): return Column.nulls(.bool, count: count)
  case (.list, _), (.structure, _):
    return try compared(column, operation, Column(repeating: constant, column.type, count: column.count))
  case (.bool(let bits), .bool(let truth)):
    result = compared(bits, operation, Bitmap(repeating: truth, count: bits.count))
  case (.text(let text), .text(let wanted)), (.text(let text), .binary(let wanted)):
    let dictionary = text.dictionary
    let stored = dictionary.bytes
    let codes = text.codes.span
    let bytes = stored.span
    let other = wanted.bytes.span
    result = bits(count: codes.count) { row in
      operation.holds(comparison(bytes, dictionary.range(codes[row]), other, 0..<other.count), 0)
    }
  default:
    let kernel = ConstantComparison(operation: operation, constant: constant, type: column.type)
    guard let compared = try column.values.run(kernel) else {
      throw .fault("a comparison of \(column.type) with a constant of another type")
    }
    result = compared
  }
  return Column(.bool, .bool(result), validity: column.validity)
}
