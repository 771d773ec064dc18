import Diagnostics
import Parallelism

/// A conversion with a decimal on either side; null where digits would be lost or do not fit.
func convertedDecimal(_ column: Column, to type: DataType) throws(Diagnostic) -> Column {
  if case .decimal(let precision, let scale) = type {
    return try column.mapRows(to: type) { (value) -> Int128? in
      let unscaled: Int128? =
        switch value {
        case .integer(let number): rescaledDecimal(number, from: 0, to: scale)
        case .decimal(let number, let own): rescaledDecimal(number, from: own, to: scale)
        // The fewest digits that read back as the float are what a person would write for it.
        case .float(let number):
          NumberText.decimal(Text(NumberText.text(number)).bytes.span, precision: precision, scale: scale)
        default: nil
        }
      return unscaled.flatMap { fits($0, precision: precision) ? $0 : nil }
    }
  }
  if type.isFloat { return try cast(Column(.f64, .f64(try column.asDoubles()), validity: column.validity), to: type) }
  let whole = try column.mapRows(to: .decimal(precision: 38, scale: 0)) { (value) -> Int128? in
    guard case .decimal(let number, let own) = value else { return nil }
    return rescaledDecimal(number, from: own, to: 0)
  }
  guard case .i128(let buffer) = whole.values else { throw .noCast(from: column.type, to: type) }
  switch type {
  case .i8: return try narrowed(buffer, whole.validity, to: Int8.self)
  case .i16: return try narrowed(buffer, whole.validity, to: Int16.self)
  case .i32: return try narrowed(buffer, whole.validity, to: Int32.self)
  case .i64: return try narrowed(buffer, whole.validity, to: Int64.self)
  case .u8: return try narrowed(buffer, whole.validity, to: UInt8.self)
  case .u16: return try narrowed(buffer, whole.validity, to: UInt16.self)
  case .u32: return try narrowed(buffer, whole.validity, to: UInt32.self)
  case .u64: return try narrowed(buffer, whole.validity, to: UInt64.self)
  default: throw .noCast(from: column.type, to: type)
  }
}

private func narrowed<Element: ColumnElement & FixedWidthInteger>(
  _ buffer: Buffer<Int128>, _ validity: Bitmap?, to: Element.Type
) throws(Diagnostic) -> Column {
  let narrow = try buildArray(count: buffer.count, grain: rowGrain, of: Element.self) {
    (range, narrow) throws(Diagnostic) in
    for row in range { narrow[row - range.lowerBound] = Element(truncatingIfNeeded: buffer[row]) }
  }
  let isExact = try Bitmap.ofRows(buffer.count) { Element(exactly: buffer[$0]) != nil }
  return Column(narrow, validity: Bitmap.intersection(validity, isExact.unlessAllSet))
}

extension Column {
  /// A column of one element a row, null where `body` gives nil; the general way, value by value.
  func mapRows<Element: ColumnElement>(
    to type: DataType, _ body: @Sendable (Value) -> Element?
  ) throws(Diagnostic) -> Column {
    let mapped = try mapChunks(of: count, grain: 1 << 12) { (range) throws(Diagnostic) in
      range.map { row -> Element? in isNull(row) ? nil : body(self[row]) }
    }.flatMap { $0 }
    return Column(
      type, Element.storage(Buffer(mapped.map { $0 ?? Element.placeholder })), validity: Bitmap(validOf: mapped))
  }
}
