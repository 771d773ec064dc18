public import Diagnostics
import Parallelism

/// What becomes of values that the wanted type cannot hold.
public enum CastMode: Sendable {
  /// The first is an error.
  case strict
  /// They become null.
  case lenient
}

/// The column in another type.
///
/// Whole numbers and floats convert where the value stays the same (a float that is not whole is a loss; a whole number
/// beyond 2⁵³ becomes the nearest float, as does an f64 in f32). Text is read in full or not at all, and everything can
/// be written as text. A date is its midnight; a datetime in another unit must not lose a fraction, but as a date it
/// drops its clock. bool is 0 and 1. Lists convert element by element. Dates, times and durations convert to and from
/// whole numbers as the ticks they are.
///
/// - Complexity: O(rows) on all cores; of text, O(distinct texts) readings.
/// - Throws: `noCast` between types that have nothing to do with each other; in strict mode `lossyCast` with the first
///   row that loses.
public func cast(_ column: Column, to type: DataType, _ mode: CastMode = .strict) throws(Diagnostic) -> Column {
  if column.type == type { return column }
  if case .null = column.values { return Column.nulls(type, count: column.count) }
  let converted = try converted(column, to: type)
  if mode == .strict { try requireNoLoss(from: column, to: converted) }
  return converted
}

/// Whether there is any conversion between two types.
public func canCast(_ from: DataType, to: DataType) -> Bool {
  do throws(Diagnostic) {
    _ = try cast(Column.nulls(from, count: 0), to: to)
    return true
  } catch {
    return false
  }
}

/// Finds the first row that had a value and has none now.
private func requireNoLoss(from before: Column, to after: Column) throws(Diagnostic) {
  if after.nullCount > before.nullCount {
    for row in 0..<after.count where after.isNull(row) && !before.isNull(row) {
      throw .lossyCast(before[row], to: after.type, row: row)
    }
  }
  // An element of a list can be lost though its list is not.
  guard let old = before.values.lists, let new = after.values.lists, new.child.nullCount > old.child.nullCount else {
    return
  }
  for row in 0..<after.count where !after.isNull(row) {
    for (own, other) in zip(old.range(row), new.range(row)) where new.child.isNull(other) && !old.child.isNull(own) {
      throw .lossyCast(old.child[own], to: new.child.type, row: row)
    }
  }
}

private func converted(_ column: Column, to type: DataType) throws(Diagnostic) -> Column {
  let from = column.type
  switch (from, type) {
  case (.list, .list(let element)):
    guard let lists = column.values.lists else { throw .noCast(from: from, to: type) }
    let child = try cast(lists.child, to: element, .lenient)
    return Column(type, .list(ListValues(offsets: lists.offsets, child: child)), validity: column.validity)
  case (.structure(let own), .structure(let wanted)):
    guard own.map(\.name) == wanted.map(\.name), let members = column.values.members else {
      throw .noCast(from: from, to: type)
    }
    var converted: [Column] = []
    for (member, field) in zip(members, wanted) { converted.append(try cast(member, to: field.type, .lenient)) }
    return Column(type, .structure(converted, count: column.count), validity: column.validity)
  case (.string, .binary), (.binary, .string):
    return Column(type, column.values, validity: column.validity)
  case (.string, _): return try readText(column, as: type)
  case (_, .string): return try writtenAsText(column)
  case (.bool, _) where type.isNumeric:
    guard case .bool(let bits) = column.values else { throw .noCast(from: from, to: type) }
    let numbers = try buildArray(count: column.count, grain: rowGrain, of: UInt8.self) {
      (range, numbers) throws(Diagnostic) in
      for row in range { numbers[row - range.lowerBound] = bits[row] ? 1 : 0 }
    }
    return try cast(Column(numbers, validity: column.validity), to: type, .lenient)
  case (_, .bool) where from.isNumeric:
    let numbers = try column.asDoubles()
    let bits = try Bitmap.ofRows(column.count) { numbers[$0] == 1 }
    let isBit = try Bitmap.ofRows(column.count) { numbers[$0] == 1 || numbers[$0] == 0 }
    return Column(.bool, .bool(bits), validity: Bitmap.intersection(column.validity, isBit.unlessAllSet))
  case (.decimal, _) where type.isNumeric, (_, .decimal) where from.isNumeric:
    return try convertedDecimal(column, to: type)
  case (_, _) where from.isTemporal || type.isTemporal:
    return try convertedTemporal(column, to: type)
  case (_, _) where from.isNumeric && type.isNumeric:
    return try convertedNumber(column, to: type)
  default: throw .noCast(from: from, to: type)
  }
}

extension Bitmap {
  /// nil where every bit is set: how a validity says that there are no nulls.
  var unlessAllSet: Bitmap? { setCount == count ? nil : self }
}

/// A plain number of a column as its storage, between widths.
private func convertedNumber(_ column: Column, to type: DataType) throws(Diagnostic) -> Column {
  switch type {
  case .i8: return try column.exactly(Int8.self)
  case .i16: return try column.exactly(Int16.self)
  case .i32: return try column.exactly(Int32.self)
  case .i64: return try column.exactly(Int64.self)
  case .u8: return try column.exactly(UInt8.self)
  case .u16: return try column.exactly(UInt16.self)
  case .u32: return try column.exactly(UInt32.self)
  case .u64: return try column.exactly(UInt64.self)
  case .f64: return Column(.f64, .f64(try column.asDoubles()), validity: column.validity)
  case .f32:
    let numbers = try column.asDoubles()
    let narrow = try buildArray(count: column.count, grain: rowGrain, of: Float.self) {
      (range, narrow) throws(Diagnostic) in
      let numbers = numbers.span
      for row in range { narrow[row - range.lowerBound] = Float(numbers[row]) }
    }
    return Column(narrow, validity: column.validity)
  default: throw .noCast(from: column.type, to: type)
  }
}

extension Column {
  /// The numbers in a width of whole numbers, null where that is not exact.
  fileprivate func exactly<Element: ColumnElement & FixedWidthInteger>(
    _ type: Element.Type
  ) throws(Diagnostic) -> Column {
    switch values {
    case .i8(let buffer): try integers(buffer, type)
    case .i16(let buffer): try integers(buffer, type)
    case .i32(let buffer): try integers(buffer, type)
    case .i64(let buffer): try integers(buffer, type)
    case .u8(let buffer): try integers(buffer, type)
    case .u16(let buffer): try integers(buffer, type)
    case .u32(let buffer): try integers(buffer, type)
    case .u64(let buffer): try integers(buffer, type)
    case .f32, .f64:
      try wholeFloats(try asDoubles(), type)
    default: throw .noCast(from: self.type, to: Element.dataType)
    }
  }

  private func integers<Source: ColumnElement & FixedWidthInteger, Element: ColumnElement & FixedWidthInteger>(
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

  private func wholeFloats<Element: ColumnElement & FixedWidthInteger>(
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
