import Diagnostics
import Tables

/// Several sources of the same columns as one, their rows one after another.
final class PartedSource: DecodedSource {
  let name: String
  let schema: Schema
  let rowCount: Int
  let partitions: [Partition]
  let notes: [String]
  private let sources: [any TableSource]
  private let keys: [Column]
  /// Which source a partition is of, and which of its partitions it is.
  private let places: [(source: Int, partition: Int)]
  private let firstRows: [Int]

  /// - Throws: where the sources do not have the same columns of the same types; the order does not matter.
  init(
    name: String, _ sources: [any TableSource], keys: [[(name: String, value: String)]]
  ) throws(Diagnostic) {
    let first = sources[0].schema
    var aligned: [any TableSource] = []
    for source in sources { aligned.append(try PartedSource.aligned(source, to: first)) }
    self.name = name
    self.sources = aligned
    var places: [(source: Int, partition: Int)] = []
    var partitions: [Partition] = []
    var firstRows: [Int] = []
    let (keyFields, keyColumns) = try HiveKeys.columns(of: keys, besides: first, name: name)
    self.keys = keyColumns
    var row = 0
    for (index, source) in aligned.enumerated() {
      firstRows.append(row)
      for (number, partition) in source.partitions.enumerated() {
        let constants = keyColumns.map { column -> ColumnStatistics? in
          let value = column[index]
          return value.isNull ? nil : ColumnStatistics(minimum: value, maximum: value, nullCount: 0)
        }
        partitions.append(
          Partition(
            rows: partition.rows.lowerBound + row..<partition.rows.upperBound + row,
            statistics: partition.statistics + constants))
        places.append((index, number))
      }
      row += source.rowCount
    }
    self.places = places
    self.partitions = partitions
    self.firstRows = firstRows
    rowCount = row
    schema = Schema(first.fields + keyFields)
    var notes: [String] = []
    for source in aligned { for note in source.notes where !notes.contains(note) { notes.append(note) } }
    self.notes = notes
  }

  /// The source with its columns in the order of `schema`.
  private static func aligned(_ source: any TableSource, to schema: Schema) throws(Diagnostic) -> any TableSource {
    if source.schema == schema { return source }
    var indices: [Int] = []
    for field in schema.fields {
      guard let index = source.schema.index(of: field.name) else {
        throw .unlikeParts(source.name, "has no column `\(field.name)`")
      }
      guard source.schema[index].type == field.type else {
        throw .unlikeParts(
          source.name, "has `\(field.name)` as \(source.schema[index].type), the first file as \(field.type)")
      }
      indices.append(index)
    }
    if let extra = source.schema.names.first(where: { schema.index(of: $0) == nil }) {
      throw .unlikeParts(source.name, "has a column `\(extra)` that the first file does not have")
    }
    return SelectedColumns(source, indices)
  }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    let stored = indices.filter { $0 < schema.count - keys.count }
    var parts: [[Column]] = []
    for source in sources { parts.append(try source.columns(stored)) }
    var columns: [Column] = []
    var next = 0
    for index in indices {
      if index < schema.count - keys.count {
        columns.append(try concat(parts.map { $0[next] }))
        next += 1
      } else {
        let key = keys[index - schema.count + keys.count]
        var pieces: [Column] = []
        for (number, source) in sources.enumerated() {
          pieces.append(try Column(repeating: key[number], key.type, count: source.rowCount))
        }
        columns.append(try concat(pieces))
      }
    }
    return columns
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    let (number, inner) = places[partition]
    return try joined(indices, number, rowCount: partitions[partition].rows.count) { (stored) throws(Diagnostic) in
      try sources[number].columns(stored, partition: inner)
    }
  }

  func columns(
    _ indices: [Int], partition: Int, rows: Range<Int>, kept: Bitmap?
  ) throws(Diagnostic) -> [Column] {
    let (number, inner) = places[partition]
    return try joined(indices, number, rowCount: kept?.setCount ?? rows.count) { (stored) throws(Diagnostic) in
      try sources[number].columns(stored, partition: inner, rows: rows, kept: kept)
    }
  }

  /// A source's own columns with those that its folder's name gives.
  private func joined(
    _ indices: [Int], _ source: Int, rowCount: Int, _ read: ([Int]) throws(Diagnostic) -> [Column]
  ) throws(Diagnostic) -> [Column] {
    var stored = try read(indices.filter { isStored($0) })[...]
    var columns: [Column] = []
    for index in indices {
      if isStored(index) {
        columns.append(stored.removeFirst())
      } else {
        let key = keys[index - schema.count + keys.count]
        columns.append(try Column(repeating: key[source], key.type, count: rowCount))
      }
    }
    return columns
  }

  private func isStored(_ column: Int) -> Bool { column < schema.count - keys.count }

  func pages(_ column: Int, partition: Int) -> [ColumnPage] {
    let (number, inner) = places[partition]
    if isStored(column) { return sources[number].pages(column, partition: inner) }
    let known = partitions[partition]
    return [ColumnPage(rows: 0..<known.rows.count, byteCount: 0, statistics: known.statistics[column])]
  }

  func decodedSize(_ columns: Set<Int>) -> Int {
    let stored = columns.filter(isStored)
    return sources.reduce(0) { $0 &+ (($1 as? any DecodedSource)?.decodedSize(stored) ?? 0) }
  }

  func isWorthKeeping(_ columns: Set<Int>) -> Bool {
    // All are asked, so that each knows what was.
    sources.map { $0.isWorthKeeping(columns.filter(isStored)) }.allSatisfy { $0 }
  }

  func isInMemory(_ column: Int) -> Bool {
    !isStored(column) || sources.allSatisfy { $0.isInMemory(column) }
  }
}

/// The columns that the folders' names give: a value a file.
enum HiveKeys {
  /// - Throws: where the files lie in folders of different keys.
  static func columns(
    of keys: [[(name: String, value: String)]], besides schema: Schema, name: String
  ) throws(Diagnostic) -> (fields: [Field], columns: [Column]) {
    let names = keys.first?.map(\.name) ?? []
    guard keys.allSatisfy({ $0.map(\.name) == names }) else { throw .unlikeFolders(name) }
    var fields: [Field] = []
    var columns: [Column] = []
    for (position, key) in names.enumerated() where schema.index(of: key) == nil {
      let values = keys.map { $0[position].value }
      let column = try column(values)
      fields.append(Field(key, column.type))
      columns.append(column)
    }
    return (fields, columns)
  }

  private static let null = "__HIVE_DEFAULT_PARTITION__"

  /// Whole numbers or dates where all values read so, else text.
  private static func column(_ texts: [String]) throws(Diagnostic) -> Column {
    let column = Column(texts.map { $0 == null ? nil : $0 })
    guard column.nullCount < column.count else { return column }
    for type in [DataType.i64, .date] {
      if let read = try? cast(column, to: type) { return read }
    }
    return column
  }
}
