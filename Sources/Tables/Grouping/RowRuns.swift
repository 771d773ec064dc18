public import Diagnostics
import Parallelism

/// Rows in runs: those of every group, the elements of every list, the partitions of a window, or all rows as one run.
///
/// Run `i` is the rows at positions `offsets[i]..<offsets[i + 1]` of `rows`. Aggregates, list functions and windows are
/// all kernels over the runs of a column that was brought into that order.
public struct RowRuns: Sendable {
  /// The rows in the order of the runs; nil where that is the order of the table.
  public let rows: [UInt32]?
  public let offsets: Buffer<Int>

  public var count: Int { offsets.count - 1 }

  public init(rows: [UInt32]?, offsets: Buffer<Int>) {
    self.rows = rows
    self.offsets = offsets
  }

  /// All rows of a table as one run.
  public init(rowCount: Int) { self.init(rows: nil, offsets: Buffer([0, rowCount])) }

  /// The same runs of columns that are in their order already.
  public var inOrder: RowRuns { RowRuns(rows: nil, offsets: offsets) }

  /// The first row of every run.
  ///
  /// - Precondition: no run is empty.
  public func firstRows() throws(Diagnostic) -> [UInt32] {
    try buildArray(count: count, grain: rowGrain) { (runs, firstRows) in
      for run in runs { firstRows[run - runs.lowerBound] = UInt32(truncatingIfNeeded: row(at: offsets[run])) }
    }
  }

  /// The column in the order of the runs.
  public func arranged(_ column: Column) throws(Diagnostic) -> Column {
    guard let rows else { return column }
    return try gather(column, rows: rows, hasMissing: false)
  }

  /// The runs in stretches of some hundred thousand rows, or of one run that is longer.
  var stretches: [Range<Int>] {
    let offsets = self.offsets.span
    let length = max(1 << 19, (offsets[count] - offsets[0]) / 32)
    var stretches: [Range<Int>] = []
    var first = 0
    for run in 0..<count where offsets[run + 1] - offsets[first] >= length || run == count - 1 {
      stretches.append(first..<run + 1)
      first = run + 1
    }
    return stretches.isEmpty ? [0..<count] : stretches
  }

  /// The rows of some runs in their order, and those runs of them.
  func arranged(_ column: Column, _ stretch: Range<Int>) throws(Diagnostic) -> (Column, RowRuns) {
    let positions = offsets[stretch.lowerBound]..<offsets[stretch.upperBound]
    let own =
      if let rows { try gather(column, rows: Buffer(rows[positions]), hasMissing: false) } else { column[positions] }
    let start = positions.lowerBound
    return (own, RowRuns(rows: nil, offsets: Buffer(stretch.map { offsets[$0] - start } + [positions.count])))
  }

  /// The row at a position.
  @inline(__always) func row(at position: Int) -> Int { rows.map { Int($0[position]) } ?? position }

  /// Calls `body` with the rows of some runs in their order: the row, its place in its run, and its code.
  ///
  /// Codes are computed block by block; looks at the cancellation after each.
  @inline(__always)
  func forEachRow(
    of chunk: Range<Int>, codes encoder: KeyEncoder?, _ body: (_ row: Int, _ place: Int, _ code: UInt64) -> Void
  ) throws(Diagnostic) {
    let cancellation = Cancellation.current
    let positions = offsets[chunk.lowerBound]..<offsets[chunk.upperBound]
    var codes = [UInt64](repeating: 0, count: codeBlock)
    var run = chunk.lowerBound
    for start in stride(from: positions.lowerBound, to: positions.upperBound, by: codeBlock) {
      try cancellation.check()
      let block = start..<min(positions.upperBound, start + codeBlock)
      var span = codes.mutableSpan
      encoder?.encode(block, of: rows, into: &span)
      for position in block {
        while position >= offsets[run + 1] { run += 1 }
        body(row(at: position), position - offsets[run], span[position - start])
      }
    }
  }

  /// The run that every position belongs to.
  func runOfPosition() throws(Diagnostic) -> [UInt32] {
    let offsets = self.offsets
    let start = offsets[0]
    return try fillArray(count: offsets[count] - start) { (runs) throws(Diagnostic) in
      try forEachRunChunk { (chunk) throws(Diagnostic) in
        let offsets = offsets.span
        for run in chunk {
          for position in offsets[run]..<offsets[run + 1] { runs.store(UInt32(run), at: position - start) }
        }
      }
    }
  }

  /// Runs in stretches of about as many rows each, on all cores.
  func forEachRunChunk(_ body: @Sendable (Range<Int>) throws(Diagnostic) -> Void) throws(Diagnostic) {
    let borders = chunkBorders
    try forEachIndex(of: borders.count - 1) { (chunk) throws(Diagnostic) in
      try body(borders[chunk]..<borders[chunk + 1])
    }
  }

  /// The results of runs in stretches of about as many rows each, in order.
  func mapRunChunks<Result: Sendable>(
    _ body: @Sendable (Range<Int>) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> [Result] {
    let borders = chunkBorders
    return try mapIndices(of: borders.count - 1) { (chunk) throws(Diagnostic) in
      try body(borders[chunk]..<borders[chunk + 1])
    }
  }

  /// The first run of every stretch, and the count.
  private var chunkBorders: [Int] {
    var borders = [0]
    let offsets = self.offsets.span
    var end = offsets[0] + rowGrain
    for run in 1..<max(1, count) where offsets[run] >= end || run - borders[borders.count - 1] >= rowGrain {
      borders.append(run)
      end = offsets[run] + rowGrain
    }
    if count > 0 { borders.append(count) }
    return borders
  }
}
