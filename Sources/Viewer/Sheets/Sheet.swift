package import Tables

/// A table on the screen: where it comes from, how it was changed since it was opened, and where the cursor is.
package struct Sheet: Sendable {
  package enum Kind: Sendable {
    case table
    /// How often each value of a column occurs in the rows of another sheet.
    case counts(column: Field, below: [Stage], of: any ViewerSource)
    /// Numbers in bins.
    case bins
    /// One row, a line a field.
    case record
  }

  /// What undo goes back to.
  struct Revision: Sendable {
    var stages: [Stage]
    var source: any ViewerSource
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
  /// Changes with the rows or the columns of the source.
  package private(set) var version = 0
  package var page = SheetPage.empty
  /// Some rows of each column, by index into the schema, and the columns of which none were asked for.
  var samples: [Int: Column] = [:]
  var unsampled: Set<Int> = []
  private let opened: Revision
  private var past: [Revision] = []
  private var future: [Revision] = []

  package init(
    id: Int, title: String, kind: Kind = .table, stages: [Stage] = [], source: any ViewerSource, look: Look = Look()
  ) {
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

  /// The column whose numbers are drawn as bars beside the table.
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
    if past.count > 200 { past.removeFirst() }
    future = []
  }

  /// Forgets what `willChange` remembered: nothing has changed.
  package mutating func didNotChange() { past.removeLast() }

  /// Shows what came of other stages. Columns keep their places where the names are the same.
  package mutating func revise(stages: [Stage], source: any ViewerSource, beforeSort: (any ViewerSource)? = nil) {
    willChange()
    let keepsColumns = source.schema == self.source.schema
    var next = keepsColumns ? view : SheetView(columnCount: source.schema.count)
    if !keepsColumns {
      next.isWrapped = view.isWrapped
      next.isHeatMap = view.isHeatMap
      if let name = field?.name, let index = source.schema.index(of: name) { next.column = index }
    }
    next.row = 0
    next.top = 0
    show(
      Revision(stages: stages, source: source, beforeSort: beforeSort, view: next, marks: RowSet()))
  }

  /// Shows a column that got another name, where it was.
  package mutating func rename(stages: [Stage], source: any ViewerSource) {
    willChange()
    show(Revision(stages: stages, source: source, view: view, marks: marks))
  }

  package mutating func undo() -> Bool {
    guard let last = past.popLast() else { return false }
    future.append(revision)
    show(last)
    return true
  }

  package mutating func redo() -> Bool {
    guard let next = future.popLast() else { return false }
    past.append(revision)
    show(next)
    return true
  }

  /// Back to what was opened; this can be undone too.
  package mutating func reset() {
    willChange()
    show(opened)
  }

  private mutating func show(_ revision: Revision) {
    if revision.stages != stages { version += 1 }
    stages = revision.stages
    source = revision.source
    beforeSort = revision.beforeSort
    view = revision.view
    marks = revision.marks
    page = .empty
    samples = [:]
    unsampled = []
  }

  /// Shows the same stages of a source that was read anew.
  package mutating func reload(_ source: any ViewerSource) {
    let keepsColumns = source.schema == self.source.schema
    self.source = source
    beforeSort = nil
    past = []
    future = []
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
    version += 1
    page = .empty
  }
}
