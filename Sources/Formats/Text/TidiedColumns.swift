import Diagnostics
import Tables

/// The columns in which `thousands=`, `true_values=` and `false_values=` replace fields: those that consist of such
/// numbers or such words alone, and those whose type the user chose. Names, codes and texts stay as they are.
struct TidiedColumns {
  /// The number of fields of the first record.
  private(set) var width = 0
  /// Whether the first record is the names of the columns.
  private(set) var hasHeader = false
  private var numbers: [Use] = []
  private var words: [Use] = []
  private let thousands: [UInt8]
  private let trueValues: Set<[UInt8]>
  private let falseValues: Set<[UInt8]>
  private let dialect: TextDialect

  /// Whether all fields of a column met so far are of a kind.
  private enum Use { case unknown, all, none }

  init(_ tidying: TextTidying, _ input: InputFile) throws(Diagnostic) {
    let options = tidying.options
    dialect = tidying.dialect
    thousands = Array((options.thousands ?? "").utf8)
    trueValues = Set(options.trueValues.map { Array($0.utf8) })
    falseValues = Set(options.falseValues.map { Array($0.utf8) })
    var first: [TextTidying.Field] = []
    try tidying.forEachRecord(of: input) { (fields, _) throws(Diagnostic) in
      guard let fields, !fields.isEmpty else { return }
      guard first.isEmpty else {
        if replacesAny { fields.enumerated().forEach { add($1, to: $0) } }
        return
      }
      first = fields
      width = fields.count
      numbers = [Use](repeating: thousands.isEmpty ? .none : .unknown, count: width)
      words = [Use](repeating: trueValues.isEmpty && falseValues.isEmpty ? .none : .unknown, count: width)
    }
    // A first record that does not look like the fields below it has their names.
    hasHeader = options.header ?? first.enumerated().contains { !suits($1, in: $0) }
    if !hasHeader { first.enumerated().forEach { add($1, to: $0) } }
    choose(options.types, first)
  }

  private var replacesAny: Bool { !thousands.isEmpty || !trueValues.isEmpty || !falseValues.isEmpty }

  private mutating func add(_ field: TextTidying.Field, to column: Int) {
    guard column < width, !isNull(field) else { return }
    if numbers[column] != .none { numbers[column] = isNumber(field.bytes) ? .all : .none }
    if words[column] != .none { words[column] = isWord(field.bytes) ? .all : .none }
  }

  /// Whether a field could stand in the column, as far as that is known.
  private func suits(_ field: TextTidying.Field, in column: Int) -> Bool {
    if isNull(field) { return true }
    return (numbers[column] != .all || isNumber(field.bytes)) && (words[column] != .all || isWord(field.bytes))
  }

  /// Follows the types that the user chose.
  private mutating func choose(_ types: [String: DataType], _ first: [TextTidying.Field]) {
    for column in 0..<width {
      let name = hasHeader ? String(decoding: first[column].bytes, as: UTF8.self) : "column_\(column + 1)"
      guard let type = types[name] else { continue }
      if !thousands.isEmpty { numbers[column] = type.isNumeric ? .all : .none }
      if !trueValues.isEmpty || !falseValues.isEmpty { words[column] = type == .bool ? .all : .none }
    }
  }

  /// The field as the text reader expects it.
  func replaced(_ field: TextTidying.Field, in column: Int, isHeader: Bool) -> TextTidying.Field {
    guard column < width, !isHeader else { return field }
    if words[column] == .all {
      if trueValues.contains(field.bytes) { return TextTidying.Field(bytes: Array("true".utf8)) }
      if falseValues.contains(field.bytes) { return TextTidying.Field(bytes: Array("false".utf8)) }
    }
    if numbers[column] == .all, let number = withoutThousands(field.bytes) { return TextTidying.Field(bytes: number) }
    return field
  }

  private func isNull(_ field: TextTidying.Field) -> Bool {
    field.bytes.isEmpty && !field.isQuoted || dialect.nulls.contains(field.bytes)
  }

  private func isWord(_ bytes: [UInt8]) -> Bool {
    trueValues.contains(bytes) || falseValues.contains(bytes) || TextField.bool(bytes.span) != nil
  }

  private func isNumber(_ bytes: [UInt8]) -> Bool {
    if withoutThousands(bytes) != nil { return true }
    if TextField.isCode(bytes.span) { return false }
    return TextField.isDigits(bytes.span) || TextField.isNumber(bytes.span, decimalComma: dialect.decimalComma)
  }

  /// Removes the separators from a number in groups of three digits; nil for anything else.
  private func withoutThousands(_ bytes: [UInt8]) -> [UInt8]? {
    guard !thousands.isEmpty else { return nil }
    let decimal: UInt8 = dialect.decimalComma ? 0x2C : 0x2E
    var result: [UInt8] = []
    var place = 0
    if let sign = bytes.first, sign == 0x2D || sign == 0x2B {
      result.append(sign)
      place = 1
    }
    func digits() -> Int {
      var count = 0
      while place + count < bytes.count, (0x30...0x39).contains(bytes[place + count]) { count += 1 }
      return count
    }
    var length = digits()
    guard (1...3).contains(length) else { return nil }
    result += bytes[place..<place + length]
    place += length
    var groups = 0
    while bytes[place...].starts(with: thousands) {
      place += thousands.count
      length = digits()
      guard length == 3 else { return nil }
      result += bytes[place..<place + 3]
      place += 3
      groups += 1
    }
    guard groups > 0 else { return nil }
    if place < bytes.count {
      guard bytes[place] == decimal else { return nil }
      let rest = place
      place += 1
      place += digits()
      guard place == bytes.count else { return nil }
      // A decimal mark cannot be recognised if it also separates the fields.
      if dialect.separator == [decimal] { return nil }
      result += bytes[rest...]
    }
    return result
  }
}
