public import Diagnostics

// Sources. A source is a table that need not be in memory: a file, a folder, a generator. The engine requests columns
// of partitions and statistics; nothing else is read. The code here is independent of file formats.

/// A table that can be scanned: a file that is read on demand, or a table in memory.
///
/// Plans scan sources and do not depend on files otherwise. A source consists of partitions (the row groups of a
/// Parquet file, the files of a folder). Each partition can be read separately, column by column. Statistics let a
/// filter skip partitions that cannot match.
public protocol TableSource: AnyObject, Sendable {
  /// The name in messages and plans: the path as the user typed it.
  var name: String { get }
  var schema: Schema { get }
  var rowCount: Int { get }
  /// The partitions in row order; together they contain all rows.
  var partitions: [Partition] { get }

  /// Whole columns, in the order of `indices`. They are decoded at the first request and cached within the memory
  /// budget.
  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column]

  /// The columns of one partition, in the order of `indices`; they are not cached.
  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column]

  /// Some rows of a partition's columns; they are not cached. `rows` counts from the partition's first row; if `kept`
  /// is given, only the rows set in it are returned. A source with pages decodes only the pages that contain such a
  /// row.
  func columns(
    _ indices: [Int], partition: Int, rows: Range<Int>, kept: Bitmap?
  ) throws(Diagnostic) -> [Column]

  /// The pages in which a column of a partition is stored; one page if the source has no pages.
  func pages(_ column: Int, partition: Int) -> [ColumnPage]

  /// Whether whole columns fit the memory budget for decoded columns.
  func fitsMemory(_ columns: Set<Int>) -> Bool

  /// Approximately how many rows of these columns fit that budget together.
  func rowsThatFit(_ columns: Set<Int>) -> Int

  /// Whether a query over all rows should read whole columns into the cache, for later queries, instead of reading
  /// partition by partition without caching.
  func isWorthKeeping(_ columns: Set<Int>) -> Bool

  /// The first rows of some columns, if the source can read them without counting its rows; else nil.
  func leadingRows(_ indices: [Int], count: Int) throws(Diagnostic) -> [Column]?

  /// Whether the source makes a test itself, with exactly the language's meaning.
  func makes(_ test: RowTest) -> Bool

  /// The rows, in their order, for which all tests are true, and of them those that pass `others` too. Only for tests
  /// that the source makes.
  func rows(where tests: [RowTest], and others: [RowTest], _ indices: [Int]) throws(Diagnostic) -> FoundRows

  /// Finalises inferred types: makes sure that the columns' types fit all values of the source, not only a sample.
  /// Returns whether a type changed.
  func settle(_ columns: Set<Int>) throws(Diagnostic) -> Bool

  /// Whether a whole column is already in memory.
  func isInMemory(_ column: Int) -> Bool

  /// Notes to show once: widened types, skipped lines.
  var notes: [String] { get }

  /// If the rows are a selection of another source's rows, that selection; else nil.
  var selection: RowSelection? { get }

  /// The memory in bytes that only this source holds: the row numbers of a selection, or a table.
  var ownByteCount: Int { get }
}

/// A selection of rows of a source, in any order.
public struct RowSelection: Sendable {
  /// The source of which these are rows.
  public let base: any TableSource
  /// Nil means all rows in their order.
  public let rows: [UInt32]?

  public init(_ base: any TableSource, rows: [UInt32]?) {
    self.base = base
    self.rows = rows
  }
}

extension TableSource {
  public var selection: RowSelection? { nil }

  public var ownByteCount: Int { 0 }

  public func makes(_ test: RowTest) -> Bool { false }

  public func rows(
    where tests: [RowTest], and others: [RowTest], _ indices: [Int]
  ) throws(Diagnostic) -> FoundRows {
    throw .fault("a source that makes no tests")
  }

  public func columns(
    _ indices: [Int], partition: Int, rows: Range<Int>, kept: Bitmap?
  ) throws(Diagnostic) -> [Column] {
    var columns: [Column] = []
    for column in try self.columns(indices, partition: partition) {
      let cut = rows.count == column.count ? column : column[rows]
      columns.append(try kept.map { (kept) throws(Diagnostic) in try filter(cut, kept) } ?? cut)
    }
    return columns
  }

  public func pages(_ column: Int, partition: Int) -> [ColumnPage] {
    let partition = partitions[partition]
    let statistics = partition.statistics.indices.contains(column) ? partition.statistics[column] : nil
    return [ColumnPage(rows: 0..<partition.rows.count, byteCount: 0, statistics: statistics)]
  }

  public func leadingRows(_ indices: [Int], count: Int) throws(Diagnostic) -> [Column]? { nil }

  public func settle(_ columns: Set<Int>) throws(Diagnostic) -> Bool { false }

  public func fitsMemory(_ columns: Set<Int>) -> Bool { true }

  public func rowsThatFit(_ columns: Set<Int>) -> Int { .max }

  public func isWorthKeeping(_ columns: Set<Int>) -> Bool { true }
}

/// A row range of a column inside a partition that is decoded as a unit.
public struct ColumnPage: Sendable {
  /// The row range, counted from the partition's first row.
  public let rows: Range<Int>
  /// Its size in the file in bytes; 0 if unknown.
  public let byteCount: Int
  public let statistics: ColumnStatistics?

  public init(rows: Range<Int>, byteCount: Int, statistics: ColumnStatistics?) {
    self.rows = rows
    self.byteCount = byteCount
    self.statistics = statistics
  }
}

/// A row range of a source that can be read separately.
public struct Partition: Sendable {
  public let rows: Range<Int>
  /// The statistics of each column; nil if there are none.
  public let statistics: [ColumnStatistics?]

  public init(rows: Range<Int>, statistics: [ColumnStatistics?]) {
    self.rows = rows
    self.statistics = statistics
  }
}

/// What is known about a partition's column without reading it. Nil means unknown.
public struct ColumnStatistics: Sendable {
  public let minimum: Value?
  public let maximum: Value?
  public let nullCount: Int?

  public init(minimum: Value?, maximum: Value?, nullCount: Int?) {
    self.minimum = minimum
    self.maximum = maximum
    self.nullCount = nullCount
  }
}

/// A table in memory as a source: one partition, already read.
public final class TableInMemory: TableSource {
  public let name: String
  public let table: Table
  public let notes: [String]

  public init(name: String, _ table: Table, notes: [String] = []) {
    self.name = name
    self.table = table
    self.notes = notes
  }

  public var schema: Schema { table.schema }
  public var rowCount: Int { table.rowCount }
  public var partitions: [Partition] {
    [Partition(rows: 0..<table.rowCount, statistics: table.columns.map { _ in nil })]
  }
  public func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] { indices.map { table.columns[$0] } }
  public func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] { try columns(indices) }
  public func isInMemory(_ column: Int) -> Bool { true }
  public var ownByteCount: Int { table.columns.reduce(0) { $0 + $1.byteCount } }
}
