import Display
package import Tables

/// A table on the screen: where it comes from, how it was changed since it was opened, and where the cursor is.
package struct Sheet: Sendable {
  package enum Kind: Sendable {
    case table
    /// How often each value of a column occurs in the rows of another sheet.
    case counts(column: Field, below: [Stage], of: any ViewerSource)
    /// Numbers in bins.
    case bins
    /// One row of another sheet, a line a field.
    case record(of: any ViewerSource, row: Int)
  }

  /// What undo goes back to: what was asked for, and what came of it where that takes little memory. A permutation of
  /// twenty million rows is made anew sooner than kept.
  struct Revision: Sendable {
    var stages: [Stage]
    var source: (any ViewerSource)?
    var beforeSort: (any ViewerSource)?
    var view: SheetView
    var marks: RowSet
  }

  /// Tells the sheets of a viewer apart.
  package let id: Int
  /// How its pipeline begins.
  package let title: String
  package let kind: Kind
  package let look: Look
  package private(set) var stages: [Stage]
  package private(set) var source: any ViewerSource
  /// What the last stage sorted, so that another sorting can take its place.
  package private(set) var beforeSort: (any ViewerSource)?
  package var view: SheetView
  package var marks = RowSet()
  /// The values of a column, shown next to the table.
  package var values: ColumnValues?
  /// Changes with the rows or the columns of the source.
  package private(set) var version = 0
  package var page = SheetPage.empty
  /// Some rows of each column, by index into the schema, and the columns of which none were asked for.
  var samples: [Int: Column] = [:]
  var unsampled: Set<Int> = []
  private var opened: Revision
  private var past: [Revision] = []
  private var future: [Revision] = []
  /// Whether the source was read anew, so that what was opened is out of date.
  private var isReloaded = false
  /// The bytes of rows that may be kept for undo and redo.
  private let undoMemory: Int

  package init(
    id: Int, title: String, kind: Kind = .table, stages: [Stage] = [], source: any ViewerSource, look: Look = Look(),
    undoMemory: Int = 32 << 20
  ) {
    self.undoMemory = undoMemory
    self.id = id
    self.title = title
    self.kind = kind
    self.look = look
    self.stages = stages
    self.source = source
    view = SheetView(columnCount: source.schema.count)
    view.isHeatMap = source.isMatrix
    opened = Revision(stages: stages, source: source, view: view, marks: RowSet())
  }

  package var rowCount: Int { source.rowCount }

  /// The column under the cursor; nil of a table without columns.
  package var column: Int? {
    view.order.indices.contains(view.column) ? view.order[view.column] : nil
  }

  package var field: Field? { column.map { source.schema[$0] } }

  /// The value under the cursor, once its page is there.
  package var value: Value? { column.flatMap { page.value(row: view.row, column: $0) } }

  package var isRecord: Bool { if case .record = kind { true } else { false } }

  /// The column whose numbers are drawn as bars next to the table.
  package var barColumn: Int? {
    switch kind {
    case .counts, .bins: source.schema.index(of: "len")
    case .table, .record: nil
    }
  }

  /// What the language would write to get this sheet, its hidden and moved columns included.
  package var pipeline: String { pipeline(shownStages) }

  /// The stages, and the choice of columns that was made by hiding and moving them.
  var shownStages: [Stage] {
    if isRecord || view.order == Array(0..<source.schema.count) || view.order.isEmpty { return stages }
    return stages + [.select(view.order.map { source.schema[$0].name })]
  }

  /// The pipeline of other stages on what was opened.
  package func pipeline(_ stages: [Stage]) -> String { ([title] + stages.map(\.text)).joined(separator: " | ") }

  // MARK: Changes that can be undone

  private var revision: Revision {
    Revision(stages: stages, source: source, beforeSort: beforeSort, view: view, marks: marks)
  }

  /// Remembers the present, before `view` is changed in a way worth undoing.
  package mutating func willChange() {
    past.append(revision)
    if past.count > 500 { past.removeFirst() }
    future = []
  }

  /// Forgets what `willChange` remembered: nothing has changed.
  package mutating func didNotChange() { past.removeLast() }

  /// Shows what came of other stages. Columns keep their places where the names are the same.
  ///
  /// - Parameter rows: the marked rows among the new ones, and where the cursor's row is there.
  package mutating func revise(
    stages: [Stage], source: any ViewerSource, beforeSort: (any ViewerSource)? = nil, rows: KeptRows = KeptRows()
  ) {
    willChange()
    let keepsColumns = source.schema == self.source.schema
    var next = keepsColumns ? view : SheetView(columnCount: source.schema.count)
    if !keepsColumns {
      next.isWrapped = view.isWrapped
      next.isHeatMap = view.isHeatMap
      if let name = field?.name, let index = source.schema.index(of: name) { next.column = index }
    }
    next.top = max(0, rows.cursor - (view.row - view.top))
    next.row = rows.cursor
    // The base of a sorting is worth keeping while it is what was opened, or takes little.
    let isLight = stages.dropLast() == opened.stages || (beforeSort?.ownByteCount ?? 0) <= undoMemory
    show(
      Revision(
        stages: stages, source: source, beforeSort: isLight ? beforeSort : nil, view: next, marks: rows.marks))
  }

  /// Shows a column that got another name, where it was.
  package mutating func rename(stages: [Stage], source: any ViewerSource) {
    willChange()
    show(Revision(stages: stages, source: source, view: view, marks: marks))
  }

  /// What stands in the way of going back or on by one change.
  package enum UndoRefusal: Sendable, Hashable {
    case nothingThere
    /// The rows were let go: these stages give them again.
    case needs([Stage])
  }

  /// Goes back by one change, or on by one that was undone. Rows that were let go are given, or said to be needed.
  package mutating func travel(_ step: HistoryDirection, with rows: (any ViewerSource)? = nil) -> UndoRefusal? {
    let target =
      switch step {
      case .undo: past.last
      case .redo: future.last
      case .reset: opened
      }
    guard var target else { return .nothingThere }
    if target.source == nil {
      // A change of the view alone shows what is shown.
      target.source = rows ?? (target.stages == stages ? source : nil)
      if target.source == nil { return .needs(target.stages) }
    }
    switch step {
    case .undo:
      future.append(revision)
      past.removeLast()
    case .redo:
      past.append(revision)
      future.removeLast()
    case .reset: willChange()
    }
    show(target)
    return nil
  }

  private mutating func show(_ revision: Revision) {
    guard let source = revision.source else { return }
    if revision.stages != stages { version += 1 }
    stages = revision.stages
    self.source = source
    beforeSort = revision.beforeSort
    // Read anew, it may have other columns.
    let isFitting = revision.view.order.allSatisfy { $0 < source.schema.count }
    view = isFitting ? revision.view : SheetView(columnCount: source.schema.count)
    marks = revision.marks
    page = .empty
    samples = [:]
    unsampled = []
    forgetHeavySources()
  }

  /// Lets go of the rows of changes that are the furthest away, so that undo takes little memory.
  private mutating func forgetHeavySources() {
    var bytes = 0
    // What is shown and what was opened are there anyway.
    var counted = [stages, opened.stages]
    func lightened(_ revisions: [Revision]) -> [Revision] {
      var result: [Revision] = []
      for var revision in revisions.reversed() {
        if let source = revision.source, !counted.contains(revision.stages) {
          bytes += source.ownByteCount + (revision.beforeSort?.ownByteCount ?? 0)
          if bytes > undoMemory {
            (revision.source, revision.beforeSort) = (nil, nil)
          } else {
            counted.append(revision.stages)
          }
        }
        result.append(revision)
      }
      return result.reversed()
    }
    past = lightened(past)
    future = lightened(future)
  }

  /// What stages are run on, and those of them that are left to run.
  package func base(for stages: [Stage]) -> (base: ViewerHost.Base, rest: [Stage]) {
    if stages == self.stages { return (.shown(source), []) }
    if let beforeSort, stages == Array(self.stages.dropLast()) { return (.shown(beforeSort), []) }
    if let first = opened.source, stages.starts(with: opened.stages) {
      return (.shown(first), Array(stages.dropFirst(opened.stages.count)))
    }
    return (root, stages)
  }

  /// Whether it is more than what was opened.
  package var isChanged: Bool { stages.count > opened.stages.count }

  /// What the sheet's title stands for.
  package var root: ViewerHost.Base { isReloaded ? .reloaded(title) : .pipeline(title) }

  /// Shows the same stages of a source that was read anew.
  package mutating func reload(_ source: any ViewerSource) {
    let keepsColumns = source.schema == self.source.schema
    self.source = source
    beforeSort = nil
    past = []
    future = []
    isReloaded = true
    opened.source = opened.stages == stages ? source : nil
    opened.view = SheetView(columnCount: source.schema.count)
    version += 1
    page = .empty
    samples = [:]
    unsampled = []
    marks = RowSet()
    if !keepsColumns { view = SheetView(columnCount: source.schema.count) }
  }

  /// A record gets further fields.
  package mutating func extend(_ source: any ViewerSource) {
    self.source = source
    opened.source = source
    for index in past.indices { past[index].source = source }
    for index in future.indices { future[index].source = source }
    version += 1
    page = .empty
  }
}

/// A way through the changes of a sheet.
package enum HistoryDirection: Sendable { case undo, redo, reset }
