public import Diagnostics

// Sources. A source is a table that need not be in memory: a file, a folder, a generator. The engine requests columns
// of partitions and statistics; nothing else is read. The code here is independent of file formats.
//
// What a source promises is in parts, most of which have defaults: a source that is only read implements
// `PartitionReading`.

/// A table that can be scanned: a file that is read on demand, or a table in memory.
///
/// Plans scan sources and do not depend on files otherwise.
public protocol TableSource: PartitionReading, TypeInference, ColumnCaching, RowTesting {
  /// The name in messages and plans: the path as the user typed it.
  var name: String { get }

  /// Notes to show once: widened types, skipped lines.
  var notes: [String] { get }

  /// If the rows are a selection of another source's rows, that selection; else nil.
  var selection: RowSelection? { get }
}

extension TableSource {
  public var selection: RowSelection? { nil }
}

/// Types that are inferred from a sample of the values.
public protocol TypeInference {
  /// Finalises inferred types: makes sure that the columns' types fit all values of the source, not only a sample.
  /// Returns whether a type changed.
  func finalizeTypes(of columns: Set<Int>) throws(Diagnostic) -> Bool
}

extension TypeInference {
  public func finalizeTypes(of columns: Set<Int>) throws(Diagnostic) -> Bool { false }
}

/// Decoded columns that stay in memory, within a budget that all sources share.
public protocol ColumnCaching {
  /// Whether a whole column is already in memory.
  func isInMemory(_ column: Int) -> Bool

  /// Whether whole columns fit the memory budget for decoded columns.
  func fitsMemory(_ columns: Set<Int>) -> Bool

  /// Approximately how many rows of these columns fit that budget together.
  func rowsThatFit(_ columns: Set<Int>) -> Int

  /// Whether a query over all rows should read whole columns into the cache, for later queries, instead of reading
  /// partition by partition without caching.
  func isWorthKeeping(_ columns: Set<Int>) -> Bool

  /// The memory in bytes that only this source holds: the row numbers of a selection, or a table.
  var ownByteCount: Int { get }
}

extension ColumnCaching {
  public func fitsMemory(_ columns: Set<Int>) -> Bool { true }

  public func rowsThatFit(_ columns: Set<Int>) -> Int { .max }

  public func isWorthKeeping(_ columns: Set<Int>) -> Bool { true }

  public var ownByteCount: Int { 0 }
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
