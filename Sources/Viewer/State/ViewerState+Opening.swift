import Diagnostics
import Display
package import Tables
import Terminal

extension ViewerState {
  /// The row as a sheet of its own, the rows behind a count, what a row stands for, or a value of a record in full.
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
      case .table, .bins:
        if let effects = try openMeaning() { return effects }
        return try openRow()
      }
    } catch {
      return fail(error.message)
    }
  }

  /// A value in the cursor's row.
  private func cell(of column: String) throws(Diagnostic) -> Value? {
    guard let index = sheet.source.schema.index(of: column) else { return nil }
    return try sheet.source.page(rows: sheet.view.row..<sheet.view.row + 1, columns: [index]).columns[0][0]
  }

  /// What the source says that its rows lead to; nil where it says nothing.
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
    let values = try sheet.source.page(rows: row..<row + 1, columns: Array(0..<schema.count)).row(0)
    var record = Record()
    for (field, value) in zip(schema.fields, values) {
      record.add(field.name, "\(field.type)", value.isNull ? nil : value.description)
      if let address = address(of: field.name, value) { record.add("link", "", address) }
    }
    var opened = Sheet(
      id: newID(), title: sheet.title, kind: .record, stages: sheet.stages + [.verb("slice \(row), 1")],
      source: TablePages(record.table), look: look)
    opened.view.column = 2
    // A narrow screen is for the values.
    opened.view.frozen = size.columns < 50 ? 0 : 2
    opened.view.isWrapped = true
    sheets.append(opened)
    return zip(schema.fields, values).filter { $0.name.hasSuffix("id") && !$1.isNull }.map { field, value in
      .describe(sheet: opened.id, column: field.name, value)
    }
  }

  /// Adds to a record what is known of its item elsewhere.
  package mutating func receive(details: Table, about column: String, for sheet: Int) {
    guard let index = sheets.firstIndex(where: { $0.id == sheet }), details.rowCount > 0,
      let shown = try? sheets[index].source.page(rows: 0..<sheets[index].rowCount, columns: [0, 1, 2])
    else { return }
    var record = Record(shown)
    for (field, value) in zip(details.schema.fields, details.row(0)) where field.name != column {
      record.add(field.name, "\(field.type)", value.isNull ? nil : value.description)
    }
    sheets[index].extend(TablePages(record.table))
  }

  mutating func openCell() -> [Effect] {
    guard let field = sheet.field, let value = sheet.value else { return fail("there is no value here") }
    let items: [String] =
      switch value {
      case .list(let values): values.prefix(10_000).enumerated().map { "\($0 + 1)  \($1)" }
      case .structure(let names, let values): zip(names, values).map { "\($0): \($1)" }
      default: value.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      }
    let lines = items.flatMap { StyledLine($0).wrapped(to: max(10, size.columns - 1), look.measure).map(\.plain) }
    panel = Panel(title: sanitised(field.name), lines: lines)
    return []
  }

  // MARK: Sheets made of this one

  mutating func openCounts() -> [Effect] {
    guard let field = sheet.field else { return fail("this table has no columns") }
    let stage = Stage.verb("value_counts \(PipelineText.name(field.name))")
    return run([stage], title: stage.text, .push(.counts(column: field, below: sheet.stages, of: sheet.source)))
  }

  /// The frozen columns' names, as the language writes them.
  private var frozenNames: [String] {
    sheet.view.order.prefix(sheet.view.frozen).map { PipelineText.name(sheet.source.schema[$0].name) }
  }

  mutating func openFrozenCounts() -> [Effect] {
    let names = frozenNames
    if names.isEmpty { return fail("no column is frozen; ! freezes one") }
    let stages: [Stage] = [
      .verb("group_by " + names.joined(separator: ", ")), .sort([Stage.SortKey("len", isDescending: true)]),
    ]
    return run(stages, title: stages[0].text, .push(.bins))
  }

  /// Twenty bins of equal width, each with its least and greatest number.
  mutating func openHistogram() -> [Effect] {
    guard let field = sheet.field, field.type.isNumeric else { return fail("a histogram is of numbers") }
    let name = PipelineText.name(field.name)
    let share = "(\(name) - min(\(name))) / (max(\(name)) - min(\(name)))"
    let stages: [Stage] = [
      .filter("\(name) is not null"),
      .select([field.name]),
      .with("bin = if max(\(name)) > min(\(name)) then least(floor(\(share) * 20.0), 19.0) else 0.0"),
      .verb("group_by bin agg first = min(\(name)), last = max(\(name)), len = len()"),
      .sort([Stage.SortKey("bin", isDescending: false)]),
    ]
    return run(stages, title: "histogram of \(field.name)", .push(.bins))
  }

  mutating func openPivot() -> [Effect] {
    let names = frozenNames
    guard let field = sheet.field, !names.isEmpty, sheet.view.column >= sheet.view.frozen else {
      return fail("freeze the column of the rows with !, then go to the one of the columns")
    }
    let rows = names.count == 1 ? names[0] : "[" + names.joined(separator: ", ") + "]"
    let stage = Stage.verb("pivot rows=\(rows) columns=\(PipelineText.name(field.name))")
    return run([stage], title: stage.text, .push(.table))
  }

  mutating func openMarked() -> [Effect] {
    if sheet.marks.isEmpty { return fail("no row is marked; m marks one") }
    return run(markedStages, title: "the marked rows", .push(.table))
  }

  /// The marked rows, as the language says it: by their places.
  var markedStages: [Stage] {
    let number = sheet.source.schema.index(of: "row") == nil ? "row" : "viewer_row"
    let option = number == "row" ? "" : " name=\(number)"
    return [
      .verb("row_index" + option), .filter(sheet.marks.condition(on: number)), .verb("drop \(number)"),
    ]
  }
}

/// One row as a table: a line a field.
struct Record {
  private var names: [String] = []
  private var types: [String] = []
  private var values: [String?] = []

  init() {}

  /// A record that is shown already.
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
