import Tables

/// The fields of one column for a block of rows: their texts end to end, and how long each is.
final class FormattedFields {
  private var bytes: UnsafeMutableRawPointer
  private var capacity: Int
  private(set) var byteCount = 0
  private var lengths: UnsafeMutablePointer<UInt32>
  private var lengthCapacity = 0
  /// Dates come from few days: each day's text is made once.
  private var days = [Int32](repeating: .min, count: 1024)
  private var dayTexts = [UInt8](repeating: 0, count: 1024 * 16)

  init() {
    capacity = 1 << 12
    bytes = .allocate(byteCount: capacity, alignment: 16)
    lengths = .allocate(capacity: 1)
  }

  deinit {
    bytes.deallocate()
    lengths.deallocate()
  }

  /// The texts; 16 bytes past the last may be read.
  var start: UnsafeRawPointer { UnsafeRawPointer(bytes) }
  var lengthStart: UnsafePointer<UInt32> { UnsafePointer(lengths) }

  func format(_ column: Column, _ rows: Range<Int>, separator: [UInt8]) {
    byteCount = 0
    if lengthCapacity < rows.count {
      lengths.deallocate()
      lengths = .allocate(capacity: rows.count)
      lengthCapacity = rows.count
    }
    switch column.values {
    case .null: lengths.update(repeating: 0, count: rows.count)
    case .i8(let buffer): integers(buffer, column, rows)
    case .i16(let buffer): integers(buffer, column, rows)
    case .i32(let buffer) where column.type == .date: dates(buffer, column, rows)
    case .i32(let buffer): integers(buffer, column, rows)
    case .i64(let buffer) where column.type == .i64: integers(buffer, column, rows)
    case .u8(let buffer): integers(buffer, column, rows)
    case .u16(let buffer): integers(buffer, column, rows)
    case .u32(let buffer): integers(buffer, column, rows)
    case .u64(let buffer): integers(buffer, column, rows)
    case .f32(let buffer): texts(column, rows) { $0 += buffer[$1].description.utf8 }
    case .f64(let buffer): texts(column, rows) { $0 += buffer[$1].description.utf8 }
    case .bool(let bits): texts(column, rows) { $0 += (bits[$1] ? "true" : "false").utf8 }
    case .text(let text):
      texts(column, rows) { FieldQuoting.append(text[$1].bytes.span, separator: separator, to: &$0) }
    case .i64, .i128:
      texts(column, rows) { $0 += FieldText.text(column[$1]).utf8 }
    case .list, .structure:
      texts(column, rows) {
        let json = Array(JSONText.text(column[$1]).utf8)
        FieldQuoting.append(json.span, separator: separator, to: &$0)
      }
    }
  }

  private func reserve(_ count: Int) {
    guard capacity < count + 32 else { return }
    let larger = max(count + 32, capacity * 2)
    let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    moved.copyMemory(from: bytes, byteCount: byteCount)
    bytes.deallocate()
    bytes = moved
    capacity = larger
  }

  private func integers<Number: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ buffer: Buffer<Number>, _ column: Column, _ rows: Range<Int>
  ) {
    reserve(rows.count * 20)
    let values = buffer.span
    var next = bytes
    for row in rows {
      if let validity = column.validity, !validity[row] {
        lengths[row - rows.lowerBound] = 0
        continue
      }
      let value = values[row]
      let length = DecimalDigits.write(UInt64(value.magnitude), isNegative: value < 0, to: next)
      lengths[row - rows.lowerBound] = UInt32(truncatingIfNeeded: length)
      next += length
    }
    byteCount = next - bytes
  }

  private func dates(_ buffer: Buffer<Int32>, _ column: Column, _ rows: Range<Int>) {
    reserve(rows.count * 16)
    let values = buffer.span
    var next = bytes
    for row in rows {
      if let validity = column.validity, !validity[row] {
        lengths[row - rows.lowerBound] = 0
        continue
      }
      let slot = Int(values[row]) & 1023
      if days[slot] != values[row] {
        days[slot] = values[row]
        let text = Array(CalendarText.date(values[row]).utf8.prefix(15))
        dayTexts[slot * 16] = UInt8(text.count)
        for index in text.indices { dayTexts[slot * 16 + 1 + index] = text[index] }
      }
      let length = Int(dayTexts[slot * 16])
      dayTexts.withUnsafeBytes { texts in
        if let base = texts.baseAddress { next.copyMemory(from: base + slot * 16 + 1, byteCount: 15) }
      }
      lengths[row - rows.lowerBound] = UInt32(truncatingIfNeeded: length)
      next += length
    }
    byteCount = next - bytes
  }

  /// Fields that `write` appends one by one.
  private func texts(_ column: Column, _ rows: Range<Int>, _ write: (inout [UInt8], Int) -> Void) {
    var text: [UInt8] = []
    for row in rows {
      let start = text.count
      if !column.isNull(row) { write(&text, row) }
      lengths[row - rows.lowerBound] = UInt32(truncatingIfNeeded: text.count - start)
    }
    reserve(text.count)
    text.withUnsafeBytes { if let base = $0.baseAddress { bytes.copyMemory(from: base, byteCount: $0.count) } }
    byteCount = text.count
  }
}

