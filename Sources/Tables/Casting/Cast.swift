public import Diagnostics
import Parallelism

// Casting. Converts a column to another type, value by value. A value that the type cannot hold becomes null first;
// afterwards `firstLoss` compares both columns. So one rule defines a loss for all pairs of types, also inside lists
// and structs.

/// What happens to values that the target type cannot hold.
public enum CastMode: Sendable {
  /// The first such value is an error.
  case strict
  /// They become null.
  case lenient
  /// They become null, and so do values that would only be approximated: a number rounded to a float, a datetime
  /// truncated to its date.
  case exact
}

/// Converts a column to another type.
///
/// - Numbers convert if the value stays the same; a fraction cannot become a whole number. Exception: a whole number
///   above 2⁵³ becomes the nearest float, and an f64 the nearest f32, unless the mode is `exact`. A number beyond the
///   range of the float type is a loss. A float equals a decimal if their digits are equal (`ExactNumber`).
/// - A text must be read completely, and every type can be written as text.
/// - A date becomes the datetime of its midnight. A datetime becomes a date without its time of day; in another unit it
///   must not lose a fraction. A datetime with a zone becomes the date or the time of day on the clocks of the zone; it
///   has no conversion to or from one without a zone. Text without an offset is read as the clocks of the zone show it;
///   text with an offset has no conversion to a datetime without a zone.
/// - A bool is 0 or 1. Lists convert element by element, structs field by field. Dates, times, datetimes and durations
///   convert to and from whole numbers of days or ticks.
///
/// - Complexity: O(rows) on all cores; each distinct text is read once.
/// - Throws: `noCast` if there is no conversion between the types; in strict mode, `lossyCast` for the first row with a
///   loss, also inside lists and structs.
public func cast(_ column: Column, to type: DataType, _ mode: CastMode = .strict) throws(Diagnostic) -> Column {
  if column.type == type { return column }
  if case .null = column.values { return Column.nulls(type, count: column.count) }
  let converted = try converted(column, to: type, isExact: mode == .exact)
  if mode == .strict, let loss = firstLoss(from: column, to: converted) {
    throw .lossyCast(loss.value, to: loss.type, row: loss.row)
  }
  return converted
}

private func converted(_ column: Column, to type: DataType, isExact: Bool) throws(Diagnostic) -> Column {
  let from = column.type
  let inner = isExact ? CastMode.exact : .lenient
  switch (from, type) {
  case (.list, .list(let element)):
    guard let lists = column.values.lists else { throw .noCast(from: from, to: type) }
    let child = try cast(lists.child, to: element, inner)
    return Column(type, .list(ListValues(offsets: lists.offsets, child: child)), validity: column.validity)
  case (.structure(let own), .structure(let wanted)):
    guard own.map(\.name) == wanted.map(\.name), let members = column.values.members else {
      throw .noCast(from: from, to: type)
    }
    var converted: [Column] = []
    for (member, field) in zip(members, wanted) { converted.append(try cast(member, to: field.type, inner)) }
    return Column(type, .structure(converted, count: column.count), validity: column.validity)
  case (.string, .binary): return Column(type, column.values, validity: column.validity)
  case (.binary, .string): return try readBytes(column)
  case (.string, _): return try readText(column, as: type)
  case (_, .string): return try writtenAsText(column)
  case (.bool, _) where type.isNumeric:
    guard case .bool(let bits) = column.values else { throw .noCast(from: from, to: type) }
    let numbers = try buildArray(count: column.count, grain: rowGrain, of: UInt8.self) {
      (range, numbers) throws(Diagnostic) in
      for row in range { numbers[row - range.lowerBound] = bits[row] ? 1 : 0 }
    }
    return try cast(Column(numbers, validity: column.validity), to: type, .lenient)
  case (.decimal, .bool):
    return try cast(cast(column, to: .decimal(precision: 38, scale: 0), .lenient), to: .i64, .lenient).asBits()
  case (_, .bool) where from.isNumeric: return try column.asBits()
  case (.decimal, _) where type.isNumeric, (_, .decimal) where from.isNumeric:
    return try convertedDecimal(column, to: type, isExact: isExact)
  case (_, _) where from.isTemporal || type.isTemporal:
    return try convertedTemporal(column, to: type, isExact: isExact)
  case (_, _) where from.isNumeric && type.isNumeric:
    return try convertedNumber(column, to: type, isExact: isExact)
  default: throw .noCast(from: from, to: type)
  }
}

extension Bitmap {
  /// Nil if every bit is set: a nil validity means that there are no nulls.
  var unlessAllSet: Bitmap? { setCount == count ? nil : self }
}

