import Diagnostics
import Experiments
import Formats
import Query
import Recommenders
import Tables

extension NotebookVerb {
  static let load = NotebookVerb(
    VerbDeclaration(
      "load", summary: "opens a file, a folder of part files or a pattern as one table, or a model that was saved",
      discussion: """
        What a file is shows by its content, not by its name: Parquet, CSV, TSV and NDJSON, also compressed. Of a \
        Parquet file only the end is read at first; columns are decoded when something needs them and kept. A relative \
        path starts in the data folder, then in the working directory. `"-"` is standard input. A file that \
        `save` made of a model is that model again.
        """,
      arguments: .values(names: ["\"path\""], required: 1),
      options: [
        Option("columns", .columns, "the columns to keep"),
        Option("format", .word(formats.map(\.name)), "the format, where the content does not show it"),
        Option("separator", .text, "what stands between the fields of a line"),
        Option("header", .flag, "whether the first line names the columns"),
        Option("encoding", .text, "the encoding of the text, `utf-8` or for example `windows-1251`"),
        Option("decimal", .text, "the decimal mark, `.` or `,`"),
        Option("nulls", .list, "texts that mean null"),
        Option("types", .list, "`\"column type\"` pairs, instead of what the values look like"),
        Option("skip", .integer(0...Int.max), "lines to pass over at the start"),
        Option(
          "quote", .word(["double", "single", "none"]),
          "what quotes fields, over line ends too; `none` takes quotes for letters"),
      ],
      isSource: true,
      examples: [
        Example("load \"train_orders\"", "a Parquet file of the data folder"),
        Example("load \"train_orders\" columns=[user_id, product_id]", "two of its columns"),
      ])
  ) { (call, _, session) throws(Diagnostic) in
    let reader = OptionReader(call, session)
    guard let (path, span) = try reader.textArgument(0, "a path") else {
      throw Diagnostic("`load` takes a path in quotes", at: call.span, hint: "`load \"train_orders\"`")
    }
    guard !path.isEmpty else {
      throw Diagnostic("an empty path leads nowhere", at: span, hint: "`load \"train_orders\"` names a file")
    }
    let found = session.dataPath(path)
    let isModel = try session.reading(found, written: path, at: span) {
      fileBegins(at: found, with: ModelArchive.magic)
    }
    if isModel {
      if let option = call.options.first {
        throw Diagnostic(
          "a model is loaded as it is", at: option.name.span, hint: "leave out `\(option.name.name)`")
      }
      return .model(try session.loadModel(found, written: path, at: span))
    }
    var options = LoadOptions()
    options.format = try reader.word("format")
    options.columns = try columnNames(reader)
    options.separator = try reader.text("separator")
    options.header = try reader.flag("header")
    options.encoding = try reader.text("encoding")
    options.decimal = try reader.text("decimal")
    options.nulls = try reader.list("nulls")?.map(\.description) ?? []
    options.types = try columnTypes(reader.list("types") ?? [], at: reader.span("types"))
    options.skip = try reader.integer("skip") ?? 0
    options.quote = try reader.word("quote").map { ["double": "\"", "single": "'"][$0] ?? $0 }
    do throws(Diagnostic) {
      return try session.reading(found, written: path, at: span) { () throws(Diagnostic) in
        .table(.scan(try openTable(found, options: options)))
      }
    } catch {
      throw session.asWritten(error).located(at: span)
    }
  }

  /// The names of `columns=`, each of which makes a column of the table.
  private static func columnNames(_ reader: OptionReader) throws(Diagnostic) -> [String]? {
    guard let names = try reader.names("columns") else { return nil }
    for (index, name) in names.enumerated() where names[..<index].contains(where: { $0.name == name.name }) {
      throw Diagnostic(
        "`columns=` names `\(name.name)` twice", at: name.span, hint: "leave one out: a table's names are unique")
    }
    return names.map(\.name)
  }

  /// `["user_id i64", "date date"]` as types by name.
  private static func columnTypes(_ pairs: [Value], at span: SourceSpan?) throws(Diagnostic) -> [String: DataType] {
    var types: [String: DataType] = [:]
    for pair in pairs {
      let words = pair.description.split(separator: " ", maxSplits: 1).map(\.trimmed)
      guard words.count == 2, let type = DataType(named: words[1]) else {
        throw Diagnostic("`\(pair)` is no column and type", at: span, hint: "`types=[\"user_id i64\", \"date date\"]`")
      }
      guard types.updateValue(type, forKey: words[0]) == nil else {
        throw Diagnostic("`types=` names `\(words[0])` twice", at: span, hint: "leave one of the two out")
      }
    }
    return types
  }
}

extension Session {
  /// The path that `load` opens: in the data folder if it is there, else as it stands.
  func dataPath(_ path: String) -> String {
    guard let dataFolder, !path.hasPrefix("/"), path != "-" else { return path }
    let inside = dataFolder.hasSuffix("/") ? dataFolder + path : dataFolder + "/" + path
    // Of a pattern, the folder it looks in decides.
    func hasFiles(_ path: String) -> Bool {
      isFileThere(path.contains { "*?[".contains($0) } ? folderName(path) : path)
    }
    return hasFiles(inside) || !hasFiles(path) ? inside : path
  }

  /// The model in a file, mapped into memory while it is read.
  fileprivate func loadModel(_ path: String, written: String, at span: SourceSpan) throws(Diagnostic) -> Recommender {
    do throws(Diagnostic) {
      let archive = try reading(path, written: written, at: span) { () throws(Diagnostic) in
        try withMappedFile(at: path) { (bytes) throws(Diagnostic) in try ModelArchive(reading: bytes) }
      }
      return try Recommender(restoring: archive)
    } catch {
      throw error.located(at: span)
    }
  }

  /// The diagnostic with a hint that can be pasted: files of the data folder are named as `load` takes them.
  fileprivate func asWritten(_ error: Diagnostic) -> Diagnostic {
    guard let dataFolder else { return error }
    let folder = dataFolder.hasSuffix("/") ? dataFolder : dataFolder + "/"
    var copy = error
    for mark in ["`", "\""] { copy.hint = copy.hint?.replacing(mark + folder, with: mark) }
    return copy
  }
}
