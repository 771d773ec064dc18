import Diagnostics
import Parallelism
import Tables

/// Several sources with the same columns as one source: their rows are concatenated.
///
/// The columns are those of the first source. If types differ, the column gets the smallest type that holds all of
/// them.
final class PartedSource: DecodedSource {
  let name: String
  private let sources: [any TableSource]
  /// The columns of `key=value` folder names: one value per source.
  private let keys: [(field: Field, values: Column)]
  /// For each source: the index of each of the first source's columns.
  private let positions: [[Int]]
  /// Notes on the files from before they were opened.
  private let ownNotes: [String]
  private let layout: Mutex<Layout>
  private let parts: Mutex<Parts?> = Mutex(nil)

  /// The types of the columns, as far as the sources know them.
  private struct Layout {
    var schema: Schema
    var notes: [String]
  }

  /// Maps each partition to its source and to its index within that source.
  private struct Parts {
    var partitions: [Partition] = []
    var places: [(source: Int, partition: Int)] = []
  }

  /// - Parameter types: of columns that folders' names give, where they are known.
  /// - Throws: where the sources do not have the same columns, or types that nothing holds.
  init(
    name: String, _ sources: [any TableSource], keys: [[PartFiles.Key]], types: [String: DataType] = [:],
    notes: [String] = []
  ) throws(Diagnostic) {
    let first = sources[0].schema
    self.name = name
    self.sources = sources
    var ownNotes = notes
    self.keys = try HiveKeys.columns(of: keys, besides: first, types: types, name: name, &ownNotes)
    self.ownNotes = ownNotes
    var positions: [[Int]] = []
    for source in sources { positions.append(try PartedSource.positions(of: first.names, in: source)) }
    self.positions = positions
    layout = Mutex(Layout(schema: Schema([]), notes: []))
    try updateLayout()
  }

  private static func positions(of names: [String], in source: any TableSource) throws(Diagnostic) -> [Int] {
    var positions: [Int] = []
    for name in names {
      guard let index = source.schema.index(of: name) else {
        throw .unlikeParts(source.name, "has no column `\(name)`")
      }
      positions.append(index)
    }
    if let extra = source.schema.names.first(where: { !names.contains($0) }) {
      throw .unlikeParts(source.name, "has a column `\(extra)` that the first file does not have")
    }
    return positions
  }

  /// Reads INT96 timestamps in the unit that holds those of all parts.
  private func alignInt96() {
    let files = sources.compactMap { $0 as? ParquetSource }
    let units = files.compactMap(\.int96Unit)
    guard let coarsest = units.min(by: { $0.ticksPerSecond < $1.ticksPerSecond }) else { return }
    for file in files { file.readInt96(in: coarsest, isFar: false) }
  }

  private func updateLayout() throws(Diagnostic) {
    alignInt96()
    var fields: [Field] = []
    var notes = ownNotes
    // Columns that a file turns out to have only after its first lines follow those that all files have.
    for (index, field) in sources[0].schema.fields.prefix(positions[0].count).enumerated() {
      var type = type(index, 0)
      for (number, source) in sources.enumerated().dropFirst() {
        let own = self.type(index, number)
        if own == type { continue }
        guard let common = DataType.common(type, own) else {
          let other = sources[self.type(index, 0) == .null ? max(0, number - 1) : 0]
          throw .unlikeParts(
            source.name, "has `\(field.name)` as \(own), the files before it as \(type)",
            hint: meetingHint(field.name, (other, type), (source, own)))
        }
        if own != .null, type != .null {
          notes.append("`\(field.name)` is \(common): \(source.name) has it as \(own), files before it as \(type)")
        }
        type = common
      }
      fields.append(Field(field.name, type == .null ? field.type : type))
    }
    for source in sources { for note in source.notes where !notes.contains(note) { notes.append(note) } }
    let found = Layout(schema: Schema(fields + keys.map(\.field)), notes: notes)
    layout.withLock { $0 = found }
  }

  /// The type of a column in one source; `null` if all its values are null.
  private func type(_ column: Int, _ source: Int) -> DataType {
    let own = positions[source][column]
    if let decoded = sources[source] as? any DecodedSource, decoded.isAllNull(own) { return .null }
    return sources[source].schema[own].type
  }

  var schema: Schema { layout.withLock { $0.schema } }
  var notes: [String] { layout.withLock { $0.notes } }
  var rowCount: Int { knownParts.partitions.last?.rows.upperBound ?? 0 }
  var partitions: [Partition] { knownParts.partitions }

