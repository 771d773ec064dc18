import Diagnostics
import Experiments
import Formats
import Query
import Recommenders
import Tables

private struct ReadOptions: VerbOptions {
  enum Quote: String, CaseIterable {
    case double, single, none

    /// The quote character for the text reader.
    var character: String {
      switch self {
      case .double: "\""
      case .single: "'"
      case .none: "none"
      }
    }
  }

  enum Ragged: String, CaseIterable {
    case error, pad
  }

  enum Columns: String, CaseIterable {
    case same, union
  }

  var columns: [Identifier]?
  var format: String?
  var separator: String?
  var header: Bool?
  var encoding: String?
  var decimal: String?
  var nulls: [Value]?
  var types: [Value]?
  var skip = 0
  var quote: Quote?
  var comment: String?
  var thousands: String?
  var trueValues: [Value]?
  var falseValues: [Value]?
  var ragged = Ragged.error
  var trim = false
  var select: String?
  var table: String?
  var sheet: Value?
  var version: Int?
  var source: String?
  var endpoint: String?
  var on: String?
  var schema = Columns.same

  static let declared: [VerbOption<Self>] = [
    .columns("columns", \.columns, "the columns to keep"),
    .word(
      "format", \.format, among: formats.map(\.name) + ["orc"],
      "the format, if the content does not show it; `orc` with `on=`"),
    .text("separator", \.separator, "the separator between fields"),
    .flag("header", \.header, "whether the first line names the columns"),
    .text("encoding", \.encoding, "the encoding of the text: `utf-8`, or for example `windows-1251`"),
    .text("decimal", \.decimal, "the decimal mark, `.` or `,`"),
    .list("nulls", \.nulls, "texts that mean null"),
    .list("types", \.types, "`\"column type\"` pairs, in place of inferred types"),
    .integer("skip", \.skip, in: 0...Int.max, "how many lines to skip at the start"),
    .word(
      "quote", \.quote,
      "the quote around fields, which may contain line ends; with `none` a quote is an ordinary character"),
    .text("comment", \.comment, "how comment lines begin: `\"#\"`"),
    .text("thousands", \.thousands, "the thousands separator of numbers: `\",\"`, `\" \"`"),
    .list("true_values", \.trueValues, "words that mean true: `[\"yes\"]`"),
    .list("false_values", \.falseValues, "words that mean false"),
    .word("ragged", \.ragged, "`pad` fills up lines with too few fields"),
    .flag("trim", \.trim, "whether blanks around fields are left out"),
    .text("select", \.select, "JSON: the path to the rows, `\"data.items\"`; a name with points stands in backticks"),
    .name("table", \.table, "a database's table, the file of a zip file, or a table of the server's catalogue"),
    .value("sheet", \.sheet, "a workbook's sheet, by its name or its number from 1"),
    .integer("version", \.version, in: 0...Int.max, "the version of a table of Delta Lake; the last one by default"),
    .name("source", \.source, "a new column with the name of each row's file"),
    .text("endpoint", \.endpoint, "the server of `s3://` addresses, if not Amazon's: `\"https://host:9000\"`"),
    .name("on", \.on, "the server that reads the table, a result of `connect`; the table stays there"),
    .word("schema", \.schema, "`union`: columns missing in a file are filled with null"),
  ]
}

