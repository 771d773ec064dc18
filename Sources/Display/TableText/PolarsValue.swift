import Tables

/// Formats values as polars does, each by itself: floats of one column may differ in precision.
struct PolarsValue {
  let ellipsis: String
  static let listItems = 3

  /// The text of a value. Strings are quoted only inside lists and structs.
  func text(_ column: Column, _ row: Int) -> String {
    if column.type == .string, !column.isNull(row), case .text(let text) = column[row] {
      return sanitised(text.shortened(to: ColumnFormat.textLimit))
    }
    return text(Cell(column, row, listItems: PolarsValue.listItems))
  }

  private func text(_ cell: Cell) -> String {
    switch cell {
    case .value(let value, _): return text(value)
    case .list(let start, let last, _):
      var items = start.map { text($0) + ", " }.joined()
      if let last { items += ellipsis + " " + text(last) } else { items = String(items.dropLast(2)) }
      return "[" + items + "]"
    case .structure(_, let cells): return "{" + cells.map(text).joined(separator: ",") + "}"
    }
  }

  private func text(_ value: Value) -> String {
    switch value {
    case .null: return "null"
    case .bool(let bit): return bit ? "true" : "false"
    case .integer(let number): return "\(number)"
    case .float(let number): return PolarsValue.text(number)
    case .text(let text): return "\"" + sanitised(text.shortened(to: ColumnFormat.textLimit)) + "\""
    case .binary(let bytes): return binaryText(bytes)
    case .date, .time, .datetime, .decimal: return value.description
    case .zoned(let ticks, let unit, let zone): return zone.textWithAbbreviation(ticks, unit: unit)
    case .duration(let ticks, let unit): return PolarsValue.text(duration: ticks, unit)
    case .list, .structure: return text(Cell(value, nil, listItems: PolarsValue.listItems))
    }
  }

  /// One decimal for integral numbers, at most six for others, and `1.2346e10` for numbers that would be too long.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
    let shortest = DecimalDigits(shortest: value)
    let isWhole = shortest.decimals == 0
    if isWhole, abs(value) < 999_999 { return shortest.fixed(decimals: 1) }
    let plain = shortest.fixed(decimals: shortest.decimals)
    if plain.utf8.count > 9 {
      if !(0.000001...999_999).contains(abs(value)) { return DecimalDigits(exactly: value).scientific(decimals: 4) }
      let rounded = DecimalDigits(exactly: value).rounded(decimals: 6)
      return rounded.fixed(decimals: max(1, rounded.decimals))
    }
    return isWhole ? shortest.scientific(decimals: shortest.digits.count - 1) : plain
  }

  /// `-1d -2h 3ms`: each unit has its own sign.
  private static func text(duration ticks: Int64, _ unit: TimeUnit) -> String {
    let (name, thousands): (String, [String]) =
      switch unit {
      case .milliseconds: ("ms", ["ms"])
      case .microseconds: ("µs", ["µs", "ms"])
      case .nanoseconds: ("ns", ["ns", "µs", "ms"])
      }
    if ticks == 0 { return "0" + name }
    let second = unit.ticksPerSecond
    var parts: [String] = []
    var rest = ticks
    for (size, letter) in [(86_400 * second, "d"), (3600 * second, "h"), (60 * second, "m"), (second, "s")] {
      if rest / size != 0 { parts.append("\(rest / size)\(letter)") }
      rest %= size
    }
    if rest != 0 {
      var place = 0
      while rest % 1000 == 0 {
        rest /= 1000
        place += 1
      }
      parts.append("\(rest)\(thousands[place])")
    }
    return parts.joined(separator: " ")
  }

  private func binaryText(_ bytes: Text) -> String {
    let limit = PolarsTable.textLimit * 2
    var text = "b\""
    for index in 0..<min(bytes.count, limit) {
      let byte = bytes.bytes[index]
      if (0x21..<0x7F).contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "\\x" + hexadecimal(byte)
      }
    }
    return text + "\"" + (bytes.count > limit ? ellipsis : "")
  }

  /// The type's name in the header.
  static func name(of type: DataType) -> String {
    switch type {
    case .datetime(.microseconds): "datetime[μs]"
    case .zoned(.microseconds, let zone): "datetime[μs, \(zone)]"
    case .duration(.microseconds): "duration[μs]"
    case .list(let element): "list[\(name(of: element))]"
    case .structure(let fields): "struct[\(fields.count)]"
    default: type.description
    }
  }
}
