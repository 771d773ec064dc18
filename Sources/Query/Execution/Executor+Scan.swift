import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// Runs a scan: first reads the columns that the conditions use, then only the remaining rows of the other columns.
  ///
  /// Columns that the source will cache are read whole. Otherwise the scan works on one row range after another and
  /// skips those that the statistics of partitions and pages exclude.
  mutating func read(_ scan: Scan) throws(Diagnostic) -> Table {
    let table = try readTable(scan)
    // Notes come last, because some of them arise while reading.
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
    if let table = try foundBySource(scan) { return table }
    if scan.readsWhole { return try filterWhole(scan) }
    return try filterRanges(scan)
  }

  private mutating func readWhole(_ scan: Scan) throws(Diagnostic) -> Table {
    noteRead(scan.readOfAll)
    try scan.requireMemory(for: Set(scan.columns))
    // The columns first: reading them may finalise their types.
    let columns = try scan.source.columns(scan.columns)
    return Table(scan.schema, columns, rowCount: scan.source.rowCount)
  }

  /// Reads consecutive rows: from memory, or from the pages that contain them.
  private mutating func readRows(_ scan: Scan, _ rows: Range<Int>) throws(Diagnostic) -> Table {
    let source = scan.source
    if scan.columns.allSatisfy({ source.isInMemory($0) }) { return try readWhole(scan)[rows] }
    let ranges = scan.ranges(of: rows)
    var pages = PageCount()
    pages.add(scan.columns, of: ranges, in: source)
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

/// Adds counts element by element.
func add(_ counts: [Int], to sums: inout [Int]) {
  for (place, count) in counts.enumerated() { sums[place] += count }
}

/// A row range inside a partition.
struct RowRange {
  let partition: Int
  /// Counted from the partition's first row.
  let rows: Range<Int>
}

/// The rows of a range that satisfy the conditions.
struct FilteredRange {
  var columns: [Column] = []
  var rowCount = 0
  /// For each condition, the number of rows in which it is null.
  var nullCounts: [Int]
  var pages: PageCount
}

extension Scan {
  var schema: Schema {
    // Read the schema once: for a file of ten thousand columns it makes ten thousand fields each time.
    let all = source.schema
    return Schema(columns.map { all[$0] })
  }

  /// Throws if whole columns would not fit in memory.
  fileprivate func requireMemory(for columns: Set<Int>) throws(Diagnostic) {
    let missing = columns.filter { !source.isInMemory($0) }
    if missing.isEmpty || source.fitsMemory(missing) { return }
    let all = source.schema
    try Tables.requireMemory(toRead: missing.map { all[$0] }, rows: source.rowCount)
  }

  /// The columns that the conditions use, by index in the source.
  var conditionColumns: [Int] { conditions.reduce(into: Set()) { $0.formUnion($1.columnIndices) }.sorted() }

  var allColumns: Set<Int> { Set(columns).union(conditionColumns) }

  /// Whether to filter whole columns: they are already in memory, or nothing can be skipped and the source will cache
  /// them.
  fileprivate var readsWhole: Bool {
    if allColumns.allSatisfy({ source.isInMemory($0) }) { return true }
    return source.partitions.allSatisfy { $0.nullsIfSkipped(conditions) == nil } && source.isWorthKeeping(allColumns)
  }

  /// The rows that satisfy all conditions in order, and for each condition the number of rows in which it is null.
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

  /// The row ranges that may contain matches, according to the statistics of partitions and pages.
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
      // Merges adjacent ranges, so that no page is decoded twice.
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

  /// The parts of conditions that may exclude pages: those of the first condition, and of later ones as long as all
  /// conditions before them are never null.
  private func tellingParts(of partition: Partition) -> [BoundExpression] {
    var parts: [BoundExpression] = []
    for condition in conditions {
      parts += condition.conjuncts
      if partition.nullCount(of: condition) != 0 { break }
    }
    return parts
  }

  /// For each condition, the number of rows in skipped partitions in which it is null. Only the first can have any,
  /// because no partition is skipped if a later condition may be null.
  var nullsSkipped: [Int] {
    let skipped = source.partitions.reduce(0) { $0 + ($1.nullsIfSkipped(conditions) ?? 0) }
    return conditions.indices.map { $0 == 0 ? skipped : 0 }
  }

  /// The row ranges of partitions that make up a row range of the source.
  func ranges(of rows: Range<Int>) -> [RowRange] {
    let partitions = source.partitions
    return partitions.indices.filter { partitions[$0].rows.overlaps(rows) }.map { index in
      let own = partitions[index].rows
      let wanted = own.clamped(to: rows)
      return RowRange(partition: index, rows: wanted.lowerBound - own.lowerBound..<wanted.upperBound - own.lowerBound)
    }
  }

  /// The rows of a range that satisfy the conditions; the other columns are read only for such rows.
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

  /// Concatenates pieces of the scan's columns; a piece without columns has no rows. The pieces of a column are freed
  /// as soon as they are concatenated, so that the result is never in memory twice.
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
  /// Whether a row of the page may satisfy the condition, or whether the condition may be null in a row, which must be
  /// counted.
  fileprivate func mustBeRead(for condition: BoundExpression, column: Int, hasNoNulls: Bool) -> Bool {
    guard hasNoNulls || statistics?.nullCount == 0 else { return true }
    var known = [ColumnStatistics?](repeating: nil, count: column + 1)
    known[column] = statistics
    return Partition(rows: rows, statistics: known).mayMatch(condition)
  }
}
