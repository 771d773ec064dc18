import Tables

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Tells a quote that nobody closed from one around a field of several lines.
///
/// A quote that is not closed reaches to the next one, wherever that stands, and the rows between them become part of a
/// field. So the lines of such a record are read once more, each for itself. If every one of them is a row (as many
/// fields as others have, numbers where others have numbers), the record is taken for that many rows.
struct LoneQuotes {
  private let bytes: UnsafeRawBufferPointer
  private let dialect: TextDialect
  private let kinds: [FieldKind]

  /// - Parameter kinds: what the columns hold, as far as that is known.
  init(_ bytes: UnsafeRawBufferPointer, _ dialect: TextDialect, kinds: [FieldKind]) {
    self.bytes = bytes
    self.dialect = dialect
    self.kinds = kinds
  }

  /// Whether a dialect leaves it open how a quote is meant.
  static func arePossible(_ dialect: TextDialect) -> Bool { dialect.hidesLineEnds && !dialect.quotesAreSure }

  /// Whether a field goes on over the end of its line.
  static func spansLines(_ field: FieldCursor.FieldRange, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard field.isQuoted, !field.range.isEmpty, let base = bytes.baseAddress else { return false }
    return memchr(base + field.range.lowerBound, Int32(TextDialect.newline), field.range.count) != nil
  }

  /// How many rows the lines of a record are where each is read for itself; nil where some line is no row.
  ///
  /// - Parameter isOdd: whether the record's quotes are open to doubt by themselves: never closed, or with text behind
  ///   the closing one. Otherwise a column of numbers has to speak for the rows.
  func rows(hiddenIn record: Range<Int>, isOdd: Bool) -> Int? {
    guard kinds.count > 1 else { return nil }
    var alone = dialect
    alone.quotesSpanLines = false
    var cursor = FieldCursor(
      UnsafeRawBufferPointer(rebasing: bytes[..<record.upperBound]), at: record.lowerBound, dialect: alone)
    var rows = 0
    var numbers = 0
    while !cursor.isAtEnd {
      if cursor.isAtBlankLine {
        cursor.skipRow()
        continue
      }
      var index = 0
      while true {
        let field = cursor.readField()
        guard index < kinds.count else { return nil }
        if kinds[index] != .string, kinds[index] != .unknown {
          guard fits(cursor.content(of: field), isQuoted: field.isQuoted, kinds[index]) else { return nil }
          numbers += 1
        }
        index += 1
        if field.endsRow { break }
      }
      guard index == kinds.count else { return nil }
      rows += 1
    }
    return rows > 1 && (isOdd || numbers > 0) ? rows : nil
  }

  private func fits(_ content: [UInt8], isQuoted: Bool, _ kind: FieldKind) -> Bool {
    if content.isEmpty && !isQuoted || dialect.nulls.contains(content) { return true }
    let own = FieldKind(content.span, decimalComma: dialect.decimalComma)
    return kind.joined(own) == kind || (kind.isInteger && own == .longInteger)
  }
}
