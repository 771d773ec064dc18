import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// Reads what a scan asks for: the columns that conditions look at first, of the others only the rows that are left.
  ///
  /// What a source means to keep is read whole. Otherwise one run of rows after another passes through, and statistics
  /// of partitions and pages say which need not be looked at.
  mutating func read(_ scan: Scan) throws(Diagnostic) -> Table {
    let table = try readTable(scan)
    // Said last, since reading finds some of it out.
    for text in scan.source.notes where !report.notes.contains(text) { note(text) }
    return table
  }

  private mutating func readTable(_ scan: Scan) throws(Diagnostic) -> Table {
    if let slice = scan.slice {
      if slice.offset == 0, let count = slice.count, !scan.columns.isEmpty,
        let columns = try scan.source.leadingRows(scan.columns, count: count)
      {
        return Table(scan.schema, columns, rowCount: columns[0].count)
      }
      return try readRows(
        scan, sliceRange(offset: slice.offset, count: slice.count, rowCount: scan.source.rowCount))
    }
    if scan.conditions.isEmpty { return try readWhole(scan) }
    if scan.readsWhole { return try filterWhole(scan) }
    return try filterRanges(scan)
  }

  private mutating func readWhole(_ scan: Scan) throws(Diagnostic) -> Table {
    noteRead(scan.readOfAll)
    try scan.requireMemory(for: Set(scan.columns))
    // The columns first: reading them may settle their types.
    let columns = try scan.source.columns(scan.columns)
    return Table(scan.schema, columns, rowCount: scan.source.rowCount)
  }

  /// Consecutive rows: from memory, or from the pages that hold them.
  private mutating func readRows(_ scan: Scan, _ rows: Range<Int>) throws(Diagnostic) -> Table {
    let source = scan.source
    if scan.columns.allSatisfy({ source.isInMemory($0) }) { return try readWhole(scan)[rows] }
    let ranges = scan.ranges(of: rows)
    var pages = PageCount()
    for range in ranges { pages.add(scan.columns, of: range, in: source, kept: nil) }
    noteRead(scan.read(ranges, pages))
    let pieces = try mapIndices(of: ranges.count) { (index) throws(Diagnostic) in
      let range = ranges[index]
      return try source.columns(scan.columns, partition: range.partition, rows: range.rows, kept: nil)
    }
    return try scan.joined(pieces, rowCount: rows.count)
  }

  private mutating func filterWhole(_ scan: Scan) throws(Diagnostic) -> Table {
    let source = scan.source
    noteRead(scan.readOfAll)
    let kept = try scan.kept(columns: source.columns(scan.conditionColumns), rowCount: source.rowCount, firstRow: 0)
    noteNullConditions(kept.nullCounts)
    try scan.requireMemory(for: Set(scan.columns))
    let columns = try source.columns(scan.columns)
    return try Tables.filter(Table(scan.schema, columns, rowCount: source.rowCount), kept.rows)
  }

  private mutating func filterRanges(_ scan: Scan) throws(Diagnostic) -> Table {
    let ranges = scan.matchingRanges
    let pieces = try mapIndices(of: ranges.count) { (index) throws(Diagnostic) in
      try scan.filtered(ranges[index])
    }
    noteRead(scan.read(ranges, pieces.reduce(into: PageCount()) { $0.add($1.pages) }))
    noteNullConditions(pieces.reduce(into: scan.nullsSkipped) { add($1.nullCounts, to: &$0) })
    return try scan.joined(pieces.map(\.columns), rowCount: pieces.reduce(0) { $0 + $1.rowCount })
  }
}

/// Adds counts place by place.
func add(_ counts: [Int], to sums: inout [Int]) {
  for (place, count) in counts.enumerated() { sums[place] += count }
}

/// A run of rows inside a partition.
struct RowRange {
  let partition: Int
  /// Counted from the partition's first row.
  let rows: Range<Int>
}

/// What is left of a range after the conditions.
struct FilteredRange {
  var columns: [Column] = []
  var rowCount = 0
  /// Of how many rows each condition could not tell.
  var nullCounts: [Int]
  var pages: PageCount
}

extension Scan {
  var schema: Schema {
    // Asked once: a file of ten thousand columns makes as many fields each time.
    let all = source.schema
    return Schema(columns.map { all[$0] })
  }

  /// Refuses to read whole columns that memory does not hold.
  fileprivate func requireMemory(for columns: Set<Int>) throws(Diagnostic) {
    let missing = columns.filter { !source.isInMemory($0) }
    if missing.isEmpty || source.fitsMemory(missing) { return }
    let all = source.schema
    try Tables.requireMemory(toRead: missing.map { all[$0] }, rows: source.rowCount)
  }

  /// The columns that conditions look at, by position in the source.
  var conditionColumns: [Int] { conditions.reduce(into: Set()) { $0.formUnion($1.columnIndices) }.sorted() }

  var allColumns: Set<Int> { Set(columns).union(conditionColumns) }

  /// Whether a filter had better work on whole columns: they are there, or nothing can be skipped and they are to be.
  fileprivate var readsWhole: Bool {
    if allColumns.allSatisfy({ source.isInMemory($0) }) { return true }
    return source.partitions.allSatisfy { $0.nullsIfSkipped(conditions) == nil } && source.isWorthKeeping(allColumns)
  }

