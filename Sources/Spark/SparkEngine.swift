package import Diagnostics
import Parallelism
package import Query
import Synchronization
package import Tables

/// The location of a table on a server.
package enum SparkPlace: Sendable, Hashable {
  /// Files. Without a format, the extension decides; the default is Parquet.
  case files(format: String?, [String], options: [String: String])
  case table(String)

  /// The name for messages.
  var name: String {
    switch self {
    case .files(_, let paths, _): paths.joined(separator: ", ")
    case .table(let name): name
    }
  }

  /// The format of files and its options; nil for a table of the catalogue.
  var reading: (format: String, options: [String: String])? {
    guard case .files(let format, let paths, var options) = self else { return nil }
    let ending = paths.first?.split(separator: ".").last.map { $0.lowercased() } ?? ""
    let known = ["csv": "csv", "tsv": "csv", "json": "json", "ndjson": "json", "jsonl": "json", "orc": "orc"]
    let found = format.map { ["tsv": "csv", "ndjson": "json"][$0] ?? $0 } ?? known[ending] ?? "parquet"
    if found == "csv" {
      options = ["header": "true", "inferSchema": "true"].merging(options) { _, own in own }
      if ending == "tsv" || format == "tsv", options["sep"] == nil { options["sep"] = "\t" }
    }
    return (found, options)
  }

  var relation: SparkRelation {
    switch self {
    case .table(let name): return .table(name)
    case .files(_, let paths, _):
      guard let (format, options) = reading else { return .range(0, 0) }
      return .files(format: format, paths, options: options)
    }
  }
}

/// The relation that reads a table on the server, and its columns there.
struct SparkTable: Sendable {
  let relation: SparkRelation
  let columns: [SparkField]
}

