import Diagnostics
import Parallelism

/// A conversion from or to a decimal; null if digits would be lost or do not fit.
func convertedDecimal(_ column: Column, to type: DataType, isExact: Bool) throws(Diagnostic) -> Column {
  if case .decimal(let precision, let scale) = type {
    return try column.mapRows(to: type) { $0.exactNumber($1)?.unscaled(precision: precision, scale: scale) }
  }
  if type.isFloat {
    let numbers = try cast(Column(.f64, .f64(try column.asDoubles()), validity: column.validity), to: type)
    guard isExact else { return numbers }
    let isSame = try Bitmap.ofRows(column.count) { row in
      column.isNull(row) || column.exactNumber(row).map { $0.order(with: numbers.exactNumber(row) ?? .notANumber) } == 0
    }
    return Column(type, numbers.values, validity: Bitmap.intersection(column.validity, isSame.unlessAllSet))
  }
  let whole = try column.mapRows(to: .decimal(precision: 38, scale: 0)) {
    $0.exactNumber($1)?.unscaled(precision: 38, scale: 0)
  }
  guard case .i128(let buffer) = whole.values else { throw .noCast(from: column.type, to: type) }
  guard type.isInteger, let narrow = try type.run(Narrowing(numbers: buffer, validity: whole.validity)) ?? nil else {
    throw .noCast(from: column.type, to: type)
  }
  return narrow
}

/// Numbers in the width of the kernel's buffer; null where they do not fit.
private struct Narrowing: WholeNumberKernel {
  let numbers: Buffer<Int128>
  let validity: Bitmap?

  func whole<Number: ColumnElement & FixedWidthInteger>(_: Buffer<Number>) throws(Diagnostic) -> Column? {
    let narrow = try buildArray(count: numbers.count, grain: rowGrain, of: Number.self) {
      (range, narrow) throws(Diagnostic) in
      for row in range { narrow[row - range.lowerBound] = Number(truncatingIfNeeded: numbers[row]) }
    }
    let isExact = try Bitmap.ofRows(numbers.count) { Number(exactly: numbers[$0]) != nil }
    return Column(narrow, validity: Bitmap.intersection(validity, isExact.unlessAllSet))
  }
}

extension Column {
  /// Maps every row that is not null to an element; nil becomes null. Slow and general.
  func mapRows<Element: ColumnElement>(
    to type: DataType, _ body: @Sendable (_ column: Column, _ row: Int) -> Element?
  ) throws(Diagnostic) -> Column {
    let mapped = try mapChunks(of: count, grain: 1 << 12) { (range) throws(Diagnostic) in
      range.map { row -> Element? in isNull(row) ? nil : body(self, row) }
    }.flatMap { $0 }
    return Column(
      type, Element.storage(Buffer(mapped.map { $0 ?? Element.placeholder })), validity: Bitmap(validOf: mapped))
  }
}
