import Diagnostics
import Parallelism
import Tables

/// The cells of a sheet, column by column, as they are stored.
struct SheetCells {
  struct Cell {
    enum Kind: UInt8 {
      case number, moment, elapsed, bool, text, error
      /// A whole number of more digits than a float holds, as its text.
      case digits
    }

    let row: Int
    let kind: Kind
    /// The number, or the index of a text or of digits.
    let number: Double
  }

  private(set) var columns: [[Cell]] = []
  private(set) var rowCount = 0
  private(set) var texts: [Text] = []
  /// How many formulas have no stored result, and where the first one is.
  private(set) var uncomputed: (count: Int, first: (row: Int, column: Int)?) = (0, nil)

  static let mostColumns = 16_384
  static let mostRows = 1_048_576

  init() {}

  init(_ workbook: Workbook, _ sheet: Workbook.Sheet) throws(Diagnostic) {
    texts = workbook.texts
    var cells = self
    let shared = workbook.texts.count
    let cancellation = Cancellation.current
    try workbook.read(sheet.path) { (xml) throws(Diagnostic) in
      var row = -1
      var column = -1
      var kind = ""
      var style = 0
      var value: [UInt8] = []
      var isValue = false
      // Whether the cell has a formula, and whether it has a value.
      var (hasFormula, hasValue) = (false, false)
      var count = 0
      while let event = xml.next() {
        switch event {
        case .start("row", _):
          row = xml.attribute("r").flatMap { Int($0) }.map { $0 - 1 } ?? row + 1
          column = -1
          guard (0..<SheetCells.mostRows).contains(row) else { throw cells.outside(workbook, sheet) }
        case .start("c", let isEmpty):
          column = xml.attribute("r").flatMap { SheetCells.columnIndex($0) } ?? column + 1
          guard (0..<SheetCells.mostColumns).contains(column), row >= 0 else { throw cells.outside(workbook, sheet) }
          kind = xml.attribute("t") ?? "n"
          style = xml.attribute("s").flatMap { Int($0) } ?? 0
          value = []
          (hasFormula, hasValue) = (false, false)
          if isEmpty { kind = "" }
        case .start("f", _): hasFormula = true
        case .start("v", let isEmpty), .start("t", let isEmpty):
          isValue = !isEmpty
          // The result of a formula can be an empty text, but no empty number.
          hasValue = hasValue || kind == "str"
        case .end("v"), .end("t"): isValue = false
        case .text: if isValue { value += xml.text }
        case .end("c"):
          if hasFormula, !hasValue, value.isEmpty { cells.addUncomputed(row: row, column: column) }
          cells.add(
            value, kind, workbook.meanings.indices.contains(style) ? workbook.meanings[style] : .number, row, column,
            shared)
          count += 1
          if count & 0xffff == 0 { try cancellation.check() }
        default: break
        }
      }
    }
    self = cells
  }

  private func outside(_ workbook: Workbook, _ sheet: Workbook.Sheet) -> Diagnostic {
    Diagnostic("`\(sheet.name)` has a cell where no cell can be", place: workbook.archive.input.path)
  }

  /// The column index of a cell reference: 1 for `B3`; nil if it is not a reference.
  private static func columnIndex(_ place: String) -> Int? {
    var index = 0
    var letters = 0
    for byte in place.utf8 {
      guard (0x41...0x5A).contains(byte) else { break }
      index = index * 26 + Int(byte - 0x40)
      letters += 1
      if letters > 3 { return nil }
    }
    return letters > 0 ? index - 1 : nil
  }

  private mutating func add(
    _ value: [UInt8], _ kind: String, _ meaning: Workbook.NumberMeaning, _ row: Int, _ column: Int, _ shared: Int
  ) {
    let written = String(decoding: value, as: UTF8.self)
    let found: Cell?
    switch kind {
    case "s":
      found = Int(written).flatMap { (0..<shared).contains($0) ? Cell(row: row, kind: .text, number: Double($0)) : nil }
    case "str", "inlineStr": found = textCell(Workbook.decoded(value), row: row)
    case "b": found = Cell(row: row, kind: .bool, number: written == "1" || written == "true" ? 1 : 0)
    case "e": found = Cell(row: row, kind: .error, number: 0)
    case "d": found = moment(value, row)
    case "n":
      let own: Cell.Kind = meaning == .number ? .number : meaning == .moment ? .moment : .elapsed
      found = numberCell(written, own, row: row)
    default: found = nil
    }
    if let found { add(found.kind, found.number, row: row, column: column) }
  }

  /// Adds a cell. Of cells with the same reference, the first is kept; cells of an earlier row are dropped.
  mutating func add(_ kind: Cell.Kind, _ number: Double, row: Int, column: Int) {
    while columns.count <= column { columns.append([]) }
    if let last = columns[column].last, last.row >= row { return }
    columns[column].append(Cell(row: row, kind: kind, number: number))
    rowCount = max(rowCount, row + 1)
  }

  /// Counts a formula whose cell has no value.
  mutating func addUncomputed(row: Int, column: Int) {
    uncomputed = (uncomputed.count + 1, uncomputed.first ?? (row, column))
  }

  /// A cell of a number; nil if the text is none. A number that a float would change keeps its text.
  mutating func numberCell(_ written: String, _ kind: Cell.Kind, row: Int) -> Cell? {
    guard let number = Double(written) else { return nil }
    if kind == .number, number.magnitude >= SheetCells.firstInexact, TextField.isDigits(Array(written.utf8).span) {
      return Cell(row: row, kind: .digits, number: textCell(Array(written.utf8), row: row).number)
    }
    // A number beyond all floats is no infinity.
    return number.isFinite ? Cell(row: row, kind: kind, number: number) : textCell(Array(written.utf8), row: row)
  }

  /// 2⁵³: from here on, a float may stand for several whole numbers.
  static let firstInexact = 9_007_199_254_740_992.0

  /// The exact value of a cell of a number: a whole number keeps all its digits.
  func number(_ cell: Cell) -> Value {
    if cell.kind == .digits {
      let text = texts[Int(cell.number)]
      return (NumberText.integer(text.bytes.span) as Int128?).map { .integer($0) } ?? .binary(text)
    }
    let isWhole = cell.number == cell.number.rounded() && cell.number.magnitude <= SheetCells.firstInexact
    return isWhole ? .integer(Int128(cell.number)) : .float(cell.number)
  }

  /// The name that a spreadsheet program gives a cell: `B3` in row 2 and column 1.
  static func reference(row: Int, column: Int) -> String {
    var letters = ""
    var rest = column + 1
    while rest > 0 {
      letters = String(UnicodeScalar(UInt8(0x41 + (rest - 1) % 26))) + letters
      rest = (rest - 1) / 26
    }
    return letters + "\(row + 1)"
  }

  /// A cell of a text, which is kept among `texts`.
  mutating func textCell(_ value: [UInt8], row: Int) -> Cell {
    texts.append(Text(Buffer(value)))
    return Cell(row: row, kind: .text, number: Double(texts.count - 1))
  }

  /// Converts an ISO 8601 date to the number of its day.
  private mutating func moment(_ value: [UInt8], _ row: Int) -> Cell {
    let days =
      CalendarText.ticks(value.span, unit: .milliseconds).map { Double($0) / 86_400_000 }
      ?? CalendarText.days(value.span).map { Double($0) }
    return days.map { Cell(row: row, kind: .moment, number: $0 + SheetTable.firstDay) } ?? textCell(value, row: row)
  }
}
