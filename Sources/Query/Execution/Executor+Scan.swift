import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// Reads what a scan asks for: the columns that conditions look at first, the others only where rows are left.
  ///
  /// Whole columns are kept by the source for the next question. Where statistics rule partitions out, or only the first
  /// rows are wanted, partitions are read on their own instead.
  mutating func read(_ scan: Scan) throws(Diagnostic) -> Table {
    for text in scan.source.notes { note(text) }
    if let slice = scan.slice {
      return try readRows(
        scan, sliceRange(offset: slice.offset, count: slice.count, rowCount: scan.source.rowCount))
    }
    if scan.conditions.isEmpty { return try readWhole(scan) }
    let partitions = scan.source.partitions
    let matching = partitions.indices.filter { partitions[$0].mayMatch(scan.conditions) }
    let isInMemory = scan.allColumns.allSatisfy { scan.source.isInMemory($0) }
    if isInMemory || matching.count == partitions.count { return try filterWhole(scan) }
    return try filterPartitions(scan, matching)
  }

  private mutating func readWhole(_ scan: Scan) throws(Diagnostic) -> Table {
    noteRead(scan.read(partitions: scan.source.partitions.count, rows: scan.source.rowCount))
    return Table(scan.schema, try scan.source.columns(scan.columns), rowCount: scan.source.rowCount)
  }

  /// Consecutive rows: from memory, or from the partitions that hold them.
  private mutating func readRows(_ scan: Scan, _ rows: Range<Int>) throws(Diagnostic) -> Table {
    let source = scan.source
    if scan.columns.allSatisfy({ source.isInMemory($0) }) { return try readWhole(scan)[rows] }
    let partitions = source.partitions
    let touched = partitions.indices.filter { partitions[$0].rows.overlaps(rows) }
    noteRead(scan.read(partitions: touched.count, rows: touched.reduce(0) { $0 + partitions[$1].rows.count }))
    var pieces: [Table] = []
    for index in touched {
      let own = partitions[index].rows
      let piece = Table(scan.schema, try source.columns(scan.columns, partition: index), rowCount: own.count)
      let wanted = own.clamped(to: rows)
      pieces.append(piece[wanted.lowerBound - own.lowerBound..<wanted.upperBound - own.lowerBound])
    }
    return try joined(pieces, scan)
  }

  private mutating func filterWhole(_ scan: Scan) throws(Diagnostic) -> Table {
    let source = scan.source
    noteRead(scan.read(partitions: source.partitions.count, rows: source.rowCount))
    let kept = try scan.kept(columns: source.columns(scan.conditionColumns), rowCount: source.rowCount, firstRow: 0)
    noteNullConditions(kept.nullCount)
    let table = Table(scan.schema, try source.columns(scan.columns), rowCount: source.rowCount)
    return try Tables.filter(table, kept.rows)
  }

  private mutating func filterPartitions(_ scan: Scan, _ matching: [Int]) throws(Diagnostic) -> Table {
    let source = scan.source
    let partitions = source.partitions
    noteRead(scan.read(partitions: matching.count, rows: matching.reduce(0) { $0 + partitions[$1].rows.count }))
    let pieces = try mapIndices(of: matching.count) { (position) throws(Diagnostic) in
      let index = matching[position]
      let rows = partitions[index].rows
      let kept = try scan.kept(
        columns: source.columns(scan.conditionColumns, partition: index), rowCount: rows.count,
        firstRow: rows.lowerBound)
      guard kept.rows.setCount > 0 else { return (table: nil as Table?, nullCount: kept.nullCount) }
      let table = Table(scan.schema, try source.columns(scan.columns, partition: index), rowCount: rows.count)
      return (table: try Tables.filter(table, kept.rows), nullCount: kept.nullCount)
    }
    noteNullConditions(pieces.reduce(0) { $0 + $1.nullCount })
    return try joined(pieces.compactMap(\.table), scan)
  }

  private func joined(_ pieces: [Table], _ scan: Scan) throws(Diagnostic) -> Table {
    if pieces.isEmpty { return Table(scan.schema, scan.schema.types.map { .nulls($0, count: 0) }, rowCount: 0) }
    return pieces.count == 1 ? pieces[0] : try concat(pieces)
  }
}

extension Scan {
  var schema: Schema { Schema(columns.map { source.schema[$0] }) }

  /// The columns that conditions look at, by position in the source.
  var conditionColumns: [Int] { conditions.reduce(into: Set()) { $0.formUnion($1.columnIndices) }.sorted() }

  var allColumns: Set<Int> { Set(columns).union(conditionColumns) }

  /// The rows that satisfy the conditions one after the other, and of how many rows one of them could not tell.
  func kept(
    columns: [Column], rowCount: Int, firstRow: Int
  ) throws(Diagnostic) -> (rows: Bitmap, nullCount: Int) {
    let positions = Dictionary(uniqueKeysWithValues: conditionColumns.enumerated().map { ($1, $0) })
    let evaluator = TableEvaluator(columns: columns, rowCount: rowCount, firstRow: firstRow)
    var result: (rows: Bitmap, nullCount: Int)?
    for condition in conditions {
      let own = try evaluator.kept(condition.mappingColumns(positions), among: result?.rows)
      result = (own.rows, (result?.nullCount ?? 0) + own.nullCount)
    }
    return result ?? (Bitmap(repeating: true, count: rowCount), 0)
  }

  func read(partitions: Int, rows: Int) -> SourceRead {
    SourceRead(
      source: source.name, columns: allColumns.sorted().map { source.schema[$0].name }, partitionsRead: partitions,
      partitionsSkipped: source.partitions.count - partitions, rows: rows,
      wasInMemory: allColumns.allSatisfy { source.isInMemory($0) })
  }
}
