import Diagnostics
import Parallelism
import Tables

/// Reads the arrays of one batch: rows of a field and its descendants, as a column.
///
/// Every length, offset and dictionary index is checked before it is used. Those that lead to other data are copied
/// before the check, since the mapped file may change.
struct ArrowArrays {
  let batch: ArrowBatch
  let bytes: ArrowBytes
  private let dictionaries: ArrowDictionaries
  /// The decoded dictionaries of the field.
  private let values: [ArrowDictionaries.Key: Column]

  /// The next node and the next buffer.
  struct Cursor {
    var node: Int
    var buffer: Int
    var view: Int
  }

  init(
    _ batch: ArrowBatch, _ bytes: ArrowBytes, _ dictionaries: ArrowDictionaries,
    _ values: [ArrowDictionaries.Key: Column]
  ) {
    (self.batch, self.bytes, self.dictionaries, self.values) = (batch, bytes, dictionaries, values)
  }

  func rowCount(of node: Int) -> Int { batch.nodes[node].count }

  func cursor(at place: (node: Int, buffer: Int, views: Int)) -> Cursor {
    Cursor(node: place.node, buffer: place.buffer + batch.viewBuffers[place.views], view: place.views)
  }

  /// Reads some rows of a field at a position of the schema.
  func column(
    _ field: ArrowField, _ place: (node: Int, buffer: Int, views: Int), rows: Range<Int>
  ) throws(Diagnostic) -> Column {
    var cursor = cursor(at: place)
    return try read(field, &cursor, rows)
  }

  func read(_ field: ArrowField, _ cursor: inout Cursor, _ rows: Range<Int>) throws(Diagnostic) -> Column {
    try Cancellation.current.check()
    guard rows.upperBound <= batch.nodes[cursor.node].count else {
      throw .malformedArrow("`\(field.name)` is shorter than what it is part of")
    }
    if rows.isEmpty {
      skip(field, &cursor)
      return Column.nulls(field.dataType, count: 0)
    }
    if let dictionary = field.dictionary { return try coded(field, dictionary, &cursor, rows) }
    switch field.type {
    case .null:
      cursor.node += 1
      return Column.nulls(.null, count: rows.count)
    case .bool: return try bools(&cursor, rows)
    case .text(_, let isLarge):
      return try texts(field.dataType, &cursor, rows, isLarge: isLarge)
    case .view: return try views(field.dataType, &cursor, rows)
    case .fixedBytes(let width, let isIdentifier):
      return try fixedBytes(field.dataType, &cursor, rows, width: width, isIdentifier: isIdentifier)
    case .list, .listView, .fixedList: return try lists(field, &cursor, rows)
    case .structure: return try structure(field, &cursor, rows)
    case .unsupported(let what, _): throw .unsupportedArrow(what)
    default: return try numbers(field, &cursor, rows)
    }
  }

  /// Skips a field and its descendants.
  private func skip(_ field: ArrowField, _ cursor: inout Cursor) {
    for part in field.flattened {
      cursor.node += 1
      cursor.buffer += part.dictionary == nil ? part.type.bufferCount : 2
      if part.dictionary == nil, case .view = part.type {
        cursor.buffer += batch.viewBuffers[cursor.view + 1] - batch.viewBuffers[cursor.view]
        cursor.view += 1
      }
    }
  }

  /// Returns the next buffer, which must have at least `count` bytes.
  func take(_ cursor: inout Cursor, atLeast count: Int) throws(Diagnostic) -> ArrowBuffer {
    let buffer = try batch.buffer(cursor.buffer, in: bytes)
    cursor.buffer += 1
    guard buffer.count >= count else { throw .malformedArrow("a buffer shorter than its values") }
    return buffer
  }

  /// Reads the validity of rows from the next node and the next buffer; nil if there are no nulls.
  func validity(_ cursor: inout Cursor, _ rows: Range<Int>) throws(Diagnostic) -> Bitmap? {
    let node = batch.nodes[cursor.node]
    defer {
      cursor.node += 1
      cursor.buffer += 1
    }
    if node.nullCount == 0 { return nil }
    let buffer = try batch.buffer(cursor.buffer, in: bytes)
    guard buffer.count >= (rows.upperBound + 7) / 8 else { throw .malformedArrow("nulls that nothing tells of") }
    let bits = ArrowArrays.bitmap(buffer, rows)
    return bits.setCount == bits.count ? nil : bits
  }

