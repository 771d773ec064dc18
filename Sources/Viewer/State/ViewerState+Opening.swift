import Diagnostics
import Display
import Tables
import Terminal

extension ViewerState {
  /// The row as a sheet of its own, the rows behind a count, or a value of a row in full.
  mutating func open() -> [Effect] {
    guard sheet.rowCount > 0 else { return fail("there is no row here") }
    do throws(Diagnostic) {
      switch sheet.kind {
      case .record: return openCell()
      case .counts(let field, let below):
        guard let index = sheet.source.schema.index(of: field.name) else { return try openRow() }
        let row = sheet.view.row
        let value = try sheet.source.page(rows: row..<row + 1, columns: [index]).columns[0][0]
        guard let condition = PipelineText.condition(field.name, is: value) else {
          return fail("a \(field.type) cannot be compared")
        }
        return run(below + [.filter(condition)], title: "filter \(condition)", .push(.table))
      case .table: return try openRow()
      }
    } catch {
      return fail(error.message)
    }
  }

  private mutating func openRow() throws(Diagnostic) -> [Effect] {
    let schema = sheet.source.schema
    let row = sheet.view.row
    let values = try sheet.source.page(rows: row..<row + 1, columns: Array(0..<schema.count)).row(0)
    let record = Table([
      (name: "field", column: Column(schema.names)), (name: "type", column: Column(schema.types.map(\.description))),
      (name: "value", column: Column(values.map { $0.isNull ? nil as String? : $0.description })),
    ])
    var opened = Sheet(
      id: newID(), title: "\(sheet.title), row \(grouped(row + 1))", kind: .record, source: TablePages(record))
    opened.view.row = sheet.column ?? 0
    opened.view.column = 2
    opened.view.frozen = 2
    sheets.append(opened)
    return []
  }

  mutating func openCell() -> [Effect] {
    guard let field = sheet.field, let value = sheet.value else { return fail("there is no value here") }
    let items: [String] =
      switch value {
      case .list(let values): values.prefix(10_000).enumerated().map { "\($0 + 1)  \($1)" }
      case .structure(let names, let values): zip(names, values).map { "\($0): \($1)" }
      default: value.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      }
    let lines = items.flatMap { StyledLine($0).wrapped(to: max(10, size.columns - 1)).map(\.plain) }
    panel = Panel(title: sanitised(field.name), lines: lines)
    return []
  }

  mutating func openCounts() -> [Effect] {
    guard let field = sheet.field else { return fail("this table has no columns") }
    if case .record = sheet.kind { return fail("this is one row: q goes back to its table") }
    let stage = Stage.verb("value_counts \(PipelineText.name(field.name))")
    return run(sheet.stages + [stage], title: stage.text, .push(.counts(column: field, below: sheet.stages)))
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
    return run(sheet.stages + stages, title: stages[0].text, .push(.table))
  }

  mutating func openPivot() -> [Effect] {
    let names = frozenNames
    guard let field = sheet.field, !names.isEmpty, sheet.view.column >= sheet.view.frozen else {
      return fail("freeze the column of the rows with !, then go to the one of the columns")
    }
    let rows = names.count == 1 ? names[0] : "[" + names.joined(separator: ", ") + "]"
    let stage = Stage.verb("pivot rows=\(rows) columns=\(PipelineText.name(field.name))")
    return run(sheet.stages + [stage], title: stage.text, .push(.table))
  }

  mutating func expand() -> [Effect] {
    guard let field = sheet.field else { return fail("this table has no columns") }
    switch field.type {
    case .list: return revise(adding: .verb("explode \(PipelineText.name(field.name))"))
    case .structure: return revise(adding: .verb("unnest \(PipelineText.name(field.name))"))
    default: return fail("`\(field.name)` holds neither lists nor structures")
    }
  }

  // MARK: What leaves the viewer

  mutating func copyCell() -> [Effect] {
    guard let value = sheet.value else { return fail("there is no value here") }
    message = Message(text: "copied")
    return [.copy(value.description)]
  }

  mutating func copyRow() -> [Effect] {
    guard sheet.rowCount > 0 else { return fail("there is no row here") }
    do throws(Diagnostic) {
      let row = sheet.view.row
      let values = try sheet.source.page(rows: row..<row + 1, columns: sheet.view.order).row(0)
      message = Message(text: "copied \(counted(values.count, "value"))")
      return [.copy(values.map { $0.isNull ? "" : $0.description }.joined(separator: "\t"))]
    } catch {
      return fail(error.message)
    }
  }

  mutating func showPipeline() -> [Effect] {
    if case .record = sheet.kind { return fail("this is one row: q goes back to its table") }
    let text = sheet.pipeline
    let lines = StyledLine(text).wrapped(to: max(10, size.columns - 1), indent: StyledLine("  ")).map(\.plain)
    panel = Panel(title: "Pipeline: Enter takes it to the prompt", lines: lines, pipeline: text)
    return []
  }

  mutating func showInformation() -> [Effect] {
    var lines = ["table      \(sheet.title)", "pipeline   \(sheet.pipeline)"]
    lines.append("rows       \(grouped(sheet.rowCount))")
    lines.append("columns    \(grouped(sheet.source.schema.count)), \(grouped(sheet.view.order.count)) shown")
    if let field = sheet.field {
      lines.append("here       row \(grouped(sheet.view.row + 1)), \(sanitised(field.name)) \(field.type)")
    }
    if let pages = sheet.source as? SourcePages {
      lines.append("decoded    \(counted(pages.decodedCount, "column")) of row groups so far")
    }
    panel = Panel(title: "Where this is", lines: lines.map { StyledLine($0).plain })
    return []
  }

  static var helpLines: [String] {
    let measure = DisplayWidth()
    let keys = Command.all.map { $0.keys.joined(separator: "  ") }
    let width = keys.reduce(0) { max($0, measure.cells(of: $1)) }
    return zip(keys, Command.all).map { measure.padded($0, to: width) + "  " + $1.summary } + [
      "", "A number before a key repeats it: 10j. The keys work in the Russian layout too.",
    ]
  }
}
