import Tables

/// The fields of one column for a block of rows: their concatenated texts, and the length of each.
final class FormattedFields {
  private var bytes: UnsafeMutableRawPointer
  private var capacity: Int
  private(set) var byteCount = 0
  /// The number of texts that got an apostrophe, in all blocks.
  private(set) var escapedCount = 0
  private var lengths: UnsafeMutablePointer<UInt32>
  private var lengthCapacity = 0

  init() {
    capacity = 1 << 12
    bytes = .allocate(byteCount: capacity, alignment: 16)
    lengths = .allocate(capacity: 1)
  }

  deinit {
    bytes.deallocate()
    lengths.deallocate()
  }

  /// The texts. Up to 16 bytes after the last one may be read.
  var start: UnsafeRawPointer { UnsafeRawPointer(bytes) }
  var lengthStart: UnsafePointer<UInt32> { UnsafePointer(lengths) }

  func format(_ column: Column, _ rows: Range<Int>, _ style: FieldStyle) {
    byteCount = 0
    if lengthCapacity < rows.count {
      lengths.deallocate()
      lengths = .allocate(capacity: rows.count)
      lengthCapacity = rows.count
    }
    if case .separated(let separator, _) = style, column.values.text == nil, FieldQuoting.mayOccur(separator) {
      quoted(column, rows, style, separator)
      return
    }
    switch column.values {
    case .i8(let buffer): integers(buffer, column, rows, style)
    case .i16(let buffer): integers(buffer, column, rows, style)
    case .i32(let buffer) where column.type == .date: dates(buffer, column, rows, style)
    case .i32(let buffer): integers(buffer, column, rows, style)
    case .i64(let buffer) where column.type == .i64: integers(buffer, column, rows, style)
    case .u8(let buffer): integers(buffer, column, rows, style)
    case .u16(let buffer): integers(buffer, column, rows, style)
    case .u32(let buffer): integers(buffer, column, rows, style)
    case .u64(let buffer): integers(buffer, column, rows, style)
    case .f32(let buffer): floats(buffer, column, rows, style)
    case .f64(let buffer): floats(buffer, column, rows, style)
    case .bool(let bits): texts(column, rows, style) { $0 += (bits[$1] ? "true" : "false").utf8 }
    case .text(let text):
      texts(column, rows, style) { output, row in
        switch style {
        case .separated(let separator, true) where FieldQuoting.isFormula(text[row].bytes.span):
          escapedCount += 1
          FieldQuoting.append(([0x27] + text[row].bytes.array).span, separator: separator, to: &output)
        case .separated(let separator, _): FieldQuoting.append(text[row].bytes.span, separator: separator, to: &output)
        case .json: JSONText.append(text[row].bytes.span, to: &output)
        }
      }
    case .null, .i64, .i128, .list, .structure:
      texts(column, rows, style) { output, row in
        switch style {
        case .json: JSONText.append(column[row], as: column.type, to: &output)
        case .separated(let separator, _) where column.type.isNested:
          FieldQuoting.append(
            Array(JSONText.text(column[row], as: column.type).utf8).span, separator: separator, to: &output)
        case .separated: output += FieldText.text(column[row]).utf8
        }
      }
    }
  }

