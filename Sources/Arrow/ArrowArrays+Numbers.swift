import Diagnostics
import Tables

extension ArrowArrays {
  /// Reads fixed-width values, which have almost the same representation in the table.
  func numbers(_ field: ArrowField, _ cursor: inout Cursor, _ rows: Range<Int>) throws(Diagnostic) -> Column {
    let type = field.dataType
    switch field.type {
    case .float(bits: 16):
      return try converted(type, &cursor, rows) { (bits: UInt16) in Float(halfBits: bits) }
    case .date(isMilliseconds: true):
      return try converted(type, &cursor, rows) { (ticks: Int64) in
        let (days, rest) = ticks.quotientAndRemainder(dividingBy: 86_400_000)
        return rest == 0 ? Int32(exactly: days) : nil
      }
    case .time(let unit, bits: 32):
      return try converted(type, &cursor, rows) { (ticks: Int32) in product(Int64(ticks), unit.nanoseconds) }
    case .time(.microseconds, _):
      return try converted(type, &cursor, rows) { (ticks: Int64) in product(ticks, 1_000) }
    case .timestamp(.seconds, _), .duration(.seconds):
      return try converted(type, &cursor, rows) { (ticks: Int64) in product(ticks, 1_000) }
    case .decimal(let bits, _, let scale):
      return try decimals(type, &cursor, rows, bits: bits, scale: scale)
    default: break
    }
    switch type {
    case .i8: return try same(type, &cursor, rows, as: Int8.self)
    case .i16: return try same(type, &cursor, rows, as: Int16.self)
    case .i32, .date: return try same(type, &cursor, rows, as: Int32.self)
    case .u8: return try same(type, &cursor, rows, as: UInt8.self)
    case .u16: return try same(type, &cursor, rows, as: UInt16.self)
    case .u32: return try same(type, &cursor, rows, as: UInt32.self)
    case .u64: return try same(type, &cursor, rows, as: UInt64.self)
    case .f32: return try same(type, &cursor, rows, as: Float.self)
    case .f64: return try same(type, &cursor, rows, as: Double.self)
    default: return try same(type, &cursor, rows, as: Int64.self)
    }
  }

  private func same<Element: ColumnElement>(
    _ type: DataType, _ cursor: inout Cursor, _ rows: Range<Int>, as element: Element.Type
  ) throws(Diagnostic) -> Column {
    let validity = try validity(&cursor, rows)
    let buffer = try take(&cursor, atLeast: rows.upperBound * MemoryLayout<Element>.size)
    var values = buffer.array(rows, of: element)
    if let validity {
      var span = values.mutableSpan
      clearNulls(&span, validity)
    }
    return Column(type, Element.storage(Buffer(values)), validity: validity)
  }

  /// Writes fixed-width values that have the table's representation to `target`. Returns their validity.
  func fill<Element: ColumnElement>(
    _ place: (node: Int, buffer: Int, views: Int), _ rows: Range<Int>, into target: inout MutableSpan<Element>
  ) throws(Diagnostic) -> Bitmap? {
    var cursor = cursor(at: place)
    let validity = try validity(&cursor, rows)
    let size = MemoryLayout<Element>.size
    let wanted = rows.lowerBound * size..<rows.upperBound * size
    let isRead = try target.withUnsafeMutableBytes { (target) throws(Diagnostic) in
      try batch.read(wanted, of: cursor.buffer, in: bytes, into: target)
    }
    if !isRead { try take(&cursor, atLeast: wanted.upperBound).copy(rows, into: &target) }
    batch.release(wanted, of: cursor.buffer - (isRead ? 0 : 1), in: bytes)
    if let validity { clearNulls(&target, validity) }
    return validity
  }

  private func converted<Physical: BitwiseCopyable, Element: ColumnElement>(
    _ type: DataType, _ cursor: inout Cursor, _ rows: Range<Int>, _ convert: (Physical) -> Element?
  ) throws(Diagnostic) -> Column {
    let validity = try validity(&cursor, rows)
    let buffer = try take(&cursor, atLeast: rows.upperBound * MemoryLayout<Physical>.size)
    var isBeyond = false
    let values = [Element](unsafeUninitializedCapacity: max(1, rows.count)) { values, initialized in
      for index in 0..<rows.count {
        var value = Element.placeholder
        if validity.map({ $0[index] }) ?? true {
          if let found = convert(buffer.value(rows.lowerBound + index, as: Physical.self)) {
            value = found
          } else {
            isBeyond = true
          }
        }
        values[index] = value
      }
      initialized = rows.count
    }
    guard !isBeyond else { throw .valueBeyondType(valueName(type)) }
    let size = MemoryLayout<Physical>.size
    batch.release(rows.lowerBound * size..<rows.upperBound * size, of: cursor.buffer - 1, in: bytes)
    return Column(type, Element.storage(Buffer(values)), validity: validity)
  }

  private func valueName(_ type: DataType) -> String {
    switch type {
    case .date: "a date (whole days only)"
    case .time: "a time of day"
    case .decimal(let precision, _): "a decimal of more than \(precision) digits"
    default: "a moment or a duration"
    }
  }

  private func decimals(
    _ type: DataType, _ cursor: inout Cursor, _ rows: Range<Int>, bits: Int, scale: Int
  ) throws(Diagnostic) -> Column {
    guard case .decimal(let precision, _) = type, let limit = power(precision), let factor = power(max(0, -scale))
    else { throw .valueBeyondType("a decimal") }
    func checked(_ number: Int128) -> Int128? {
      let (scaled, overflow) = number.multipliedReportingOverflow(by: factor)
      return !overflow && scaled > -limit && scaled < limit ? scaled : nil
    }
    switch bits {
    case 32: return try converted(type, &cursor, rows) { (number: Int32) in checked(Int128(number)) }
    case 64: return try converted(type, &cursor, rows) { (number: Int64) in checked(Int128(number)) }
    case 128: return try converted(type, &cursor, rows) { (number: Int128) in checked(number) }
    default:
      return try converted(type, &cursor, rows) { (number: WideInteger) in number.narrow.flatMap { checked($0) } }
    }
  }

  private func power(_ exponent: Int) -> Int128? {
    (0...38).contains(exponent) ? (0..<exponent).reduce(Int128(1)) { power, _ in power * 10 } : nil
  }
}

/// A 256-bit integer.
private struct WideInteger: BitwiseCopyable {
  let low: UInt128
  let high: Int128

  /// The number in 128 bits; nil if it does not fit.
  var narrow: Int128? {
    let number = Int128(truncatingIfNeeded: low)
    return high == (number < 0 ? -1 : 0) ? number : nil
  }
}

private func product(_ value: Int64, _ factor: Int64) -> Int64? {
  let (product, overflow) = value.multipliedReportingOverflow(by: factor)
  return overflow ? nil : product
}

/// Replaces the values of nulls by zeros: Arrow leaves them undefined.
private func clearNulls<Element: ColumnElement>(_ values: inout MutableSpan<Element>, _ validity: Bitmap) {
  for index in values.indices where !validity[index] { values[index] = .placeholder }
}

extension Float {
  /// Converts from IEEE 754 half precision. Swift's `Float16` is not available on every processor.
  package init(halfBits bits: UInt16) {
    let sign: Float = bits >> 15 == 1 ? -1 : 1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Float(bits & 0x3FF)
    switch exponent {
    case 0: self = sign * fraction / 16_777_216
    case 31: self = fraction == 0 ? sign * .infinity : .nan
    default: self = sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
    }
  }
}
