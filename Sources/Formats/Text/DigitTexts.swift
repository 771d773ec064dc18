import Tables

/// Finds columns of digits that must stay text, because a number type would lose digits of some value.
struct DigitTexts {
  private struct Seen {
    /// The kind that the column would have otherwise.
    var kind = FieldKind.unknown
    /// The first text that no number type can preserve, such as one with leading zeros.
    var code: [UInt8]?
    /// The first integer that a 64-bit float would round.
    var long: [UInt8]?
  }

  private var columns: [Seen]

  init(count: Int) { columns = [Seen](repeating: Seen(), count: count) }

  func mayBeNumbers(_ column: Int) -> Bool {
    let kind = columns[column].kind
    return kind == .unknown || kind.isInteger || kind == .float
  }

  mutating func add(_ text: [UInt8], _ kind: FieldKind, to column: Int) {
    guard mayBeNumbers(column) else { return }
    let isCode = kind == .string && TextField.isDigits(text.span)
    let isLong = kind == .longInteger
    if isCode, columns[column].code == nil { columns[column].code = text }
    if isLong, columns[column].long == nil { columns[column].long = text }
    columns[column].kind = columns[column].kind.joined(isCode || isLong ? .integer : kind)
  }

  /// A note that says why a column of digits is text, and how to read it as numbers.
  func note(on column: Int, _ name: String) -> String? {
    let seen = columns[column]
    guard mayBeNumbers(column), let text = seen.code ?? seen.long else { return nil }
    let type: String
    let reason: String
    if TextField.hasLeadingZeros(text.span) {
      (type, reason) = (seen.kind == .float ? "f64" : "i64", "begins with a zero")
    } else if seen.code == nil || seen.kind == .float {
      (type, reason) = ("f64", "would lose digits beside floating numbers")
    } else {
      let isUnsigned = (NumberText.integer(text.span) as UInt64?) != nil
      (type, reason) = (isUnsigned ? "u64" : "decimal[38,0]", "is beyond i64")
    }
    let option = name.contains { " \"\\".contains($0) } ? "" : "; `types=[\"\(name) \(type)\"]` makes numbers of it"
    return "`\(name)` is str: `\(String(decoding: text.prefix(40), as: UTF8.self))` \(reason)\(option)"
  }
}
