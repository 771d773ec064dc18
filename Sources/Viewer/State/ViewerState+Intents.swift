import Diagnostics
import Display
import Tables
import Terminal

extension ViewerState {
  /// Performs an intent. `count` is the number typed before the key.
  package mutating func apply(_ intent: Intent, count: Int?) -> [Effect] {
    switch intent {
    case .move(let movement):
      move(movement, count: count)
      return []
    case .ask(let purpose): return ask(for: purpose)
    case .find(let direction): return find(direction)
    case .mark(let marking): return markRows(marking)
    case .rows(let change):
      lastChange = .intent(intent, count: count)
      return changeRows(change)
    case .columns(let change):
      lastChange = .intent(intent, count: count)
      return changeColumns(change, count: count)
    case .cast(let target):
      lastChange = .intent(intent, count: count)
      return cast(to: target.rawValue)
    case .history(let step): return go(step)
    case .open(let opening): return open(opening)
    case .sheets(let step): return go(step)
    case .take(let export): return take(export)
    case .viewer(let request): return control(request)
    }
  }

  /// Opens a prompt, with what is probably wanted in it, if it has a meaning here.
  private mutating func ask(for purpose: TextPrompt.Purpose) -> [Effect] {
    if let reason = reason(against: purpose) { return fail(reason) }
    switch purpose {
    case .rename: return sheet.field.map { ask(.rename, text: $0.name) } ?? failWithoutColumns()
    case .table:
      if otherTables.isEmpty { return fail("there is no other open sheet, and no other table in the session") }
      return ask(purpose)
    case .plot: return askForPlot()
    case .search, .filter, .column, .addColumn, .type, .aggregate, .join, .compare, .save, .dump, .palette:
      return ask(purpose)
    }
  }

  private mutating func go(_ step: Intent.HistoryStep) -> [Effect] {
    switch step {
    case .undo: return travel(.undo)
    case .redo: return travel(.redo)
    case .reset: return travel(.reset)
    case .reload:
      return run(sheet.stages, after: [], on: .reloaded(sheet.title), title: "reading anew", .reload)
    case .again:
      switch lastChange {
      case .intent(let intent, let count): return apply(intent, count: count)
      case .typed(let typed): return accept(typed, chosen: nil)
      case nil: return fail("nothing to repeat")
      }
    }
  }

  private mutating func open(_ opening: Intent.Opening) -> [Effect] {
    switch opening {
    case .row: return open()
    case .cell: return openCell()
    case .counts: return openCounts()
    case .countsOfFrozen: return openFrozenCounts()
    case .histogram: return openHistogram()
    case .pivot: return openPivot()
    case .description: return run([.summary("describe")], title: "describe", .push(.table))
    case .marked: return openMarked()
    case .aggregates: return openAggregates()
    case .transposed: return openTransposed()
    }
  }

  private mutating func go(_ step: Intent.SheetStep) -> [Effect] {
    switch step {
    case .previous, .next:
      guard sheets.count > 1 else { return fail("there is no other sheet") }
      if goToOtherPane() { return [] }
      let top = sheets.removeLast()
      sheets.insert(top, at: step == .next ? 0 : sheets.count - 1)
      return []
    case .close:
      // If a new sheet is still being made, `q` cancels that instead of closing the viewer.
      if sheets.count == 1 { return work == nil ? [.leave(.closed)] : [.cancel] }
      let other = otherPane.map { sheets[$0.index].id }
      sheets.removeLast()
      // The sheet beside it stays in sight.
      if let other, let index = sheets.firstIndex(where: { $0.id == other }) { sheets.append(sheets.remove(at: index)) }
      return []
    case .beside: return togglePanes()
    case .closeAll: return [.leave(.closed)]
    }
  }

  private mutating func take(_ export: Intent.Export) -> [Effect] {
    switch export {
    case .cell: return copyCell()
    case .row: return copyRow()
    case .column: return copyColumn()
    case .marked: return copyMarked()
    case .link: return openLink()
    case .pipeline: return showPipeline()
    case .session: return [.leave(.pipeline(sheet.pipeline, runs: true))]
    }
  }

  private mutating func control(_ request: Intent.Control) -> [Effect] {
    switch request {
    case .information: return showInformation()
    case .help:
      panel = Panel(title: "Keys", lines: helpLines)
      return []
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .cancel:
      message = Message(text: "nothing runs; q closes")
      return []
    }
  }

  /// Goes through the undo history. Rows that were freed are computed again.
  private mutating func travel(_ step: HistoryDirection) -> [Effect] {
    switch sheet.travel(step) {
    case nil: return []
    case .nothingThere: return fail("nothing to \(step == .redo ? "redo" : "undo")")
    case .needs(let stages):
      let (base, rest) = sheet.base(for: stages)
      let last = stages.last.map { ": " + $0.text } ?? ""
      return run(
        rest, after: Array(stages.dropLast(rest.count)), on: base, title: "back to what it was\(last)", .travel(step))
    }
  }

