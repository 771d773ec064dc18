#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Iterates over the fields of a separated text, with quoting.
///
/// A quote is special only at the start of a field. Inside, a doubled quote means one quote; if the dialect says so,
/// a backslash escapes a quote. Text between a closing quote and the next separator belongs to the field, as in
/// Python's csv.
struct FieldCursor {
  let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  private let separator: UInt8
  private let separatorRest: [UInt8]
  private let backslashEscapes: Bool
  /// Wider than a byte, so that -1, which stands for no quote, equals no byte.
  private let quote: Int16
  private let quotesSpanLines: Bool

  /// The range of a field, without its quotes.
  struct FieldRange {
    var range: Range<Int>
    var isQuoted = false
    /// Whether the field has doubled quotes, or text after the closing quote.
    var needsUnquoting = false
    /// Whether text follows the closing quote.
    var hasTail = false
    var endsRow = false
    /// Whether the text ended before a closing quote.
    var isUnclosed = false
  }

  init(_ bytes: UnsafeRawBufferPointer, at position: Int, dialect: TextDialect) {
    self.bytes = bytes
    self.position = position
    separator = dialect.separator[0]
    separatorRest = Array(dialect.separator.dropFirst())
    backslashEscapes = dialect.backslashEscapes
    quote = dialect.quote.map { Int16($0) } ?? -1
    quotesSpanLines = dialect.quotesSpanLines
  }

  var isAtEnd: Bool { position >= bytes.count }

  /// Whether the line is empty.
  var isAtBlankLine: Bool {
    guard position < bytes.count else { return false }
    if bytes[position] == TextDialect.newline { return true }
    guard bytes[position] == TextDialect.carriageReturn else { return false }
    return position + 1 == bytes.count || bytes[position + 1] == TextDialect.newline
  }

  mutating func move(to position: Int) { self.position = position }

  /// Reads one field, and moves past the separator or the line end after it.
  mutating func readField() -> FieldRange {
    guard position < bytes.count, isQuote(at: position) else { return readPlain(from: position) }
    let mark = bytes[position]
    let start = position + 1
    let end = quotesSpanLines ? bytes.count : find(TextDialect.newline, from: start) ?? bytes.count
    var index = start
    var needsUnquoting = false
    while let closing = find(mark, from: index, before: end) {
      if backslashEscapes, isEscaped(closing, from: start) {
        needsUnquoting = true
        index = closing + 1
        continue
      }
      if closing + 1 < bytes.count, bytes[closing + 1] == mark {
        needsUnquoting = true
        index = closing + 2
        continue
      }
      if backslashEscapes {
        needsUnquoting = needsUnquoting || bytes[start..<closing].contains(TextDialect.backslash)
      }
      let rest = readPlain(from: closing + 1)
      if rest.range.isEmpty {
        return FieldRange(
          range: start..<closing, isQuoted: true, needsUnquoting: needsUnquoting, endsRow: rest.endsRow)
      }
      return FieldRange(
        range: start..<rest.range.upperBound, isQuoted: true, needsUnquoting: true, hasTail: true,
        endsRow: rest.endsRow)
    }
    if !quotesSpanLines { return readPlain(from: position) }
    position = bytes.count
    return FieldRange(
      range: start..<bytes.count, isQuoted: true, needsUnquoting: needsUnquoting, endsRow: true, isUnclosed: true)
  }

  private func isQuote(at index: Int) -> Bool { Int16(bytes[index]) == quote }

  /// Whether a byte is escaped: an odd number of backslashes is in front of it.
  private func isEscaped(_ index: Int, from start: Int) -> Bool {
    var first = index
    while first > start, bytes[first - 1] == TextDialect.backslash { first -= 1 }
    return (index - first) & 1 == 1
  }

