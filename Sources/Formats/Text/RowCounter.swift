#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Counts the rows of a text without parsing its fields.
struct RowCounter: Sendable {
  let input: InputFile
  let layout: TextLayout

  /// Counts the rows that start in `range`, which begins with a row and ends after one.
  ///
  /// - Complexity: one vectorised pass if no quote can hide a line end; otherwise all fields are scanned.
  func count(_ range: Range<Int>) -> Int {
    guard let base = input.bytes.baseAddress, !range.isEmpty else { return 0 }
    let bytes = UnsafeBufferPointer(
      start: (base + range.lowerBound).assumingMemoryBound(to: UInt8.self), count: range.count)
    if layout.names.count == 1 { return walked(range) }
    if layout.dialect.hidesLineEnds, let quote = layout.dialect.quote, holds(quote, bytes) { return walked(range) }
    let (newline, carriageReturn) = (TextDialect.newline, TextDialect.carriageReturn)
    // A row begins at a byte that is not a line end but follows one.
    var rows = bytes[0] == newline || bytes[0] == carriageReturn ? 0 : 1
    var index = 1
    while index < bytes.count {
      // At most 240 bytes, so that 8-bit counters cannot overflow and the loop is vectorised.
      let end = min(bytes.count, index + 240)
      var starts: UInt8 = 0
      while index < end {
        let byte = bytes[index]
        starts &+= (bytes[index - 1] == newline ? 1 : 0) & (byte != newline ? 1 : 0) & (byte != carriageReturn ? 1 : 0)
        index &+= 1
      }
      rows += Int(starts)
    }
    return rows
  }

  private func holds(_ byte: UInt8, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.baseAddress.map { memchr($0, Int32(byte), bytes.count) != nil } ?? false
  }

  private func walked(_ range: Range<Int>) -> Int {
    var cursor = FieldCursor(input.bytes, at: range.lowerBound, dialect: layout.dialect)
    let isSingle = layout.names.count == 1
    var count = 0
    while cursor.position < range.upperBound {
      if isSingle || !cursor.isAtBlankLine { count += 1 }
      cursor.skipRow()
    }
    return count
  }
}
