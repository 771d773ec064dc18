import Diagnostics
import Parallelism
import Tables

/// The chunks of a text: byte ranges of whole rows, independent of the number of cores, and the rows of each. Both
/// are determined when they are first needed.
final class TextChunks: Sendable {
  private struct State {
    var starts: [Int]?
    /// The first row of every chunk, and the number of rows at the end.
    var firstRows: [Int]?
  }

  /// The usual size of a chunk in bytes.
  static let size = 4 << 20

  private let input: InputFile
  private let findStarts: @Sendable () throws(Diagnostic) -> [Int]
  private let countRows: @Sendable (Range<Int>) -> Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - starts: returns the start of every chunk, and the end.
  ///   - rowCount: returns the number of rows that start in a chunk.
  init(
    of input: InputFile, starts: @escaping @Sendable () throws(Diagnostic) -> [Int],
    rowCount: @escaping @Sendable (Range<Int>) -> Int
  ) {
    self.input = input
    findStarts = starts
    countRows = rowCount
  }

  func starts() throws(Diagnostic) -> [Int] {
    if let known = state.withLock({ $0.starts }) { return known }
    let found = try input.whileUnchanged { () throws(Diagnostic) in
      try Progress.ofLoops("looking through \(input.path)") { () throws(Diagnostic) in try findStarts() }
    }
    state.withLock { $0.starts = found }
    return found
  }

  /// The byte range of every chunk.
  func ranges() throws(Diagnostic) -> [Range<Int>] {
    let starts = try starts()
    return zip(starts, starts.dropFirst()).map { $0..<$1 }
  }

  var areCounted: Bool { state.withLock { $0.firstRows != nil } }

  func firstRows() throws(Diagnostic) -> [Int] {
    if let known = state.withLock({ $0.firstRows }) { return known }
    let ranges = try ranges()
    let counts = try input.whileUnchanged { () throws(Diagnostic) in
      try Progress.ofLoops("counting the rows of \(input.path)") { () throws(Diagnostic) in
        try mapIndices(of: ranges.count) { (chunk) throws(Diagnostic) in
          defer { input.release(ranges[chunk]) }
          return countRows(ranges[chunk])
        }
      }
    }
    keep(counts)
    return state.withLock { $0.firstRows } ?? [0]
  }

  /// Keeps the row counts that were found while reading the chunks.
  func keep(_ counts: [Int]) {
    let firstRows = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    state.withLock { $0.firstRows = firstRows }
  }

  var rowCount: Int { (try? firstRows().last) ?? 0 }

  func rowCount(ofChunk chunk: Int) -> Int {
    let firstRows = (try? firstRows()) ?? [0]
    return firstRows.indices.contains(chunk + 1) ? firstRows[chunk + 1] - firstRows[chunk] : 0
  }

  func partitions(columnCount: Int) -> [Partition] {
    guard let firstRows = try? firstRows() else { return [] }
    let unknown = [ColumnStatistics?](repeating: nil, count: columnCount)
    return zip(firstRows, firstRows.dropFirst()).map { Partition(rows: $0..<$1, statistics: unknown) }
  }

  /// Returns some rows of a chunk: slices of the whole columns if these are in memory, else parsed by `parse`.
  func columns(
    chunk: Int, rows: Range<Int>, kept: Bitmap?, cached: [Column]?,
    parse: (_ range: Range<Int>, _ limit: Int) throws(Diagnostic) -> [Column]
  ) throws(Diagnostic) -> [Column] {
    let found: [Column]
    if let cached {
      let first = try firstRows()[chunk]
      found = cached.map { $0[first + rows.lowerBound..<first + rows.upperBound] }
    } else {
      let range = try ranges()[chunk]
      defer { input.release(range) }
      let parsed = try parse(range, rows.upperBound)
      guard parsed.allSatisfy({ $0.count >= rows.upperBound }) else { throw .oddLineEnds(input.path) }
      found = parsed.map { $0[rows] }
    }
    guard let kept else { return found }
    return try found.map { (column) throws(Diagnostic) in try filter(column, kept) }
  }
}
