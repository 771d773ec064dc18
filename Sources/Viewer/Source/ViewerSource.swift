public import Diagnostics
public import Tables

/// A table to look at, read page by page: only what is on the screen is ever asked for.
public protocol ViewerSource: Sendable {
  var schema: Schema { get }
  var rowCount: Int { get }

  /// Some rows of some columns, in the order asked for. `rows` lies within the table.
  func page(rows: Range<Int>, columns: [Int]) throws(Diagnostic) -> Table
}

/// A table in memory.
public struct TablePages: ViewerSource {
  private let table: Table

  public init(_ table: Table) { self.table = table }

  public var schema: Schema { table.schema }
  public var rowCount: Int { table.rowCount }

  public func page(rows: Range<Int>, columns: [Int]) throws(Diagnostic) -> Table {
    table.selecting(columns)[rows]
  }
}

/// A file or another source that is read where it is looked at: the partitions under the window, the columns on it.
///
/// What was decoded is kept up to a budget, the pages looked at longest ago going first.
public final class SourcePages: ViewerSource {
  private let source: any TableSource
  private let cache: PageCache

  /// - Parameter budget: bytes of decoded columns to keep.
  public init(_ source: any TableSource, budget: Int = 256 << 20) {
    self.source = source
    cache = PageCache(budget: budget)
  }

  public var schema: Schema { source.schema }
  public var rowCount: Int { source.rowCount }
  /// How many columns of partitions were decoded so far: looking at a file must not read all of it.
  public var decodedCount: Int { cache.decodedCount }

  public func page(rows: Range<Int>, columns: [Int]) throws(Diagnostic) -> Table {
    var found: [Column] = []
    for index in columns {
      if source.isInMemory(index), let column = try source.columns([index]).first {
        found.append(column[rows])
      } else {
        found.append(try partitioned(index, rows))
      }
    }
    return Table(Schema(columns.map { source.schema[$0] }), found, rowCount: rows.count)
  }

  private func partitioned(_ index: Int, _ rows: Range<Int>) throws(Diagnostic) -> Column {
    var pieces: [Column] = []
    for (number, partition) in source.partitions.enumerated() {
      let shared = rows.clamped(to: partition.rows)
      if shared.isEmpty { continue }
      let source = source
      let column = try cache.column(PageCache.Key(column: index, partition: number)) { () throws(Diagnostic) in
        guard let column = try source.columns([index], partition: number).first else {
          throw .fault("a partition without the column that was asked for")
        }
        return column
      }
      let start = partition.rows.lowerBound
      pieces.append(column[shared.lowerBound - start..<shared.upperBound - start])
    }
    if pieces.isEmpty { return Column.nulls(source.schema[index].type, count: rows.count) }
    return pieces.count == 1 ? pieces[0] : try concat(pieces)
  }
}