extension NotebookVerb {
  static let load = NotebookVerb(
    VerbDeclaration(
      "load",
      summary: "opens a file, an address, a folder of part files or a pattern as one table, or a model that was saved",
      discussion: """
        The content of a file decides its format, not its name: Parquet, Arrow, CSV, TSV, JSON, spreadsheets (XLSX, \
        ODS) or databases (SQLite), compressed or not. A folder is read as its files, or as its Delta Lake log lists them. \
        Write several paths in brackets. Of a Parquet or an Arrow file only the footer is read at first; a column is \
        decoded when it is needed, and stays in memory. A relative path is looked up in the data folder, then in the \
        working directory. `"-"` is standard input. The path may be an address, `"https://host/orders.parquet"` or \
        `"s3://bucket/folder"`: of a Parquet file only the columns that are needed are fetched; other files are read \
        whole into a temporary file. Credentials for `s3://` come from the usual variables (`AWS_ACCESS_KEY_ID`, \
        `AWS_PROFILE`, …) and files of AWS. A model that `save` wrote becomes that model again.
        """,
      arguments: .values(names: ["\"path\""], required: 0),
      isSource: true,
      examples: [
        Example("load \"train_orders\"", "a Parquet file of the data folder"),
        Example("load \"train_orders\" columns=[user_id, product_id]", "two of its columns"),
      ]), ReadOptions.self, takes: []
  ) { (call, options, _, session) throws(Diagnostic) in
    if let engine = options.on {
      let span = options.span(of: \.on) ?? call.span
      var reading = RemoteReading(
        paths: try call.paths(session), table: options.table, columns: options.columns, span: call.span)
      try reading.take(
        format: options.format, separator: options.separator, header: options.header, encoding: options.encoding)
      if let other = call.options.first(where: { !RemoteReading.options.contains($0.name.name) }) {
        throw Diagnostic(
          "`\(other.name.name)=` is nothing that an engine is told", at: other.name.span,
          hint: "with `on=` there are " + RemoteReading.options.map { "`\($0)=`" }.joined(separator: ", "))
      }
      return .table(try session.remoteTable(reading, on: Identifier(engine, span)))
    }
    if let (value, span) = try call.argument(0, session), case .list(let list) = value {
      return try several(list, at: span, loadOptions(options), call, session)
    }
    guard let (path, span) = try call.textArgument(0, "a path", session) else {
      throw Diagnostic("`load` takes a path in quotes", at: call.span, hint: "`load \"train_orders\"`")
    }
    guard !path.isEmpty else {
      throw Diagnostic("the path is empty", at: span, hint: "`load \"train_orders\"` names a file")
    }
    let found = session.dataPath(path)
    var isModel = false
    if !isAddress(found) {
      isModel = try session.reading(found, written: path, at: span) {
        fileBegins(at: found, with: ModelArchive.magic)
      }
    }
    if isModel {
      if let option = call.options.first {
        throw Diagnostic(
          "a model is loaded as it is", at: option.name.span, hint: "leave out `\(option.name.name)`")
      }
      return .model(try session.loadModel(found, written: path, at: span))
    }
    return try open([path], at: span, loadOptions(options), call, session)
  }

  /// Loads several paths as one table.
  private static func several(
    _ list: Column, at span: SourceSpan, _ reading: LoadOptions, _ call: VerbCall, _ session: Session
  ) throws(Diagnostic) -> NotebookValue {
    var paths: [String] = []
    for row in 0..<list.count {
      guard case .text(let path) = list[row], !path.string.isEmpty else {
        throw Diagnostic("`load` takes paths in quotes", at: span, hint: "`load [\"a.csv\", \"b.csv\"]`")
      }
      paths.append(path.string)
    }
    guard !paths.isEmpty else {
      throw Diagnostic("the list of paths is empty", at: span, hint: "`load [\"a.csv\", \"b.csv\"]`")
    }
    return try open(paths, at: span, reading, call, session)
  }

  /// Opens files as one table. During a check, it is fingerprinted.
  private static func open(
    _ paths: [String], at span: SourceSpan, _ reading: LoadOptions, _ call: VerbCall, _ session: Session
  ) throws(Diagnostic) -> NotebookValue {
    let (found, name) = (paths.map { session.dataPath($0) }, paths.joined(separator: ", "))
    do throws(Diagnostic) {
      let written = reading.endpoint.map { server in paths.map { "\($0) at \(server)" } } ?? paths
      let source = try session.reading(found, written: written, at: span) { () throws(Diagnostic) in
        try openTables(found, options: reading)
      }
      if let watch = session.dataWatch {
        while try finalizeTypes(of: .scan(source)) {}
        try watch.see(source, named: name, at: span)
      }
      return .table(.scan(source))
    } catch {
      session.dataWatch?.miss(name)
      let option = call.options.first { $0.name.name == error.option }
      throw session.asWritten(error).located(at: option.map { $0.value.span } ?? span)
    }
  }

