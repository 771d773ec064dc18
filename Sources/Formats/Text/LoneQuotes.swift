import Tables

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Distinguishes an unclosed quote from quotes around a field of several lines.
///
/// An unclosed quote reaches to the next quote, wherever that is, and the rows in between become part of one field.
/// So the lines of such a record are parsed a second time, each line by itself. If every line is a valid row (the
/// usual number of fields, numbers in numeric columns), the record is treated as that many rows.
struct LoneQuotes {
  private let bytes: UnsafeRawBufferPointer
  private let dialect: TextDialect
  private let kinds: [FieldKind]

  /// - Parameter kinds: the kinds of the columns, as far as they are known.
  init(_ bytes: UnsafeRawBufferPointer, _ dialect: TextDialect, kinds: [FieldKind]) {
    self.bytes = bytes
    self.dialect = dialect
    self.kinds = kinds
  }

  /// Whether quotes in this dialect may hide line ends, and the user has not said how to read them.
  static func arePossible(_ dialect: TextDialect) -> Bool { dialect.hidesLineEnds && !dialect.quotesAreSure }

  /// Whether a quoted field continues after the end of its line.
  static func spansLines(_ field: FieldCursor.FieldRange, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard field.isQuoted, !field.range.isEmpty, let base = bytes.baseAddress else { return false }
    return memchr(base + field.range.lowerBound, Int32(TextDialect.newline), field.range.count) != nil
  }

  /// Returns the number of rows if every line of a record is parsed by itself; nil if some line is not a valid row.
  ///
  /// - Parameter isOdd: whether the quotes of the record are suspicious by themselves: never closed, or with text
  ///   after the closing quote. If not, the lines count as rows only if a numeric column confirms it.
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
