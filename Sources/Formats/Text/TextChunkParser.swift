import Diagnostics
import Parallelism
import Tables

/// Parses the rows of one chunk of a text file.
struct TextChunkParser: Sendable {
  let input: InputFile
  let layout: TextLayout

  private var dialect: TextDialect { layout.dialect }

  private var bytes: UnsafeRawBufferPointer { input.bytes }

  /// Why parsing a chunk stopped: a row with another number of fields, an unclosed quote, or a quote that hides rows.
  enum Fault {
    case ragged(at: Int, found: Int)
    case unclosed(at: Int)
    case lone(at: Int, rows: Int)
  }

  /// Parses the rows that start in `range`, at most `limit`, into `columns`, which has one column for each field of a
  /// row.
  func parse(_ range: Range<Int>, into columns: inout [FieldColumn], limit: Int = .max) -> Fault? {
    let bytes = bytes
    guard let base = bytes.baseAddress else { return nil }
    let separator = dialect.separator.count == 1 ? dialect.separator[0] : nil
    var cursor = FieldCursor(bytes, at: range.lowerBound, dialect: dialect)
    let last = columns.count - 1
    let isSingle = columns.count == 1
    let mayBeLone = LoneQuotes.arePossible(dialect)
    var position = range.lowerBound
    var rowCount = 0
    while position < range.upperBound, rowCount < limit {
      cursor.move(to: position)
      if cursor.isAtBlankLine, !isSingle {
        cursor.skipRow()
        position = cursor.position
        continue
      }
      let rowStart = position
      rowCount &+= 1
      var index = 0
      // Whether a field of the row spans lines, and whether its quotes are suspicious.
      var (isLong, isOdd) = (false, false)
      while true {
        // Fast path: integers and dates are parsed while the separator is searched. Other fields take the general
        // path.
        if let separator, index <= last, bytes.count - position > 24 {
          let start = base + position
          let delimiter = index == last ? TextDialect.newline : separator
          var length = 0
          if columns[index].isInteger {
            length = TextChunkParser.readInteger(start, delimiter) { columns[index].append($0) }
          } else if columns[index].isDate {
            length = TextChunkParser.readDate(start, delimiter) { columns[index].append(days: $0) }
          }
          if length > 0 {
            position += length
            if index == last { break }
            index += 1
            continue
          }
        }
        cursor.move(to: position)
        let field = cursor.readField()
        if field.isUnclosed {
          let rows = mayBeLone ? hiddenRows(rowStart..<bytes.count, isOdd: true) : nil
          return rows.map { .lone(at: rowStart, rows: $0) } ?? .unclosed(at: position)
        }
        if mayBeLone, field.isQuoted, LoneQuotes.spansLines(field, bytes) {
          isLong = true
          isOdd = isOdd || field.hasTail
        }
        position = cursor.position
        guard index <= last else { return ragged(rowStart, fieldCount(from: rowStart), isLong: isLong) }
        append(field, cursor, to: &columns[index])
        if field.endsRow {
          if index < last { return ragged(rowStart, index + 1, isLong: isLong) }
          break
        }
        index += 1
      }
      if isLong, let rows = hiddenRows(rowStart..<position, isOdd: isOdd) { return .lone(at: rowStart, rows: rows) }
    }
    return nil
  }

  private func hiddenRows(_ record: Range<Int>, isOdd: Bool) -> Int? {
    LoneQuotes(bytes, dialect, kinds: layout.kinds).rows(hiddenIn: record, isOdd: isOdd)
  }

  /// The fault for a row with another number of fields. If the row spans lines, its lines may be rows.
  private func ragged(_ start: Int, _ found: Int, isLong: Bool) -> Fault {
    var cursor = FieldCursor(bytes, at: start, dialect: dialect)
    cursor.skipRow()
    let rows = isLong ? hiddenRows(start..<cursor.position, isOdd: true) : nil
    return rows.map { .lone(at: start, rows: $0) } ?? .ragged(at: start, found: found)
  }

  private func append(_ field: FieldCursor.FieldRange, _ cursor: FieldCursor, to column: inout FieldColumn) {
    if column.state == .skipping { return }
    if field.needsUnquoting {
      let content = cursor.content(of: field)
      column.append(content.span, isQuoted: true, at: field.range)
    } else {
      let content = UnsafeBufferPointer(rebasing: bytes.assumingMemoryBound(to: UInt8.self)[field.range])
      column.append(content.span, isQuoted: field.isQuoted, at: field.range)
    }
  }

