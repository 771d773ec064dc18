import Diagnostics
import Parallelism
import Tables

extension FileFormat {
  /// A spreadsheet of LibreOffice or of another program that writes OpenDocument.
  static let ods = FileFormat(
    name: "ods", summary: "a spreadsheet of OpenDocument; `sheet=` chooses one of its sheets", extensions: ["ods"],
    isText: false, understands: ["header", "skip", "types", "sheet"], isZipFile: true,
    recognises: { input in
      guard ZipArchive.isRecognised(input.bytes), let archive = try? ZipArchive(input) else { return false }
      return OpenDocument.isRecognised(archive)
    },
    open: { (input, options) throws(Diagnostic) in
      let sheet = try SheetTable(OpenDocument(ZipArchive(input)), options)
      return TableInMemory(name: input.path, sheet.table, notes: sheet.notes)
    },
    write: nil)
}

/// A spreadsheet of OpenDocument: all its sheets stand in one XML file, each cell with its type.
///
/// - Source: OASIS Open Document Format 1.3, part 3, sections 9.1 and 19.
struct OpenDocument: Spreadsheet {
  let path: String
  private(set) var sheetNames: [String] = []
  private let content: InputFile

  static func isRecognised(_ archive: ZipArchive) -> Bool {
    guard archive.entry(named: "content.xml") != nil, let entry = archive.entry(named: "mimetype"),
      let file = try? archive.file(entry)
    else { return false }
    return file.bytes.starts(with: "application/vnd.oasis.opendocument.spreadsheet".utf8)
  }

  init(_ archive: ZipArchive) throws(Diagnostic) {
    path = archive.input.path
    guard let entry = archive.entry(named: "content.xml") else {
      throw Diagnostic("the spreadsheet lacks `content.xml`", place: path)
    }
    content = try archive.file(entry)
    var xml = XMLReader(content.bytes)
    var depth = 0
    var names: [String] = []
    while let event = xml.next() {
      switch event {
      case .start("table", let isEmpty):
        if depth == 0 { names.append(xml.attribute("table:name") ?? "Sheet\(names.count + 1)") }
        if !isEmpty { depth += 1 }
      case .end("table"): depth -= 1
      default: break
      }
    }
    sheetNames = names
  }

  func day(_ number: Double) -> Double { number - SheetTable.firstDay }

  func cells(ofSheet index: Int) throws(Diagnostic) -> SheetCells {
    var reader = OpenDocumentReader(content.bytes, path: path)
    return try reader.cells(ofSheet: index)
  }
}

/// Reads the cells of one sheet, row by row.
private struct OpenDocumentReader {
  /// A cell as its tag describes it, and the text of its paragraphs.
  private struct Written {
    var type: String
    var value: String?
    var isError: Bool
    var hasFormula: Bool
    var count: Int
    var text: [UInt8] = []
    var hasParagraph = false
  }

  private var xml: XMLReader
  private let path: String
  private var cells = SheetCells()
  private var row = 0
  private var column = 0
  /// The cells of the current row that have a value; a row may stand for many equal ones.
  private var rowCells: [(column: Int, cell: SheetCells.Cell)] = []
  private var rowRepeats = 1
  private var total = 0

  init(_ bytes: UnsafeRawBufferPointer, path: String) {
    xml = XMLReader(bytes)
    self.path = path
  }

  mutating func cells(ofSheet wanted: Int) throws(Diagnostic) -> SheetCells {
    var index = -1
    var depth = 0
    while let event = xml.next() {
      switch event {
      case .start("table", let isEmpty):
        if depth == 0 { index += 1 }
        if !isEmpty { depth += 1 }
      case .end("table"):
        depth -= 1
        if depth == 0, index == wanted { return cells }
      case .start("table-row", let isEmpty) where depth == 1 && index == wanted: try startRow(isEmpty: isEmpty)
      case .end("table-row") where depth == 1 && index == wanted: try endRow()
      case .start("table-cell", let isEmpty) where depth == 1 && index == wanted,
        .start("covered-table-cell", let isEmpty) where depth == 1 && index == wanted:
        try readCell(isEmpty: isEmpty)
      default: break
      }
    }
    return cells
  }

  private func repeats(_ name: String) -> Int { max(1, xml.attribute(name).flatMap { Int($0) } ?? 1) }

  private mutating func startRow(isEmpty: Bool) throws(Diagnostic) {
    try Cancellation.current.check()
    rowRepeats = repeats("table:number-rows-repeated")
    rowCells = []
    column = 0
    if isEmpty { try endRow() }
  }

  private mutating func endRow() throws(Diagnostic) {
    let (end, overflow) = row.addingReportingOverflow(rowRepeats)
    if !rowCells.isEmpty {
      guard !overflow, end <= SheetCells.mostRows else { throw outside }
      total += rowCells.count * rowRepeats
      try requireAllocation(of: total * MemoryLayout<SheetCells.Cell>.stride)
      for own in row..<end {
        for (column, cell) in rowCells { cells.add(cell.kind, cell.number, row: own, column: column) }
      }
    }
    row = overflow ? .max : end
    rowCells = []
  }

