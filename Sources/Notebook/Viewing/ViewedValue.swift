public import Diagnostics
public import Display
import Experiments
import Formats
import Query
public import Tables

/// A table for the viewer, and what its rows open.
public struct ViewedTable: Sendable {
  public let source: any TableSource
  public let opening: RowOpening?
  /// Whether it is a matrix, which is best shown as a heat map.
  public let isMatrix: Bool
  /// Notes on how it was made, for example rows whose condition is null.
  public internal(set) var notes: [String] = []

  init(_ source: any TableSource, opening: RowOpening? = nil, isMatrix: Bool = false) {
    self.source = source
    self.opening = opening
    self.isMatrix = isMatrix
  }

  init(_ table: Table, name: String, opening: RowOpening? = nil) {
    self.init(TableInMemory(name: name, table), opening: opening)
  }
}

/// A value shown in the viewer, with the means to run verbs on it independently of the session.
public struct ViewedValue: Sendable {
  /// The base on which verbs are run. The opened pipeline is not computed again.
  public typealias Base = ViewingBase<any TableSource>

  /// The start of pipelines on this value: `train`, `train | filter n > 1`.
  public let pipeline: String
  /// The table that is shown first.
  public let table: ViewedTable
  public let settings: Settings
  private let value: NotebookValue
  private let values: [String: NotebookValue]
  private let results: Results
  private let dataFolder: String?
  private let access: FileAccess

  /// - Throws: if the value is not a table, model or list.
  init(_ value: NotebookValue, pipeline: String, session: Session) throws(Diagnostic) {
    self.pipeline = pipeline
    self.value = value
    settings = session.settings
    values = session.values
    results = session.results
    dataFolder = session.dataFolder
    access = session.access
    table = try session.viewed(value, verb: nil)
  }

  /// Takes a table that the program itself makes, which has no pipeline.
  init(_ table: ViewedTable, pipeline: String, session: Session) {
    self.pipeline = pipeline
    self.table = table
    value = .table(.scan(table.source))
    settings = session.settings
    values = session.values
    results = session.results
    dataFolder = session.dataFolder
    access = session.access
  }

  /// The names of the session's tables, with their columns.
  public var tables: [(name: String, fields: [Field])] {
    values.keys.sorted().compactMap { name in
      if case .table(let plan)? = values[name] { (name, plan.schema.fields) } else { nil }
    }
  }

  /// Runs verbs such as `filter n > 1 | sort n desc` on a base; without verbs, returns the base.
  ///
  /// They use the variables from when the viewer was opened and do not change the session, so any thread may call
  /// this.
  public func running(_ verbs: String, on base: Base) throws(Diagnostic) -> ViewedTable {
    let session = separateSession
    let start = try value(of: base, session)
    if verbs.allSatisfy(\.isWhitespace) {
      if case .pipeline(let text) = base, text == pipeline { return table }
      return try session.viewed(start, verb: nil)
    }
    let result = try run(verbs, on: start, session)
    if case .nothing = result { return table }
    let last = verbs.split(separator: "|").last?.split(separator: " ").first.map(String.init)
    var viewed = try session.viewed(result, verb: last, of: start)
    viewed.notes = session.notes
    return viewed
  }

  private func value(of base: Base, _ session: Session) throws(Diagnostic) -> NotebookValue {
    switch base {
    case .shown(let source): .table(.scan(source))
    case .pipeline(let text) where text == pipeline: value
    case .pipeline(let text), .reloaded(let text): try session.value(ofPipeline: text)
    }
  }

  private func run(_ verbs: String, on start: NotebookValue, _ session: Session) throws(Diagnostic) -> NotebookValue {
    if verbs.contains("(_") {
      // The verbs name a result of the session, which must stay the last one.
      return try session.value(ofPipeline: session.naming(start) + " | " + verbs)
    }
    session.results[results.lastCell + 1] = start
    session.describeResults()
    return try session.value(ofPipeline: "| " + verbs)
  }

  /// Runs a verb that draws a plot, and returns the plot. Any thread may call this.
  public func plotting(_ verb: String, on base: Base) throws(Diagnostic) -> Plot {
    let session = separateSession
    var taken: Plot?
    session.takePlot = { taken = $0 }
    _ = try run(verb, on: try value(of: base, session), session)
    guard let taken else { throw Diagnostic("`\(verb)` draws nothing") }
    return taken
  }

  /// The rows of a column whose text matches a regular expression. Any thread may call this.
  public func rows(of column: Column, matching pattern: String) throws(Diagnostic) -> [Int] {
    let text = column.type == .string ? "text" : "cast(text, str)"
    let start = NotebookValue.table(.scan(TableInMemory(name: "column", Table([("text", column)]))))
    let verbs = "select found = matches(\(text), \(Spelling.text(pattern)))"
    let session = separateSession
    guard case .table(let plan) = try run(verbs, on: start, session),
      case let found = try session.table(plan).columns[0]
    else { throw .fault("a search that gives no table") }
    return (0..<found.count).filter { found[$0] == .bool(true) }
  }