  private func fieldCount(from start: Int) -> Int {
    var cursor = FieldCursor(bytes, at: start, dialect: dialect)
    var count = 1
    while !cursor.readField().endsRow { count += 1 }
    return count
  }

  /// Parses an integer of at most 18 digits that ends at the delimiter. Returns the number of bytes including the
  /// delimiter, or 0 if there is no such integer.
  @inline(__always)
  private static func readInteger(
    _ start: UnsafeRawPointer, _ delimiter: UInt8, _ store: (Int64) -> Void
  ) -> Int {
    var next = start
    let isNegative = next.load(as: UInt8.self) == 0x2D
    if isNegative { next += 1 }
    let firstDigit = next
    // A leading zero means that the digits are not a number.
    if next.load(as: UInt8.self) == 0x30, next.load(fromByteOffset: 1, as: UInt8.self) &- 0x30 <= 9 { return 0 }
    var value: UInt64 = 0
    let word = next.loadUnaligned(as: UInt64.self)
    if isEightDigits(word) {
      value = eightDigits(word)
      next += 8
    }
    while true {
      let digit = next.load(as: UInt8.self) &- 0x30
      if digit > 9 { break }
      value = value &* 10 &+ UInt64(digit)
      next += 1
      if next - firstDigit > 18 { return 0 }
    }
    guard next > firstDigit else { return 0 }
    var byte = next.load(as: UInt8.self)
    if byte == TextDialect.carriageReturn, delimiter == TextDialect.newline {
      next += 1
      byte = next.load(as: UInt8.self)
    }
    guard byte == delimiter else { return 0 }
    store(isNegative ? -Int64(value) : Int64(value))
    return next - start + 1
  }

  /// Parses a date such as `2024-07-01` that ends at the delimiter.
  @inline(__always)
  private static func readDate(
    _ start: UnsafeRawPointer, _ delimiter: UInt8, _ store: (Int32) -> Void
  ) -> Int {
    // The digits of `YYYY-MM-` and of `DD`; the dashes become zeros.
    let word = start.loadUnaligned(as: UInt64.self)
    guard word & 0xFF00_00FF_0000_0000 == 0x2D00_002D_0000_0000 else { return 0 }
    let digits = word & 0x00FF_FF00_FFFF_FFFF | 0x3000_0030_0000_0000
    let dayTens = start.load(fromByteOffset: 8, as: UInt8.self) &- 0x30
    let dayOnes = start.load(fromByteOffset: 9, as: UInt8.self) &- 0x30
    guard isEightDigits(digits), dayTens <= 3, dayOnes <= 9 else { return 0 }
    var length = 10
    if start.load(fromByteOffset: 10, as: UInt8.self) == TextDialect.carriageReturn, delimiter == TextDialect.newline {
      length = 11
    }
    guard start.load(fromByteOffset: length, as: UInt8.self) == delimiter else { return 0 }
    // The date as one number, YYYY0MM0.
    let number = Int(eightDigits(digits))
    let year = number / 10_000
    let month = number / 10 % 100
    let day = Int(dayTens) * 10 + Int(dayOnes)
    guard (1...12).contains(month), day >= 1, day <= 28 || day <= CivilDate.daysInMonth(month, of: year) else {
      return 0
    }
    store(Int32(truncatingIfNeeded: daysFromCivil(year, month, day)))
    return length + 1
  }

  /// - Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, 2013. Valid for years from 0.
  @inline(__always)
  private static func daysFromCivil(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year + 399 : year + 400
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return (era - 1) * 146_097 + dayOfEra - 719_468
  }

  @inline(__always)
  private static func isEightDigits(_ word: UInt64) -> Bool {
    (word & 0xF0F0_F0F0_F0F0_F0F0) | ((word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) >> 4
      == 0x3333_3333_3333_3333
  }

  /// Converts eight digits at once: first pairs, then groups of four, then all eight.
  @inline(__always)
  private static func eightDigits(_ word: UInt64) -> UInt64 {
    let ones = word &- 0x3030_3030_3030_3030
    let pairs = (ones &* 10) &+ (ones &>> 8)
    let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let high = ((pairs &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (low &+ high) &>> 32
  }
}
