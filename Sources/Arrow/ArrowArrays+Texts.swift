import Diagnostics
import Tables

extension ArrowArrays {
  /// Reads texts or byte strings that are delimited by offsets.
  func texts(
    _ type: DataType, _ cursor: inout Cursor, _ rows: Range<Int>, isLarge: Bool
  ) throws(Diagnostic) -> Column {
    let validity = try validity(&cursor, rows)
    let offsets = try offsets(&cursor, rows, isLarge: isLarge)
    let data = try take(&cursor, atLeast: offsets[rows.count])
    var texts = CollectedTexts(capacity: rows.count)
    for index in 0..<rows.count {
      if let validity, !validity[index] {
        texts.appendNull()
      } else {
        data.withBytes(offsets[index]..<offsets[index + 1]) { texts.append($0) }
      }
    }
    batch.release(offsets[0]..<offsets[rows.count], of: cursor.buffer - 1, in: bytes)
    return texts.column(type, validity)
  }

  /// Reads one more offset than there are rows. They must not be negative and must ascend.
  func offsets(_ cursor: inout Cursor, _ rows: Range<Int>, isLarge: Bool) throws(Diagnostic) -> [Int] {
    let places = rows.lowerBound..<rows.upperBound + 1
    let offsets: [Int]
    if isLarge {
      let buffer = try take(&cursor, atLeast: places.upperBound * 8)
      offsets = buffer.array(places, of: Int.self)
    } else {
      let buffer = try take(&cursor, atLeast: places.upperBound * 4)
      offsets = buffer.array(places, of: Int32.self).map { Int($0) }
    }
    guard offsets[0] >= 0, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw .malformedArrow("offsets that do not ascend")
    }
    return offsets
  }

  /// Reads values of `width` bytes each.
  func fixedBytes(
    _ type: DataType, _ cursor: inout Cursor, _ rows: Range<Int>, width: Int, isIdentifier: Bool
  ) throws(Diagnostic) -> Column {
    let validity = try validity(&cursor, rows)
    let data = try take(&cursor, atLeast: rows.upperBound * width)
    var texts = CollectedTexts(capacity: rows.count)
    for index in 0..<rows.count {
      if let validity, !validity[index] {
        texts.appendNull()
        continue
      }
      let start = (rows.lowerBound + index) * width
      data.withBytes(start..<start + width) { bytes in
        if isIdentifier { texts.append(identifierText(bytes).span) } else { texts.append(bytes) }
      }
    }
    return texts.column(type, validity)
  }

  /// Reads texts or byte strings stored as views: each row says where its bytes are.
  func views(_ type: DataType, _ cursor: inout Cursor, _ rows: Range<Int>) throws(Diagnostic) -> Column {
    let validity = try validity(&cursor, rows)
    let views = try take(&cursor, atLeast: rows.upperBound * 16)
    var long: [ArrowBuffer] = []
    for _ in batch.viewBuffers[cursor.view]..<batch.viewBuffers[cursor.view + 1] {
      long.append(try take(&cursor, atLeast: 0))
    }
    cursor.view += 1
    // Equal views are read once. Overlapping views could expand a small file to any size, so the total is limited.
    var left = 4096 * (1024 + long.reduce(0) { $0 + $1.count })
    var known: [ArrowView: UInt32] = [:]
    var texts = CollectedTexts(capacity: rows.count)
    for index in 0..<rows.count {
      if let validity, !validity[index] {
        texts.appendNull()
        continue
      }
      let view = views.value(rows.lowerBound + index, as: ArrowView.self)
      if view.count >= 0, view.count <= 12 {
        view.withShortText { texts.append($0) }
        continue
      }
      if let code = known[view] {
        texts.append(code: code)
        continue
      }
      guard view.count > 0, long.indices.contains(view.buffer), view.offset >= 0,
        view.offset <= long[view.buffer].count - view.count
      else { throw .malformedArrow("a text outside of its buffer") }
      left -= view.count
      guard left >= 0 else { throw .malformedArrow("texts that share too much") }
      long[view.buffer].withBytes(view.offset..<view.offset + view.count) { texts.append($0) }
      known[view] = texts.last
    }
    return texts.column(type, validity)
  }
}

/// A view of 16 bytes: a length, then either a short text, or the first bytes of a long text, its buffer and its
/// offset.
private struct ArrowView: BitwiseCopyable, Hashable {
  let first: UInt64
  let second: UInt64

  var count: Int { Int(Int32(truncatingIfNeeded: first)) }
  var buffer: Int { Int(Int32(truncatingIfNeeded: second)) }
  var offset: Int { Int(Int32(truncatingIfNeeded: second >> 32)) }

  /// - Precondition: the text has at most 12 bytes.
  func withShortText(_ body: (Span<UInt8>) -> Void) {
    withUnsafeBytes(of: self) { raw in
      body(UnsafeRawBufferPointer(rebasing: raw[4..<4 + count]).bindMemory(to: UInt8.self).span)
    }
  }
}

/// Collects texts row by row. Equal texts are stored once.
private struct CollectedTexts {
  private var builder = TextDictionaryBuilder()
  private var codes: [UInt32] = []

  init(capacity: Int) { codes.reserveCapacity(capacity) }

  var last: UInt32 { codes.last ?? 0 }

  mutating func append(_ text: borrowing Span<UInt8>) { codes.append(builder.code(for: text)) }
  mutating func append(code: UInt32) { codes.append(code) }
  /// A null needs the code of an existing text; a column without texts gets the empty one.
  mutating func appendNull() { codes.append(0) }

  consuming func column(_ type: DataType, _ validity: Bitmap?) -> Column {
    let codes = Buffer(codes)
    return Column(type, .text(TextValues(codes: codes, dictionary: builder.dictionary())), validity: validity)
  }
}

/// Formats 16 bytes as a UUID: `123e4567-e89b-12d3-a456-426614174000`.
package func identifierText(_ bytes: Span<UInt8>) -> [UInt8] {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for index in bytes.indices {
    if index == 4 || index == 6 || index == 8 || index == 10 { text.append(0x2D) }
    text.append(digits[Int(bytes[index] >> 4)])
    text.append(digits[Int(bytes[index] & 15)])
  }
  return text
}
