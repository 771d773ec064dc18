import Diagnostics
import Parallelism
import Tables

/// Writes a table as a workbook with one sheet; cells have the types of their columns.
struct WorkbookWriter {
  private let table: Table
  private let options: SaveOptions
  private var notes: [String] = []

  init(_ table: Table, _ options: SaveOptions) {
    self.table = table
    self.options = options
  }

  /// Cell styles; the raw value is the index in `styles`.
  private enum Style: Int {
    case plain, date, moment, time, elapsed
  }

  private static let longestText = 32_767

  mutating func write(to file: OutputFile) throws(Diagnostic) -> [String] {
    let rows = table.rowCount + (options.header ? 1 : 0)
    guard rows <= SheetCells.mostRows, table.columnCount <= SheetCells.mostColumns else {
      throw Diagnostic(
        "a sheet holds at most 1_048_576 rows of 16_384 columns",
        hint: "`head`, `sample` or `group_by` makes fewer; Parquet and CSV hold any number", place: file.path)
    }
    var zip = ZipWriter(file)
    try zip.add("[Content_Types].xml", Array(WorkbookWriter.contentTypes.utf8))
    try zip.add("_rels/.rels", Array(WorkbookWriter.relations.utf8))
    try zip.add("xl/workbook.xml", Array(WorkbookWriter.workbook.utf8))
    try zip.add("xl/_rels/workbook.xml.rels", Array(WorkbookWriter.workbookRelations.utf8))
    try zip.add("xl/styles.xml", Array(WorkbookWriter.styles.utf8))
    try zip.add("xl/worksheets/sheet1.xml", try sheet(file.path))
    try zip.finish()
    return notes
  }

  private mutating func sheet(_ path: String) throws(Diagnostic) -> [UInt8] {
    var xml = Array(
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
        .utf8)
    var row = 1
    if options.header {
      xml += Array("<row r=\"1\">".utf8)
      for name in table.schema.names { try append(text: Array(name.utf8), path, to: &xml) }
      xml += Array("</row>".utf8)
      row = 2
    }
    let cancellation = Cancellation.current
    let types = table.schema.fields.map(\.type)
    for index in 0..<table.rowCount {
      if index & 0xfff == 0 { try cancellation.check() }
      xml += Array("<row r=\"\(row + index)\">".utf8)
      for (column, type) in zip(table.columns, types) { try append(column[index], type, path, to: &xml) }
      xml += Array("</row>".utf8)
    }
    let filled = (0..<table.rowCount).last { row in table.columns.contains { !$0.isNull(row) } }
    let empty = table.rowCount - 1 - (filled ?? -1)
    if empty > 0 {
      note("\(counted(empty, "row")) of nulls at the end will not be read: a sheet ends with its last cell")
    }
    for field in table.schema.fields where field.type.isNested || field.type == .binary {
      note("`\(field.name)` is \(field.type), written as text")
    }
    return xml + Array("</sheetData></worksheet>".utf8)
  }

  private mutating func note(_ text: String) { if !notes.contains(text) { notes.append(text) } }

  private mutating func append(
    _ value: Value, _ type: DataType, _ path: String, to xml: inout [UInt8]
  ) throws(Diagnostic) {
    switch value {
    case .null: xml += Array("<c/>".utf8)
    case .bool(let truth): xml += Array("<c t=\"b\"><v>\(truth ? 1 : 0)</v></c>".utf8)
    case .integer(let number) where number.magnitude <= 9_007_199_254_740_992: appendNumber(to: &xml, "\(number)")
    case .float(let number) where number.isFinite: appendNumber(to: &xml, value.text(as: type))
    case .float:
      note("NaN and infinities are empty cells: a sheet has none")
      xml += Array("<c/>".utf8)
    case .date(let days): try append(day: Double(days), value, .date, path, to: &xml)
    case .datetime(let ticks, let unit):
      noteFractions(ticks, perSecond: unit.ticksPerSecond)
      try append(day: Double(ticks) / Double(unit.ticksPerSecond) / 86_400, value, .moment, path, to: &xml)
    case .zoned:
      note("datetimes with a zone are written as text: a sheet has none")
      try append(text: Array(value.description.utf8), path, to: &xml)
    case .time(let ticks):
      noteFractions(ticks, perSecond: 1_000_000_000)
      // The last half of a millisecond would be rounded to 24:00.
      appendNumber(to: &xml, "\(min(Double(ticks) / 86_400e9, SheetTable.lastTime))", .time)
    case .duration(let ticks, let unit):
      noteFractions(ticks, perSecond: unit.ticksPerSecond)
      appendNumber(to: &xml, "\(Double(ticks) / Double(unit.ticksPerSecond) / 86_400)", .elapsed)
    case .text(let text): try append(text: text.bytes.array, path, to: &xml)
    case .decimal(let unscaled, _) where unscaled.magnitude < 1_000_000_000_000_000:
      appendNumber(to: &xml, value.description)
    case .integer, .decimal:
      note("numbers of more digits than a cell keeps are written as text")
      try append(text: Array(value.description.utf8), path, to: &xml)
    case .list, .structure, .binary:
      try append(text: Array(JSONText.text(value, as: type).utf8), path, to: &xml)
    }
  }

