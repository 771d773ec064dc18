public import Diagnostics
public import Tables

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Opens a file, a folder of part files, a pattern or standard input (`-`) as one table.
///
/// What a file is, its content says, not its extension. A Parquet file costs its footer; text is read whole.
///
/// - Throws: where nothing is found (with names that are near), where a file is broken or of no known format.
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
  for name in names { indices.append(try source.schema.requireIndex(of: name, in: path)) }
  return SelectedColumns(source, indices)
}

private func openAnything(_ path: String, _ options: LoadOptions) throws(Diagnostic) -> any TableSource {
  if path == "-" {
    return try openFile(try InputFile.reading(STDIN_FILENO, as: "-", isAnything: options.format != nil), options)
  }
  switch pathKind(path) {
  case .file, .other: return try openFile(path, options)
  case .folder: return try openParts(PartFiles(folder: path), name: path, options)
  case .missing:
    guard isGlob(path) else { throw .missingFile(path) }
    return try openParts(PartFiles(pattern: path), name: path, options)
  }
}

func openFile(_ path: String, _ options: LoadOptions) throws(Diagnostic) -> any TableSource {
  try openFile(try InputFile.open(path, isAnything: options.format != nil), options)
}

private func openFile(_ file: InputFile, _ options: LoadOptions) throws(Diagnostic) -> any TableSource {
  try file.whileUnchanged { () throws(Diagnostic) in
    let input = try decompressed(file)
    if let name = options.format { return try Formats.named(name).open(input, options) }
    guard let found = formats.first(where: { $0.recognises(input) }) else { throw .unrecognised(input.path) }
    return try found.open(input, options)
  }
}

/// Files that are one table.
private func openParts(
  _ parts: PartFiles, name: String, _ options: LoadOptions
) throws(Diagnostic) -> any TableSource {
  if parts.files.count == 1, parts.files[0].keys.isEmpty, parts.notes.isEmpty {
    return try openFile(parts.files[0].path, options)
  }
  var sources: [any TableSource] = []
  for part in parts.files { sources.append(try openFile(part.path, options)) }
  return try PartedSource(name: name, sources, keys: parts.files.map(\.keys), notes: parts.notes)
}

/// The content of a gzip or zstd file; others as they are.
private func decompressed(_ input: InputFile) throws(Diagnostic) -> InputFile {
  guard Codec.isCompressedFile(input.bytes) else { return input }
  return try Codec.decompressFile(input, isGzip: Codec.isGzipFile(input.bytes))
}

/// Some of a source's columns, in another order.
final class SelectedColumns: DecodedSource {
  private let source: any TableSource
  private let indices: [Int]

  init(_ source: any TableSource, _ indices: [Int]) {
    self.source = source
    self.indices = indices
  }

  var schema: Schema { Schema(indices.map { source.schema[$0] }) }
  var partitions: [Partition] {
    source.partitions.map { partition in
      Partition(rows: partition.rows, statistics: indices.map { partition.statistics[$0] })
    }
  }
  func leadingRows(_ indices: [Int], count: Int) throws(Diagnostic) -> [Column]? {
    try source.leadingRows(indices.map { self.indices[$0] }, count: count)
  }
  func settle(_ columns: Set<Int>) throws(Diagnostic) -> Bool { try source.settle(Set(columns.map { indices[$0] })) }

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
  func zone(of column: Int) -> String? { source.zone(of: indices[column]) }
  func pages(_ column: Int, partition: Int) -> [ColumnPage] { source.pages(indices[column], partition: partition) }
  func decodedSize(_ columns: Set<Int>) -> Int {
    (source as? any DecodedSource)?.decodedSize(Set(columns.map { indices[$0] })) ?? 0
  }
  func isWorthKeeping(_ columns: Set<Int>) -> Bool { source.isWorthKeeping(Set(columns.map { indices[$0] })) }
}