  private var outside: Diagnostic { Diagnostic("a sheet has a cell where no cell can be", place: path) }

  private mutating func readCell(isEmpty: Bool) throws(Diagnostic) {
    var written = Written(
      type: xml.attribute("office:value-type") ?? "", value: nil,
      isError: xml.attribute("calcext:value-type") == "error", hasFormula: xml.attribute("table:formula") != nil,
      count: repeats("table:number-columns-repeated"))
    let names = [
      "float": "office:value", "percentage": "office:value", "currency": "office:value", "date": "office:date-value",
      "time": "office:time-value", "boolean": "office:boolean-value", "string": "office:string-value",
    ]
    written.value = names[written.type].flatMap { xml.attribute($0) }
    if !isEmpty { readText(&written) }
    let (end, overflow) = column.addingReportingOverflow(written.count)
    defer { column = overflow ? .max : end }
    guard let cell = cell(written) else {
      if written.hasFormula { cells.addUncomputed(row: row, column: column) }
      return
    }
    guard !overflow, end <= SheetCells.mostColumns else { throw outside }
    for own in column..<end { rowCells.append((own, cell)) }
  }

  /// The paragraphs of a cell, up to its end. Comments on it are not its text.
  private mutating func readText(_ written: inout Written) {
    var comments = 0
    var paragraphs = 0
    var tables = 0
    while let event = xml.next() {
      switch event {
      case .start("annotation", isEmpty: false): comments += 1
      case .end("annotation"): comments -= 1
      case .start("table", isEmpty: false): tables += 1
      case .end("table"): tables -= 1
      case .end("table-cell") where tables == 0, .end("covered-table-cell") where tables == 0: return
      case _ where comments > 0 || tables > 0: break
      case .start("p", let isEmpty):
        if written.hasParagraph { written.text.append(0x0A) }
        written.hasParagraph = true
        if !isEmpty { paragraphs += 1 }
      case .end("p"): paragraphs -= 1
      case .start("s", _):
        written.text += repeatElement(0x20, count: min(1 << 16, repeats("text:c")))
      case .start("tab", _): written.text.append(0x09)
      case .start("line-break", _): written.text.append(0x0A)
      case .text: if paragraphs > 0 { written.text += xml.text }
      default: break
      }
    }
  }

  private mutating func cell(_ written: Written) -> SheetCells.Cell? {
    if written.isError { return SheetCells.Cell(row: row, kind: .error, number: 0) }
    func number(_ kind: SheetCells.Cell.Kind, _ number: Double?) -> SheetCells.Cell? {
      number.map { SheetCells.Cell(row: row, kind: kind, number: $0) }
    }
    let value = Array((written.value ?? "").utf8)
    switch written.type {
    case "float", "percentage", "currency":
      return written.value.flatMap { cells.numberCell($0, .number, row: row) }
    case "boolean": return number(.bool, written.value == "true" ? 1 : 0)
    case "date":
      let days =
        CalendarText.ticks(value.span, unit: .microseconds).map { Double($0) / 86_400_000_000 }
        ?? CalendarText.ticks(value.span, unit: .nanoseconds).map { Double($0) / 86_400_000_000_000 }
        ?? CalendarText.days(value.span).map { Double($0) }
      return number(.moment, days.map { $0 + SheetTable.firstDay }) ?? text(value)
    case "time":
      guard let seconds = OpenDocumentReader.seconds(written.value ?? "") else { return text(value) }
      // A time of day is a length of time below a day here.
      return number(seconds >= 0 && seconds < 86_400 ? .moment : .elapsed, seconds / 86_400)
    case "string": return text(written.value.map { Array($0.utf8) } ?? written.text)
    default: return written.hasParagraph ? text(written.text) : nil
    }
  }

  private mutating func text(_ bytes: [UInt8]) -> SheetCells.Cell? { cells.textCell(bytes, row: row) }

  /// The seconds of a duration of XML Schema without years and months: `PT12H30M15.5S`, `P1DT2H`.
  private static func seconds(_ text: String) -> Double? {
    var rest = text[...]
    let isNegative = rest.hasPrefix("-")
    if isNegative { rest = rest.dropFirst() }
    guard rest.first == "P" else { return nil }
    rest = rest.dropFirst()
    var seconds = 0.0
    var isTime = false
    while let first = rest.first {
      if first == "T" {
        isTime = true
        rest = rest.dropFirst()
        continue
      }
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      guard let number = Double(digits), let unit = rest.dropFirst(digits.count).first else { return nil }
      switch (unit, isTime) {
      case ("D", false): seconds += number * 86_400
      case ("H", true): seconds += number * 3600
      case ("M", true): seconds += number * 60
      case ("S", true): seconds += number
      default: return nil
      }
      rest = rest.dropFirst(digits.count + 1)
    }
    return isNegative ? -seconds : seconds
  }
}
