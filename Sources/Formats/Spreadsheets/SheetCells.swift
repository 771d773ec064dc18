import Diagnostics
import Parallelism
import Tables

/// The cells of a sheet, column by column, as they are stored.
struct SheetCells {
  struct Cell {
    enum Kind: UInt8 {
      case number, moment, elapsed, bool, text, error
    }

    let row: Int
    let kind: Kind
    /// The number, or the index of a text.
    let number: Double
  }

  private(set) var columns: [[Cell]] = []
  private(set) var rowCount = 0
  private(set) var texts: [Text] = []

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
          if isEmpty { kind = "" }
        case .start("v", let isEmpty), .start("t", let isEmpty): isValue = !isEmpty
        case .end("v"), .end("t"): isValue = false
        case .text: if isValue { value += xml.text }
        case .end("c"):
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
      found = Double(written).map { Cell(row: row, kind: own, number: $0) }
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
