import Diagnostics
import Tables

/// A text that is cut into runs of rows, each of which can be read on its own: what separated values and JSON lines share.
protocol ChunkedTextSource: DecodedSource {
  var chunks: TextChunks { get }
  var cache: ColumnCache { get }
  var input: InputFile { get }
  /// Where its first row stands.
  var dataStart: Int { get }

  /// The first `limit` rows of a run of bytes.
  func parsed(_ indices: [Int], _ range: Range<Int>, limit: Int) throws(Diagnostic) -> [Column]

  /// Whole columns, their types settled on the way if they are not.
  func read(_ indices: [Int]) throws(Diagnostic) -> [Column]
}

extension ChunkedTextSource {
  var rowCount: Int { chunks.rowCount }
  var partitions: [Partition] { chunks.partitions(columnCount: schema.count) }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    // Who asks for no column wants to know how many rows there are.
    if indices.isEmpty { _ = try chunks.firstRows() }
    return try cache.columns(indices) { (missing) throws(Diagnostic) in try read(missing) }
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    try columns(indices, partition: partition, rows: 0..<partitions[partition].rows.count, kept: nil)
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

  /// Parsing costs more than any question about the result, so what fits is kept.
  func isWorthKeeping(_ columns: Set<Int>) -> Bool { fitsMemory(columns) }
}
