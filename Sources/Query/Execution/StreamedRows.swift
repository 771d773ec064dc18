import Diagnostics
import Parallelism
import Tables

/// The rows of a source whose columns do not fit in memory, one row range after another.
struct StreamedRows {
  let scan: Scan
  /// The operator that gives the rows.
  let input: PhysicalOperator
  /// How many rows may be in memory in addition to the results: a quarter of the source's memory budget.
  let rowsAtOnce: Int
  private let ranges: [RowRange]
  private let batches: [Range<Int>]
  /// For each condition, the number of rows in which it is null, in the ranges read and skipped.
  private var nullCounts: [Int]
  private var pages = PageCount()
  private var isRead = false

  /// Nil if memory suffices, or if the operator below needs all rows at once.
  init?(of input: PhysicalOperator) {
    guard let scan = input.passedScan, scan.slice == nil, !scan.source.fitsMemory(scan.allColumns) else { return nil }
    self.scan = scan
    self.input = input
    rowsAtOnce = scan.source.rowsThatFit(scan.allColumns) / 4
    let most = min(1 << 22, max(1 << 15, rowsAtOnce / 2))
    nullCounts = scan.nullsSkipped
    ranges = scan.matchingRanges.flatMap { $0.cut(most) }
    batches = StreamedRows.batches(of: ranges, rows: most)
  }

  /// Calls `body` with the rows of one range after another, until it returns false.
  ///
  /// - Complexity: memory for one row range.
  mutating func forEachRowRange(
    _ executor: Executor, _ body: (Table) throws(Diagnostic) -> Bool
  ) throws(Diagnostic) {
    let (scan, ranges) = (scan, ranges)
    for batch in batches {
      let pieces = try mapIndices(of: batch.count) { (index) throws(Diagnostic) in
        try scan.filtered(ranges[batch.lowerBound + index])
      }
      // Counts only the first pass over the rows.
      for piece in pieces where !isRead {
        add(piece.nullCounts, to: &nullCounts)
        pages.add(piece.pages)
      }
      let joined = try scan.joined(pieces.map(\.columns), rowCount: pieces.reduce(0) { $0 + $1.rowCount })
      guard try body(executor.passed(joined, through: input)) else { break }
    }
    isRead = true
  }

  /// Adds to the report what was read.
  func report(to executor: inout Executor) {
    for text in scan.source.notes where !executor.report.notes.contains(text) { executor.note(text) }
    executor.noteRead(scan.read(ranges, pages))
    executor.noteNullConditions(nullCounts)
  }

  /// Batches of up to 64 consecutive ranges with at most `most` rows together: enough work for all cores, with little
  /// memory.
  private static func batches(of ranges: [RowRange], rows most: Int) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var rows = 0
    for (index, range) in ranges.enumerated() {
      if let last = batches.last, last.count < 64, rows + range.rows.count <= most {
        batches[batches.count - 1] = last.lowerBound..<index + 1
        rows += range.rows.count
      } else {
        batches.append(index..<index + 1)
        rows = range.rows.count
      }
    }
    return batches
  }
}

extension RowRange {
  /// The same rows in ranges of at most `most` rows.
  fileprivate func cut(_ most: Int) -> [RowRange] {
    stride(from: rows.lowerBound, to: rows.upperBound, by: most).map { start in
      RowRange(partition: partition, rows: start..<min(rows.upperBound, start + most))
    }
  }
}

extension PhysicalOperator {
  /// The scan below this operator, if there are only projections without aggregates and windows in between; else nil.
  var passedScan: Scan? {
    switch self {
    case .read(let scan): scan
    case .project(let input, let columns) where !columns.contains(where: \.expression.looksBeyondItsRow):
      input.passedScan
    default: nil
    }
  }
}

extension Executor {
  /// Applies the projections between a scan and `step` to the scan's rows.
  func passed(_ rows: Table, through step: PhysicalOperator) throws(Diagnostic) -> Table {
    guard case .project(let input, let columns) = step else { return rows }
    return try project(passed(rows, through: input), columns)
  }
}