  // MARK: Moving

  mutating func goToRow(_ row: Int) { sheet.view.go(toRow: row, of: sheet.rowCount, height: pageHeight) }

  private mutating func move(_ movement: Intent.Movement, count: Int?) {
    let steps = count ?? 1
    let rows = sheet.rowCount
    let height = pageHeight
    let row = sheet.view.row
    switch movement {
    case .down: goToRow(row.saturatingAdd(steps))
    case .up: goToRow(row - steps)
    case .left: sheet.view.go(toColumn: sheet.view.column - steps)
    case .right: sheet.view.go(toColumn: sheet.view.column.saturatingAdd(steps))
    case .pageDown: page(by: height, times: steps)
    case .pageUp: page(by: -height, times: steps)
    case .halfPageDown: page(by: max(1, height / 2), times: steps)
    case .halfPageUp: page(by: -max(1, height / 2), times: steps)
    case .lineDown: sheet.view.scroll(by: steps, of: rows, height: height)
    case .lineUp: sheet.view.scroll(by: -steps, of: rows, height: height)
    case .firstRow: goToRow(count.map { $0 - 1 } ?? 0)
    case .lastRow: goToRow(count.map { $0 - 1 } ?? rows - 1)
    case .firstColumn: sheet.view.go(toColumn: 0)
    case .lastColumn: sheet.view.go(toColumn: sheet.view.order.count - 1)
    case .windowTop: goToRow(sheet.view.top)
    case .windowMiddle: goToRow(sheet.view.top + min(height, rows - sheet.view.top) / 2)
    case .windowBottom: goToRow(sheet.view.top + height - 1)
    case .rowToTop: sheet.view.placeRow(at: 0, of: rows, height: height)
    case .rowToMiddle: sheet.view.placeRow(at: height / 2, of: rows, height: height)
    case .rowToBottom: sheet.view.placeRow(at: height - 1, of: rows, height: height)
    case .cellLeft: shiftCell(by: -steps)
    case .cellRight: shiftCell(by: steps)
    case .point(let line, let x): point(line, x)
    }
  }

  private mutating func page(by step: Int, times: Int) {
    let (distance, overflow) = step.multipliedReportingOverflow(by: times)
    let rows = overflow ? (step > 0 ? Int.max : Int.min / 2) : distance
    let target = sheet.view.row.saturatingAdd(rows)
    sheet.view.scroll(by: rows, of: sheet.rowCount, height: pageHeight)
    goToRow(target)
  }

  /// Scrolls the texts of a column that are wider than the column.
  private mutating func shiftCell(by cells: Int) {
    guard let column = sheet.column else { return }
    let width = SheetGeometry.width(of: column, sheet)
    let most = max(0, sheet.page.width(of: column, theme.measure) - width)
    let shift = max(0, min((sheet.view.shifts[column] ?? 0).saturatingAdd(cells), most))
    sheet.view.shifts[column] = shift == 0 ? nil : shift
  }

  /// Moves the cursor to the clicked cell.
  private mutating func point(_ line: Int, _ x: Int) {
    if let other = otherPane, other.columns.contains(x) { _ = goToOtherPane() }
    let x = x - ownColumns.lowerBound
    let geometry = SheetGeometry(sheet, columns: tableWidth)
    if let slot = geometry.slots.last(where: { $0.x <= x }) { sheet.view.go(toColumn: slot.position) }
    guard line >= 2, line < bodyHeight + 2 else { return }
    if !sheet.view.isWrapped { return goToRow(sheet.view.top + line - 2) }
    var rest = line - 2
    for row in sheet.wrappedRows(geometry, height: bodyHeight) {
      if rest < row.height { return goToRow(row.row) }
      rest -= row.height
    }
  }

  // MARK: Marks

  private mutating func markRows(_ marking: Intent.Marking) -> [Effect] {
    let row = sheet.view.row
    let rows = sheet.rowCount
    var marks = sheet.marks
    switch marking {
    case .flip, .flipAndGoOn: if rows > 0 { marks.toggle(row) }
    case .addAndGoOn: if rows > 0 { marks.insert(row) }
    case .all: marks = RowSet(0..<rows)
    case .flipAll: marks = marks.complement(of: rows)
    case .none: marks = RowSet()
    case .found: return markFound()
    }
    mark(marks)
    if marking == .addAndGoOn || marking == .flipAndGoOn { goToRow(row + 1) }
    return []
  }

  /// Replaces the marks by these.
  mutating func mark(_ marks: RowSet) {
    if marks != sheet.marks {
      sheet.willChange()
      sheet.marks = marks
    }
    message = Message(text: "\(counted(sheet.marks.count, "row")) marked")
  }
}
