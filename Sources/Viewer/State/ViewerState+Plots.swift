import Diagnostics
import Display
import Tables
import Terminal

extension ViewerState {
  /// Asks for a plot: of the numbers of this column alone, or against the first frozen column.
  mutating func askForPlot() -> [Effect] {
    guard let field = sheet.field else { return failWithoutColumns() }
    let schema = sheet.source.schema
    func isDrawable(_ field: Field) -> Bool { field.type.isNumeric || field.type.isTemporal }
    let name = Spelling.name(field.name)
    let frozen = frozenNames.compactMap { schema.index(of: $0) }.map { schema[$0] }.first { $0.name != field.name }
    guard isDrawable(field) else { return fail("`\(field.name)` is \(field.type), and numbers and dates can be drawn") }
    guard let frozen, isDrawable(frozen) else { return ask(.plot, text: "hist x=\(name)") }
    let kind = frozen.type.isTemporal ? "line" : "scatter"
    return ask(.plot, text: "\(kind) x=\(Spelling.name(frozen.name)) y=\(name)")
  }

  mutating func openPlot(_ arguments: String) -> [Effect] {
    let stage = Stage.verb("plot \(arguments)")
    return run([stage], title: stage.text, .plot)
  }

  /// Saves the plot that is shown as a picture.
  mutating func savePlot(_ shown: PlotSheet, to path: String) -> [Effect] {
    let stage = Stage.verb("\(shown.verb) save=\(Spelling.text(path))")
    return run(
      [stage], after: shown.below, on: .shown(shown.source), title: stage.text, ofPlot: true,
      .perform("saved to \(path)"))
  }

  /// Why verbs cannot be run on the sheet; nil if it is a table.
  var reasonAgainstTable: String? {
    switch sheet.kind {
    case .record: "this is one row: q goes back to its table"
    case .plot: "this is a plot: q goes back to its table"
    case .table, .counts, .bins: nil
    }
  }

  /// Why a prompt has no meaning on this sheet; nil if it has. It is said before anything is typed.
  func reason(against purpose: TextPrompt.Purpose) -> String? {
    switch purpose {
    case .filter, .addColumn, .rename, .type, .aggregate, .table, .join, .compare, .plot: reasonAgainstTable
    case .search, .column: sheet.isPlot ? reasonAgainstTable : nil
    case .save: sheet.isPlot ? nil : reasonAgainstTable
    case .dump, .palette: nil
    }
  }

  /// What is said where there is no column under the cursor.
  mutating func failWithoutColumns() -> [Effect] {
    fail(sheet.isPlot ? reasonAgainstTable ?? "" : "this table has no columns")
  }

  /// The request for a plot that is not drawn for this size of the screen; nil if there is none.
  package mutating func plotRequest() -> PlotRequest? {
    for pane in panes {
      let size = TerminalSize(rows: size.rows, columns: pane.columns.count)
      guard case .plot(let shown) = sheets[pane.index].kind, sheets[pane.index].drawing?.size != size else { continue }
      sheets[pane.index].drawing = PlotDrawing(size: size)
      return PlotRequest(sheet: sheets[pane.index].id, plot: shown.plot, size: size, theme: theme)
    }
    return nil
  }

  /// Takes a drawn plot, unless the screen has changed.
  package mutating func receive(_ drawing: PlotDrawing, for id: Int) {
    guard let index = sheets.firstIndex(where: { $0.id == id }), sheets[index].drawing?.size == drawing.size else {
      return
    }
    sheets[index].drawing = drawing
  }
}
