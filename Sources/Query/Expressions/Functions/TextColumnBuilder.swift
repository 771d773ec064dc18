import Diagnostics
import Tables

/// Builds a text column row by row; equal texts are stored once.
struct TextColumnBuilder {
  private var dictionary = TextDictionaryBuilder()
  private var codes: [UInt32] = []
  private var valid: [Bool] = []
  private var hasNulls = false

  init(capacity: Int) {
    codes.reserveCapacity(capacity)
    valid.reserveCapacity(capacity)
  }

  var count: Int { codes.count }

  mutating func append(_ bytes: Buffer<UInt8>) {
    codes.append(dictionary.code(for: bytes.span))
    valid.append(true)
  }

  mutating func append(_ bytes: [UInt8]) { append(Buffer(bytes)) }

  mutating func appendNull() {
    codes.append(dictionary.code(for: Buffer<UInt8>([]).span))
    valid.append(false)
    hasNulls = true
  }

  /// Appends what `write` makes of each number, which is asked once for numbers that lie close together.
  mutating func append<Number: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ numbers: Buffer<Number>, _ validity: Bitmap?, _ write: (Number, inout [UInt8]) -> Void
  ) {
    var (least, greatest) = (Number.max, Number.min)
    for row in 0..<numbers.count where validity?[row] ?? true {
      (least, greatest) = (min(least, numbers[row]), max(greatest, numbers[row]))
    }
    let (span, overflow) = greatest.subtractingReportingOverflow(least)
    let isClose = least <= greatest && !overflow && Int(span) < max(1024, numbers.count / 2)
    var known = [UInt32](repeating: .max, count: isClose ? Int(span) + 1 : 0)
    var text: [UInt8] = []
    for row in 0..<numbers.count {
      guard validity?[row] ?? true else {
        appendNull()
        continue
      }
      let place = isClose ? Int(numbers[row] &- least) : 0
      var code = isClose ? known[place] : .max
      if code == .max {
        text.removeAll(keepingCapacity: true)
        write(numbers[row], &text)
        code = dictionary.code(for: text.span)
        if isClose { known[place] = code }
      }
      codes.append(code)
      valid.append(true)
    }
  }

  func column() -> Column {
    let values = TextValues(codes: Buffer(codes), dictionary: dictionary.dictionary())
    return Column(.string, .text(values), validity: hasNulls ? Bitmap(valid) : nil)
  }
}

extension RowCall {
  /// Maps the text of each row to a text; null stays null, and nil becomes null.
  func mapTexts(
    _ body: (Buffer<UInt8>) throws(Diagnostic) -> Buffer<UInt8>?
  ) throws(Diagnostic) -> Column {
    let column = try column(0)
    guard case .text(let text) = column.values else { return .nulls(.string, count: rowCount) }
    var builder = TextColumnBuilder(capacity: rowCount)
    for row in 0..<rowCount {
      if !column.isNull(row), let result = try body(text[row].bytes) {
        builder.append(result)
      } else {
        builder.appendNull()
      }
    }
    return builder.column()
  }

  /// Maps the text of each row to a bool; null stays null.
  func testTexts(_ body: (Buffer<UInt8>) throws(Diagnostic) -> Bool) throws(Diagnostic) -> Column {
    let column = try column(0)
    guard case .text(let text) = column.values else { return .nulls(.bool, count: rowCount) }
    var words = [UInt64](repeating: 0, count: Bitmap.wordCount(rowCount))
    for row in 0..<rowCount where !column.isNull(row) {
      if try body(text[row].bytes) { words[row >> 6] |= 1 << UInt64(row & 63) }
    }
    return Column(.bool, .bool(Bitmap(words: Buffer(words), count: rowCount)), validity: column.validity)
  }
}
