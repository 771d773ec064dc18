public import Diagnostics
import Parallelism
public import Tables

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Opens a file, a folder of part files, a pattern or standard input (`-`) as one table.
///
/// The format is recognised by the content, not by the extension. Of a Parquet file only the footer is read; text is
/// read whole. A path may be an address, `https://…` or `s3://…`.
///
/// - Throws: if nothing is found (with similar names as a hint), or if a file is broken or of no known format.
public func openTable(
  _ path: String, options: LoadOptions = LoadOptions()
) throws(Diagnostic) -> any TableSource {
  guard !path.isEmpty else { throw .emptyPath }
  if let names = options.columns, let repeated = Schema(names.map { Field($0, .null) }).firstRepeatedName {
    throw .repeatedColumn(repeated)
  }
  let source = try openAnything(path, options)
  guard let names = options.columns else { return source }
  var indices: [Int] = []
  for name in names { indices.append(try source.index(ofChosen: name, in: path)) }
  return SelectedColumns(source, indices)
}

/// Opens several files, folders and patterns as one table; their rows follow in this order.
public func openTables(
  _ paths: [String], options: LoadOptions = LoadOptions()
) throws(Diagnostic) -> any TableSource {
  guard paths.count != 1 || options.source != nil else { return try openTable(paths[0], options: options) }
  var parts = PartFiles(files: [])
  for path in paths {
    guard !path.isEmpty else { throw .emptyPath }
    if isAddress(path) {
      parts.append(try PartFiles(address: path, options))
      continue
    }
    switch pathKind(path) {
    case .file, .device, .other: parts.append(PartFiles(files: [path]))
    case .folder:
      if PartFiles.isDeltaTable(path) { throw .deltaAmongOthers(path) }
      parts.append(try PartFiles(folder: path))
    case .missing:
      guard isGlob(path) else { throw .missingFile(path) }
      parts.append(try PartFiles(pattern: path))
    }
  }
  guard !parts.files.isEmpty else { throw .emptyPath }
  let source = try openParts(parts, name: paths.joined(separator: ", "), options)
  guard let names = options.columns else { return source }
  var indices: [Int] = []
  for name in names { indices.append(try source.index(ofChosen: name, in: paths[0])) }
  return SelectedColumns(source, indices)
}

extension TableSource {
  /// The index of a column that `columns=` names.
  fileprivate func index(ofChosen name: String, in path: String) throws(Diagnostic) -> Int {
    do {
      return try schema.requireIndex(of: name, in: path)
    } catch {
      throw error.about(option: "columns")
    }
  }
}

private func openAnything(_ path: String, _ options: LoadOptions) throws(Diagnostic) -> any TableSource {
  if path == "-" {
    return try openFile(try InputFile.reading(STDIN_FILENO, as: "-", isAnything: options.format != nil), options)
  }
  if isAddress(path) { return try openParts(PartFiles(address: path, options), name: path, options) }
  if options.endpoint != nil { throw .endpointOfWeb }
  if options.version != nil, !PartFiles.isDeltaTable(path) { throw .versionOfNoTable(path) }
  switch pathKind(path) {
  case .file, .device, .other: return try openFile(path, options)
  case .folder: return try openParts(PartFiles(folder: path, version: options.version), name: path, options)
  case .missing:
    guard isGlob(path) else { throw .missingFile(path) }
    return try openParts(PartFiles(pattern: path), name: path, options)
  }
}

func openFile(_ path: String, _ options: LoadOptions) throws(Diagnostic) -> any TableSource {
  if isAddress(path) { return try openAddress(path, options) }
  return try openFile(try InputFile.open(path, isAnything: options.format != nil), options)
}

func openFile(_ file: InputFile, _ options: LoadOptions) throws(Diagnostic) -> any TableSource {
  try file.whileUnchanged { () throws(Diagnostic) in
    let input = try decompressed(file, options)
    let found = try options.format.map { (name) throws(Diagnostic) in try Formats.named(name) }
    guard let found = found ?? formats.first(where: { $0.recognises(input) }) else { throw .unrecognised(input.path) }
    let isZip = ZipArchive.isRecognised(file.bytes)
    for option in options.givenForSome where !found.understands.contains(option) && !(isZip && option == "table") {
      throw .optionOfAnotherFormat(option, found, among: formats, types: options.types, path: file.path)
    }
    return try found.open(input, options)
  }
}

/// Opens files as one table.
private func openParts(
  _ parts: PartFiles, name: String, _ options: LoadOptions
) throws(Diagnostic) -> any TableSource {
  if parts.files.count == 1, parts.files[0].keys.isEmpty, parts.notes.isEmpty, options.source == nil {
    return try openFile(parts.files[0].path, options)
  }
  if let fields = parts.fields, parts.files.isEmpty {
    let columns = fields.map { ($0.name, Column.nulls($0.type, count: 0)) }
    return TableInMemory(name: name, Table(columns), notes: parts.notes)
  }
  var sources: [any TableSource] = []
  for part in parts.files {
    try Cancellation.current.check()
    sources.append(try openFile(part.path, options))
  }
  let ofKeys = Set(parts.files[0].keys.map(\.name))
  if let fields = parts.fields {
    sources = widened(sources, to: fields.filter { !ofKeys.contains($0.name) })
  } else if options.isUnion {
    sources = widened(sources)
  }
  var keys = parts.files.map(\.keys)
  if let column = options.source {
    if let clash = sources.first(where: { $0.schema.index(of: column) != nil }) {
      throw Diagnostic(
        "`\(clash.name)` has a column `\(column)` already", hint: "`source=` takes another name", place: clash.name)
    }
    let names = parts.files.map { splitPath($0.path).name }
    let isUnique = Set(names).count == names.count
    for index in keys.indices { keys[index].append((column, isUnique ? names[index] : parts.files[index].path)) }
  }
  let types = Dictionary((parts.fields ?? []).map { ($0.name, $0.type) }) { first, _ in first }
  let whole = try PartedSource(name: name, sources, keys: keys, types: types, notes: parts.notes)
  guard let fields = parts.fields, fields.map(\.name) != whole.schema.names else { return whole }
  // In the order of the log; what `source=` adds comes last.
  let named = fields.compactMap { whole.schema.index(of: $0.name) }
  return SelectedColumns(whole, named + whole.schema.names.indices.filter { !named.contains($0) })
}

