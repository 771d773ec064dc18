import Diagnostics
import Display
import Tables

extension ViewerState {
  // MARK: Columns

  mutating func changeColumns(_ change: Intent.ColumnChange, count: Int?) -> [Effect] {
    guard let column = sheet.column else { return failWithoutColumns() }
    let before = sheet.view
    let width = SheetGeometry.width(of: column, sheet)
    sheet.willChange()
    switch change {
    case .hide:
      if !sheet.view.hideColumn() {
        sheet.didNotChange()
        return fail("the last column cannot be hidden")
      }
    case .showAll: sheet.view.showAllColumns(of: sheet.source.schema.count)
    case .moveLeft: _ = sheet.view.moveColumn(by: -1)
    case .moveRight: _ = sheet.view.moveColumn(by: 1)
    case .freeze: if let count { sheet.view.freeze(first: count) } else { sheet.view.toggleFrozen() }
    case .fit:
      let shown = sheet.page.width(of: column, theme.measure)
      sheet.view.setWidth(max(SheetGeometry.headerWidth(of: column, sheet), shown), of: column)
    case .usualWidth:
      sheet.view.chosen.remove(column)
      sheet.view.widths[column] = nil
    case .narrower: sheet.view.setWidth(width - 2 * min(count ?? 1, 1_000), of: column)
    case .wider: sheet.view.setWidth(width.saturatingAdd(2 * min(count ?? 1, 1_000)), of: column)
    case .wrap: sheet.view.isWrapped.toggle()
    case .heatMap: sheet.view.isHeatMap.toggle()
    case .values: sheet.view.showsValues.toggle()
    }
    if sheet.view == before { sheet.didNotChange() }
    return []
  }

  mutating func rename(to name: String) -> [Effect] {
    guard let field = sheet.field, !name.isEmpty, name != field.name else { return [] }
    if sheet.source.schema.index(of: name) != nil { return fail("there is a column `\(name)` already") }
    let stage = Stage.verb("rename \(Spelling.name(name)) = \(Spelling.name(field.name))")
    return run([stage], title: stage.text, .rename)
  }

  private mutating func expand(_ field: Field) -> [Effect] {
    switch field.type {
    case .list: return revise(adding: .verb("explode \(Spelling.name(field.name))"))
    case .structure: return revise(adding: .verb("unnest \(Spelling.name(field.name))"))
    default: return fail("`\(field.name)` holds neither lists nor structures")
    }
  }

  // MARK: Rows

  mutating func revise(adding stage: Stage) -> [Effect] {
    run([stage], title: stage.text, .revise(beforeSort: nil))
  }

  mutating func withoutFilters() -> [Effect] {
    let kept = sheet.stages.filter { if case .filter = $0 { false } else { true } }
    if kept.count == sheet.stages.count { return fail("there is no filter") }
    let (base, rest) = sheet.base(for: kept)
    return run(
      rest, after: Array(kept.dropLast(rest.count)), on: base, title: "without filters", .revise(beforeSort: nil))
  }

  /// Keeps only the rows that the last search matches.
  private mutating func keepFound() -> [Effect] {
    guard let finding else { return fail("there was no search yet") }
    let isKnown = finding.sheet == sheet.id && finding.version == sheet.version && !finding.isRunning
    if isKnown, finding.count == 0 { return fail("no match for \(finding.text)") }
    let fields = finding.columns.compactMap { name in sheet.source.schema.index(of: name) }.map {
      sheet.source.schema[$0]
    }
    let conditions = fields.compactMap { field in
      switch finding.matcher.pattern {
      case .part(let text): PipelineText.condition(field, contains: text)
      case .pattern(let pattern): PipelineText.condition(field, matches: pattern)
      case .value(let value): PipelineText.condition(field.name, is: value)
      }
    }
    if conditions.isEmpty { return fail("this sheet has none of the searched columns") }
    return revise(adding: .filter(conditions.joined(separator: " or ")))
  }

  /// Adds the matches of the last search to the marked rows.
  mutating func markFound() -> [Effect] {
    guard let finding, finding.sheet == sheet.id, finding.version == sheet.version else {
      return fail("search for something first: /")
    }
    if finding.isRunning { return fail("the search is still running") }
    if finding.rows.count < finding.count { return fail("too many rows to mark: z/ keeps only them") }
    mark(sheet.marks.union(finding.rows))
    return []
  }

  mutating func changeRows(_ change: Intent.RowChange) -> [Effect] {
    guard let field = sheet.field else { return failWithoutColumns() }
    switch change {
    case .sortAscending: return sort(by: Stage.SortKey(field.name, isDescending: false), within: false)
    case .sortDescending: return sort(by: Stage.SortKey(field.name, isDescending: true), within: false)
    case .thenAscending: return sort(by: Stage.SortKey(field.name, isDescending: false), within: true)
    case .thenDescending: return sort(by: Stage.SortKey(field.name, isDescending: true), within: true)
    case .expand: return expand(field)
    case .keepFound: return keepFound()
    case .keepSame, .dropSame:
      guard let value = sheet.value else { return fail("there is no row here") }
      guard let condition = PipelineText.condition(field.name, is: value, negated: change == .dropSame) else {
        return fail("a \(field.type) cannot be compared")
      }
      return revise(adding: .filter(condition))
    }
  }

  /// Adds a sort. It replaces a sort directly before it, which would have no effect any more.
  private mutating func sort(by key: Stage.SortKey, within: Bool) -> [Effect] {
    var stages = sheet.stages
    var keys: [Stage.SortKey] = []
    if case .sort(let last) = stages.last, sheet.isChanged {
      stages.removeLast()
      if within { keys = last.filter { $0.column != key.column } }
    }
    let stage = Stage.sort(keys + [key])
    let (base, rest) = sheet.base(for: stages)
    var unsorted: (any ViewerSource)?
    if rest.isEmpty, case .shown(let source) = base { unsorted = source }
    return run(
      rest + [stage], after: Array(stages.dropLast(rest.count)), on: base, title: stage.text,
      .revise(beforeSort: unsorted))
  }
}
