import Diagnostics
import Display
import Query
import Spark
import Tables

/// The arguments of `load … on=`.
struct RemoteReading {
  /// The options that can be combined with `on=`.
  static let options = ["on", "table", "columns", "format", "separator", "header", "encoding"]

  var paths: [String]
  var table: String?
  var columns: [Identifier]?
  var span: SourceSpan
  var format: String?
  var options: [String: String] = [:]

  init(paths: [String], table: String?, columns: [Identifier]?, span: SourceSpan) {
    (self.paths, self.table, self.columns, self.span) = (paths, table, columns, span)
  }

  mutating func take(format: String?, separator: String?, header: Bool?, encoding: String?) throws(Diagnostic) {
    self.format = format
    options["sep"] = separator
    options["header"] = header.map { $0 ? "true" : "false" }
    options["encoding"] = encoding
  }
}

/// The arguments of `save … on=`.
struct RemoteWriting {
  static let options = ["on", "table", "format", "overwrite", "by"]

  var path: String?
  var table: String?
  var format: String?
  var overwrites: Bool
  var by: [Identifier]
  var span: SourceSpan
}

extension VerbCall {
  /// The paths after the verb: none, one, or a list.
  func paths(_ session: Session) throws(Diagnostic) -> [String] {
    guard let (value, span) = try argument(0, session) else { return [] }
    var paths: [String] = []
    switch value {
    case .scalar(.text(let path), _): paths = [path.string]
    case .list(let list):
      for row in 0..<list.count {
        if case .text(let path) = list[row] { paths.append(path.string) }
      }
    default: break
    }
    guard !paths.isEmpty, !paths.contains("") else {
      throw Diagnostic("`load` takes a path in quotes", at: span, hint: "`load \"hdfs://…/orders\" on=spark`")
    }
    return paths
  }
}

extension Session {
  private func engine(_ name: Identifier) throws(Diagnostic) -> SparkEngine {
    let value = try requireValue(name)
    guard case .engine(let engine) = value, let spark = engine as? SparkEngine else {
      throw Diagnostic(
        "`\(name.name)` is \(value.kind), and an engine is expected here", at: name.span,
        hint: "`spark = connect \"sc://host:15002\"` names one")
    }
    return spark
  }

  func remoteTable(_ reading: RemoteReading, on name: Identifier) throws(Diagnostic) -> Plan {
    let engine = try engine(name)
    do throws(Diagnostic) {
      let place: SparkPlace
      switch (reading.table, reading.paths.isEmpty) {
      case (let table?, true): place = .table(table)
      case (nil, false):
        place = .files(format: reading.format, reading.paths, options: reading.options)
      case (nil, true):
        throw Diagnostic(
          "`load on=` needs a path, or `table=`", hint: "`load \"hdfs://…/orders\" on=\(name.name)`")
      case (_?, false): throw Diagnostic("a path and `table=` exclude each other", hint: "leave out one of the two")
      }
      let names = reading.columns?.map(\.name)
      let table = try engine.open(place, columns: names)
      for note in table.notes { self.note(note) }
      return .remote(table.table)
    } catch { throw error.located(at: reading.span) }
  }

  func save(
    _ plan: Plan, _ writing: RemoteWriting, on name: Identifier, _ call: VerbCall
  ) throws(Diagnostic) {
    let engine = try engine(name)
    let place = writing.table ?? writing.path ?? ""
    guard writing.table == nil || writing.path == nil, !place.isEmpty else {
      throw Diagnostic(
        "`save on=` needs a path or `table=`", at: writing.span, hint: "`save \"hdfs://…/result\" on=\(name.name)`")
    }
    if isReplaying {
      leftOut.append(call.span.text)
      return
    }
    if access != .everywhere {
      try authorize("write `\(place)` on \(name.name)", because: "a place outside its folder", at: writing.span)
    }
    let keys = try plan.schema.indices(of: writing.by).map { plan.schema[$0].name }
    do throws(Diagnostic) {
      let notes = try engine.save(
        plan, to: writing.table.map { .table($0) } ?? .files(format: writing.format, [place], options: [:]),
        overwrites: writing.overwrites, by: keys)
      for note in notes { self.note(note) }
      note("\(engine.name) wrote \(place)")
    } catch { throw error.located(at: writing.span) }
  }

  /// The first rows of a remote table. The number of rows is not counted.
  func remoteExcerpt(of plan: Plan) throws(Diagnostic) -> TableExcerpt {
    let style = presentation.tables
    // All rows that would be shown without hiding any, and one more to detect that there are more.
    var most = max(1, style.rows)
    while style.shownRows(of: most + 1).tail == 0, most < style.rows + 8 { most += 1 }
    let rows = try table(.slice(plan, offset: 0, count: most + 1), isTraced: false)
    if rows.rowCount <= most { return TableExcerpt(rows, style) }
    let shown = rows[0..<min(style.rows, rows.rowCount)]
    return TableExcerpt(head: shown, tail: shown[0..<0], rowCount: shown.rowCount, hasMore: true)
  }

  /// Counts the rows of a remote table and refuses a table that does not fit into memory.
  func requireMemory(toCollect plan: Plan, at span: SourceSpan? = nil) throws(Diagnostic) {
    guard plan.engine != nil else { return }
    do throws(Diagnostic) {
      try Tables.requireMemory(toRead: plan.schema.fields, rows: rowCount(of: plan))
    } catch { throw error.located(at: span) }
  }

  /// The number of rows, counted by the engine.
  func rowCount(of plan: Plan) throws(Diagnostic) -> Int {
    try wholeNumber(of: .aggregate(plan, keys: [], aggregates: [NamedExpression("rows", try .call("len"))]))
  }

  /// The whole number that is the only value of a plan.
  func wholeNumber(of plan: Plan) throws(Diagnostic) -> Int {
    let table = try table(plan, isTraced: false)
    guard table.rowCount == 1, case .integer(let number) = table.columns[0][0] else {
      throw .fault("a number that is none")
    }
    return Int(clamping: number)
  }
}
