public import Diagnostics

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

  /// Whether a whole column is in memory already.
  func isInMemory(_ column: Int) -> Bool

  /// What is worth a dim line once: widened types, skipped lines.
  var notes: [String] { get }
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
}
