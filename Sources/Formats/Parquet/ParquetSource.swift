import Diagnostics
import Parallelism
import Synchronization
import Tables

extension FileFormat {
  /// Apache Parquet: columns, compressed, with types and statistics.
  static let parquet = FileFormat(
    name: "parquet", summary: "columns with types, compressed; the fastest to read", extensions: ["parquet", "pq"],
    recognises: { ParquetFile.isParquet($0) },
    open: { (input, _) throws(Diagnostic) in ParquetSource(try ParquetFile(input)) },
    write: { (table, file, options) throws(Diagnostic) in
      let writer = try ParquetWriter(file, table.schema, options)
      try writer.append(table)
      try writer.complete()
      let hasDurations = table.schema.types.contains { if case .duration = $0 { true } else { false } }
      return hasDurations ? ["durations are whole numbers to other programs"] : []
    })
}

/// A Parquet file as a source: a row group is a partition.
final class ParquetSource: DecodedSource {
  private let file: ParquetFile
  private let cache = ColumnCache()
  /// The columns that some question about all rows looked at.
  private let asked = Mutex<Set<Int>>([])
  let partitions: [Partition]

  init(_ file: ParquetFile) {
    self.file = file
    partitions = file.metadata.rowGroups.indices.map { group in
      Partition(
        rows: file.groupStarts[group]..<file.groupStarts[group + 1], statistics: file.statistics(group: group))
    }
  }

  var name: String { file.input.path }
  var schema: Schema { file.schema }
  var rowCount: Int { file.rowCount }
  var notes: [String] { file.notes }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    try cache.columns(indices) { (missing) throws(Diagnostic) in
      return try decode(missing, groups: 0..<partitions.count)
    }
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    let rows = partitions[partition].rows
    if let cached = cache.cached(indices) { return cached.map { $0[rows] } }
    return try decode(indices, groups: partition..<partition + 1)
  }

  func columns(
    _ indices: [Int], partition: Int, rows: Range<Int>, kept: Bitmap?
  ) throws(Diagnostic) -> [Column] {
    try file.input.checkUnchanged()
    let (file, cache, partitionRows) = (file, cache, partitions[partition].rows)
    return try mapIndices(of: indices.count) { (position) throws(Diagnostic) in
      if let cached = cache.cached([indices[position]])?.first {
        let first = partitionRows.lowerBound
        let cut = cached[first + rows.lowerBound..<first + rows.upperBound]
        return try kept.map { (kept) throws(Diagnostic) in try filter(cut, kept) } ?? cut
      }
      return try file.decode(indices[position], group: partition, rows: rows, kept: kept)
    }
  }

  func pages(_ column: Int, partition: Int) -> [ColumnPage] { file.pages(column, group: partition) }

  func decodedSize(_ columns: Set<Int>) -> Int { columns.reduce(0) { $0 &+ file.decodedSize($1) } }

  /// What is asked for a second time is kept: passing over a file once should not fill the memory.
  func isWorthKeeping(_ columns: Set<Int>) -> Bool {
    let wasAsked = asked.withLock { asked in
      defer { asked.formUnion(columns) }
      return columns.isSubset(of: asked)
    }
    return wasAsked && fitsMemory(columns)
  }

  func isInMemory(_ column: Int) -> Bool { cache.contains(column) }

  /// Decodes row groups side by side, or columns where those are more.
  private func decode(_ indices: [Int], groups: Range<Int>) throws(Diagnostic) -> [Column] {
    try file.input.checkUnchanged()
    let file = file
    if indices.count > groups.count {
      return try mapIndices(of: indices.count) { (index) throws(Diagnostic) in
        try file.decode(indices[index], groups: groups)
      }
    }
    var columns: [Column] = []
    for index in indices {
      columns.append(
        try Progress.ofLoops("reading \(schema[index].name)") { () throws(Diagnostic) in
          try file.decode(index, groups: groups)
        })
    }
    return columns
  }
}
