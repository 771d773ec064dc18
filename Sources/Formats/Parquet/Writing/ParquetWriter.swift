public import Diagnostics
import Parallelism
public import Tables

/// Writes a sequence of tables to one Parquet file.
///
/// Row groups have a fixed number of rows, whatever the sizes of the tables and the number of cores, so the same rows
/// give the same bytes. The file appears when `finish` is called; without it, nothing is left behind.
public final class ParquetWriter {
  private let file: OutputFile
  private let schema: Schema
  private let leaves: [[WrittenLeaf]]
  private let codec: Codec
  private var pending: [Table] = []
  private var pendingRows = 0
  private var groups: [(chunks: [EncodedChunk], starts: [Int], rowCount: Int)] = []
  private var rowCount = 0

  /// The default number of rows of a row group.
  private static let usualGroupRows = 1 << 18
  private let groupRows: Int
  /// The number of row groups that are encoded in parallel.
  private static let batchGroups = 4

  /// - Throws: if the path is not writable, or if the compression is unknown.
  public convenience init(
    path: String, schema: Schema, options: SaveOptions = SaveOptions()
  ) throws(Diagnostic) {
    try self.init(OutputFile(path: path, overwrite: options.overwrite), schema, options)
  }

  init(_ file: OutputFile, _ schema: Schema, _ options: SaveOptions) throws(Diagnostic) {
    self.file = file
    self.schema = schema
    codec = try options.compression.map { (name) throws(Diagnostic) in try Codec(named: name) } ?? .zstd
    leaves = schema.fields.map { WrittenLeaf.leaves(of: $0) }
    groupRows = max(1, options.rowsPerGroup ?? ParquetWriter.usualGroupRows)
    try file.append(ParquetFile.magic)
  }

  /// Appends a table, which must have the writer's schema.
  public func append(_ table: Table) throws(Diagnostic) {
    guard table.schema == schema else { throw .fault("a table of another schema in one Parquet file") }
    guard table.rowCount > 0 else { return }
    pending.append(table)
    pendingRows += table.rowCount
    if pendingRows >= groupRows * ParquetWriter.batchGroups { try flush(isLast: false) }
  }

  /// Writes the remaining rows and the footer, and moves the file into place.
  public func finish() throws(Diagnostic) -> SaveReport {
    try complete()
    try file.commit()
    return SaveReport(
      path: file.path, format: "parquet", rowCount: rowCount, columnCount: schema.count, byteCount: file.byteCount,
      notes: [])
  }

  /// Writes the remaining rows and the footer, without moving the file into place.
  func complete() throws(Diagnostic) {
    try flush(isLast: true)
    var footer = ThriftWriter()
    ParquetFooter(
      schema: schema, leaves: leaves, codec: codec, groups: groups, rowCount: rowCount
    ).write(&footer)
    var end = footer.bytes
    end.append(littleEndian: UInt32(footer.bytes.count))
    end += ParquetFile.magic
    try file.append(end)
  }

  private func flush(isLast: Bool) throws(Diagnostic) {
    guard pendingRows > 0 else { return }
    let table = pending.count == 1 ? pending[0] : try concat(pending)
    let whole = isLast ? table.rowCount : table.rowCount / groupRows * groupRows
    let groupCount = (whole + groupRows - 1) / groupRows
    for first in stride(from: 0, to: groupCount, by: ParquetWriter.batchGroups) {
      let batch = first..<min(groupCount, first + ParquetWriter.batchGroups)
      try write(batch.map { table[$0 * groupRows..<min(whole, ($0 + 1) * groupRows)] })
    }
    pending = whole < table.rowCount ? [table[whole..<table.rowCount]] : []
    pendingRows = table.rowCount - whole
  }

  /// Encodes the columns of some row groups on all cores, and appends them in order.
  private func write(_ tables: [Table]) throws(Diagnostic) {
    let (leaves, codec) = (leaves, codec)
    let columnCount = schema.count
    var position = file.byteCount
    let encoded = try file.append(pieces: tables.count * columnCount) {
      (index, bytes) throws(Diagnostic) -> [EncodedChunk] in
      let (group, column) = (index / columnCount, index % columnCount)
      var chunks: [EncodedChunk] = []
      for (leaf, shredded) in zip(leaves[column], try Shredding.leaves(of: tables[group].columns[column])) {
        chunks.append(try ChunkEncoder.encode(shredded, leaf, codec, into: &bytes))
      }
      return chunks
    }
    for group in tables.indices {
      let chunks = encoded[group * columnCount..<(group + 1) * columnCount].flatMap { $0 }
      var starts: [Int] = []
      for chunk in chunks {
        starts.append(position)
        position += chunk.byteCount
      }
      groups.append((chunks, starts, tables[group].rowCount))
      rowCount += tables[group].rowCount
    }
  }
}

