import Display
import Tables

extension ViewerState {
  /// Does what is wanted. `count` is the number typed before the key.
  package mutating func apply(_ intent: Intent, count: Int?) -> [Effect] {
    if move(intent, count: count) { return [] }
    switch intent {
    case .undo: return sheet.undo() ? [] : fail("nothing to undo")
    case .redo: return sheet.redo() ? [] : fail("nothing to redo")
    case .reset:
      sheet.reset()
      return []
    case .again:
      guard let (intent, count) = lastChange else { return fail("nothing to repeat") }
      return apply(intent, count: count)
    case .hide, .showAll, .moveLeft, .moveRight, .freeze, .fit, .usualWidth, .narrower, .wider:
      lastChange = (intent, count)
      return changeColumns(intent, count: count)
    case .sortAscending, .sortDescending, .thenAscending, .thenDescending, .keepSame, .dropSame:
      lastChange = (intent, count)
      return changeRows(intent)
    case .search: return ask(.search(backwards: false, everywhere: false))
    case .searchBackwards: return ask(.search(backwards: true, everywhere: false))
    case .searchEverywhere: return ask(.search(backwards: false, everywhere: true))
    case .findNext, .findPrevious, .nextSame, .previousSame: return find(intent)
    case .filter: return ask(.filter)
    case .addColumn: return ask(.addColumn)
    case .goToColumn: return ask(.column)
    case .save: return ask(.save)
    case .palette: return ask(.palette)
    case .open: return open()
    case .openCell: return openCell()
    case .counts: return openCounts()
    case .countFrozen: return openFrozenCounts()
    case .pivot: return openPivot()
    case .expand: return expand()
    case .describe: return run(sheet.stages + [.verb("describe")], title: "describe", .push(.table))
    case .swapSheets:
      guard sheets.count > 1 else { return fail("there is no other sheet") }
      sheets.swapAt(sheets.count - 1, sheets.count - 2)
      return []
    case .close:
      if sheets.count == 1 { return [.leave(pipeline: nil)] }
      sheets.removeLast()
      return []
    case .closeAll: return [.leave(pipeline: nil)]
    case .copyCell: return copyCell()
    case .copyRow: return copyRow()
    case .pipeline: return showPipeline()
    case .information: return showInformation()
    case .help:
      panel = Panel(title: "Keys", lines: Self.helpLines)
      return []
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .cancel:
      message = Message(text: "nothing runs; q closes")
      return []
    default: return []
    }
  }

  private mutating func ask(_ purpose: TextPrompt.Purpose) -> [Effect] {
    prompt = TextPrompt(purpose)
    return []
  }

  // MARK: Moving

  mutating func goToRow(_ row: Int) { sheet.view.go(toRow: row, of: sheet.rowCount, height: bodyHeight) }

  /// Whether the intent was to move, which needs nobody's help.
  private mutating func move(_ intent: Intent, count: Int?) -> Bool {
    let steps = count ?? 1
    let rows = sheet.rowCount
    let height = bodyHeight
    let row = sheet.view.row
    switch intent {
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
    default: return false
    }
    return true
  }

  private mutating func page(by step: Int, times: Int) {
    let (distance, overflow) = step.multipliedReportingOverflow(by: times)
    let rows = overflow ? (step > 0 ? Int.max : Int.min / 2) : distance
    let target = sheet.view.row.saturatingAdd(rows)
    sheet.view.scroll(by: rows, of: sheet.rowCount, height: bodyHeight)
    goToRow(target)
  }

  // MARK: Columns

  private mutating func changeColumns(_ intent: Intent, count: Int?) -> [Effect] {
    guard let column = sheet.column else { return fail("this table has no columns") }
    let width = SheetGeometry.width(of: column, sheet)
    sheet.willChange()
    switch intent {
    case .hide: if !sheet.view.hideColumn() { return fail("the last column stays") }
    case .showAll: sheet.view.showAllColumns(of: sheet.source.schema.count)
    case .moveLeft: _ = sheet.view.moveColumn(by: -1)
    case .moveRight: _ = sheet.view.moveColumn(by: 1)
    case .freeze: if let count { sheet.view.freeze(first: count) } else { sheet.view.toggleFrozen() }
    case .fit:
      sheet.view.setWidth(max(SheetGeometry.headerWidth(of: column, sheet), sheet.page.width(of: column)), of: column)
    case .usualWidth:
      sheet.view.chosen.remove(column)
      sheet.view.widths[column] = nil
    case .narrower: sheet.view.setWidth(width - 2 * (count ?? 1), of: column)
    case .wider: sheet.view.setWidth(width.saturatingAdd(2 * min(count ?? 1, 1_000)), of: column)
    default: break
    }
    return []
  }

  // MARK: Rows

  mutating func revise(adding stage: Stage) -> [Effect] {
    run(sheet.stages + [stage], title: stage.text, .revise)
  }

  mutating func withoutFilters() -> [Effect] {
    let kept = sheet.stages.filter { if case .filter = $0 { false } else { true } }
    if kept.count == sheet.stages.count { return fail("there is no filter") }
    return run(kept, title: "without filters", .revise)
  }

  private mutating func changeRows(_ intent: Intent) -> [Effect] {
    guard let field = sheet.field else { return fail("this table has no columns") }
    switch intent {
    case .sortAscending: return sort(by: Stage.SortKey(field.name, isDescending: false), within: false)
    case .sortDescending: return sort(by: Stage.SortKey(field.name, isDescending: true), within: false)
    case .thenAscending: return sort(by: Stage.SortKey(field.name, isDescending: false), within: true)
    case .thenDescending: return sort(by: Stage.SortKey(field.name, isDescending: true), within: true)
    default:
      guard let value = sheet.value else { return fail("there is no row here") }
      guard let condition = PipelineText.condition(field.name, is: value, negated: intent == .dropSame) else {
        return fail("a \(field.type) cannot be compared")
      }
      return revise(adding: .filter(condition))
    }
  }

  /// A sorting right after another replaces it: nothing of that would be left to see.
  private mutating func sort(by key: Stage.SortKey, within: Bool) -> [Effect] {
    var stages = sheet.stages
    var keys: [Stage.SortKey] = []
    if case .sort(let last) = stages.last {
      stages.removeLast()
      if within { keys = last.filter { $0.column != key.column } }
    }
    let stage = Stage.sort(keys + [key])
    return run(stages + [stage], title: stage.text, .revise)
  }
}
