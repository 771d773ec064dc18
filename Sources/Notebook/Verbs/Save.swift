import Diagnostics
import Display
import Experiments
import Formats
import Query
import Recommenders
import Tables

extension NotebookVerb {
  static let save = NotebookVerb(
    VerbDeclaration(
      "save", summary: "writes a table to a file (Parquet, CSV, TSV, NDJSON or Markdown, by its extension), or a model",
      discussion: """
        The file appears whole or not at all, and a file that is there stays unless `overwrite=true`. A relative path \
        starts in the working directory, where `load` looks too. A file that is replaced keeps its permissions, and a \
        link keeps leading where it does. A model becomes one file, `.lectern` by custom, that \
        `load` reads whatever it is called; it recommends, predicts and goes on as the model that was saved, bit for bit.
        """,
      arguments: .values(names: ["\"path\""], required: 1),
      options: [
        Option("format", .word(formats.map(\.name) + ["markdown"]), "the format, where the extension does not say it"),
        Option("compression", .text, "`zstd`, `snappy`, `gzip`, … or `none`"),
        Option("separator", .text, "what stands between the fields of a line"),
        Option("header", .flag, default: "true", "whether the first line names the columns"),
        Option("overwrite", .flag, default: "false", "whether a file that is there may be replaced"),
        Option(
          "formulas", .word(["keep", "escape"]), default: "keep",
          "`escape` puts an apostrophe before texts of CSV and TSV that a spreadsheet would compute"),
      ],
      examples: [
        Example("train | group_by product_id | save \"popular.csv\" overwrite=true", "a table for a spreadsheet"),
        Example("ease | save \"ease.lectern\" overwrite=true", "a model for next week"),
      ])
  ) { (call, input, session) throws(Diagnostic) in
    let reader = OptionReader(call, session)
    guard let (path, span) = try reader.textArgument(0, "a path") else {
      throw Diagnostic("`save` takes a path in quotes", at: call.span, hint: "`save \"orders.parquet\"`")
    }
    guard try session.mayWrite(call, path, overwrite: reader.flag("overwrite") ?? false, at: span) else {
      return .nothing
    }
    if case .model(let model)? = input {
      try session.save(model, to: path, reader, at: span)
      return .nothing
    }
    guard case .table(let plan)? = input else {
      throw .wrongInput(of: call, found: input, needs: "a table or a model")
    }
    var options = SaveOptions()
    options.format = try reader.word("format")
    options.compression = try reader.text("compression")
    options.separator = try reader.text("separator")
    options.header = try reader.flag("header") ?? true
    options.overwrite = try reader.flag("overwrite") ?? false
    options.escapesFormulas = try reader.word("formulas") == "escape"
    let schema = plan.schema
    options.zones = Dictionary(plan.zones.map { (schema[$0].name, $1) }) { first, _ in first }
    let table = try session.table(plan)
    do throws(Diagnostic) {
      if options.format == "markdown" || options.format == nil && path.hasSuffix(".md") {
        let bytes = try replaceFile(at: path, with: table.markdownText() + "\n", overwrite: options.overwrite)
        session.note("wrote \(counted(table.rowCount, "row")) to \(path) (\(sizeText(bytes: bytes)))")
      } else {
        let report = try saveTable(table, to: path, options: options)
        for note in report.notes { session.note(note) }
        session.note(
          "wrote \(counted(report.rowCount, "row")) × \(counted(report.columnCount, "column")) to \(report.path) "
            + "(\(report.format), \(sizeText(bytes: report.byteCount)))")
      }
    } catch {
      throw error.located(at: span)
    }
    return .nothing
  }
}

extension Session {
  /// Writes a model as a file of its own kind.
  fileprivate func save(
    _ model: Recommender, to path: String, _ reader: OptionReader, at span: SourceSpan
  ) throws(Diagnostic) {
    if let option = ["format", "compression", "separator", "header", "formulas"].first(where: reader.has) {
      throw Diagnostic(
        "a model is saved in a format of its own", at: reader.span(option), hint: "leave out `\(option)`")
    }
    let overwrite = try reader.flag("overwrite") ?? false
    do throws(Diagnostic) {
      let bytes = try replaceFile(at: path, overwrite: overwrite) { (append) throws(Diagnostic) in
        try model.archive.write(append)
      }
      note("wrote \(model.summary) to \(path) (\(sizeText(bytes: bytes)))")
    } catch {
      throw error.located(at: span)
    }
  }
}