  private static func loadOptions(_ options: OptionValues<ReadOptions>) throws(Diagnostic) -> LoadOptions {
    var reading = LoadOptions()
    reading.format = options.format
    reading.columns = try columnNames(options.columns)
    reading.separator = options.separator
    reading.header = options.header
    reading.encoding = options.encoding
    reading.decimal = try decimalMark(options)
    reading.nulls = options.nulls?.map(\.description) ?? []
    reading.types = try columnTypes(options.types ?? [], at: options.nameSpan(of: \.types))
    reading.skip = options.skip
    reading.quote = options.quote.map { $0.character }
    reading.comment = options.comment
    reading.thousands = try thousandsMark(options)
    reading.trueValues = options.trueValues?.map(\.description) ?? []
    reading.falseValues = options.falseValues?.map(\.description) ?? []
    reading.padsLines = options.ragged == .pad
    reading.trims = options.trim
    reading.select = options.select
    reading.table = options.table
    reading.sheet = options.sheet?.description
    reading.version = options.version
    reading.source = options.source
    reading.endpoint = options.endpoint
    reading.isUnion = options.schema == .union
    return reading
  }

  private static func decimalMark(_ options: OptionValues<ReadOptions>) throws(Diagnostic) -> String? {
    guard let mark = options.decimal, mark != ".", mark != "," else { return options.decimal }
    throw Diagnostic(
      "`\(mark)` is no decimal mark", at: options.span(of: \.decimal), hint: "it is `decimal=\".\"` or `decimal=\",\"`")
  }

  /// One character that cannot be taken for a part of the number, nor for its decimal mark.
  private static func thousandsMark(_ options: OptionValues<ReadOptions>) throws(Diagnostic) -> String? {
    guard let mark = options.thousands else { return nil }
    let span = options.span(of: \.thousands)
    guard mark.count == 1, !mark.contains(where: { $0.isLetter || $0.isNumber || "+-".contains($0) }) else {
      throw Diagnostic(
        "`\(mark)` cannot stand between thousands", at: span,
        hint: "`thousands=\",\"`, `thousands=\" \"` and `thousands=\"'\"` are usual")
    }
    guard mark != (options.decimal ?? ".") else {
      throw Diagnostic(
        "`\(mark)` is the decimal mark already", at: span,
        hint: mark == "." ? "add `decimal=\",\"`" : "leave out `decimal=\"\(mark)\"`")
    }
    return mark
  }

  /// The names of `columns=`, each of which makes a column of the table.
  private static func columnNames(_ names: [Identifier]?) throws(Diagnostic) -> [String]? {
    guard let names else { return nil }
    for (index, name) in names.enumerated() where names[..<index].contains(where: { $0.name == name.name }) {
      throw Diagnostic(
        "`columns=` names `\(name.name)` twice", at: name.span, hint: "leave one out: a table's names are unique")
    }
    return names.map(\.name)
  }

  /// Parses `["user_id i64", "date date"]` to types by name.
  private static func columnTypes(_ pairs: [Value], at span: SourceSpan?) throws(Diagnostic) -> [String: DataType] {
    var types: [String: DataType] = [:]
    for pair in pairs {
      let words = pair.description.split(separator: " ", maxSplits: 1).map(\.trimmed)
      guard words.count == 2, let type = DataType(named: words[1]) else {
        if let unknown = DataType.unknownZone(in: words.last ?? "") { throw unknown.located(at: span) }
        throw Diagnostic(
          "`\(pair)` is not a column and a type", at: span, hint: "`types=[\"user_id i64\", \"date date\"]`")
      }
      guard types.updateValue(type, forKey: words[0]) == nil else {
        throw Diagnostic("`types=` names `\(words[0])` twice", at: span, hint: "leave one of the two out")
      }
    }
    return types
  }
}

extension Session {
  /// The path that `load` opens: in the data folder if it exists there, else as written.
  func dataPath(_ path: String) -> String {
    guard let dataFolder, !path.hasPrefix("/"), path != "-", !isAddress(path) else { return path }
    let inside = dataFolder.hasSuffix("/") ? dataFolder + path : dataFolder + "/" + path
    // For a pattern, the folder in which it searches decides.
    func hasFiles(_ path: String) -> Bool {
      isFileThere(path.contains { "*?[".contains($0) } ? folderName(path) : path)
    }
    return hasFiles(inside) || !hasFiles(path) ? inside : path
  }

  /// Loads a model; its file is mapped into memory while it is read.
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

  /// Rewrites paths in the hint relative to the data folder, so that the hint can be pasted.
  fileprivate func asWritten(_ error: Diagnostic) -> Diagnostic {
    guard let dataFolder else { return error }
    let folder = dataFolder.hasSuffix("/") ? dataFolder : dataFolder + "/"
    var copy = error
    for mark in ["`", "\""] { copy.hint = copy.hint?.replacing(mark + folder, with: mark) }
    return copy
  }
}
