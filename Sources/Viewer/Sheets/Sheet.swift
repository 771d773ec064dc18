package import Tables

/// A table on the screen: where it comes from, how it was changed since it was opened, and where the cursor is.
package struct Sheet: Sendable {
  package enum Kind: Sendable {
    case table
    /// How often each value of a column occurs in the sheet below.
    case counts(column: Field, below: [Stage])
    /// One row, a line a field.
    case record
  }

  /// What undo goes back to.
  struct Revision: Sendable {
    var stages: [Stage]
    var source: any ViewerSource
    var view: SheetView
  }

  /// Tells the sheets of a viewer apart.
  package let id: Int
  package let title: String
  package let kind: Kind
  package private(set) var stages: [Stage]
  package private(set) var source: any ViewerSource
  package var view: SheetView
  package var page = SheetPage.empty
  private let opened: Revision
  private var past: [Revision] = []
  private var future: [Revision] = []

  package init(id: Int, title: String, kind: Kind = .table, stages: [Stage] = [], source: any ViewerSource) {
    self.id = id
    self.title = title
    self.kind = kind
    self.stages = stages
    self.source = source
    view = SheetView(columnCount: source.schema.count)
    opened = Revision(stages: stages, source: source, view: view)
  }

  package var rowCount: Int { source.rowCount }

  /// The column under the cursor; nil of a table without columns.
  package var column: Int? {
    view.order.indices.contains(view.column) ? view.order[view.column] : nil
  }

  package var field: Field? { column.map { source.schema[$0] } }

  /// The value under the cursor, once its page is there.
  package var value: Value? { column.flatMap { page.value(row: view.row, column: $0) } }

  /// What the language would write to get this sheet, its hidden and moved columns included.
  package var pipeline: String { pipeline(shownStages) }

  /// The stages, and the choice of columns that was made by hiding and moving them.
  var shownStages: [Stage] {
    if view.order == Array(0..<source.schema.count) || view.order.isEmpty { return stages }
    return stages + [.select(view.order.map { source.schema[$0].name })]
  }

  /// The pipeline of other stages on what was opened.
  package func pipeline(_ stages: [Stage]) -> String { ([title] + stages.map(\.text)).joined(separator: " | ") }

  // MARK: Changes that can be undone

  private var revision: Revision { Revision(stages: stages, source: source, view: view) }

  /// Remembers the present, before `view` is changed in a way worth undoing.
  package mutating func willChange() {
    past.append(revision)
    if past.count > 200 { past.removeFirst() }
    future = []
  }

  /// Shows what came of other stages. Columns keep their places where the names are the same.
  package mutating func revise(stages: [Stage], source: any ViewerSource) {
    willChange()
    let keepsColumns = source.schema == self.source.schema
    var next = keepsColumns ? view : SheetView(columnCount: source.schema.count)
    if !keepsColumns, let name = field?.name, let index = source.schema.index(of: name) { next.column = index }
    next.row = 0
    next.top = 0
    self.stages = stages
    self.source = source
    view = next
    page = .empty
  }

  package mutating func undo() -> Bool {
    guard let last = past.popLast() else { return false }
    future.append(revision)
    restore(last)
    return true
  }

  package mutating func redo() -> Bool {
    guard let next = future.popLast() else { return false }
    past.append(revision)
    restore(next)
    return true
  }

  /// Back to what was opened; this can be undone too.
  package mutating func reset() {
    willChange()
    restore(opened)
  }

  private mutating func restore(_ revision: Revision) {
    stages = revision.stages
    source = revision.source
    view = revision.view
    page = .empty
  }
}
