import Diagnostics
import Tables

/// A sheet as a table: the names come from the first row, the type of each column from its cells. Rows above the table
/// are refused, as in text.
struct SheetTable {
  let table: Table
  private(set) var notes: [String] = []

  /// The number of 1970-01-01 in workbooks that count days from 1900.
  static let firstDay = 25_569.0
  /// The number of 10000-01-01, which spreadsheets do not have.
  static let endOfDays = 2_958_466.0
  /// The last time of a day, 23:59:59.999.
  static let lastTime = 86_399_999.0 / 86_400_000

  private let workbook: any Spreadsheet
  private let cells: SheetCells

  init(_ workbook: any Spreadsheet, _ options: LoadOptions) throws(Diagnostic) {
    let index = try workbook.sheetIndex(options.sheet)
    let sheet = workbook.sheetNames[index]
    let cells = try workbook.cells(ofSheet: index)
    let path = workbook.path
    var notes: [String] = []
    let others = workbook.sheetNames.filter { $0 != sheet }
    if options.sheet == nil, !others.isEmpty {
      notes.append(
        "`\(sheet)` is read; `sheet=` opens another: "
          + others.prefix(8).map { "`\($0)`" }.joined(separator: ", "))
    }
    // Empty rows before the first row are ignored.
    let filled = Set(cells.columns.flatMap { $0.map(\.row) }.filter { $0 >= options.skip })
    guard let first = filled.min() else { throw Diagnostic("`\(sheet)` is empty", place: path) }
    if options.header == nil, options.skip == 0, let title = SheetTitle(cells) {
      throw title.diagnostic(sheet: sheet, path)
    }
    let used = cells.columns.indices.filter { index in cells.columns[index].contains { $0.row >= first } }
    let top = used.map { index in cells.columns[index].first { $0.row == first } }
    let numbered = NumberedHeader(SheetTable.sample(cells, workbook, used, from: first), TextDialect())
    let isHeader = options.header ?? (top.allSatisfy { $0 == nil || $0?.kind == .text } || numbered.isHeader)
    if options.header == nil { notes += numbered.note.map { [$0] } ?? [] }
    var names = used.map { "column_\($0 + 1)" }
    if isHeader {
      for (position, cell) in top.enumerated() {
        guard let cell else { continue }
        let name = SheetTable.text(cell, cells, workbook)
        if !name.isEmpty { names[position] = name }
      }
    }
    names = uniqueNames(names, &notes)
    let rows = (isHeader ? first + 1 : first)..<max(isHeader ? first + 1 : first, cells.rowCount)
    self.workbook = workbook
    self.cells = cells
    var columns: [(String, Column)] = []
    for (position, index) in used.enumerated() {
      let own = cells.columns[index].filter { rows.contains($0.row) }
      let (column, note) = try SheetTable.column(names[position], own, rows, cells, workbook)
      if own.contains(where: { $0.kind == .error }) {
        notes.append("`\(names[position])` is null where the sheet has an error")
      }
      if let note, options.types[names[position]] == nil {
        notes.append("`\(names[position])` is \(column.type): \(note)")
      }
      if let wanted = options.types[names[position]] {
        columns.append((names[position], try cast(column, to: wanted)))
      } else {
        columns.append((names[position], column))
      }
    }
    for name in options.types.keys where !names.contains(name) {
      let schema = Schema(columns.map { Field($0.0, $0.1.type) })
      throw .unknownColumn(name, in: path, schema: schema).about(option: "types")
    }
    table = Table(
      Schema(columns.map { Field($0.0, $0.1.type) }), columns.map(\.1), rowCount: rows.count)
    notes += SheetTable.noteOnFormulas(cells)
    self.notes = notes
  }

  /// The first rows as the fields of a text.
  private static func sample(
    _ cells: SheetCells, _ workbook: any Spreadsheet, _ columns: [Int], from first: Int
  ) -> [[TextSniffer.SampledField]] {
    let rows = first..<min(cells.rowCount, first + 50)
    var sample = rows.map { _ in columns.map { _ in TextSniffer.SampledField(text: [], isQuoted: false) } }
    for (position, index) in columns.enumerated() {
      for cell in cells.columns[index] where rows.contains(cell.row) {
        sample[cell.row - first][position] = TextSniffer.SampledField(
          text: Array(text(cell, cells, workbook).utf8), isQuoted: cell.kind == .text)
      }
    }
    return sample
  }

