import Diagnostics
import Tables

/// A text in chunks of whole rows that can be read independently: the common part of CSV and NDJSON sources.
protocol ChunkedTextSource: DecodedSource {
  var chunks: TextChunks { get }
  var cache: ColumnCache { get }
  var input: InputFile { get }
  /// The position of the first row.
  var dataStart: Int { get }

  /// Parses the first `limit` rows of a byte range.
  func parsed(_ indices: [Int], _ range: Range<Int>, limit: Int) throws(Diagnostic) -> [Column]

  /// Reads whole columns, and finalises their types if necessary.
  func read(_ indices: [Int]) throws(Diagnostic) -> [Column]
}

extension ChunkedTextSource {
  var rowCount: Int { chunks.rowCount }
  var partitions: [Partition] { chunks.partitions(columnCount: schema.count) }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    // A request for no columns asks only for the number of rows.
    if indices.isEmpty { _ = try chunks.firstRows() }
    return try cache.columns(indices) { (missing) throws(Diagnostic) in try read(missing) }
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    try columns(indices, partition: partition, rows: 0..<chunks.rowCount(ofChunk: partition), kept: nil)
  }

  /// Asked for column by column: `partitions`, which lists all columns, would take a time quadratic in them.
  func pages(_ column: Int, partition: Int) -> [ColumnPage] {
    [ColumnPage(rows: 0..<chunks.rowCount(ofChunk: partition), byteCount: 0, statistics: nil)]
  }

  func columns(
    _ indices: [Int], partition: Int, rows: Range<Int>, kept: Bitmap?
  ) throws(Diagnostic) -> [Column] {
    try chunks.columns(chunk: partition, rows: rows, kept: kept, cached: cache.cached(indices)) {
      (range, limit) throws(Diagnostic) in
      try parsed(indices, range, limit: limit)
    }
  }

  func leadingRows(_ indices: [Int], count: Int) throws(Diagnostic) -> [Column]? {
    if chunks.areCounted { return nil }
    return try parsed(indices, dataStart..<input.bytes.count, limit: count)
  }

  func isInMemory(_ column: Int) -> Bool { cache.contains(column) }

  /// Parsing costs more than any later computation, so columns are cached if they fit.
  func isWorthKeeping(_ columns: Set<Int>) -> Bool { fitsMemory(columns) }
}
