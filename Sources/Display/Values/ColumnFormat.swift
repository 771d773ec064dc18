import Diagnostics
public import Tables

/// The format of a column's values, chosen once from the printed rows.
///
/// Numbers have no digit grouping, so that ids can be copied. Floats share one precision; datetimes and times share
/// one number of fractional digits. Lists show their first items and the last one, `[1, 2, … 6] (57)`. All texts are
/// sanitised.
public struct ColumnFormat: Sendable {
  private let floats: FloatFormat
  private let exponentWidth: Int
  /// The number of fractional digits of seconds.
  private let fraction: Int
  /// The type of the values; nil if it is unknown.
  private let type: DataType?
  private let ellipsis: String
  static let listItems = 3
  /// The number of bytes of a text that are formatted; every page cuts longer texts much earlier.
  static let textLimit = 4096

  /// Chooses the format for all rows of `columns`, which are slices of the same column.
  public init(_ columns: [Column], ellipsis: String = "…") {
    self.init(
      columns.lazy.flatMap { column in
        (0..<column.count).lazy.map { Cell(column, $0, listItems: ColumnFormat.listItems) }
      }, type: columns.first?.type, ellipsis: ellipsis)
  }

  /// Chooses the format for one value of a type; without a type, floats count as `f64`.
  public init(_ value: Value, _ type: DataType? = nil, ellipsis: String = "…") {
    self.init(CollectionOfOne(Cell(value, type, listItems: ColumnFormat.listItems)), type: type, ellipsis: ellipsis)
  }

  private init(_ cells: some Sequence<Cell>, type: DataType?, ellipsis: String) {
    var numbers: [FloatNumber] = []
    var fraction = 0
    for cell in cells {
      cell.forEachValue { value, isSingle in
        switch value {
        case .float(let number): numbers.append(FloatNumber(number, isSingle: isSingle))
        case .time, .datetime, .zoned: fraction = max(fraction, ColumnFormat.fraction(of: ColumnFormat.clock(value).0))
        default: break
        }
      }
    }
    floats = FloatFormat(numbers)
    exponentWidth = floats.exponentWidth(numbers)
    self.fraction = fraction
    self.type = type
    self.ellipsis = ellipsis
  }

  /// The text of a row.
  public func text(_ column: Column, _ row: Int) -> String {
    text(Cell(column, row, listItems: ColumnFormat.listItems))
  }

  /// The text of a value.
  public func text(_ value: Value) -> String { text(Cell(value, type, listItems: ColumnFormat.listItems)) }

  private func text(_ cell: Cell) -> String {
    if case .value(.float(let number), let isSingle) = cell {
      return floats.text(FloatNumber(number, isSingle: isSingle), exponentWidth: exponentWidth)
    }
    return text(cell, isNested: false)
  }

  private func text(_ cell: Cell, isNested: Bool) -> String {
    switch cell {
    case .value(.float(let number), let isSingle): return floats.text(FloatNumber(number, isSingle: isSingle))
    case .value(let value, _): return text(value, isNested: isNested)
    case .list(let start, let last, let count):
      var items = start.map { text($0, isNested: true) }.joined(separator: ", ")
      guard let last else { return "[\(items)]" }
      items += (items.isEmpty ? "" : ", ") + ellipsis + " " + text(last, isNested: true)
      return "[\(items)] (\(grouped(count)))"
    case .structure(let names, let cells):
      let fields = zip(names, cells).map { sanitised($0) + ": " + text($1, isNested: true) }
      return "{" + fields.joined(separator: ", ") + "}"
    }
  }

  private func text(_ value: Value, isNested: Bool) -> String {
    switch value {
    case .null: return "null"
    case .bool(let bit): return bit ? "true" : "false"
    case .integer(let number): return "\(number)"
    case .float(let number): return floats.text(FloatNumber(number, isSingle: false))
    case .text(let text):
      let shown = sanitised(text.shortened(to: ColumnFormat.textLimit))
      return isNested ? "\"" + shown.replacing("\"", with: "\\\"") + "\"" : shown
    case .binary(let bytes): return bytesText(bytes)
    case .time, .datetime, .zoned:
      let (clock, offset) = ColumnFormat.clock(value)
      return padded(clock) + offset
    case .date, .duration, .decimal: return value.description
    case .list, .structure: return text(Cell(value, nil, listItems: ColumnFormat.listItems), isNested: isNested)
    }
  }

  /// The text of a time without its offset from UTC, and the offset.
  private static func clock(_ value: Value) -> (String, String) {
    let text = value.description
    guard case .zoned = value, let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return (text, "") }
    return (String(text[..<sign]), String(text[sign...]))
  }

  /// The number of fractional digits of a time.
  private static func fraction(of clock: String) -> Int {
    clock.utf8.contains(UInt8(ascii: ".")) ? clock.utf8.reversed().prefix { $0 != UInt8(ascii: ".") }.count : 0
  }

  /// The time of day, padded to the column's number of fractional digits.
  private func padded(_ clock: String) -> String {
    let digits = ColumnFormat.fraction(of: clock)
    if digits >= fraction { return clock }
    return clock + (digits == 0 ? "." : "") + String(repeating: "0", count: fraction - digits)
  }

  private func bytesText(_ bytes: Text) -> String {
    var text = "b\""
    for index in 0..<min(bytes.count, ColumnFormat.textLimit) {
      let byte = bytes.bytes[index]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(Unicode.Scalar(byte))
      case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "\\x" + hexadecimal(byte)
      }
    }
    return text + "\""
  }
}

extension Text {
  /// The first `limit` bytes, without an incomplete scalar at the end.
  func shortened(to limit: Int) -> Text {
    if count <= limit { return self }
    var end = limit
    while end > 0, limit - end < 4, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return Text(bytes[0..<end])
  }
}