  /// The rows that satisfy the conditions one after the other, and of how many rows each of them could not tell.
  func kept(
    columns: [Column], rowCount: Int, firstRow: Int
  ) throws(Diagnostic) -> (rows: Bitmap, nullCounts: [Int]) {
    let positions = Dictionary(uniqueKeysWithValues: conditionColumns.enumerated().map { ($1, $0) })
    let evaluator = TableEvaluator(columns: columns, rowCount: rowCount, firstRow: firstRow)
    var rows: Bitmap?
    var nullCounts: [Int] = []
    for condition in conditions {
      let own = try evaluator.kept(condition.mappingColumns(positions), among: rows)
      rows = own.rows
      nullCounts.append(own.nullCount)
    }
    return (rows ?? Bitmap(repeating: true, count: rowCount), nullCounts)
  }

  /// The runs of rows in which some may match, as far as statistics of partitions and pages tell.
  var matchingRanges: [RowRange] {
    let partitions = source.partitions
    var ranges: [RowRange] = []
    for index in partitions.indices where partitions[index].nullsIfSkipped(conditions) == nil {
      var runs = [0..<partitions[index].rows.count]
      for part in tellingParts(of: partitions[index]) {
        let columns = part.columnIndices
        guard let column = columns.first, columns.count == 1 else { continue }
        let pages = source.pages(column, partition: index)
        guard pages.count > 1 else { continue }
        let hasNoNulls = partitions[index].nullCount(of: column) == 0
        runs = pages.filter { $0.mustBeRead(for: part, column: column, hasNoNulls: hasNoNulls) }.flatMap { page in
          runs.compactMap { run in run.overlaps(page.rows) ? run.clamped(to: page.rows) : nil }
        }
      }
      // Neighbours are one run again, so that no page is decoded for both.
      var merged: [Range<Int>] = []
      for run in runs.sorted(by: { $0.lowerBound < $1.lowerBound }) where !run.isEmpty {
        if let last = merged.last, last.upperBound == run.lowerBound {
          merged[merged.count - 1] = last.lowerBound..<run.upperBound
        } else {
          merged.append(run)
        }
      }
      ranges += merged.map { RowRange(partition: index, rows: $0) }
    }
    return ranges
  }

  /// The parts of conditions by which pages may be passed over: of a condition, where those before it are never null.
  private func tellingParts(of partition: Partition) -> [BoundExpression] {
    var parts: [BoundExpression] = []
    for condition in conditions {
      parts += condition.conjuncts
      if partition.nullCount(of: condition) != 0 { break }
    }
    return parts
  }

  /// Of how many rows in the partitions that are not read each condition could not tell: only the first, since no
  /// partition is passed over where a later one may be null.
  var nullsSkipped: [Int] {
    let skipped = source.partitions.reduce(0) { $0 + ($1.nullsIfSkipped(conditions) ?? 0) }
    return conditions.indices.map { $0 == 0 ? skipped : 0 }
  }

  /// The parts of partitions that make up a run of the source's rows.
  func ranges(of rows: Range<Int>) -> [RowRange] {
    let partitions = source.partitions
    return partitions.indices.filter { partitions[$0].rows.overlaps(rows) }.map { index in
      let own = partitions[index].rows
      let wanted = own.clamped(to: rows)
      return RowRange(partition: index, rows: wanted.lowerBound - own.lowerBound..<wanted.upperBound - own.lowerBound)
    }
  }

  /// A range's rows that satisfy the conditions; other columns are read only where such rows are.
  func filtered(_ range: RowRange) throws(Diagnostic) -> FilteredRange {
    let looked = conditionColumns
    let found = try source.columns(looked, partition: range.partition, rows: range.rows, kept: nil)
    let first = source.partitions[range.partition].rows.lowerBound + range.rows.lowerBound
    let kept = try self.kept(columns: found, rowCount: range.rows.count, firstRow: first)
    var pages = PageCount()
    pages.add(looked, of: range, in: source, kept: nil)
    let rowCount = kept.rows.setCount
    guard rowCount > 0 else { return FilteredRange(nullCounts: kept.nullCounts, pages: pages) }
    let others = columns.filter { !looked.contains($0) }
    pages.add(others, of: range, in: source, kept: kept.rows)
    var rest = try source.columns(
      others, partition: range.partition, rows: range.rows, kept: rowCount < range.rows.count ? kept.rows : nil)[
        ...]
    var result: [Column] = []
    for column in columns {
      if let position = looked.firstIndex(of: column) {
        result.append(try Tables.filter(found[position], kept.rows))
      } else {
        result.append(rest.removeFirst())
      }
    }
    return FilteredRange(columns: result, rowCount: rowCount, nullCounts: kept.nullCounts, pages: pages)
  }

  /// Pieces of the scan's columns end to end; a piece without columns has no rows. Each column's pieces go as soon as
  /// they are joined, so that a result is never in memory twice.
  func joined(_ pieces: [[Column]], rowCount: Int) throws(Diagnostic) -> Table {
    var byColumn = columns.indices.map { position in pieces.compactMap { $0.isEmpty ? nil : $0[position] } }
    var joined: [Column] = []
    for position in columns.indices {
      let parts = byColumn[position]
      byColumn[position] = []
      joined.append(parts.isEmpty ? .nulls(schema[position].type, count: 0) : try concat(parts))
    }
    return Table(schema, joined, rowCount: rowCount)
  }
}

extension ColumnPage {
  /// Whether some row here may satisfy the condition, or is to be counted among those it cannot tell of.
  fileprivate func mustBeRead(for condition: BoundExpression, column: Int, hasNoNulls: Bool) -> Bool {
    guard hasNoNulls || statistics?.nullCount == 0 else { return true }
    var known = [ColumnStatistics?](repeating: nil, count: column + 1)
    known[column] = statistics
    return Partition(rows: rows, statistics: known).mayMatch(condition)
  }
}
