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
  let source = try openAnything(path, options)
  guard let names = options.columns else { return source }
  var indices: [Int] = []
  for name in names { indices.append(try source.schema.requireIndex(of: name, in: path)) }
  return SelectedColumns(source, indices)
}

private func openAnything(_ path: String, _ options: LoadOptions) throws(Diagnostic) -> any TableSource {
  if path == "-" { return try openFile(try InputFile.reading(STDIN_FILENO, as: "-"), options) }
  switch pathKind(path) {
  case .file, .other: return try openFile(try InputFile.open(path), options)
  case .folder: return try openFolder(path, options)
  case .missing:
    guard isGlob(path) else { throw .missingFile(path) }
    let paths = expandGlob(path)
    guard !paths.isEmpty else { throw .missingFile(path) }
    return try openParts(paths.map { ($0, []) }, name: path, options)
  }
}

func openFile(_ input: InputFile, _ options: LoadOptions) throws(Diagnostic) -> any TableSource {
  let input = try decompressed(input)
  if let name = options.format { return try Formats.named(name).open(input, options) }
  guard let found = formats.first(where: { $0.recognises(input) }) else { throw .unrecognised(input.path) }
  return try found.open(input, options)
}

/// The content of a gzip or zstd file; others as they are.
private func decompressed(_ input: InputFile) throws(Diagnostic) -> InputFile {
  let isGzip = input.bytes.starts(with: [0x1F, 0x8B])
  guard isGzip || input.bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) else { return input }
  return try Codec.decompressFile(input, isGzip: isGzip)
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
  func pages(_ column: Int, partition: Int) -> [ColumnPage] { source.pages(indices[column], partition: partition) }
  func decodedSize(_ columns: Set<Int>) -> Int {
    (source as? any DecodedSource)?.decodedSize(Set(columns.map { indices[$0] })) ?? 0
  }
  func isWorthKeeping(_ columns: Set<Int>) -> Bool { source.isWorthKeeping(Set(columns.map { indices[$0] })) }
}