/// The footer of a file, after its row groups have been written.
struct ParquetFooter {
  let schema: Schema
  let leaves: [[WrittenLeaf]]
  let codec: Codec
  let groups: [(chunks: [EncodedChunk], starts: [Int], rowCount: Int)]
  let rowCount: Int

  func write(_ writer: inout ThriftWriter) {
    let flatLeaves = leaves.flatMap { $0 }
    var elements = [WrittenElement(name: "schema", childCount: schema.count)]
    for field in schema.fields {
      WrittenElement.append(field.name, field.type, to: &elements)
    }
    writer.integer(1, 2)
    writer.structures(2, Array(elements.enumerated())) { writer, entry in
      let (position, element) = entry
      if let type = element.type { writer.physicalType(type) }
      if position > 0 {
        let repetition: Repetition = element.isRepeated ? .repeated : .optional
        writer.integer(3, repetition.rawValue)
      }
      writer.string(4, element.name)
      if element.childCount > 0 || position == 0 { writer.integer(5, element.childCount) }
      if element.isList {
        writer.integer(6, 3)
        writer.structure(10) { $0.structure(3) { _ in } }
      }
      if let type = element.type { writer.logicalType(type) }
    }
    writer.integer(3, rowCount, .i64)
    writer.structures(4, groups) { writer, group in
      writer.structures(1, Array(zip(zip(group.chunks, group.starts), flatLeaves))) { writer, entry in
        let ((chunk, start), leaf) = entry
        writer.integer(2, start, .i64)
        writer.structure(3) { writeChunk(&$0, chunk, start, leaf) }
      }
      writer.integer(2, group.chunks.reduce(0) { $0 + $1.uncompressedSize }, .i64)
      writer.integer(3, group.rowCount, .i64)
    }
    let durations = flatLeaves.compactMap { leaf -> (String, String)? in
      guard case .duration(let unit) = leaf.type else { return nil }
      return (ParquetFooter.durationKey + leaf.path.joined(separator: "."), unit.rawValue)
    }
    let hasZones = flatLeaves.contains { leaf in
      if case .zoned(_, let zone) = leaf.type { zone != .utc } else { false }
    }
    // Parquet can only say that timestamps are in UTC. Arrow's schema, which all readers look for, names the zones.
    let arrow = hasZones ? [(ArrowSchema.key, ArrowSchema.base64(schema))] : []
    if !durations.isEmpty || !arrow.isEmpty {
      writer.structures(5, durations + arrow) { writer, pair in
        writer.string(1, pair.0)
        writer.string(2, pair.1)
      }
    }
    writer.string(6, "lectern")
    writer.structures(7, flatLeaves) { writer, _ in writer.structure(1) { _ in } }
    writer.stop()
  }

  /// Parquet has no type for durations: metadata with this key marks integer columns as durations.
  static let durationKey = "lectern.duration."
  /// Files of versions before Arrow's schema was written name the time zone of a column in metadata with this key.
  static let zoneKey = "lectern.zone."

  private func writeChunk(_ writer: inout ThriftWriter, _ chunk: EncodedChunk, _ start: Int, _ leaf: WrittenLeaf) {
    writer.integer(1, leaf.physical.rawValue)
    let encodings: [PageEncoding] = chunk.hasDictionary ? [.plain, .runLength, .dictionary] : [.plain, .runLength]
    writer.integers(2, encodings.map(\.rawValue))
    writer.strings(3, leaf.path)
    writer.integer(4, codec.rawValue)
    writer.integer(5, chunk.valueCount, .i64)
    writer.integer(6, chunk.uncompressedSize, .i64)
    writer.integer(7, chunk.byteCount, .i64)
    writer.integer(9, start + chunk.dataPageOffset, .i64)
    if chunk.hasDictionary { writer.integer(11, start, .i64) }
    writer.structure(12) { writer in
      if let nulls = chunk.statistics.nullCount { writer.integer(3, nulls, .i64) }
      if let maximum = chunk.statistics.maximum { writer.binary(5, maximum) }
      if let minimum = chunk.statistics.minimum { writer.binary(6, minimum) }
    }
  }
}
