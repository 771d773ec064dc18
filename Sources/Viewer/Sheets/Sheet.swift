import Display
package import Tables

/// A table in the viewer: its origin, the changes made since it was opened, and the position of the cursor.
package struct Sheet: Sendable {
  /// The kind of a sheet, on which the meaning of Enter depends.
  package enum Kind: Sendable {
    case table
    /// The counts of a column's values in the rows of another sheet.
    case counts(column: Field, below: [Stage], of: any ViewerSource)
    /// The bins of a histogram.
    case bins
    /// One row of another sheet, with a line for each field.
    case record(of: any ViewerSource, row: Int)
    /// A plot of another sheet, which has no rows of its own.
    case plot(PlotSheet)
  }

  /// A state that undo can restore: its stages, and their result unless it takes too much memory. A permutation of
  /// twenty million rows is computed again rather than kept.
  struct Revision: Sendable {
    var stages: [Stage]
    var source: (any ViewerSource)?
    var beforeSort: (any ViewerSource)?
    var view: SheetView
    var marks: RowSet
  }

  /// Distinguishes the sheets of a viewer.
  package let id: Int
  /// The start of its pipeline.
  package let title: String
  package let kind: Kind
  package let theme: Theme
  package private(set) var stages: [Stage]
  package private(set) var source: any ViewerSource
  /// The input of the last sort, so that another sort can replace it.
  package private(set) var beforeSort: (any ViewerSource)?
  package var view: SheetView
  package var marks = RowSet()
  /// The values of a column, for the panel next to the table.
  package var values: ColumnValues?
  /// The values of the aggregates below the table.
  package var aggregates = AggregateValues()
  /// The plot as text, if the sheet is one.
  package var drawing: PlotDrawing?
  /// Increases with every change of the rows or columns.
  package private(set) var version = 0
  package var page = SheetPage.empty
  /// A sample of each column's rows by index into the schema, and the columns that were sampled without a result.
  var samples: [Int: Column] = [:]
  var unsampled: Set<Int> = []
  private var opened: Revision
  private var past: [Revision] = []
  private var future: [Revision] = []
  /// Whether the source was reloaded, so that the value that was opened is out of date.
  private var isReloaded = false
  /// The memory in bytes for the rows of undo and redo.
  private let undoMemory: Int

  package init(
    id: Int, title: String, kind: Kind = .table, stages: [Stage] = [], source: any ViewerSource, theme: Theme = Theme(),
    undoMemory: Int = 32 << 20
  ) {
    self.undoMemory = undoMemory
    self.id = id
    self.title = title
    self.kind = kind
    self.theme = theme
    self.stages = stages
    self.source = source
    view = SheetView(columnCount: source.schema.count)
    view.isHeatMap = source.isMatrix
    opened = Revision(stages: stages, source: source, view: view, marks: RowSet())
  }

  package var rowCount: Int { source.rowCount }

  /// The column under the cursor, as an index into the schema; nil if there are no columns.
  package var column: Int? {
    view.order.indices.contains(view.column) ? view.order[view.column] : nil
  }

  package var field: Field? { column.map { source.schema[$0] } }

  /// The value under the cursor; nil until its page is read.
  package var value: Value? { column.flatMap { page.value(row: view.row, column: $0) } }

  /// Whether verbs can be run on it: it is neither one row nor a plot.
  var isTable: Bool {
    switch kind {
    case .table, .counts, .bins: true
    case .record, .plot: false
    }
  }

  var isPlot: Bool { if case .plot = kind { true } else { false } }

  package var isRecord: Bool { if case .record = kind { true } else { false } }

  /// The column whose numbers are drawn as bars next to the table.
  package var barColumn: Int? {
    switch kind {
    case .counts(let field, _, _): source.schema.index(of: field.name == "len" ? "rows" : "len")
    case .bins: source.schema.index(of: "len")
    case .table, .record, .plot: nil
    }
  }

  /// The pipeline of this sheet in the language, including hidden and moved columns.
  package var pipeline: String { pipeline(shownStages) }

  /// The stages, followed by a `select` if columns were hidden or moved.
  var shownStages: [Stage] {
    if isRecord || view.order == Array(0..<source.schema.count) || view.order.isEmpty { return stages }
    return stages + [.select(view.order.map { source.schema[$0].name })]
  }

  /// The pipeline with these stages after the opened value.
  package func pipeline(_ stages: [Stage]) -> String { ([title] + stages.map(\.text)).joined(separator: " | ") }

  // MARK: Changes that can be undone

  private var revision: Revision {
    Revision(stages: stages, source: source, beforeSort: beforeSort, view: view, marks: marks)
  }

  /// Stores the present state for undo. Call it before changing `view`.
  package mutating func willChange() {
    past.append(revision)
    if past.count > 500 { past.removeFirst() }
    future = []
  }

  /// Removes the state stored by `willChange`, if nothing has changed after all.
  package mutating func didNotChange() { past.removeLast() }

  /// Shows the result of other stages. The view is kept if the columns are the same.
  ///
  /// - Parameter rows: the marks and the cursor among the new rows.
  package mutating func revise(
    stages: [Stage], source: any ViewerSource, beforeSort: (any ViewerSource)? = nil, rows: KeptRows = KeptRows()
  ) {
    willChange()
    var next = view(for: source.schema)
    next.top = max(0, rows.cursor - (view.row - view.top))
    next.row = rows.cursor
    // Keeps the input of the sort if it is the opened value or takes little memory.
    let isLight = stages.dropLast() == opened.stages || (beforeSort?.ownByteCount ?? 0) <= undoMemory
    show(
      Revision(
        stages: stages, source: source, beforeSort: isLight ? beforeSort : nil, view: next, marks: rows.marks))
  }

  /// The view for the columns of another schema: the same columns are shown in the same way, new ones at the end.
  private func view(for schema: Schema) -> SheetView {
    let old = source.schema
    if schema == old { return view }
    var next = view
    if schema.names.starts(with: old.names) {
      for index in old.fields.indices where schema[index].type != old[index].type {
        next.forget(index, nowOf: schema[index].type)
      }
      next.order += Array(old.count..<schema.count)
      return next
    }
    next = SheetView(columnCount: schema.count)
    next.isWrapped = view.isWrapped
    next.isHeatMap = view.isHeatMap
    if let name = field?.name, let index = schema.index(of: name) { next.column = index }
    return next
  }

  /// Shows the sheet after a column was renamed in place.
  package mutating func rename(stages: [Stage], source: any ViewerSource) {
    willChange()
    show(Revision(stages: stages, source: source, view: view, marks: marks))
  }

  /// The reason why undo or redo is not possible now.
  package enum UndoRefusal: Sendable, Hashable {
    case nothingThere
    /// The rows were freed; running these stages computes them again.
    case needs([Stage])
  }

  /// Undoes, redoes or resets. Freed rows must be passed as `rows`; if they are missing, returns the stages to run.
  package mutating func travel(_ step: HistoryDirection, with rows: (any ViewerSource)? = nil) -> UndoRefusal? {
    let target =
      switch step {
      case .undo: past.last
      case .redo: future.last
      case .reset: opened
      }
    guard var target else { return .nothingThere }
    if target.source == nil {
      // The stages are those of the shown table, so its source can be used.
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
    // A reloaded source may have other columns.
    let isFitting = revision.view.order.allSatisfy { $0 < source.schema.count }
    view = isFitting ? revision.view : SheetView(columnCount: source.schema.count)
    marks = revision.marks
    page = .empty
    samples = [:]
    unsampled = []
    forgetHeavySources()
  }

  /// Frees the rows of the oldest changes beyond the memory limit of undo.
  private mutating func forgetHeavySources() {
    var bytes = 0
    // The rows that are shown and those that were opened are in memory in any case.
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

  /// The base on which stages can be run, and the stages that remain to be run.
  package func base(for stages: [Stage]) -> (base: ViewerHost.Base, rest: [Stage]) {
    if stages == self.stages { return (.shown(source), []) }
    if let beforeSort, stages == Array(self.stages.dropLast()) { return (.shown(beforeSort), []) }
    if let first = opened.source, stages.starts(with: opened.stages) {
      return (.shown(first), Array(stages.dropFirst(opened.stages.count)))
    }
    return (root, stages)
  }

  /// Whether the table differs from the one that was opened.
  package var isChanged: Bool { stages.count > opened.stages.count }

  /// The value of the sheet's title.
  package var root: ViewerHost.Base { isReloaded ? .reloaded(title) : .pipeline(title) }

  /// Shows the same stages on a source that was reloaded.
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

  /// Adds fields to a record.
  package mutating func extend(_ source: any ViewerSource) {
    self.source = source
    opened.source = source
    for index in past.indices { past[index].source = source }
    for index in future.indices { future[index].source = source }
    version += 1
    page = .empty
  }
}

/// A direction in the undo history.
package enum HistoryDirection: Sendable { case undo, redo, reset }