  /// Formats values other than texts where the separator may be part of one, as `:` of a time.
  private func quoted(_ column: Column, _ rows: Range<Int>, _ style: FieldStyle, _ separator: [UInt8]) {
    texts(column, rows, style) { output, row in
      let text =
        switch column.values {
        // A value holds 64 bits, which would show more digits.
        case .f32(let buffer): buffer[row].description
        case .f64(let buffer): buffer[row].description
        case _ where column.type.isNested: JSONText.text(column[row], as: column.type)
        default: FieldText.text(column[row])
        }
      FieldQuoting.append(Array(text.utf8).span, separator: separator, to: &output)
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
    _ buffer: Buffer<Number>, _ column: Column, _ rows: Range<Int>, _ style: FieldStyle
  ) {
    let values = buffer.span
    fill(column, rows, style, room: 20) { row, target in
      let value = values[row]
      return DecimalDigits.write(UInt64(value.magnitude), isNegative: value < 0, to: target)
    }
  }

  private func dates(_ buffer: Buffer<Int32>, _ column: Column, _ rows: Range<Int>, _ style: FieldStyle) {
    let values = buffer.span
    let quoteCount = if case .json = style { 1 } else { 0 }
    fill(column, rows, style, room: 24) { row, target in
      let quoted = target + quoteCount
      let length = DecimalDigits.writeDate(values[row], to: quoted)
      if quoteCount == 0 { return length }
      target.storeBytes(of: 0x22, as: UInt8.self)
      (quoted + length).storeBytes(of: 0x22, as: UInt8.self)
      return length + 2
    }
  }

  /// Formats fields by `write`, which writes at most `room` bytes and returns how many.
  @inline(__always)
  private func fill(
    _ column: Column, _ rows: Range<Int>, _ style: FieldStyle, room: Int,
    _ write: (Int, UnsafeMutableRawPointer) -> Int
  ) {
    reserve(rows.count * room)
    let null = style.null
    let validity = column.validity
    var next = bytes
    for row in rows {
      var length = null.count
      if let validity, !validity[row] {
        for index in null.indices { (next + index).storeBytes(of: null[index], as: UInt8.self) }
      } else {
        length = write(row, next)
      }
      lengths[row - rows.lowerBound] = UInt32(truncatingIfNeeded: length)
      next += length
    }
    byteCount = next - bytes
  }

  /// JSON has no NaN and no infinity: they become null.
  private func floats<Number: BinaryFloatingPoint & LosslessStringConvertible & BitwiseCopyable & Sendable>(
    _ buffer: Buffer<Number>, _ column: Column, _ rows: Range<Int>, _ style: FieldStyle
  ) {
    let isJSON = if case .json = style { true } else { false }
    texts(column, rows, style) { output, row in
      let value = buffer[row]
      output += (isJSON && !value.isFinite ? "null" : value.description).utf8
    }
  }

  /// Formats fields by `write`, which appends one field at a time.
  private func texts(
    _ column: Column, _ rows: Range<Int>, _ style: FieldStyle, _ write: (inout [UInt8], Int) -> Void
  ) {
    var text: [UInt8] = []
    let null = style.null
    for row in rows {
      let start = text.count
      if column.isNull(row) { text += null } else { write(&text, row) }
      lengths[row - rows.lowerBound] = UInt32(truncatingIfNeeded: text.count - start)
    }
    reserve(text.count)
    text.withUnsafeBytes { if let base = $0.baseAddress { bytes.copyMemory(from: base, byteCount: $0.count) } }
    byteCount = text.count
  }
}

/// Puts a field in quotes if it needs them.
enum FieldQuoting {
  /// Whether a spreadsheet would read a text as a formula.
  ///
  /// - Source: OWASP, *CSV Injection*.
  static func isFormula(_ field: borrowing Span<UInt8>) -> Bool {
    guard field.count > 0 else { return false }
    switch field[0] {
    case 0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0A, 0x0D: return true
    default: return false
    }
  }

  /// Whether a number, a time or another value that is no text may contain the separator: `-`, `:`, a digit, …
  static func mayOccur(_ separator: [UInt8]) -> Bool {
    switch separator[0] {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    case let byte: "+-.: _/".utf8.contains(byte)
    }
  }

  /// Whether a reader would take an unquoted name of a column for a value, and its line for data.
  static func looksLikeValue(_ name: borrowing Span<UInt8>) -> Bool {
    TextField.isDigits(name) || TextField.hasLeadingZeros(name) || FieldKind(name, decimalComma: false) != .string
      || FieldKind(name, decimalComma: true) != .string
  }

  static func append(_ field: borrowing Span<UInt8>, separator: [UInt8], always: Bool = false, to output: inout [UInt8])
  {
    var needsQuotes = always || field.isEmpty
    for index in field.indices {
      let byte = field[index]
      needsQuotes =
        needsQuotes || byte == separator[0] || byte == TextDialect.doubleQuote || byte == TextDialect.newline
        || byte == TextDialect.carriageReturn
    }
    guard needsQuotes else {
      field.withUnsafeBufferPointer { output += $0 }
      return
    }
    output.append(TextDialect.doubleQuote)
    for index in field.indices {
      if field[index] == TextDialect.doubleQuote { output.append(TextDialect.doubleQuote) }
      output.append(field[index])
    }
    output.append(TextDialect.doubleQuote)
  }
}

/// The text of a value in a text file.
enum FieldText {
  static func text(_ value: Value) -> String {
    switch value {
    case .datetime, .zoned: value.description.replacingFirst(" ", with: "T")
    default: value.description
    }
  }
}

extension String {
  fileprivate func replacingFirst(_ character: Character, with other: Character) -> String {
    guard let index = firstIndex(of: character) else { return self }
    return self[..<index] + String(other) + self[self.index(after: index)...]
  }
}