  private var knownParts: Parts {
    if let known = parts.withLock({ $0 }) { return known }
    var found = Parts()
    var row = 0
    let schema = schema
    for (index, source) in sources.enumerated() {
      let constants = keys.map { key -> ColumnStatistics? in
        let value = key.values[index]
        return value.isNull ? nil : ColumnStatistics(minimum: value, maximum: value, nullCount: 0)
      }
      let (own, ownSchema) = (source.partitions, source.schema)
      for (number, partition) in own.enumerated() {
        // Statistics of another type do not bound the values after the cast.
        let statistics = positions[index].enumerated().map { column, position in
          ownSchema[position].type == schema[column].type ? partition.statistics[position] : nil
        }
        let rows = row + partition.rows.lowerBound..<row + partition.rows.upperBound
        found.partitions.append(Partition(rows: rows, statistics: statistics + constants))
        found.places.append((index, number))
      }
      row += own.last?.rows.upperBound ?? 0
    }
    parts.withLock { $0 = found }
    return found
  }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    var parts: [[Column]] = []
    for (number, source) in sources.enumerated() {
      parts.append(
        try joined(indices, number, rowCount: source.rowCount) { (stored) throws(Diagnostic) in
          try source.columns(stored)
        })
    }
    var columns: [Column] = []
    for position in indices.indices { columns.append(try concat(parts.map { $0[position] })) }
    return columns
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    let parts = knownParts
    let (number, inner) = parts.places[partition]
    return try joined(indices, number, rowCount: parts.partitions[partition].rows.count) {
      (stored) throws(Diagnostic) in
      try sources[number].columns(stored, partition: inner)
    }
  }

  func columns(
    _ indices: [Int], partition: Int, rows: Range<Int>, kept: Bitmap?
  ) throws(Diagnostic) -> [Column] {
    let (number, inner) = knownParts.places[partition]
    return try joined(indices, number, rowCount: kept?.setCount ?? rows.count) { (stored) throws(Diagnostic) in
      try sources[number].columns(stored, partition: inner, rows: rows, kept: kept)
    }
  }

  func leadingRows(_ indices: [Int], count: Int) throws(Diagnostic) -> [Column]? {
    guard indices.allSatisfy(isStored),
      let columns = try sources[0].leadingRows(indices.map { positions[0][$0] }, count: count),
      columns.first?.count == count
    else { return nil }
    return try widened(columns, indices, 0)
  }

  /// Joins a source's own columns with those of its folder's name, cast to the common types.
  private func joined(
    _ indices: [Int], _ source: Int, rowCount: Int, _ read: ([Int]) throws(Diagnostic) -> [Column]
  ) throws(Diagnostic) -> [Column] {
    let stored = indices.filter(isStored)
    var read = try widened(read(stored.map { positions[source][$0] }), stored, source)[...]
    var columns: [Column] = []
    for index in indices {
      if isStored(index) {
        columns.append(read.removeFirst())
      } else {
        let key = keys[index - schema.count + keys.count]
        columns.append(try Column(repeating: key.values[source], key.field.type, count: rowCount))
      }
    }
    return columns
  }

  private func widened(_ columns: [Column], _ indices: [Int], _ source: Int) throws(Diagnostic) -> [Column] {
    let schema = schema
    var result: [Column] = []
    for (column, index) in zip(columns, indices) {
      do throws(Diagnostic) {
        if schema[index].type == .f64 { try requireDigits(of: column, schema[index].name, sources[source]) }
        result.append(column.type == schema[index].type ? column : try cast(column, to: schema[index].type))
      } catch { throw error.noting("column `\(schema[index].name)`").placed(sources[source].name) }
    }
    return result
  }

  /// Refuses integers that the f64 of other parts would round.
  private func requireDigits(
    of column: Column, _ name: String, _ source: any TableSource
  ) throws(Diagnostic) {
    let row: Int? =
      switch column.values {
      case .i64(let numbers) where column.type == .i64:
        (0..<column.count).first { Double(exactly: numbers[$0]) == nil && !column.isNull($0) }
      case .u64(let numbers): (0..<column.count).first { Double(exactly: numbers[$0]) == nil && !column.isNull($0) }
      default: nil
      }
    guard let row else { return }
    let floats = sources.first { other in other.schema.index(of: name).map { other.schema[$0].type == .f64 } ?? false }
    throw Diagnostic(
      "\(column[row]) would lose digits as f64, which other files have `\(name)` as",
      hint: meetingHint(name, (source, column.type), (floats ?? source, .f64)))
  }

  private func isStored(_ column: Int) -> Bool { column < schema.count - keys.count }

  func pages(_ column: Int, partition: Int) -> [ColumnPage] {
    let parts = knownParts
    let known = parts.partitions[partition]
    let (number, inner) = parts.places[partition]
    guard isStored(column), sources[number].schema[positions[number][column]].type == schema[column].type else {
      return [ColumnPage(rows: 0..<known.rows.count, byteCount: 0, statistics: known.statistics[column])]
    }
    return sources[number].pages(positions[number][column], partition: inner)
  }

  func decodedSize(_ columns: Set<Int>) -> Int {
    sources.indices.reduce(0) { total, number in
      total &+ ((sources[number] as? any DecodedSource)?.decodedSize(own(columns, number)) ?? 0)
    }
  }

  func isWorthKeeping(_ columns: Set<Int>) -> Bool {
    // Every source must be asked, since each one records the request; so this does not stop at the first false.
    sources.indices.map { sources[$0].isWorthKeeping(own(columns, $0)) }.allSatisfy { $0 } && fitsMemory(columns)
  }

  func finalizeTypes(of columns: Set<Int>) throws(Diagnostic) -> Bool {
    var changed = false
    for number in sources.indices { changed = try sources[number].finalizeTypes(of: own(columns, number)) || changed }
    guard changed else { return false }
    let before = schema
    try updateLayout()
    parts.withLock { $0 = nil }
    return schema != before
  }

  func isInMemory(_ column: Int) -> Bool {
    !isStored(column) || sources.indices.allSatisfy { sources[$0].isInMemory(positions[$0][column]) }
  }

  /// Maps the stored columns among these to their indices in one source.
  private func own(_ columns: Set<Int>, _ source: Int) -> Set<Int> {
    Set(columns.filter(isStored).map { positions[source][$0] })
  }
}

