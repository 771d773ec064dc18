import Diagnostics
import Tables

/// A selection of a source's rows in some order, with computed columns: what the viewer shows after a sort or a
/// filter. Only row numbers are stored; cells are read when they become visible.
final class SelectedRows: TableSource {
  enum Origin {
    /// A column of the source, by index.
    case base(Int)
    /// A computed column, one value for each row.
    case own(Column)
  }

  let name: String
  let schema: Schema
  let rowCount: Int
  let partitions: [Partition]
  var notes: [String] { [] }
  private let base: any TableSource
  /// The rows of `base`; nil means all in their order.
  private let rows: [UInt32]?
  private let origins: [Origin]
  /// The number of rows that are read together.
  private static let pageSize = 1 << 16

  init(_ base: any TableSource, rows: [UInt32]?, schema: Schema, origins: [Origin]) {
    name = base.name
    self.base = base
    self.rows = rows
    self.schema = schema
    self.origins = origins
    rowCount = rows?.count ?? base.rowCount
    let unknown = [ColumnStatistics?](repeating: nil, count: schema.count)
    if let rows {
      partitions = stride(from: 0, to: rows.count, by: Self.pageSize).map {
        Partition(rows: $0..<min(rows.count, $0 + Self.pageSize), statistics: unknown)
      }
    } else {
      partitions = base.partitions.map { Partition(rows: $0.rows, statistics: unknown) }
    }
  }

  /// The same, but if the source is a selection itself, the two are combined into one.
  static func selecting(
    _ base: any TableSource, rows: [UInt32]?, schema: Schema, origins: [Origin]
  ) throws(Diagnostic) -> SelectedRows {
    guard let inner = base as? SelectedRows else {
      return SelectedRows(base, rows: rows, schema: schema, origins: origins)
    }
    var composed: [Origin] = []
    for origin in origins {
      guard case .base(let index) = origin else {
        composed.append(origin)
        continue
      }
      if case .own(let column) = inner.origins[index], let rows {
        composed.append(.own(try gather(column, rows: rows)))
      } else {
        composed.append(inner.origins[index])
      }
    }
    return SelectedRows(inner.base, rows: try inner.numbers(of: rows), schema: schema, origins: composed)
  }

  /// Maps these rows to rows of the base; nil means all.
  private func numbers(of chosen: [UInt32]?) throws(Diagnostic) -> [UInt32]? {
    guard let chosen, let rows else { return chosen ?? rows }
    guard case .u32(let numbers) = try gather(Column(rows), rows: chosen, hasMissing: false).values else {
      throw .fault("row numbers of another type")
    }
    return numbers.array
  }

  /// All rows of a source, sorted by some of its columns.
  static func sorting(
    _ base: any TableSource, by keys: [(column: Int, isDescending: Bool)]
  ) throws(Diagnostic) -> SelectedRows {
    let columns = try base.columns(keys.map(\.column))
    let order = try argsort(
      zip(columns, keys).map { Tables.SortKey($0, descending: $1.isDescending) }, count: base.rowCount)
    return try selecting(
      base, rows: order, schema: base.schema, origins: base.schema.fields.indices.map { .base($0) })
  }

  var selection: RowSelection? { RowSelection(base, rows: rows) }

  var ownByteCount: Int {
    origins.reduce((rows?.count ?? 0) * MemoryLayout<UInt32>.stride) { bytes, origin in
      if case .own(let column) = origin { bytes + column.byteCount } else { bytes }
    }
  }

  func isInMemory(_ column: Int) -> Bool {
    switch origins[column] {
    case .own: true
    case .base(let index): rows == nil && base.isInMemory(index)
    }
  }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    var found: [Column] = []
    for index in indices {
      switch origins[index] {
      case .own(let column): found.append(column)
      case .base(let index):
        let column = try base.columns([index])[0]
        found.append(try rows.map { (rows) throws(Diagnostic) in try gather(column, rows: rows) } ?? column)
      }
    }
    return found
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    let range = partitions[partition].rows
    let wanted = rows.map { Array($0[range]) }
    var found: [Column] = []
    for index in indices {
      switch (origins[index], wanted) {
      case (.own(let column), _): found.append(column[range])
      case (.base(let index), nil): found += try base.columns([index], partition: partition)
      case (.base(let index), let wanted?): found.append(try fetch(index, wanted))
      }
    }
    return found
  }

  /// Reads scattered values: from a few partitions separately, or else from the whole column.
  private func fetch(_ index: Int, _ wanted: [UInt32]) throws(Diagnostic) -> Column {
    let parts = base.partitions
    guard parts.count > 1, !base.isInMemory(index) else { return try gather(base.columns([index])[0], rows: wanted) }
    var touched: [Int] = []
    var starts: [Int: UInt32] = [:]
    var length: UInt32 = 0
    var local: [UInt32] = []
    local.reserveCapacity(wanted.count)
    var current = 0
    for row in wanted {
      if !parts[current].rows.contains(Int(row)) { current = place(of: Int(row), in: parts) }
      if starts[current] == nil {
        if touched.count * 4 > parts.count { return try gather(base.columns([index])[0], rows: wanted) }
        starts[current] = length
        length += UInt32(parts[current].rows.count)
        touched.append(current)
      }
      local.append(starts[current, default: 0] + row - UInt32(parts[current].rows.lowerBound))
    }
    if touched.isEmpty { return .nulls(base.schema[index].type, count: 0) }
    let pieces = try touched.map { (part) throws(Diagnostic) in try base.columns([index], partition: part)[0] }
    return try gather(pieces.count == 1 ? pieces[0] : concat(pieces), rows: local)
  }

  private func place(of row: Int, in parts: [Partition]) -> Int {
    var low = 0
    var high = parts.count - 1
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].rows.upperBound <= row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
