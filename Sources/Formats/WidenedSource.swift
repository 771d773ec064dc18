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

  /// The same for several columns: making the schema of a source can take time linear in its columns.
  private func places(_ indices: some Sequence<Int>) -> [Int?] {
    let own = source.schema
    return indices.map { $0 < names.count ? own.index(of: names[$0]) : nil }
  }

  var name: String { source.name }
  var schema: Schema {
    let own = source.schema
    return Schema(names.map { name in own.index(of: name).map { own[$0] } ?? Field(name, missing[name] ?? .null) })
  }
  var rowCount: Int { source.rowCount }
  var notes: [String] { source.notes }
  var partitions: [Partition] {
    let places = places(names.indices)
    return source.partitions.map { partition in
      Partition(rows: partition.rows, statistics: places.map { $0.flatMap { partition.statistics[$0] } })
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
  func finalizeTypes(of columns: Set<Int>) throws(Diagnostic) -> Bool {
    try source.finalizeTypes(of: Set(places(columns).compactMap(\.self)))
  }
  func decodedSize(_ columns: Set<Int>) -> Int {
    (source as? any DecodedSource)?.decodedSize(Set(places(columns).compactMap(\.self))) ?? 0
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
    let places = places(indices)
    var found = try read(places.compactMap(\.self))[...]
    return zip(indices, places).map { index, place in
      place != nil ? found.removeFirst() : .nulls(missing[names[index]] ?? .null, count: rowCount)
    }
  }
}
