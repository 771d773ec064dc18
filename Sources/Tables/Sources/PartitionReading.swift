public import Diagnostics

/// Reading a table in partitions (the row groups of a Parquet file, the files of a folder). Each partition is read
/// separately, column by column. Statistics let a filter skip partitions that cannot match.
public protocol PartitionReading: AnyObject, Sendable {
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

  /// The first rows of some columns, if the source can read them without counting its rows; else nil.
  func leadingRows(_ indices: [Int], count: Int) throws(Diagnostic) -> [Column]?
}

extension PartitionReading {
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
