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

  /// The column in the order of the runs.
  public func arranged(_ column: Column) throws(Diagnostic) -> Column {
    guard let rows else { return column }
    return try gather(column, rows: rows, hasMissing: false)
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

extension Grouping {
  /// The rows of every group, in order.
  ///
  /// - Complexity: O(rows) on all cores.
  /// - Precondition: the grouping maps rows, or has no rows.
  public func runs() throws(Diagnostic) -> RowRuns {
    precondition(groupOfRow.count == rowCount, "a grouping that does not map rows")
    if groupCount == 1 { return RowRuns(rowCount: rowCount) }
    let groups = groupOfRow
    let rows = try sortedPositions(count: rowCount, codeBits: bitWidth(of: groupCount)) { (rows, codes) in
      let groups = groups.span
      rows.forEach { place, row in codes[place] = UInt64(groups[row]) }
    }
    return RowRuns(rows: rows, offsets: Buffer(offsets))
  }
}
