public import Diagnostics
public import Display
public import Tables

/// A file or another source that is read on demand: only visible columns of the partitions under the window.
///
/// Decoded columns are cached up to a memory limit; the least recently used ones are dropped first.
public final class SourcePages: ViewerSource {
  public let source: any TableSource
  public let opening: RowOpening?
  public let isMatrix: Bool
  public let notes: [String]
  private let cache: PageCache

  /// - Parameter budget: the memory limit of decoded columns, in bytes.
  public init(
    _ source: any TableSource, opening: RowOpening? = nil, isMatrix: Bool = false, notes: [String] = [],
    budget: Int = 256 << 20
  ) {
    self.source = source
    self.opening = opening
    self.isMatrix = isMatrix
    self.notes = notes
    cache = PageCache(budget: budget)
  }

  public var schema: Schema { source.schema }
  public var rowCount: Int { source.rowCount }
  public var ownByteCount: Int { source.ownByteCount }
  /// What was decoded so far. Tests check that viewing a file does not read all of it.
  public var decoded: Decoded { cache.decoded }

  /// The number of decoded columns of partitions, and the number of their rows.
  public struct Decoded: Sendable, Hashable {
    public internal(set) var columns = 0
    public internal(set) var rows = 0

    public init() {}
  }

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

  public func isReady(rows: Range<Int>, columns: [Int]) -> Bool {
    let decoded = columns.filter { !source.isInMemory($0) }
    if decoded.isEmpty { return true }
    return partitions(of: rows).allSatisfy { partition in
      decoded.allSatisfy { cache.contains(PageCache.Key(column: $0, partition: partition)) }
    }
  }

  public func origin(ofRow row: Int) -> String? {
    let file = source.selection?.base ?? source
    if file is TableInMemory { return nil }
    let number = source.selection?.rows.map { $0.indices.contains(row) ? Int($0[row]) : row } ?? row
    let partitions = file.partitions
    guard partitions.count > 1, let index = partitions.firstIndex(where: { $0.rows.contains(number) }) else {
      return "\(file.name), row \(grouped(number + 1))"
    }
    return "\(file.name), part \(grouped(index + 1)) of \(grouped(partitions.count)), row \(grouped(number + 1))"
  }

  /// The partitions that contain some of `rows`, found by binary search.
  private func partitions(of rows: Range<Int>) -> Range<Int> {
    let partitions = source.partitions
    var low = 0
    var high = partitions.count
    while low < high {
      let middle = (low + high) / 2
      if partitions[middle].rows.upperBound <= rows.lowerBound { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < partitions.count, partitions[end].rows.lowerBound < rows.upperBound { end += 1 }
    return low..<end
  }

  private func partitioned(_ index: Int, _ rows: Range<Int>) throws(Diagnostic) -> Column {
    var pieces: [Column] = []
    let partitions = source.partitions
    for number in self.partitions(of: rows) {
      let own = partitions[number].rows
      let shared = rows.clamped(to: own)
      if shared.isEmpty { continue }
      let source = source
      let column = try cache.column(PageCache.Key(column: index, partition: number)) { () throws(Diagnostic) in
        guard let column = try source.columns([index], partition: number).first else {
          throw .fault("a partition without the column that was asked for")
        }
        return column
      }
      pieces.append(column[shared.lowerBound - own.lowerBound..<shared.upperBound - own.lowerBound])
    }
    if pieces.isEmpty { return Column.nulls(source.schema[index].type, count: rows.count) }
    return pieces.count == 1 ? pieces[0] : try concat(pieces)
  }
}