/// Sources that all have the columns of each, in order of first appearance; or those of a log, whose types hold where no
/// source has a column.
private func widened(_ sources: [any TableSource], to fields: [Field]? = nil) -> [any TableSource] {
  var names = fields?.map(\.name) ?? []
  var types: [String: DataType] = [:]
  for source in sources {
    for field in source.schema.fields where types[field.name] == nil {
      if fields == nil { names.append(field.name) }
      types[field.name] = field.type
    }
  }
  for field in fields ?? [] where types[field.name] == nil { types[field.name] = field.type }
  return sources.map { $0.schema.names == names ? $0 : WidenedSource($0, names: names, types: types) }
}

/// Returns the content of a compressed file or of the file in a zip file; other files as they are.
private func decompressed(_ input: InputFile, _ options: LoadOptions) throws(Diagnostic) -> InputFile {
  if let kind = Codec.FileKind(input.bytes) { return try Codec.decompressFile(input, kind) }
  guard ZipArchive.isRecognised(input.bytes), !formats.contains(where: { $0.isZipFile && $0.recognises(input) })
  else { return input }
  let archive = try ZipArchive(input)
  let files = archive.entries.filter { entry in
    let name = splitPath(entry.name).name
    return !entry.name.hasSuffix("/") && !entry.name.hasPrefix("__MACOSX/") && !name.hasPrefix(".")
  }
  let list = files.prefix(12).map { "`\($0.name)`" }.joined(separator: ", ")
  if let wanted = options.table {
    if let found = files.first(where: { $0.name == wanted || splitPath($0.name).name == wanted }) {
      return try archive.file(found)
    }
    throw Diagnostic("the zip file has no `\(wanted)`", hint: "there is \(list)", place: input.path)
      .about(option: "table")
  }
  guard let first = files.first else { throw .emptyFile(input.path) }
  guard files.count == 1 else {
    throw Diagnostic(
      "the zip file has \(files.count) files", hint: "`table=\"\(first.name)\"` chooses one of \(list)",
      place: input.path)
  }
  return try archive.file(first)
}

/// A selection of a source's columns, in any order.
final class SelectedColumns: DecodedSource {
  private let source: any TableSource
  private let indices: [Int]

  init(_ source: any TableSource, _ indices: [Int]) {
    self.source = source
    self.indices = indices
  }

  var schema: Schema {
    let schema = source.schema
    return Schema(indices.map { schema[$0] })
  }
  var partitions: [Partition] {
    source.partitions.map { partition in
      Partition(rows: partition.rows, statistics: indices.map { partition.statistics[$0] })
    }
  }
  func leadingRows(_ indices: [Int], count: Int) throws(Diagnostic) -> [Column]? {
    try source.leadingRows(indices.map { self.indices[$0] }, count: count)
  }
  func finalizeTypes(of columns: Set<Int>) throws(Diagnostic) -> Bool {
    try source.finalizeTypes(of: Set(columns.map { indices[$0] }))
  }

  var name: String { source.name }
  var rowCount: Int { source.rowCount }
  var notes: [String] { source.notes }
  func isInMemory(_ column: Int) -> Bool { source.isInMemory(indices[column]) }
  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] { try source.columns(indices.map { self.indices[$0] }) }
  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    try source.columns(indices.map { self.indices[$0] }, partition: partition)
  }
  func columns(
    _ indices: [Int], partition: Int, rows: Range<Int>, kept: Bitmap?
  ) throws(Diagnostic) -> [Column] {
    try source.columns(indices.map { self.indices[$0] }, partition: partition, rows: rows, kept: kept)
  }
  func makes(_ test: RowTest) -> Bool { source.makes(test.mapping(indices)) }
  func rows(where tests: [RowTest], and others: [RowTest], _ columns: [Int]) throws(Diagnostic) -> FoundRows {
    try source.rows(
      where: tests.map { $0.mapping(indices) }, and: others.map { $0.mapping(indices) }, columns.map { indices[$0] })
  }
  func pages(_ column: Int, partition: Int) -> [ColumnPage] { source.pages(indices[column], partition: partition) }
  func decodedSize(_ columns: Set<Int>) -> Int {
    (source as? any DecodedSource)?.decodedSize(Set(columns.map { indices[$0] })) ?? 0
  }
  func isWorthKeeping(_ columns: Set<Int>) -> Bool { source.isWorthKeeping(Set(columns.map { indices[$0] })) }
}

extension Diagnostic {
  fileprivate static func versionOfNoTable(_ path: String) -> Diagnostic {
    Diagnostic(
      "`version` is for tables of Delta Lake, and `\(path)` is none", hint: "leave it out", place: path
    ).about(option: "version")
  }

  fileprivate static func deltaAmongOthers(_ path: String) -> Diagnostic {
    Diagnostic(
      "`\(path)` is a table of Delta Lake, which is loaded by itself",
      hint: "`load \"\(path)\" | concat (load \"…\")` puts tables one below the other", place: path)
  }
}
