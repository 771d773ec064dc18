package import Diagnostics
import Display
import Tables
import Terminal

// Exports from the viewer, and information about it.
extension ViewerState {
  // MARK: Copies

  mutating func copyCell() -> [Effect] {
    guard let field = sheet.field, let value = sheet.value else { return fail("there is no value here") }
    message = Message(text: "copied")
    return [.copy(value.text(as: field.type))]
  }

  mutating func copyRow() -> [Effect] {
    guard sheet.rowCount > 0 else { return fail("there is no row here") }
    do throws(Diagnostic) {
      let row = sheet.view.row
      let table = try sheet.source.page(rows: row..<row + 1, columns: sheet.view.order)
      message = Message(text: "copied \(counted(table.columnCount, "value"))")
      return [.copy(PipelineText.line(table, row: 0))]
    } catch {
      return fail(error.message)
    }
  }

  mutating func copyColumn() -> [Effect] {
    guard let field = sheet.field else { return failWithoutColumns() }
    return run([.select([field.name])], title: "copying \(field.name)", .copy)
  }

  mutating func copyMarked() -> [Effect] {
    if let reason = sheet.marks.reasonAgainstPipeline { return fail(reason) }
    let names = sheet.view.order.map { sheet.source.schema[$0].name }
    return run(markedStages + [.select(names)], title: "copying the marked rows", .copy)
  }

  /// The rows as text, one per line, values separated by tabs; limited to a size suitable for a clipboard.
  mutating func copyRows(of source: any ViewerSource) -> [Effect] {
    let count = min(source.rowCount, 100_000)
    do throws(Diagnostic) {
      let table = try source.page(rows: 0..<count, columns: Array(0..<source.schema.count))
      let lines = (0..<count).map { PipelineText.line(table, row: $0) }
      let all = count < source.rowCount ? ", the first of \(grouped(source.rowCount))" : ""
      message = Message(text: "copied \(counted(count, "row"))\(all)")
      return [.copy(lines.joined(separator: "\n"))]
    } catch {
      return fail(error.message)
    }
  }

  // MARK: Links

  /// Columns that hold item ids.
  private static let itemColumns: Set<String> = ["product_id", "item_id"]

  /// The address of a value: the value itself if it is an address, or the address of an item.
  func address(of column: String, _ value: Value) -> String? {
    if case .text(let text) = value, text.string.hasPrefix("https://") || text.string.hasPrefix("http://") {
      return text.string
    }
    guard Self.itemColumns.contains(column), !value.isNull else { return nil }
    return links?.url(for: value)
  }

  mutating func openLink() -> [Effect] {
    guard let field = sheet.field, let value = sheet.value else { return fail("there is no value here") }
    var name = field.name
    if sheet.isRecord, case .text(let text)? = sheet.page.value(row: sheet.view.row, column: 0) { name = text.string }
    guard let address = address(of: name, value) else { return fail("there is no address for this value of `\(name)`") }
    return [.open(address)]
  }

  /// Shows an address as text, if no program can open it.
  package mutating func show(address: String) {
    let lines = StyledLine(address).wrapped(to: max(10, size.columns - 1), theme.measure).map(\.plain)
    panel = Panel(title: "No program here opens links; the address is:", lines: lines)
  }

  // MARK: Panels of text

  mutating func showPipeline() -> [Effect] {
    let text = sheet.pipeline
    let lines = StyledLine(text).wrapped(
      to: max(10, size.columns - 1), indent: StyledLine("  "), theme.measure
    ).map(\.plain)
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
    if let origin = sheet.source.origin(ofRow: sheet.view.row) { lines.append("file       \(origin)") }
    if let pages = sheet.source as? SourcePages, pages.decoded.columns > 0 {
      let decoded = pages.decoded
      lines.append("decoded    \(counted(decoded.columns, "column")) of row groups, \(counted(decoded.rows, "value"))")
    }
    let indent = StyledLine(size.columns < 40 ? "  " : "           ")
    panel = Panel(
      title: "Where this is",
      lines: lines.flatMap { line in
        StyledLine(line).wrapped(to: max(10, size.columns - 1), indent: indent, theme.measure).map(\.plain)
      })
    return []
  }
}

extension PipelineText {
  /// A row of a table, values separated by tabs.
  static func line(_ table: Table, row: Int) -> String {
    zip(table.row(row), table.schema.types).map(field).joined(separator: "\t")
  }

  /// A value without tabs and line ends.
  private static func field(_ value: Value, _ type: DataType) -> String {
    if value.isNull { return "" }
    return String(value.text(as: type).map { $0 == "\t" || $0.isNewline ? " " : $0 })
  }
}

extension ViewerState {
  /// Adds the path of the copy to the message.
  package mutating func copied(to path: String?) {
    if let path { message?.text += "; also in \(path)" }
  }

  package mutating func dumped(to path: String, failure: Diagnostic?) {
    message = Message(text: failure?.message ?? "wrote the screen to \(path)", isError: failure != nil)
  }
}
