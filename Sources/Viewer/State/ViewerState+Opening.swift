import Diagnostics
import Display
package import Tables
import Terminal

extension ViewerState {
  /// Opens what Enter means here: a row as a record, the rows behind a count, the target of a row, or a full value.
  mutating func open() -> [Effect] {
    guard sheet.rowCount > 0 else { return fail("there is no row here") }
    do throws(Diagnostic) {
      switch sheet.kind {
      case .record: return openCell()
      case .counts(let field, let below, let source):
        guard let value = try cell(of: field.name) else { return try openRow() }
        guard let condition = PipelineText.condition(field.name, is: value) else {
          return fail("a \(field.type) cannot be compared")
        }
        return run(
          [.filter(condition)], after: below, on: .shown(source), title: "filter \(condition)", .push(.table))
      case .plot: return fail("this is a plot: q goes back to its table")
      case .table, .bins:
        if let effects = try openMeaning() { return effects }
        return try openRow()
      }
    } catch {
      return fail(error.message)
    }
  }

  /// The value of a column in the cursor's row.
  private func cell(of column: String) throws(Diagnostic) -> Value? {
    guard let index = sheet.source.schema.index(of: column) else { return nil }
    return try sheet.source.page(rows: sheet.view.row..<sheet.view.row + 1, columns: [index]).columns[0][0]
  }

  /// Opens the target that the source defines for its rows; nil if it defines none.
  private mutating func openMeaning() throws(Diagnostic) -> [Effect]? {
    guard let opening = sheet.source.opening, let first = sheet.source.schema.names.first else { return nil }
    let base = ViewerHost.Base.pipeline(sheet.title)
    switch opening {
    case .verbs(let verbs):
      guard let name = try cell(of: first)?.description, let text = verbs[name] else { return nil }
      return run([.verb(text)], after: [], on: base, title: text, .push(.table))
    case .verb(let verb, let column):
      guard let value = try cell(of: column), let literal = PipelineText.literal(value) else { return nil }
      let stage = Stage.verb("\(verb) \(literal)")
      return run([stage], after: [], on: base, title: stage.text, .push(.table))
    case .pipelines(let pipelines):
      guard let name = try cell(of: first)?.description, let text = pipelines[name] else { return nil }
      return run([], after: [], on: .pipeline(text), root: text, title: text, .push(.table))
    }
  }

  private mutating func openRow() throws(Diagnostic) -> [Effect] {
    let schema = sheet.source.schema
    let row = sheet.view.row
    let table = try sheet.source.page(rows: row..<row + 1, columns: Array(0..<schema.count))
    let values = table.row(0)
    var record = Record()
    for (index, (field, value)) in zip(schema.fields, values).enumerated() {
      record.add(field.name, "\(field.type)", value.isNull ? nil : recordText(table.columns[index], value))
      if let address = address(of: field.name, value) { record.add("link", "", address) }
    }
    var opened = Sheet(
      id: newID(), title: sheet.title, kind: .record(of: sheet.source, row: row),
      stages: sheet.stages + [.verb("slice \(row), 1")],
      source: TablePages(record.table), theme: theme)
    if size.columns < 50 {
      // A narrow screen shows only the names and the values.
      opened.view.order = [0, 2]
      opened.view.frozen = 1
      opened.view.column = 1
      let longest = schema.names.reduce(0) { max($0, theme.measure.cells(of: sanitised($1))) }
      if longest > size.columns / 2 { opened.view.setWidth(size.columns / 2, of: 0) }
    } else {
      opened.view.frozen = 2
      opened.view.column = 2
    }
    opened.view.isWrapped = true
    sheets.append(opened)
    return zip(schema.fields, values).filter { $0.name.hasSuffix("id") && !$1.isNull }.map { field, value in
      .describe(sheet: opened.id, column: field.name, value)
    }
  }

  /// The text of a value in a record: complete, except that long lists and structs are shortened as in a table.
  private func recordText(_ column: Column, _ value: Value) -> String {
    let isLong = column.type.isNested && value.text(as: column.type).utf8.count > 200
    guard isLong || column.type == .binary else { return value.text(as: column.type) }
    return ColumnFormat([column], ellipsis: theme.ellipsis).text(column, 0)
  }

  /// Adds to a record what other tables know about its item.
  package mutating func receive(details: Table, about column: String, for sheet: Int) {
    guard let index = sheets.firstIndex(where: { $0.id == sheet }), details.rowCount > 0,
      let shown = try? sheets[index].source.page(rows: 0..<sheets[index].rowCount, columns: [0, 1, 2])
    else { return }
    var record = Record(shown)
    for (field, value) in zip(details.schema.fields, details.row(0)) where field.name != column {
      record.add(field.name, "\(field.type)", value.isNull ? nil : value.text(as: field.type))
    }
    sheets[index].extend(TablePages(record.table))
  }

  /// The largest size in bytes of a value that a panel shows.
  private static let panelLimit = 200_000