  static func bitmap(_ buffer: ArrowBuffer, _ rows: Range<Int>) -> Bitmap {
    var words = [UInt64](repeating: 0, count: Bitmap.wordCount(rows.count))
    for index in words.indices { words[index] = buffer.bits(from: rows.lowerBound + 64 * index) }
    if let last = words.indices.last { words[last] &= Bitmap.tailMask(rows.count) }
    return Bitmap(words: Buffer(words), count: rows.count)
  }

  private func bools(_ cursor: inout Cursor, _ rows: Range<Int>) throws(Diagnostic) -> Column {
    let validity = try validity(&cursor, rows)
    let buffer = try take(&cursor, atLeast: (rows.upperBound + 7) / 8)
    let bits = ArrowArrays.bitmap(buffer, rows)
    return Column(.bool, .bool(validity.map { bits & $0 } ?? bits), validity: validity)
  }

  /// Reads dictionary-encoded values.
  private func coded(
    _ field: ArrowField, _ dictionary: ArrowField.Dictionary, _ cursor: inout Cursor, _ rows: Range<Int>
  ) throws(Diagnostic) -> Column {
    let validity = try validity(&cursor, rows)
    let buffer = try take(&cursor, atLeast: rows.upperBound * dictionary.bits / 8)
    if validity?.setCount == 0 { return Column.nulls(field.dataType, count: rows.count) }
    guard let key = dictionaries.key(dictionary.id, for: batch.sequence), let values = values[key] else {
      throw .malformedArrow("values without their dictionary")
    }
    let codes: [UInt32] =
      switch (dictionary.bits, dictionary.isSigned) {
      case (8, true): try self.codes(buffer, rows, validity, below: values.count, of: Int8.self)
      case (8, false): try self.codes(buffer, rows, validity, below: values.count, of: UInt8.self)
      case (16, true): try self.codes(buffer, rows, validity, below: values.count, of: Int16.self)
      case (16, false): try self.codes(buffer, rows, validity, below: values.count, of: UInt16.self)
      case (32, true): try self.codes(buffer, rows, validity, below: values.count, of: Int32.self)
      case (32, false): try self.codes(buffer, rows, validity, below: values.count, of: UInt32.self)
      case (_, true): try self.codes(buffer, rows, validity, below: values.count, of: Int64.self)
      case (_, false): try self.codes(buffer, rows, validity, below: values.count, of: UInt64.self)
      }
    guard let text = values.values.text else { return try gather(values, rows: codes, hasMissing: validity != nil) }
    // Maps indices into the dictionary to codes of its texts: several entries may be null or equal.
    let entries = text.codes.span
    let mapped = codes.map { $0 == missingRow ? 0 : entries[Int($0)] }
    let known = values.validity.map { own in Bitmap(codes.map { $0 != missingRow && own[Int($0)] }) }
    return Column(
      field.dataType, .text(TextValues(codes: Buffer(mapped), dictionary: text.dictionary)),
      validity: known ?? validity)
  }

  /// Reads dictionary indices; `missingRow` stands for null.
  private func codes<Number: FixedWidthInteger & BitwiseCopyable>(
    _ buffer: ArrowBuffer, _ rows: Range<Int>, _ validity: Bitmap?, below count: Int, of type: Number.Type
  ) throws(Diagnostic) -> [UInt32] {
    var isOutside = false
    let codes = [UInt32](unsafeUninitializedCapacity: max(1, rows.count)) { codes, initialized in
      for index in 0..<rows.count {
        if let validity, !validity[index] {
          codes[index] = missingRow
          continue
        }
        let code = buffer.value(rows.lowerBound + index, as: type)
        let isInside = code >= 0 && UInt64(truncatingIfNeeded: code) < UInt64(count)
        codes[index] = isInside ? UInt32(truncatingIfNeeded: code) : 0
        isOutside = isOutside || !isInside
      }
      initialized = rows.count
    }
    guard !isOutside else { throw .malformedArrow("a number outside of its dictionary") }
    return codes
  }
}