/// How a column that two files have in types without a common one is read nevertheless; nil if by no cast.
///
/// Types can be chosen for files that hold texts. Files with types of their own are read one by one.
private func meetingHint(
  _ name: String, _ first: (source: any TableSource, type: DataType),
  _ second: (source: any TableSource, type: DataType)
) -> String? {
  if first.source is any ChunkedTextSource, second.source is any ChunkedTextSource,
    !name.contains(where: { " \"\\".contains($0) })
  {
    return "`types=[\"\(name) str\"]` reads it as it is written"
  }
  guard let common = meetingType(first.type, second.type) else { return "`columns=` without it reads the others" }
  let (one, two) = (step(name, first.type, to: common), step(name, second.type, to: common))
  let (left, right) = (Spelling.text(first.source.name), Spelling.text(second.source.name))
  return "make them one type: `load \(left)\(one) | concat (load \(right)\(two))`"
}

/// The step of a pipeline that gives a column this type; empty if it has it.
private func step(_ name: String, _ type: DataType, to common: DataType) -> String {
  if type == common { return "" }
  let column = Spelling.name(name)
  guard case .datetime(let own) = type, case .zoned(let unit, let zone) = common else {
    return " | with \(column) = cast(\(column), \(common))"
  }
  let clock = own == unit ? column : "cast(\(column), \(DataType.datetime(unit)))"
  return " | with \(column) = with_zone(\(clock), \"\(zone)\")"
}

/// The type in which two columns without a common type meet, with the steps above; nil if there is none.
private func meetingType(_ first: DataType, _ second: DataType) -> DataType? {
  switch (first, second) {
  case (.zoned(let own, let zone), .zoned(let unit, _)), (.zoned(let own, let zone), .datetime(let unit)),
    (.datetime(let own), .zoned(let unit, let zone)):
    guard case .datetime(let finer)? = DataType.common(.datetime(own), .datetime(unit)) else { return nil }
    return .zoned(finer, zone)
  default: return readable(first, second)
  }
}

/// A type to which values of both types can be cast; nil if there is none.
private func readable(_ type: DataType, _ other: DataType) -> DataType? {
  switch (type, other) {
  case (.list(let own), .list(let element)): readable(own, element).map { .list($0) }
  case (.list, _), (_, .list), (.structure, _), (_, .structure): nil
  case (.string, .binary), (.binary, .string): .binary
  case (.binary, _), (_, .binary): nil
  default: .string
  }
}
