package import Diagnostics
import Parallelism
package import Tables

/// Finds the rows of a column that match a search. It compares bytes where possible, so that millions of rows are
/// searched in a second.
package struct TextMatcher: Sendable {
  /// What to search for.
  package enum SearchPattern: Sendable, Hashable {
    /// A part of the cell's text. Case matters only if it has capital letters.
    case part(String)
    /// A regular expression, which only the host understands.
    case pattern(String)
    case value(Value)
  }

  package let pattern: SearchPattern
  private let needle: [UInt8]
  private let ignoresCase: Bool

  package init(_ pattern: SearchPattern) {
    self.pattern = pattern
    guard case .part(let text) = pattern else {
      (needle, ignoresCase) = ([], false)
      return
    }
    ignoresCase = text == text.lowercased()
    needle = Array(text.utf8)
  }

  /// The matching rows in ascending order, searched on all cores.
  package func rows(in column: Column) throws(Diagnostic) -> [Int] {
    let parts = try mapChunks(of: column.count, grain: 1 << 14) { (range) throws(Diagnostic) in
      rows(inPart: column[range]).map { $0 + range.lowerBound }
    }
    return Array(parts.joined())
  }

  private func rows(inPart column: Column) -> [Int] {
    switch (pattern, column.values) {
    case (.pattern, _): return []
    case (.value(let value), _): return (0..<column.count).filter { column[$0] == value }
    case (.part, .text(let texts)) where column.type == .string: return rows(in: texts, of: column)
    case (.part, .i8(let buffer)): return digits(buffer, of: column)
    case (.part, .i16(let buffer)): return digits(buffer, of: column)
    case (.part, .i32(let buffer)): return digits(buffer, of: column)
    case (.part, .i64(let buffer)): return digits(buffer, of: column)
    case (.part, .u8(let buffer)): return digits(buffer, of: column)
    case (.part, .u16(let buffer)): return digits(buffer, of: column)
    case (.part, .u32(let buffer)): return digits(buffer, of: column)
    case (.part, .u64(let buffer)): return digits(buffer, of: column)
    default: return described(column)
    }
  }

  private func described(_ column: Column) -> [Int] {
    (0..<column.count).filter { row in
      !column.isNull(row) && matches(Array(column[row].text(as: column.type).utf8))
    }
  }

  /// Each distinct text is compared only once.
  private func rows(in texts: TextValues, of column: Column) -> [Int] {
    var known = [UInt8](repeating: 0, count: texts.dictionary.count)
    return (0..<column.count).filter { row in
      if column.isNull(row) { return false }
      let code = Int(texts.codes[row])
      if known[code] == 0 {
        known[code] = matches(texts.dictionary[code].bytes.withUnsafeBufferPointer { Array($0) }) ? 1 : 2
      }
      return known[code] == 1
    }
  }

  private func digits<Integer: FixedWidthInteger & ColumnElement>(
    _ buffer: Buffer<Integer>, of column: Column
  ) -> [Int] {
    guard column.type.isNumeric else { return described(column) }
    // A number contains only digits and a minus sign.
    guard needle.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D }) else { return [] }
    guard let digits = DigitPattern(needle) else { return described(column) }
    let values = buffer.span
    var found: [Int] = []
    if column.nullCount == 0 {
      for row in 0..<column.count where digits.are(in: UInt64(truncatingIfNeeded: values[row].magnitude)) {
        found.append(row)
      }
    } else {
      for row in 0..<column.count
      where !column.isNull(row) && digits.are(in: UInt64(truncatingIfNeeded: values[row].magnitude)) {
        found.append(row)
      }
    }
    return found
  }

  private func matches(_ bytes: [UInt8]) -> Bool {
    if !ignoresCase { return Self.contains(needle, in: bytes[...]) }
    if bytes.allSatisfy({ $0 < 0x80 }) {
      return Self.contains(needle, in: bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }[...])
    }
    return Self.contains(needle, in: Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)[...])
  }

  private static func contains(_ needle: [UInt8], in text: ArraySlice<UInt8>) -> Bool {
    guard let first = needle.first else { return true }
    if text.count < needle.count { return false }
    for start in text.startIndex...(text.endIndex - needle.count) where text[start] == first {
      if text[start..<start + needle.count].elementsEqual(needle) { return true }
    }
    return false
  }
}

/// A sequence of decimal digits that is searched in numbers without converting them to text.
private struct DigitPattern {
  private let value: UInt64
  /// 10ⁿ for n digits, and 10ⁿ⁻¹.
  private let scale: UInt64
  private let least: UInt64

  /// Nil if it has other characters than digits, or more digits than an integer can have.
  init?(_ needle: [UInt8]) {
    guard !needle.isEmpty, needle.count < 19, needle.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    value = needle.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
    least = needle.dropFirst().reduce(1) { scale, _ in scale * 10 }
    scale = least * 10
  }

  /// Whether the digits occur in a number.
  @inline(__always) func are(in number: UInt64) -> Bool {
    if number == 0 { return value == 0 && least == 1 }
    var rest = number
    while rest >= least {
      if rest % scale == value { return true }
      rest /= 10
    }
    return false
  }
}
