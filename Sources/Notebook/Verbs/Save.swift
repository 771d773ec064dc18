import Diagnostics
import Display
import Experiments
import Formats
import Query
import Recommenders
import Tables

private struct WriteOptions: VerbOptions {
  enum Formulas: String, CaseIterable {
    case keep, escape
  }

  var format: String?
  var compression: String?
  var separator: String?
  var header = true
  var overwrite = false
  var formulas = Formulas.keep
  var by: [Identifier]?
  var sort: [Identifier]?
  var rowsPerGroup: Int?
  var endpoint: String?
  var on: String?
  var table: String?

  static let declared: [VerbOption<Self>] = [
    .word(
      "format", \.format, among: formats.map(\.name) + ["markdown", "orc"],
      "the format, if the extension does not show it; `orc` with `on=`"),
    .text("compression", \.compression, "`zstd`, `snappy`, `gzip`, … or `none`; Arrow has `zstd`, `lz4` and `none`"),
    .text("separator", \.separator, "the separator between fields"),
    .flag("header", \.header, "whether the first line names the columns"),
    .flag("overwrite", \.overwrite, "whether to replace an existing file"),
    .word(
      "formulas", \.formulas,
      "`escape` puts an apostrophe before texts that a spreadsheet would run as formulas, in CSV and TSV"
    ),
    .columns("by", \.by, "makes a folder with a file for each value of these columns"),
    .columns("sort", \.sort, "the order in which the rows are written"),
    .integer("rows_per_group", \.rowsPerGroup, in: 1...Int(Int32.max), "Parquet: rows of a row group"),
    .text("endpoint", \.endpoint, "the server of `s3://` addresses, if not Amazon's: `\"https://host:9000\"`"),
    .name("on", \.on, "the server that writes the table, a result of `connect`"),
    .name("table", \.table, "with `on=`, a table of the server's catalogue instead of a path"),
  ]
}

extension NotebookVerb {
  static let save = NotebookVerb(
    VerbDeclaration(
      "save",
      summary:
        "writes a table to a file (Parquet, Arrow, CSV, TSV, JSON, NDJSON, XLSX or Markdown, by its extension), or a model",
      discussion: """
        The file appears whole or not at all. An existing file is replaced only with `overwrite=true`; it keeps its \
        permissions, and a link still points to the same file. A relative path starts in the working directory, where \
        `load` looks too. `"-"` is standard output, for pipes; Arrow goes there as a stream. \
        `"s3://bucket/name.parquet"` is an object of a bucket, which appears once all of it has arrived. A model \
        becomes one file, usually named `.lectern`; `load` reads it under any name, and the model recommends, predicts \
        and continues its fit bit for bit as before.
        """,
      arguments: .values(names: ["\"path\""], required: 0),
      examples: [
        Example("train | group_by product_id | save \"popular.csv\" overwrite=true", "a table for a spreadsheet"),
        Example("ease | save \"ease.lectern\" overwrite=true", "a model for next week"),
      ]), WriteOptions.self, takes: [.table, .model]
  ) { (call, options, input, session) throws(Diagnostic) in
    if let engine = options.on {
      let writing = RemoteWriting(
        path: try call.textArgument(0, "a path", session)?.text, table: options.table, format: options.format,
        overwrites: options.overwrite, by: options.by ?? [], span: call.span)
      if let other = call.options.first(where: { !RemoteWriting.options.contains($0.name.name) }) {
        throw Diagnostic(
          "`\(other.name.name)=` is nothing that an engine is told", at: other.name.span,
          hint: "with `on=` there are " + RemoteWriting.options.map { "`\($0)=`" }.joined(separator: ", "))
      }
      let name = Identifier(engine, options.span(of: \.on) ?? call.span)
      try session.save(call.plan(input), writing, on: name, call)
      return .nothing
    }
    guard let (path, span) = try call.textArgument(0, "a path", session) else {
      throw Diagnostic("`save` takes a path in quotes", at: call.span, hint: "`save \"orders.parquet\"`")
    }
    let place = options.endpoint.map { "\(path) at \($0)" } ?? path
    guard try session.mayWrite(call, place, overwrite: options.overwrite, at: span) else { return .nothing }
    if path == "-" { session.outputIsTaken = true }
    if case .model(let model)? = input {
      try session.save(model, to: path, options, at: span)
      return .nothing
    }
    guard case .table(var plan)? = input else {
      throw .wrongInput(of: call, found: input, needs: "a table or a model")
    }
    if let keys = options.sort {
      let columns = plan.columns
      plan = .sort(
        plan, try plan.schema.indices(of: keys).map { BoundSortKey(columns[$0].expression, isDescending: false) })
    }
    var writing = SaveOptions()
    writing.format = options.format
    writing.compression = options.compression
    writing.separator = options.separator
    writing.header = options.header
    writing.overwrite = options.overwrite
    writing.escapesFormulas = options.formulas == .escape
    writing.rowsPerGroup = options.rowsPerGroup
    writing.endpoint = options.endpoint
    let schema = plan.schema
    let table = try session.table(plan)
    do throws(Diagnostic) {
      if let keys = options.by {
        _ = try schema.indices(of: keys)
        let report = try saveFolder(table, to: path, by: keys.map(\.name), options: writing)
        for note in report.notes { session.note(note) }
        session.note(
          written: "\(counted(report.rowCount, "row")) × \(counted(report.columnCount, "column"))", to: report.path,
          "a folder of \(report.format), \(sizeText(bytes: report.byteCount))")
      } else if options.format == "markdown" || options.format == nil && path.hasSuffix(".md") {
        let bytes = try replaceFile(at: path, with: table.markdownText() + "\n", overwrite: options.overwrite)
        session.note(written: counted(table.rowCount, "row"), to: path, sizeText(bytes: bytes))
      } else {
        let report = try saveTable(table, to: path, options: writing)
        for note in report.notes { session.note(note) }
        session.note(
          written: "\(counted(report.rowCount, "row")) × \(counted(report.columnCount, "column"))", to: report.path,
          "\(report.format), \(sizeText(bytes: report.byteCount))")
      }
    } catch {
      throw error.located(at: span)
    }
    return .nothing
  }
}

extension Session {
  /// Adds a note on what was written, except to standard output, where the note would follow the data.
  fileprivate func note(written what: String, to path: String, _ details: String) {
    if path != "-" { note("wrote \(what) to \(path) (\(details))") }
  }

  /// Writes a model in Lectern's model format.
  fileprivate func save(
    _ model: Recommender, to path: String, _ options: OptionValues<WriteOptions>, at span: SourceSpan
  ) throws(Diagnostic) {
    let ofTables: [PartialKeyPath<WriteOptions>] = [
      \.format, \.compression, \.separator, \.header, \.formulas, \.by, \.sort, \.rowsPerGroup, \.endpoint,
    ]
    if let option = ofTables.first(where: options.has) {
      throw Diagnostic(
        "a model is saved in a format of its own", at: options.nameSpan(of: option),
        hint: "leave out `\(options.optionName(of: option))`")
    }
    do throws(Diagnostic) {
      let bytes = try replaceFile(at: path, overwrite: options.overwrite) { (append) throws(Diagnostic) in
        try model.archive.write(append)
      }
      note(written: model.summary, to: path, sizeText(bytes: bytes))
    } catch {
      throw error.located(at: span)
    }
  }
}