  private static func noteOnFormulas(_ cells: SheetCells) -> [String] {
    guard let first = cells.uncomputed.first else { return [] }
    let (count, place) = (cells.uncomputed.count, SheetCells.reference(row: first.row, column: first.column))
    return [
      "\(counted(count, "formula")) without a stored result \(count == 1 ? "is" : "are") null, the first in \(place); "
        + "a spreadsheet program that opens and saves the file computes \(count == 1 ? "it" : "them")"
    ]
  }

  /// A column, and why it is not of a type that one may expect.
  private static func column(
    _ name: String, _ own: [SheetCells.Cell], _ rows: Range<Int>, _ cells: SheetCells, _ workbook: any Spreadsheet
  ) throws(Diagnostic) -> (Column, note: String?) {
    var known = own.filter { $0.kind != .error }
    var kind = commonKind(known)
    if kind == nil {
      // pandas writes an empty text where there is nothing: beside cells of one other kind it is null.
      let filled = known.filter { $0.kind != .text || !text($0, cells, workbook).isEmpty }
      if let other = commonKind(filled) { (known, kind) = (filled, other) }
    }
    var values = [Value](repeating: .null, count: rows.count)
    func fill(_ value: (SheetCells.Cell) -> Value) {
      for cell in known { values[cell.row - rows.lowerBound] = value(cell) }
    }
    switch kind {
    case .number, .digits:
      let numbers = known.reduce(into: JSONKind.null) { $0.join(JSONKind(cells.number($1))) }
      fill { JSONKind.fitted(cells.number($0), to: numbers.type) }
      let hint = numbers == .mixedNumbers ? roundingHint(name) : ""
      return (try Column(numbers.type, values), note: numbers.lossNote.map { $0 + hint })
    case .moment:
      let days = known.map { workbook.day($0.number) }
      if known.allSatisfy({ (0..<1).contains($0.number) }), known.contains(where: { $0.number > 0 }) {
        fill { timeOfDay($0.number) }
        return (try Column(.time, values), nil)
      }
      if days.allSatisfy({ $0 == $0.rounded() }), days.allSatisfy({ $0.magnitude < 1e6 * 4 }) {
        fill { .date(Int32(workbook.day($0.number))) }
        return (try Column(.date, values), nil)
      }
      guard days.allSatisfy({ $0.magnitude < 1e8 }) else { break }
      fill { .datetime(Int64((workbook.day($0.number) * 86_400_000).rounded()), .milliseconds) }
      return (try Column(.datetime(.milliseconds), values), nil)
    case .elapsed:
      guard known.allSatisfy({ $0.number.magnitude < 1e8 }) else { break }
      fill { .duration(Int64(($0.number * 86_400_000).rounded()), .milliseconds) }
      return (try Column(.duration(.milliseconds), values), nil)
    case .bool:
      fill { .bool($0.number == 1) }
      return (try Column(.bool, values), nil)
    case .text, .error, nil: break
    }
    fill { .text(Text(text($0, cells, workbook))) }
    return (try Column(.string, values), kind == nil && !known.isEmpty ? "its cells are of several kinds" : nil)
  }

  /// The time that a part of a day is, to the millisecond; never 24:00.
  private static func timeOfDay(_ number: Double) -> Value {
    .time(Int64((min(number, lastTime) * 86_400_000).rounded()) * 1_000_000)
  }

  /// The kind that all cells have; nil if there is none. Beside a length of time, a time of day is one too.
  private static func commonKind(_ known: [SheetCells.Cell]) -> SheetCells.Cell.Kind? {
    var kinds = Set(known.map(\.kind))
    if kinds.contains(.digits) { kinds.remove(.number) }
    if kinds == [.moment, .elapsed], known.allSatisfy({ $0.kind == .elapsed || (0..<1).contains($0.number) }) {
      kinds.remove(.moment)
    }
    return kinds.count == 1 ? kinds.first : nil
  }

  private static func text(_ cell: SheetCells.Cell, _ cells: SheetCells, _ workbook: any Spreadsheet) -> String {
    switch cell.kind {
    case .text, .digits: return cells.texts[Int(cell.number)].string
    case .bool: return cell.number == 1 ? "true" : "false"
    case .number: return cells.number(cell).description
    case .elapsed:
      guard cell.number.magnitude < 1e8 else { return "\(cell.number)" }
      return Value.duration(Int64((cell.number * 86_400_000).rounded()), .milliseconds).description
    case .moment:
      if cell.number > 0, cell.number < 1 {
        return timeOfDay(cell.number).description
      }
      let days = workbook.day(cell.number)
      guard days.magnitude < 1e6 * 4 else { return "\(cell.number)" }
      if days == days.rounded() { return Value.date(Int32(days)).description }
      return Value.datetime(Int64((days * 86_400_000).rounded()), .milliseconds).description
    case .error: return ""
    }
  }
}