  mutating func openCell() -> [Effect] {
    guard var (name, type) = sheet.field.map({ ($0.name, $0.type) }), var value = sheet.value else {
      return fail("there is no value here")
    }
    if case .record(let source, let row) = sheet.kind,
      case .text(let field)? = sheet.page.value(row: sheet.view.row, column: 0)
    {
      name = field.string
      // The original value, instead of its text in the record.
      if let index = source.schema.index(of: name),
        let page = try? source.page(rows: row..<row + 1, columns: [index])
      {
        value = page.columns[0][0]
        type = page.columns[0].type
      }
    }
    let items: [String] =
      switch value {
      case .list(let values) where values.isEmpty: ["an empty list"]
      case .list(let values):
        values.prefix(10_000).enumerated().map { "\($0 + 1)  \($1.text(as: type.element ?? .null))" }
      case .structure(let names, let values):
        zip(zip(names, values), type.fields).map { part, field in "\(part.0): \(part.1.text(as: field.type))" }
      default: value.text(as: type).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      }
    var lines: [String] = []
    var room = Self.panelLimit
    for item in items where room > 0 {
      let text = item.utf8.count > room ? String(item.prefix(room)) : item
      room -= text.utf8.count
      lines += StyledLine(text).wrapped(to: max(10, size.columns - 1), theme.measure).map(\.plain)
    }
    if room <= 0 { lines.append("\(theme.ellipsis) there is more: y copies all of it") }
    panel = Panel(title: sanitised(name), lines: lines)
    return []
  }

  // MARK: Sheets made of this one

  mutating func openCounts() -> [Effect] {
    guard let field = sheet.field else { return failWithoutColumns() }
    let kind = Sheet.Kind.counts(column: field, below: sheet.stages, of: sheet.source)
    let name = Spelling.name(field.name)
    let count = field.name == "len" ? "rows" : "len"
    let extra = aggregateAssignments(without: [field.name], taken: [count, "share"])
    if extra.isEmpty {
      let stage = Stage.summary("value_counts \(name)")
      return run([stage], title: stage.text, .push(kind))
    }
    var stages: [Stage] = [
      .summary("group_by \(name) agg " + (["\(count) = len()"] + extra).joined(separator: ", ")),
      .sort([Stage.SortKey(count, isDescending: true)]),
    ]
    if field.name != "share" { stages.append(.with("share = \(count) / sum(\(count))")) }
    return run(stages, title: stages[0].text, .push(kind))
  }

  /// The names of the frozen columns.
  var frozenNames: [String] { sheet.view.order.prefix(sheet.view.frozen).map { sheet.source.schema[$0].name } }

  mutating func openFrozenCounts() -> [Effect] {
    let names = frozenNames
    if names.isEmpty { return fail("no column is frozen; ! freezes one") }
    let extra = aggregateAssignments(without: names, taken: ["len"])
    let aggregates = extra.isEmpty ? "" : " agg " + (["len = len()"] + extra).joined(separator: ", ")
    let stages: [Stage] = [
      .summary("group_by " + names.map(Spelling.name).joined(separator: ", ") + aggregates),
      .sort([Stage.SortKey("len", isDescending: true)]),
    ]
    return run(stages, title: stages[0].text, .push(.bins))
  }

  mutating func openHistogram() -> [Effect] {
    guard let field = sheet.field, field.type.isNumeric else { return fail("a histogram needs numbers") }
    return run(Stage.histogram(of: field.name), title: "histogram of \(field.name)", .push(.bins))
  }

  mutating func openPivot() -> [Effect] {
    let names = frozenNames
    guard let field = sheet.field, !names.isEmpty, sheet.view.column >= sheet.view.frozen else {
      return fail("freeze the column of the rows with !, then go to the one of the columns")
    }
    let written = names.map(Spelling.name)
    let rows = names.count == 1 ? written[0] : "[" + written.joined(separator: ", ") + "]"
    let aggregates = aggregateAssignments(without: names + [field.name]).joined(separator: ", ")
    let stage = Stage.summary(
      "pivot rows=\(rows) columns=\(Spelling.name(field.name))" + (aggregates.isEmpty ? "" : " agg " + aggregates))
    return run([stage], title: stage.text, .push(.table))
  }

  mutating func openMarked() -> [Effect] {
    if let reason = sheet.marks.reasonAgainstPipeline { return fail(reason) }
    return run(markedStages, title: "the marked rows", .push(.table))
  }

  /// The stages that select the marked rows, by row number.
  var markedStages: [Stage] {
    let number = sheet.source.schema.index(of: "row") == nil ? "row" : "viewer_row"
    let option = number == "row" ? "" : " name=\(number)"
    return [
      .verb("row_index" + option), .filter(sheet.marks.condition(on: number)), .verb("drop \(number)"),
    ]
  }
}

extension RowSet {
  /// Why a pipeline cannot express these rows; nil if it can.
  var reasonAgainstPipeline: String? {
    if isEmpty { return "no row is marked; m marks one" }
    if ranges.count <= Self.rangeLimit { return nil }
    return
      "the marked rows form \(grouped(ranges.count)) separate ranges, too many for a pipeline; use a filter instead"
  }

  private static let rangeLimit = 20_000
}

/// One row as a table with one line for each field.
struct Record {
  private var names: [String] = []
  private var types: [String] = []
  private var values: [String?] = []

  init() {}

  /// Takes a record that is already shown.
  init(_ table: Table) {
    for row in 0..<table.rowCount {
      let cells = table.row(row)
      add(cells[0].description, cells[1].description, cells[2].isNull ? nil : cells[2].description)
    }
  }

  mutating func add(_ name: String, _ type: String, _ value: String?) {
    names.append(name)
    types.append(type)
    values.append(value)
  }

  var table: Table {
    Table([
      (name: "field", column: Column(names)), (name: "type", column: Column(types)),
      (name: "value", column: Column(values)),
    ])
  }
}