/// An engine that runs plans on a Spark Connect server.
package final class SparkEngine: Engine {
  package let name: String
  package let summary: String
  private let client: SparkClient

  private let isConnected: Bool

  /// - Throws: an error of the connection or of the server.
  package init(connectingTo address: SparkAddress, name: String) throws(Diagnostic) {
    client = SparkClient(address)
    self.name = name
    summary = "Spark \(try client.begin()) at \(address.shown)"
    isConnected = true
  }

  /// Creates an engine that only translates plans.
  package init(translatingFor address: SparkAddress, name: String) {
    client = SparkClient(address)
    (self.name, summary, isConnected) = (name, "Spark at \(address.shown)", false)
  }

  deinit { if isConnected { client.end() } }

  /// Opens a table on the server.
  ///
  /// - Parameter columns: the columns to keep; nil keeps all.
  package func open(
    _ place: SparkPlace, columns wanted: [String]?
  ) throws(Diagnostic) -> (table: RemoteTable, notes: [String]) {
    try table(place, client.schema(of: place.relation), columns: wanted)
  }

  /// Opens a table with known columns.
  package func table(
    _ place: SparkPlace, _ fields: [SparkField], columns wanted: [String]? = nil
  ) throws(Diagnostic) -> (table: RemoteTable, notes: [String]) {
    let known = Schema(fields.map { Field($0.name, $0.type.dataType ?? .null) })
    var chosen: [SparkField] = []
    for name in wanted ?? fields.map(\.name) { chosen.append(fields[try known.requireIndex(of: name)]) }
    if let repeated = Schema(chosen.map { Field($0.name, .null) }).firstRepeatedName {
      throw Diagnostic("`\(place.name)` has two columns `\(repeated)`", hint: "name the others by `columns=`")
    }
    guard !chosen.isEmpty else {
      throw Diagnostic(
        "`\(place.name)` has no columns", hint: "a path is one of the server's: look for a misspelling")
    }
    var own: [Field] = []
    for field in chosen {
      guard let type = field.type.dataType else {
        throw Diagnostic(
          "`\(field.name)` is of a type of Spark's that no column here can be",
          hint: "name the other columns by `columns=`")
      }
      own.append(Field(field.name, type))
    }
    let zones = chosen.indices.filter { chosen[$0].type == .momentWithZone }
    let table = RemoteTable(
      name: place.name, schema: Schema(own), engine: self,
      content: SparkTable(relation: place.relation, columns: chosen))
    return (table, zones.map { "`\(chosen[$0].name)` is in UTC" })
  }

  // MARK: - Engine

  package func check(_ plan: Plan) throws(Diagnostic) {
    var translator = SparkTranslator(engine: name) { (_) throws(Diagnostic) in [] }
    _ = try translator.step(requireOwn(plan))
  }

  package func run(_ plan: Plan) throws(Diagnostic) -> (table: Table, notes: [String]) {
    var translator = runningTranslator()
    let step = translator.settled(try translator.step(requireOwn(plan)))
    let rows = ReceivedRows(step.types.map(\.carried))
    try said(by: translator) { () throws(Diagnostic) in
      try client.execute(.rows(step.exact), title: name) { (bytes) throws(Diagnostic) in try rows.add(bytes) }
    }
    let table = try rows.table(plan.schema)
    var notes = translator.notes
    if table.rowCount >= SparkEngine.manyRows {
      notes.append(
        "\(name): \(grouped(table.rowCount)) rows × \(table.columnCount) columns came here, "
          + "\(grouped(rows.byteCount / 1_000_000)) MB")
    }
    return (table, notes)
  }

  /// Returns the relation for a plan, and the notes. Local tables are included without rows.
  package func translation(of plan: Plan) throws(Diagnostic) -> (relation: SparkRelation, notes: [String]) {
    var translator = SparkTranslator(engine: name) { (part) throws(Diagnostic) in
      let schema = part.schema
      return try Upload.bytes(of: Table(schema, schema.types.map { .nulls($0, count: 0) }, rowCount: 0))
    }
    let step = translator.settled(try translator.step(requireOwn(plan)))
    return (step.exact, translator.notes)
  }

  private static let manyRows = 100_000

  /// Writes the rows of a plan on the server. Returns the notes.
  package func save(
    _ plan: Plan, to place: SparkPlace, overwrites: Bool, by keys: [String]
  ) throws(Diagnostic) -> [String] {
    var translator = runningTranslator()
    let step = translator.settled(try translator.step(requireOwn(plan)))
    let target: SparkWrite.Target
    var options: [String: String] = [:]
    switch place {
    case .table(let name): target = .table(name)
    case .files(_, let paths, _):
      guard let reading = place.reading, let path = paths.first else { throw .fault("a path is missing") }
      target = .files(format: reading.format, path: path)
      options = reading.options.filter { $0.key != "inferSchema" }
    }
    let write = SparkWrite(
      .named(step.exact, plan.schema.names), to: target, overwrites: overwrites, partitionedBy: keys, options: options)
    try said(by: translator) { () throws(Diagnostic) in
      try client.execute(.command(write), title: name) { (_) throws(Diagnostic) in }
    }
    return translator.notes
  }

  // MARK: - Models

  /// Fits an estimator to the rows of a plan, whose columns get names and types. Returns the id of the model.
  func fitted(
    _ estimator: SparkEstimator, _ plan: Plan, columns: [(name: String, type: SparkType)]
  ) throws(Diagnostic) -> String {
    var translator = runningTranslator()
    let step = try translator.step(requireOwn(plan))
    let named = zip(step.columns, columns).map { SparkExpression.alias(.cast(.column($0), $1.type), $1.name) }
    var model: String?
    do throws(Diagnostic) {
      try said(by: translator) { () throws(Diagnostic) in
        model = try client.execute(.fit(estimator, .project(step.relation, named)), title: name) {
          (_) throws(Diagnostic) in
        }
      }
    } catch {
      if error.kind == .interruption { throw error }
      throw error.noting("MLlib is on Spark 4 or later, and not on Sail")
    }
    guard let model else {
      throw Diagnostic(
        "\(name) fits no models: it is \(summary)", hint: "Spark 4 or later has MLlib; iALS is fitted here")
    }
    return model
  }

  /// Deletes a model from the server. It would go with the session anyway.
  func forget(_ model: String) {
    _ = try? client.execute(.forget(model: model), title: name) { (_) throws(Diagnostic) in }
  }

  func fetch(_ relation: SparkRelation, into rows: ReceivedRows) throws(Diagnostic) {
    try client.execute(.rows(relation), title: name) { (bytes) throws(Diagnostic) in try rows.add(bytes) }
  }

  private func runningTranslator() -> SparkTranslator {
    SparkTranslator(
      engine: name,
      count: { [client, name] (relation) throws(Diagnostic) in
        let counted = SparkRelation.aggregate(
          relation, by: [], [.alias(.call("count", [.literal(.integer(1))]), "n")])
        let rows = ReceivedRows([.i64])
        try client.execute(.rows(counted), title: name) { (bytes) throws(Diagnostic) in try rows.add(bytes) }
        guard case .integer(let count) = try rows.table(Schema([Field("n", .i64)])).columns[0][0] else { return 0 }
        return Int(clamping: count)
      }
    ) { (part) throws(Diagnostic) in try Upload.bytes(of: part) }
  }

  /// Returns the plan if all its remote tables belong to this engine and it is not too deep.
  private func requireOwn(_ plan: Plan) throws(Diagnostic) -> Plan {
    if let other = plan.remoteTables.first(where: { $0.engine !== self }) {
      throw Diagnostic(
        "`\(other.name)` lies on \(other.engine.name), and the rest on \(name)",
        hint: "`collect` one of the two before")
    }
    guard plan.remoteDepth <= 400 else {
      throw Diagnostic("over 400 steps in a row", hint: "`collect` on the way, or `save` and `load` there")
    }
    return plan
  }

  /// Replaces an error that a check of the translator raised on the server by the diagnostic of that check.
  private func said(by translator: SparkTranslator, _ work: () throws(Diagnostic) -> Void) throws(Diagnostic) {
    do throws(Diagnostic) {
      try work()
    } catch {
      guard let mark = error.message.firstRange(of: SparkTranslator.mark),
        let number = Int(error.message[mark.upperBound...].prefix { $0.isNumber }),
        translator.checks.indices.contains(number)
      else { throw error }
      let check = translator.checks[number]
      throw Diagnostic(check.message, at: check.span, hint: check.hint)
    }
  }

  package func steps(of plan: Plan) -> [String] {
    var lines = ["on \(name) (\(client.address.shown)):"]
    lines += plan.remoteLines.map { "  " + $0 }
    let parts = plan.localParts
    if !parts.isEmpty {
      lines.append("here, sent there:")
      for part in parts { lines += Query.explain(part).map { "  " + $0 } }
    }
    return lines
  }
}

