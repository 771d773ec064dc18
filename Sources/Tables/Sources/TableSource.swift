public import Diagnostics

// Sources. A table that is not in memory: a file, a folder, a generator. The engine asks for columns of partitions and for
// statistics; what it does not ask for is never read. Nothing here knows a format.

/// Rows that come from somewhere: a file that is read when it must be, or a table in memory.
///
/// A plan scans sources and knows nothing else of files. A source is cut into partitions (the row groups of a Parquet
/// file, the files of a folder), each of which can be read on its own, column by column; statistics let a filter skip
/// partitions it cannot match.
public protocol TableSource: AnyObject, Sendable {
  /// How messages and plans call it: the path as it was typed.
  var name: String { get }
  var schema: Schema { get }
  var rowCount: Int { get }
  /// In the order of their rows; together they are all rows.
  var partitions: [Partition] { get }

  /// Whole columns, in the order asked for. Decoded when first asked for and kept within the memory budget.
  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column]

  /// The columns of one partition, in the order asked for, kept by nobody.
  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column]

  /// Some rows of a partition's columns, kept by nobody: those of `rows`, counted from the partition's first, and of
  /// them only the ones that are set in `kept`. A source in pages decodes only the pages that hold one.
  func columns(
    _ indices: [Int], partition: Int, rows: Range<Int>, kept: Bitmap?
  ) throws(Diagnostic) -> [Column]

  /// The runs of a partition's rows that a column is stored in and decoded by; one where it has no finer parts.
  func pages(_ column: Int, partition: Int) -> [ColumnPage]

  /// Whether whole columns fit the memory that decoded columns may take.
  func fitsMemory(_ columns: Set<Int>) -> Bool

  /// About how many rows of columns fit that memory together.
  func rowsThatFit(_ columns: Set<Int>) -> Int

  /// Whether a question about all rows had better read whole columns, so that the next one finds them in memory,
  /// than look at one partition after another and keep nothing.
  func isWorthKeeping(_ columns: Set<Int>) -> Bool

  /// The first rows of some columns, where a source can tell them without knowing how many rows there are; else nil.
  func leadingRows(_ indices: [Int], count: Int) throws(Diagnostic) -> [Column]?

  /// Makes sure that columns have the types that the whole source has, not only what was seen of it; whether some type
  /// changed by that.
  func settle(_ columns: Set<Int>) throws(Diagnostic) -> Bool

  /// Whether a whole column is in memory already.
  func isInMemory(_ column: Int) -> Bool

  /// What is worth a dim line once: widened types, skipped lines.
  var notes: [String] { get }

  /// The time zone that a file means a column's moments for, where it says so; they are in UTC themselves.
  func zone(of column: Int) -> String?

  /// Which rows of another source these are; nil where they are rows of their own.
  var selection: RowSelection? { get }

  /// The bytes of memory that it holds and no other source does: those of a selection's row numbers, of a table.
  var ownByteCount: Int { get }
}

/// Some rows of a source, in some order.
public struct RowSelection: Sendable {
  public let base: any TableSource
  /// Nil is all rows as they are.
  public let rows: [UInt32]?

  public init(_ base: any TableSource, rows: [UInt32]?) {
    self.base = base
    self.rows = rows
  }
}

extension TableSource {
  public var selection: RowSelection? { nil }

  public func zone(of column: Int) -> String? { nil }

  public var ownByteCount: Int { 0 }

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

/// A run of a column's rows inside a partition that is decoded as one.
public struct ColumnPage: Sendable {
  /// Counted from the partition's first row.
  public let rows: Range<Int>
  /// The bytes it takes in the file; 0 where that is not known.
  public let byteCount: Int
  public let statistics: ColumnStatistics?

  public init(rows: Range<Int>, byteCount: Int, statistics: ColumnStatistics?) {
    self.rows = rows
    self.byteCount = byteCount
    self.statistics = statistics
  }
}

/// A run of a source's rows that can be read on its own.
public struct Partition: Sendable {
  public let rows: Range<Int>
  /// By column; nil where nothing is known.
  public let statistics: [ColumnStatistics?]

  public init(rows: Range<Int>, statistics: [ColumnStatistics?]) {
    self.rows = rows
    self.statistics = statistics
  }
}

/// What is known of a partition's column without reading it. A bound that is nil is unknown.
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

/// A table in memory as a source: one partition, everything read already.
public final class TableInMemory: TableSource {
  public let name: String
  public let table: Table
  public let notes: [String]
  /// The time zones that columns are meant for, by position.
  public let zones: [Int: String]

  public init(name: String, _ table: Table, notes: [String] = [], zones: [Int: String] = [:]) {
    self.name = name
    self.table = table
    self.notes = notes
    self.zones = zones
  }

  public var schema: Schema { table.schema }
  public func zone(of column: Int) -> String? { zones[column] }
  public var rowCount: Int { table.rowCount }
  public var partitions: [Partition] {
    [Partition(rows: 0..<table.rowCount, statistics: table.columns.map { _ in nil })]
  }
  public func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] { indices.map { table.columns[$0] } }
  public func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] { try columns(indices) }
  public func isInMemory(_ column: Int) -> Bool { true }
  public var ownByteCount: Int { table.columns.reduce(0) { $0 + $1.byteCount } }
}