  /// The completions at the end of a text that starts with `|`, as at the prompt after this table.
  public func completions(of text: String, on source: any TableSource) -> CompletionList {
    let session = separateSession
    session.results[results.lastCell + 1] = .table(.scan(source))
    session.describeResults()
    return session.completions(in: text, at: text.utf8.count)
  }

  /// A session with the same values, whose changes nobody else sees.
  private var separateSession: Session {
    let session = Session(settings: settings)
    session.take(values, results)
    session.dataFolder = dataFolder
    session.confine(to: access)
    return session
  }

  /// Looks up an item in the session's other tables, or in the files next to the shown one: returns a row of a table
  /// that has the same column and a column `name`.
  public func details(of column: String, _ id: Value) -> Table? {
    let session = Session(settings: settings)
    session.dataFolder = dataFolder
    session.confine(to: access)
    for name in values.keys.sorted() {
      guard case .table(.scan(let source))? = values[name] else { continue }
      if let row = row(of: source, column, id, session) { return row }
    }
    guard case .table(let plan) = value else { return nil }
    for shown in plan.files {
      let folder = folderName(shown)
      for path in expandGlob((folder.isEmpty ? "." : folder) + "/*").prefix(50) where path != shown {
        let opened = try? session.reading(path, written: fileName(path), at: nil) { () throws(Diagnostic) in
          try openTable(path, options: LoadOptions.parquetOnly)
        }
        guard let source = opened else { continue }
        if let row = row(of: source, column, id, session) { return row }
      }
    }
    return nil
  }

  private func row(of source: any TableSource, _ column: String, _ id: Value, _ session: Session) -> Table? {
    guard let index = source.schema.index(of: column), source.schema.index(of: "name") != nil,
      let ids = try? source.columns([index]).first,
      let row = (0..<ids.count).first(where: { ids[$0] == id })
    else { return nil }
    return try? session.table(.slice(.scan(source), offset: row, count: 1))
  }
}

extension Plan {
  /// The paths of the files that it scans.
  fileprivate var files: [String] {
    if case .scan(let source) = self { return source is TableInMemory ? [] : [source.name] }
    return inputs.flatMap(\.files)
  }
}

extension LoadOptions {
  /// Only Parquet files, of which opening reads only the footer.
  static var parquetOnly: LoadOptions {
    var options = LoadOptions()
    options.format = "parquet"
    return options
  }
}

extension Session {
  /// Gives a value a name that no variable has, and returns it.
  fileprivate func naming(_ value: NotebookValue) -> String {
    var name = "shown"
    while values[name] != nil { name += "_" }
    set(name, to: value)
    return name
  }

  /// Evaluates one pipeline without recording it in the session. The result may be a plan, of which only visible
  /// parts are computed.
  fileprivate func value(ofPipeline text: String) throws(Diagnostic) -> NotebookValue {
    let statements = try Session.parser.statements(in: Source(name: "view", text: text))
    guard let statement = statements.first, statements.count == 1 else {
      throw Diagnostic("one pipeline is wanted here, not \(statements.count) statements")
    }
    if case .evaluation(let targets, let pipeline) = statement.body, targets.isEmpty { return try evaluate(pipeline) }
    return try run(statement) ?? .nothing
  }

  /// Converts a value for the viewer.
  ///
  /// - Parameters:
  ///   - verb: the last verb that was run.
  ///   - origin: the value on which it was run.
  fileprivate func viewed(
    _ value: NotebookValue, verb: String?, of origin: NotebookValue? = nil
  ) throws(Diagnostic) -> ViewedTable {
    switch value {
    case .table(let plan):
      let source = try viewedSource(of: plan)
      guard case .model(let model)? = origin, source.schema.index(of: model.dataset.itemColumn) != nil else {
        return ViewedTable(source)
      }
      return ViewedTable(
        source, opening: .verb("similar", column: model.dataset.itemColumn), isMatrix: verb == "factors")
    case .model(let model): return ViewedTable(model.description, name: model.kind, opening: .verbs(model.pages))
    case .constant(.list(let column)):
      return ViewedTable(Table([(name: "value", column: column)]), name: "a list")
    default: throw Diagnostic("this is \(value.kind), and the viewer shows tables, models and lists")
    }
  }

  /// A plan as a source. If rows are only selected or ordered, they are not copied. A remote table comes as a whole.
  fileprivate func viewedSource(of plan: Plan) throws(Diagnostic) -> any TableSource {
    try requireMemory(toCollect: plan)
    if case .scan(let source) = plan { return source }
    if case .sort(.scan(let source), let keys) = plan, UInt32(exactly: source.rowCount) != nil {
      // Inferred types may change when all values are read, so they are finalised first.
      _ = try? source.finalizeTypes(of: Set(source.schema.fields.indices))
      let columns = keys.compactMap { key in
        if case .column(let index, _) = key.expression.node {
          (column: index, isDescending: key.isDescending)
        } else {
          nil
        }
      }
      if columns.count == keys.count { return try SelectedRows.sorting(source, by: columns) }
    }
    guard let numbered = NumberedPlan(plan) else { return try source(of: plan) }
    return try numbered.selection(schema: plan.schema) { (plan) throws(Diagnostic) in try table(plan) }
  }
}