extension Plan {
  var remoteTables: [RemoteTable] {
    if case .remote(let table) = self { return [table] }
    return inputs.flatMap(\.remoteTables)
  }

  fileprivate var remoteDepth: Int { 1 + (inputs.lazy.map(\.remoteDepth).max() ?? 0) }

  /// The steps that run on the engine, in order.
  fileprivate var remoteLines: [String] {
    guard engine != nil else { return ["a table of ours"] }
    func list(_ columns: [NamedExpression]) -> String { columns.map(\.description).joined(separator: ", ") }
    let before = inputs.flatMap(\.remoteLines)
    switch self {
    case .remote(let table): return ["read \(table.name): \(table.schema.names.joined(separator: ", "))"]
    case .scan(let source): return ["read \(source.name)"]
    case .filter(_, let condition): return before + ["filter \(condition)"]
    case .project(_, let columns): return before + ["select \(list(columns))"]
    case .aggregate(_, let keys, let values):
      let by = keys.isEmpty ? "" : "group_by \(list(keys)) "
      return before + [by + (values.isEmpty ? "" : "agg \(list(values))")]
    case .sort(_, let keys): return before + ["sort " + keys.map(\.description).joined(separator: ", ")]
    case .slice(_, let offset, let count): return before + ["slice \(offset)" + (count.map { ", \($0)" } ?? "")]
    case .distinct(_, let columns, let keep):
      return before + ["unique " + columns.map { schema[$0].name }.joined(separator: ", ") + " keep=\(keep.rawValue)"]
    case .join(_, _, let join): return before + ["\(join.kind.rawValue) join"]
    case .concatenate: return before + ["concat"]
    case .operation(_, let operation): return before + ["\(operation.name) \(operation.detail)"]
    }
  }
}