  private mutating func readPlain(from start: Int) -> FieldRange {
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == separator, separatorRest.isEmpty || hasSeparatorRest(at: index + 1) {
        position = index + 1 + separatorRest.count
        return FieldRange(range: start..<index)
      }
      if byte == TextDialect.newline {
        position = index + 1
        let hasReturn = index > start && bytes[index - 1] == TextDialect.carriageReturn
        return FieldRange(range: start..<(hasReturn ? index - 1 : index), endsRow: true)
      }
      index += 1
    }
    position = bytes.count
    let hasReturn = index > start && bytes[index - 1] == TextDialect.carriageReturn
    return FieldRange(range: start..<(hasReturn ? index - 1 : index), endsRow: true)
  }

  private func hasSeparatorRest(at index: Int) -> Bool {
    index + separatorRest.count <= bytes.count
      && separatorRest.indices.allSatisfy { bytes[index + $0] == separatorRest[$0] }
  }

  private func find(_ byte: UInt8, from start: Int, before end: Int? = nil) -> Int? {
    let end = end ?? bytes.count
    guard start < end, let base = bytes.baseAddress, let found = memchr(base + start, Int32(byte), end - start) else {
      return nil
    }
    return UnsafeRawPointer(found) - base
  }

  mutating func skipRow() { while !readField().endsRow {} }

  /// The unquoted bytes of a field.
  func content(of field: FieldRange) -> [UInt8] {
    guard field.needsUnquoting else { return Array(bytes[field.range]) }
    var content: [UInt8] = []
    var isInside = true
    var index = field.range.lowerBound
    while index < field.range.upperBound {
      let byte = bytes[index]
      if isInside, backslashEscapes, byte == TextDialect.backslash, index + 1 < field.range.upperBound,
        isQuote(at: index + 1) || bytes[index + 1] == TextDialect.backslash
      {
        content.append(bytes[index + 1])
        index += 2
        continue
      }
      if isInside, isQuote(at: index) {
        if index + 1 < field.range.upperBound, isQuote(at: index + 1) {
          content.append(byte)
          index += 2
          continue
        }
        isInside = false
      } else {
        content.append(byte)
      }
      index += 1
    }
    return content
  }

  /// The first quote in a range of bytes; nil if there is none, or if quotes cannot hide a line end.
  func firstQuote(in range: Range<Int>) -> Int? {
    guard let base = bytes.baseAddress, !range.isEmpty, quotesSpanLines, quote >= 0,
      let found = memchr(base + range.lowerBound, Int32(quote), range.count)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }

  /// Returns row starts near every multiple of `grain` bytes. The first is `position`, the last is the end.
  ///
  /// - Parameter quotes: the first quote in every `grain` bytes of the whole text. They are found in parallel
  ///   beforehand; ranges without a quote need no sequential search here.
  func rowStarts(grain: Int, quotes: [Int?]) -> [Int] {
    func findQuote(from start: Int) -> Int? {
      guard start < bytes.count else { return nil }
      let block = start / grain
      if let first = quotes[block] {
        if first >= start { return first }
        let end = min(bytes.count, (block + 1) * grain)
        if let found = firstQuote(in: start..<end) { return found }
      }
      return quotes[(block + 1)...].lazy.compactMap { $0 }.first
    }
    var starts = [position]
    var nextQuote = findQuote(from: position)
    var target = position + grain
    while target < bytes.count {
      // Skips quoted fields that begin before the target, so that the target is outside of all of them.
      while let quote = nextQuote, quote < target {
        var after = quote + 1
        if isFieldStart(quote) {
          var cursor = self
          cursor.move(to: quote)
          after = max(after, cursor.readField().range.upperBound + 1)
        }
        target = max(target, after)
        nextQuote = findQuote(from: after)
      }
      guard let newline = find(TextDialect.newline, from: target - 1) else { break }
      if let quote = nextQuote, quote < newline {
        target = newline + 1
        continue
      }
      if newline + 1 >= bytes.count { break }
      starts.append(newline + 1)
      target = newline + 1 + grain
    }
    starts.append(bytes.count)
    return starts
  }

  private func isFieldStart(_ index: Int) -> Bool {
    if index == position { return true }
    let before = bytes[index - 1]
    if before == TextDialect.newline { return true }
    guard !separatorRest.isEmpty else { return before == separator }
    let start = index - separatorRest.count - 1
    return start >= position && bytes[start] == separator && hasSeparatorRest(at: start + 1)
  }
}
