import Diagnostics
import Experiments
import Formats
import Query
import Recommenders
import Tables

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A row of the log of results, which grows over sessions: the metric, the model, the data and the times.
struct RunLine {
  var model: String
  var other: String?
  var segment: String?
  var metric: String
  var value: Double?
  var half: Double?
  var p: Double?
  var users: Int?
}

extension Session {
  /// Appends the rows of `metrics` to the log.
  func log(metrics table: Table, by: String?, _ call: VerbCall, _ path: String, at span: SourceSpan?) throws(Diagnostic)
  {
    let known: Set = ["model", "users", "rows", "of"]
    let metrics = table.schema.names.filter { !known.contains($0) && !$0.hasSuffix(" ±") && $0 != by }
    var lines: [RunLine] = []
    for row in 0..<table.rowCount {
      for metric in metrics {
        lines.append(
          RunLine(
            model: table.text("model", row) ?? "", segment: by.flatMap { table.text($0, row) }, metric: metric,
            value: table.number(metric, row), half: table.number(metric + " ±", row),
            users: (table.number("users", row) ?? table.number("rows", row)).map { Int($0) }))
      }
    }
    try append(lines, verb: "metrics", call, path, at: span)
  }

  /// Appends the rows of `compare`.
  func log(comparison table: Table, by: String?, _ call: VerbCall, _ path: String, at span: SourceSpan?)
    throws(Diagnostic)
  {
    let lines = (0..<table.rowCount).map { row -> RunLine in
      let (low, high) = (table.number("from", row), table.number("to", row))
      return RunLine(
        model: table.text("model", row) ?? "", other: table.text("other", row),
        segment: by.flatMap { table.text($0, row) }, metric: table.text("metric", row) ?? "",
        value: table.number("difference", row), half: low.flatMap { low in high.map { ($0 - low) / 2 } },
        p: table.number("p_adjusted", row))
    }
    try append(lines, verb: "compare", call, path, at: span)
  }

  /// Rewrites the log atomically with additional rows.
  private func append(
    _ lines: [RunLine], verb: String, _ call: VerbCall, _ path: String, at span: SourceSpan?
  ) throws(Diagnostic) {
    guard try mayWrite(call, path, overwrite: true, at: span) else { return }
    do throws(Diagnostic) {
      var rows = try runs(lines, verb: verb)
      if isFileThere(path) {
        let before = try table(.scan(openTable(path)))
        guard let filled = before.filled(to: rows.schema) else {
          throw Diagnostic(
            "\(path) has other columns than a table of results", hint: "name another file: `log=\"runs.parquet\"`",
            notes: ["its columns: " + before.schema.summary])
        }
        rows = try concat([filled, rows])
      }
      var options = SaveOptions()
      options.overwrite = true
      _ = try saveTable(rows, to: path, options: options)
      note("\(counted(lines.count, "line")) added to \(path): \(counted(rows.rowCount, "line"))")
    } catch {
      throw error.located(at: span)
    }
  }

  /// The model that a line is about: the variable of that name, if it made lists. One that made none was fitted after
  /// the lists were made, or they came from a file: its parameters may be others.
  private func loggedModel(_ line: RunLine) -> Recommender? {
    guard case .model(let model)? = value(named: line.model) else { return nil }
    let isOfLists = line.metric.contains("@")
    return isOfLists && model.times.lists == nil ? nil : model
  }

  private func runs(_ lines: [RunLine], verb: String) throws(Diagnostic) -> Table {
    var clock = timespec()
    clock_gettime(CLOCK_REALTIME, &clock)
    let now = Value.datetime(Int64(clock.tv_sec) * 1_000_000 + Int64(clock.tv_nsec) / 1000, .microseconds)
    let models = lines.map(loggedModel)
    let unknown = zip(lines, models).filter { $1 == nil }.map(\.0.model)
    for (place, name) in unknown.enumerated() where unknown.firstIndex(of: name) == place {
      note("\(name): logged without parameters, as no model of this name made lists in this session")
    }
    // Several rows belong to one model, whose data is hashed only once.
    var fingerprints: [String: String] = [:]
    for (line, model) in zip(lines, models) where fingerprints[line.model] == nil {
      fingerprints[line.model] = model?.dataset.fingerprint
    }
    let parameters = models.map { model in
      model.map { $0.model.model.settings.map { "\($0.name)=\($0.value.text)" }.joined(separator: " ") }
    }
    let times = models.map { $0?.times }
    return Table([
      ("time", try Column(.datetime(.microseconds), lines.map { _ in now })),
      ("verb", Column(lines.map { _ in verb })), ("model", Column(lines.map(\.model))),
      ("kind", Column(models.map { $0?.model.kind })), ("parameters", Column(parameters)),
      ("data", Column(lines.map { fingerprints[$0.model] })), ("other", Column(lines.map(\.other))),
      ("segment", Column(lines.map(\.segment))), ("metric", Column(lines.map(\.metric))),
      ("value", Column(lines.map(\.value))), ("half_interval", Column(lines.map(\.half))),
      ("p", Column(lines.map(\.p))), ("users", Column(lines.map(\.users))),
      ("fit_seconds", Column(times.map { $0?.fitSeconds })),
      ("recommend_seconds", Column(times.map { $0?.lists?.seconds })),
      ("recommend_users", Column(times.map { $0?.lists?.users })),
    ])
  }
}

extension Table {
  /// The table with the columns of `wanted`: null where it has none of that name, as a log of an older version. Nil if
  /// it has a column that is not wanted, or one of another type, or no column of metrics.
  fileprivate func filled(to wanted: Schema) -> Table? {
    guard schema.names.contains("metric"), schema.fields.allSatisfy(wanted.fields.contains) else { return nil }
    let columns = wanted.fields.map { column($0.name) ?? .nulls($0.type, count: rowCount) }
    return Table(wanted, columns, rowCount: rowCount)
  }

  fileprivate func text(_ column: String, _ row: Int) -> String? {
    guard let column = self.column(column), !column.isNull(row) else { return nil }
    return column[row].description
  }

  fileprivate func number(_ column: String, _ row: Int) -> Double? { self.column(column)?[row].number }
}
