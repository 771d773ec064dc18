import Diagnostics
import Tables

/// A source with extra columns that only other sources have. They are null.
final class WidenedSource: DecodedSource {
  private let source: any TableSource
  private let names: [String]
  /// The types of the extra columns, by name.
  private let missing: [String: DataType]

  init(_ source: any TableSource, names: [String], types: [String: DataType]) {
    self.source = source
    self.names = names
    missing = types
  }

  private func place(_ index: Int) -> Int? {
    index < names.count ? source.schema.index(of: names[index]) : nil
  }

  var name: String { source.name }
  var schema: Schema {
    Schema(
      names.map { name in source.schema.index(of: name).map { source.schema[$0] } ?? Field(name, missing[name] ?? .null)
      })
  }
  var rowCount: Int { source.rowCount }
  var notes: [String] { source.notes }
  var partitions: [Partition] {
    source.partitions.map { partition in
      Partition(rows: partition.rows, statistics: names.indices.map { place($0).flatMap { partition.statistics[$0] } })
    }
  }

  func pages(_ column: Int, partition: Int) -> [ColumnPage] {
    if let own = place(column) { return source.pages(own, partition: partition) }
    return [ColumnPage(rows: 0..<source.partitions[partition].rows.count, byteCount: 0, statistics: nil)]
  }

  func isAllNull(_ column: Int) -> Bool {
    guard let own = place(column) else { return true }
    return (source as? any DecodedSource)?.isAllNull(own) ?? false
  }

  func isInMemory(_ column: Int) -> Bool { place(column).map { source.isInMemory($0) } ?? true }
  func settle(_ columns: Set<Int>) throws(Diagnostic) -> Bool { try source.settle(Set(columns.compactMap(place))) }
  func decodedSize(_ columns: Set<Int>) -> Int {
    (source as? any DecodedSource)?.decodedSize(Set(columns.compactMap(place))) ?? 0
  }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    try filled(indices, rowCount: source.rowCount) { (own) throws(Diagnostic) in try source.columns(own) }
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    try filled(indices, rowCount: source.partitions[partition].rows.count) { (own) throws(Diagnostic) in
      try source.columns(own, partition: partition)
    }
  }

  private func filled(
    _ indices: [Int], rowCount: Int, _ read: ([Int]) throws(Diagnostic) -> [Column]
  ) throws(Diagnostic) -> [Column] {
    let own = indices.compactMap(place)
    var found = try read(own)[...]
    let types = schema
    return indices.map { index in
      place(index) == nil ? Column.nulls(types[index].type, count: rowCount) : found.removeFirst()
    }
  }
}
