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
    /// Whether all integers fit u64, and whether they fit decimals.
    var (isUnsigned, isDecimal) = (true, true)
    /// Whether a number has a decimal comma that the file was not said to have.
    var hasComma = false
  }

  private var columns: [Seen]

  init(count: Int) { columns = [Seen](repeating: Seen(), count: count) }

  func mayBeNumbers(_ column: Int) -> Bool {
    let kind = columns[column].kind
    return kind == .unknown || kind.isInteger || kind == .float
  }

  mutating func add(_ text: [UInt8], _ kind: FieldKind, to column: Int) {
    guard mayBeNumbers(column) else { return }
    let isWhole = TextField.isDigits(text.span)
    let isCode = kind == .string && (isWhole || TextField.isCode(text.span) || DigitTexts.isFar(text))
    let isLong = kind == .longInteger
    let hasComma = kind == .string && text.contains(0x2C) && TextField.isDecimalNumber(text.span)
    if hasComma { columns[column].hasComma = true }
    if isCode, columns[column].code == nil { columns[column].code = text }
    if isLong, columns[column].long == nil { columns[column].long = text }
    if isWhole {
      columns[column].isUnsigned = columns[column].isUnsigned && (NumberText.integer(text.span) as UInt64?) != nil
      columns[column].isDecimal = columns[column].isDecimal && DigitTexts.isDecimal(text)
    }
    let own: FieldKind = isCode || isLong ? (isWhole ? .integer : .float) : hasComma ? .float : kind
    columns[column].kind = columns[column].kind.joined(own)
  }

  private static func isDecimal(_ text: [UInt8]) -> Bool {
    text.count <= 18 || (NumberText.integer(text.span) as Int128?).map { $0.magnitude < mostDecimal } ?? false
  }

  /// 10³⁸.
  private static let mostDecimal: UInt128 = 10_000_000_000_000_000_000 * 10_000_000_000_000_000_000

  /// Whether a text is a number that is beyond all floats.
  private static func isFar(_ text: [UInt8]) -> Bool {
    !text.contains(0x2C) && TextField.isDecimalNumber(text.span) && NumberText.float(text.span) == nil
  }

  /// A note that says why a column of digits is text, and how to read it as numbers.
  func note(on column: Int, _ name: String) -> String? {
    let seen = columns[column]
    guard mayBeNumbers(column), let text = seen.code ?? seen.long else { return nil }
    let type: String?
    let reason: String
    if TextField.isCode(text.span) {
      let first = text[0] == 0x2B ? "a plus sign" : "a zero"
      (type, reason) = (seen.kind == .float ? "f64" : "i64", "begins with \(first)")
    } else if !TextField.isDigits(text.span) {
      (type, reason) = (nil, "is beyond all number types")
    } else if seen.code == nil || seen.kind == .float {
      (type, reason) = ("f64", "would lose digits beside floating numbers")
    } else {
      type = seen.isUnsigned ? "u64" : seen.isDecimal ? "decimal[38,0]" : nil
      reason = type == nil ? "is beyond all number types" : "is beyond i64"
    }
    var option = ""
    if let type, !(name.contains { " \"\\".contains($0) }) {
      let mark = seen.hasComma ? " decimal=\",\"" : ""
      option = "; `types=[\"\(name) \(type)\"]\(mark)` makes numbers of it"
    }
    return "`\(name)` is str: `\(String(decoding: text.prefix(40), as: UTF8.self))` \(reason)\(option)"
  }
}
