import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// Runs an operation that chooses rows of a source by their numbers: reads only the pages that hold them. Nil if the
  /// operator is not of this kind, or if reading whole columns is better.
  ///
  /// - Complexity: memory for the chosen rows and for the pages that each core decodes at a time.
  mutating func chosenRows(_ step: PhysicalOperator) throws(Diagnostic) -> Table? {
    guard case .operation(let input, let operation) = step, let choice = operation as? any RowChoice,
      let scan = input.passedScan, scan.conditions.isEmpty, scan.slice == nil, !scan.columns.isEmpty,
      !scan.columns.allSatisfy({ scan.source.isInMemory($0) }), !scan.source.isWorthKeeping(scan.allColumns)
    else { return nil }
    let start = ContinuousClock.now
    let source = scan.source
    let (rows, notes) = try choice.rows(among: source.rowCount)
    // Reads in file order first, then reorders the rows.
    let order = (0..<UInt32(rows.count)).sorted { rows[Int($0)] < rows[Int($1)] }
    let picked = pickedRanges(of: source, order.map { Int(rows[Int($0)]) })
    let pieces = try mapIndices(of: picked.count) { (index) throws(Diagnostic) in
      let (range, kept) = picked[index]
      return try source.columns(scan.columns, partition: range.partition, rows: range.rows, kept: kept)
    }
    var places = [UInt32](repeating: 0, count: rows.count)
    for (place, row) in order.enumerated() { places[Int(row)] = UInt32(truncatingIfNeeded: place) }
    let inFileOrder = try passed(scan.joined(pieces, rowCount: rows.count), through: input)
    let table = try gather(inFileOrder, rows: places, hasMissing: false)
    var pages = PageCount()
    for (range, kept) in picked { pages.add(scan.columns, of: range, in: source, kept: kept) }
    let read = scan.read(picked.map(\.range), pages)
    noteRead(read)
    for text in source.notes + notes { note(text) }
    noteStage(
      step.summary + (read.summary.isEmpty ? "" : " · " + read.summary), rows: table.rowCount, since: start)
    return table
  }

  /// The row ranges that contain the given rows, and a bitmap of these rows in each range.
  ///
  /// - Parameter rows: ascending and distinct.
  private func pickedRanges(
    of source: any TableSource, _ rows: [Int]
  ) -> [(range: RowRange, kept: Bitmap)] {
    var picked: [(range: RowRange, kept: Bitmap)] = []
    var next = 0
    for (index, partition) in source.partitions.enumerated() {
      let first = next
      while next < rows.count, rows[next] < partition.rows.upperBound { next += 1 }
      guard first < next else { continue }
      let lowest = rows[first]
      let count = rows[next - 1] + 1 - lowest
      var words = [UInt64](repeating: 0, count: Bitmap.wordCount(count))
      for row in rows[first..<next] { words[(row - lowest) >> 6] |= 1 << UInt64((row - lowest) & 63) }
      let start = lowest - partition.rows.lowerBound
      picked.append(
        (RowRange(partition: index, rows: start..<start + count), Bitmap(words: Buffer(words), count: count)))
    }
    return picked
  }
}