  private mutating func noteFractions(_ ticks: Int64, perSecond: Int64) {
    if perSecond > 1000, ticks % (perSecond / 1000) != 0 { note("times are written to the millisecond") }
  }

  /// Appends a day in the workbook's numbering: from 1900, with a 29 February 1900 that did not exist.
  private mutating func append(
    day: Double, _ value: Value, _ style: Style, _ path: String, to xml: inout [UInt8]
  ) throws(Diagnostic) {
    let number = day + SheetTable.firstDay
    if number < 2 {
      note("days before 1900 are written as text: a sheet has none")
      try append(text: Array(value.description.utf8), path, to: &xml)
    } else if number >= SheetTable.endOfDays {
      note("days after 9999-12-31 are written as text: a sheet has none")
      try append(text: Array(value.description.utf8), path, to: &xml)
    } else {
      appendNumber(to: &xml, "\(number < 61 ? number - 1 : number)", style)
    }
  }

  private func appendNumber(to xml: inout [UInt8], _ number: String, _ style: Style = .plain) {
    xml += Array((style == .plain ? "<c><v>" : "<c s=\"\(style.rawValue)\"><v>").utf8)
    xml += Array(number.utf8)
    xml += Array("</v></c>".utf8)
  }

  private func append(text: [UInt8], _ path: String, to xml: inout [UInt8]) throws(Diagnostic) {
    let string = String(decoding: text, as: UTF8.self)
    guard string.utf16.count <= WorkbookWriter.longestText else {
      throw Diagnostic(
        "a cell holds at most 32_767 characters, and a text has \(grouped(string.utf16.count))",
        hint: "`with a = slice(a, 0, 32767)` cuts it", place: path)
    }
    xml += Array("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">".utf8)
    let scalars = Array(string.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "_" where WorkbookWriter.looksEscaped(scalars[index...]): xml += Array("_x005F_".utf8)
      case "&": xml += Array("&amp;".utf8)
      case "<": xml += Array("&lt;".utf8)
      case ">": xml += Array("&gt;".utf8)
      case "\t", "\n": xml.append(UInt8(scalar.value))
      case _ where WorkbookWriter.isEscaped(scalar):
        let digits = String(scalar.value, radix: 16, uppercase: true)
        xml += Array(("_x" + String(repeating: "0", count: 4 - digits.count) + digits + "_").utf8)
      default: xml += Array(String(Character(scalar)).utf8)
      }
    }
    xml += Array("</t></is></c>".utf8)
  }

  /// Whether XML does not allow the character, so that it is written as `_x0001_`.
  private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 && scalar != "\t" && scalar != "\n" || scalar.value == 0xFFFE || scalar.value == 0xFFFF
  }

  /// Whether a text begins with what would be read as an escaped character, `_x0041_`.
  private static func looksEscaped(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    let head = Array(text.prefix(7))
    return head.count == 7 && head[1] == "x" && head[2..<6].allSatisfy { $0.isASCII && $0.properties.isASCIIHexDigit }
      && (head[6] == "_" || isEscaped(head[6]))
  }

  // MARK: The other parts

  private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
  private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let package = "http://schemas.openxmlformats.org/package/2006"
  private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let type = "application/vnd.openxmlformats-officedocument.spreadsheetml"

  private static let contentTypes =
    head + "<Types xmlns=\"\(package)/content-types\">"
    + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"\(type).sheet.main+xml\"/>"
    + "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"\(type).worksheet+xml\"/>"
    + "<Override PartName=\"/xl/styles.xml\" ContentType=\"\(type).styles+xml\"/></Types>"

  private static let relations =
    head + "<Relationships xmlns=\"\(package)/relationships\">"
    + "<Relationship Id=\"rId1\" Type=\"\(office)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"

  private static let workbook =
    head + "<workbook xmlns=\"\(main)\" xmlns:r=\"\(office)\">"
    + "<sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"

  private static let workbookRelations =
    head + "<Relationships xmlns=\"\(package)/relationships\">"
    + "<Relationship Id=\"rId1\" Type=\"\(office)/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    + "<Relationship Id=\"rId2\" Type=\"\(office)/styles\" Target=\"styles.xml\"/></Relationships>"

  /// The styles in the order of `Style`.
  private static let styles =
    head + "<styleSheet xmlns=\"\(main)\">"
    + "<numFmts count=\"4\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>"
    + "<numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss.000\"/>"
    + "<numFmt numFmtId=\"166\" formatCode=\"hh:mm:ss.000\"/><numFmt numFmtId=\"167\" formatCode=\"[h]:mm:ss.000\"/></numFmts>"
    + "<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
    + "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>"
    + "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    + "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
    + "<cellXfs count=\"5\">"
    + [0, 164, 165, 166, 167].map {
      "<xf numFmtId=\"\($0)\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
    }.joined() + "</cellXfs></styleSheet>"
}