/// Whole numbers as decimal digits, two at a time.
enum DecimalDigits {
  private static let pairs: [UInt8] = (0..<200).map { index in
    let digit: Int = index & 1 == 0 ? index / 20 : index / 2 % 10
    return UInt8(0x30 + digit)
  }

  /// How many bytes were written, at most 20.
  @inline(__always)
  static func write(_ magnitude: UInt64, isNegative: Bool, to target: UnsafeMutableRawPointer) -> Int {
    var start = target
    if isNegative {
      start.storeBytes(of: 0x2D, as: UInt8.self)
      start += 1
    }
    let length = digitCount(magnitude)
    var rest = magnitude
    var position = length
    pairs.withUnsafeBytes { table in
      while rest >= 100 {
        let pair = Int(truncatingIfNeeded: rest % 100)
        rest /= 100
        position &-= 2
        start.storeBytes(
          of: table.loadUnaligned(fromByteOffset: pair &* 2, as: UInt16.self), toByteOffset: position, as: UInt16.self)
      }
    }
    if rest >= 10 {
      start.storeBytes(of: UInt8(truncatingIfNeeded: 0x30 &+ rest % 10), toByteOffset: 1, as: UInt8.self)
      start.storeBytes(of: UInt8(truncatingIfNeeded: 0x30 &+ rest / 10), as: UInt8.self)
    } else {
      start.storeBytes(of: UInt8(truncatingIfNeeded: 0x30 &+ rest), as: UInt8.self)
    }
    return length + (isNegative ? 1 : 0)
  }

  @inline(__always)
  private static func digitCount(_ value: UInt64) -> Int {
    var count = 1
    var bound: UInt64 = 10
    while value >= bound, count < 20 {
      count &+= 1
      bound = bound &* 10
      if count == 20 { break }
    }
    return count
  }
}

/// Quotes around a field where it needs them.
enum FieldQuoting {
  static func append(_ field: borrowing Span<UInt8>, separator: [UInt8], to output: inout [UInt8]) {
    var needsQuotes = field.isEmpty
    for index in field.indices {
      let byte = field[index]
      needsQuotes =
        needsQuotes || byte == separator[0] || byte == TextDialect.quote || byte == TextDialect.newline
        || byte == TextDialect.carriageReturn
    }
    guard needsQuotes else {
      field.withUnsafeBufferPointer { output += $0 }
      return
    }
    output.append(TextDialect.quote)
    for index in field.indices {
      if field[index] == TextDialect.quote { output.append(TextDialect.quote) }
      output.append(field[index])
    }
    output.append(TextDialect.quote)
  }
}

/// A value as text files spell it.
enum FieldText {
  static func text(_ value: Value) -> String {
    guard case .datetime(let ticks, let unit) = value else { return value.description }
    return CalendarText.datetime(ticks, unit: unit).replacingFirst(" ", with: "T")
  }
}

extension String {
  fileprivate func replacingFirst(_ character: Character, with other: Character) -> String {
    guard let index = firstIndex(of: character) else { return self }
    return self[..<index] + String(other) + self[self.index(after: index)...]
  }
}