/// The numbers of a column in another width; null where that is not exact.
private struct ExactWholeNumbers<Element: ColumnElement & FixedWidthInteger>: NumberKernel {
  let column: Column

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Column {
    try column.integers(buffer, Element.self)
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Column {
    try column.wholeFloats(try column.asDoubles(), Element.self)
  }
}

/// Converts integers and floats to another width.
private func convertedNumber(_ column: Column, to type: DataType, isExact: Bool) throws(Diagnostic) -> Column {
  switch type {
  case .f64:
    let numbers = try column.asDoubles()
    let isSame = isExact ? try column.rowsHeld(as: numbers) : nil
    return Column(.f64, .f64(numbers), validity: Bitmap.intersection(column.validity, isSame))
  case .f32:
    let numbers = try column.asDoubles()
    let narrow = try buildArray(count: column.count, grain: rowGrain, of: Float.self) {
      (range, narrow) throws(Diagnostic) in
      let numbers = numbers.span
      for row in range { narrow[row - range.lowerBound] = Float(numbers[row]) }
    }
    // A number beyond the range of the type must not become infinity.
    let isHeld = try Bitmap.ofRows(column.count) { row in
      isExact
        ? Double(narrow[row]) == numbers[row] || numbers[row].isNaN : narrow[row].isFinite || !numbers[row].isFinite
    }
    // The conversion to `Double` has already rounded large whole numbers.
    let isSame = isExact ? try column.rowsHeld(as: numbers) : nil
    let validity = Bitmap.intersection(isHeld.unlessAllSet, isSame)
    return Column(narrow, validity: Bitmap.intersection(column.validity, validity))
  default:
    guard let whole = try type.run(WholeNumbers(column: column)) ?? nil else {
      throw .noCast(from: column.type, to: type)
    }
    return whole
  }
}

/// The numbers of a column in the width of the kernel's buffer.
private struct WholeNumbers: WholeNumberKernel {
  let column: Column

  func whole<Number: ColumnElement & FixedWidthInteger>(_: Buffer<Number>) throws(Diagnostic) -> Column? {
    try column.exactly(Number.self)
  }
}

extension Column {
  /// 0 becomes false, 1 true, and any other number null.
  fileprivate func asBits() throws(Diagnostic) -> Column {
    let numbers = try asDoubles()
    let bits = try Bitmap.ofRows(count) { numbers[$0] == 1 }
    let isBit = try Bitmap.ofRows(count) { numbers[$0] == 1 || numbers[$0] == 0 }
    return Column(.bool, .bool(bits), validity: Bitmap.intersection(validity, isBit.unlessAllSet))
  }

  /// The rows in which the float equals the integer exactly; nil if all do. Integers of at most 32 bits always do.
  fileprivate func rowsHeld(as floats: Buffer<Double>) throws(Diagnostic) -> Bitmap? {
    switch values {
    case .i64(let own): try Bitmap.ofRows(count) { Int64(exactly: floats[$0]) == own[$0] }.unlessAllSet
    case .u64(let own): try Bitmap.ofRows(count) { UInt64(exactly: floats[$0]) == own[$0] }.unlessAllSet
    default: nil
    }
  }

  /// Converts to an integer type; null if that is not exact.
  fileprivate func exactly<Element: ColumnElement & FixedWidthInteger>(
    _ type: Element.Type
  ) throws(Diagnostic) -> Column {
    switch values {
    case .i128: throw .noCast(from: self.type, to: Element.dataType)
    default: break
    }
    guard let column = try values.run(ExactWholeNumbers<Element>(column: self)) else {
      throw .noCast(from: self.type, to: Element.dataType)
    }
    return column
  }

  fileprivate func integers<Source: ColumnElement & FixedWidthInteger, Element: ColumnElement & FixedWidthInteger>(
    _ buffer: Buffer<Source>, _ type: Element.Type
  ) throws(Diagnostic) -> Column {
    let narrow = try buildArray(count: count, grain: rowGrain, of: Element.self) { (range, narrow) throws(Diagnostic) in
      let source = buffer.span
      for row in range { narrow[row - range.lowerBound] = Element(truncatingIfNeeded: source[row]) }
    }
    let isWider =
      Element.isSigned == Source.isSigned
      ? Element.bitWidth >= Source.bitWidth : Element.isSigned && Element.bitWidth > Source.bitWidth
    if isWider { return Column(narrow, validity: validity) }
    let isExact = try Bitmap.ofRows(count) { Element(exactly: buffer[$0]) != nil }
    return Column(narrow, validity: Bitmap.intersection(validity, isExact.unlessAllSet))
  }

  fileprivate func wholeFloats<Element: ColumnElement & FixedWidthInteger>(
    _ numbers: Buffer<Double>, _ type: Element.Type
  ) throws(Diagnostic) -> Column {
    let whole = try buildArray(count: count, grain: rowGrain, of: Element.self) { (range, whole) throws(Diagnostic) in
      let numbers = numbers.span
      for row in range { whole[row - range.lowerBound] = Element(exactly: numbers[row]) ?? 0 }
    }
    let isExact = try Bitmap.ofRows(count) { Element(exactly: numbers[$0]) != nil }
    return Column(whole, validity: Bitmap.intersection(validity, isExact.unlessAllSet))
  }
}
