import Diagnostics
import Parallelism
import Tables

extension FileFormat {
  /// Apache Parquet: compressed columns with types and statistics.
  static let parquet = FileFormat(
    name: "parquet", summary: "columns with types, compressed; the fastest to read", extensions: ["parquet", "pq"],
    isText: false,
    recognises: { ParquetFile.isParquet($0) },
    open: { (input, _) throws(Diagnostic) in ParquetSource(try ParquetFile(input)) },
    write: { (table, file, options) throws(Diagnostic) in
      let writer = try ParquetWriter(file, table.schema, options)
      try writer.append(table)
      try writer.complete()
      let hasDurations = table.schema.types.contains { if case .duration = $0 { true } else { false } }
      return hasDurations ? ["durations are whole numbers to other programs"] : []
    })
}

/// A Parquet file as a source. Each row group is a partition.
///
/// The footer gives all types but one: whether the INT96 timestamps of old writers fit nanoseconds is known only when
/// they are first read.
final class ParquetSource: DecodedSource {
  private let state: Mutex<State>
  /// The columns that were read for all rows at least once.
  private let asked = Mutex<Set<Int>>([])
  let partitions: [Partition]

  private struct State {
    var file: ParquetFile
    var cache = ColumnCache()
    /// Whether the unit of the INT96 timestamps is final.
    var isFinal: Bool
  }

  init(_ file: ParquetFile) {
    state = Mutex(State(file: file, isFinal: !file.hasInt96))
    partitions = file.metadata.rowGroups.indices.map { group in
      Partition(
        rows: file.groupStarts[group]..<file.groupStarts[group + 1], statistics: file.statistics(group: group))
    }
    // Small files determine the unit of INT96 at once. An error in a column is reported when that column is read.
    if file.hasInt96, !file.input.isRemote, file.input.bytes.count <= ParquetSource.smallSize {
      _ = try? finalizeTypes(of: Set(file.schema.fields.indices))
    }
  }

  /// The size up to which all INT96 timestamps are scanned when the file is opened.
  private static let smallSize = 1 << 26

  private var file: ParquetFile { state.withLock { $0.file } }

  var name: String { file.input.path }
  var schema: Schema { file.schema }
  var rowCount: Int { file.rowCount }
  var notes: [String] { file.notes }

  /// All INT96 timestamps share one unit, so one that is out of range decides for the whole file.
  func finalizeTypes(of columns: Set<Int>) throws(Diagnostic) -> Bool {
    let (file, open) = state.withLock { ($0.file, $0.isFinal ? [] : columns) }
    let moments = { (column: Int) in file.columns[column].column.leaves.contains { $0.physical == .int96 } }
    guard open.contains(where: moments) else { return false }
    var unit = TimeUnit.nanoseconds
    for column in file.columns.indices where moments(column) {
      let own = try file.input.whileUnchanged { () throws(Diagnostic) in try file.int96Unit(of: column) }
      if own.ticksPerSecond < unit.ticksPerSecond { unit = own }
    }
    state.withLock { $0.isFinal = true }
    return readInt96(in: unit, isFar: true)
  }

  /// Switches INT96 timestamps to a unit if it is coarser than the present one. Returns whether it did.
  @discardableResult
  func readInt96(in unit: TimeUnit, isFar: Bool) -> Bool {
    state.withLock { state in
      guard state.file.hasInt96, unit.ticksPerSecond < state.file.int96Unit.ticksPerSecond else { return false }
      (state.file, state.cache) = (ParquetFile(state.file, int96In: unit, isFar: isFar), ColumnCache())
      return true
    }
  }

  /// The unit of the INT96 timestamps; nil if the file has none.
  var int96Unit: TimeUnit? { file.hasInt96 ? file.int96Unit : nil }

  /// The file with the final types of these columns.
  ///
  /// - Throws: if a type turns out to differ from the one in the schema.
  private func finalized(_ indices: [Int]) throws(Diagnostic) -> (file: ParquetFile, cache: ColumnCache) {
    if try finalizeTypes(of: Set(indices)) {
      let schema = schema
      let changed = indices.first { schema[$0].type != .datetime(.nanoseconds) } ?? indices[0]
      throw .widened(schema[changed].name, to: schema[changed].type, in: name)
    }
    return state.withLock { ($0.file, $0.cache) }
  }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    let (file, cache) = try finalized(indices)
    return try cache.columns(indices) { (missing) throws(Diagnostic) in
      try decode(missing, groups: 0..<partitions.count, of: file)
    }
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    let (file, cache) = try finalized(indices)
    let rows = partitions[partition].rows
    if let cached = cache.cached(indices) { return cached.map { $0[rows] } }
    return try decode(indices, groups: partition..<partition + 1, of: file)
  }

  func columns(
    _ indices: [Int], partition: Int, rows: Range<Int>, kept: Bitmap?
  ) throws(Diagnostic) -> [Column] {
    let (file, cache) = try finalized(indices)
    let partitionRows = partitions[partition].rows
    return try file.input.whileUnchanged { () throws(Diagnostic) in
      try file.fetch(columns: indices.filter { cache.cached([$0]) == nil }, groups: partition..<partition + 1)
      return try mapIndices(of: indices.count) { (position) throws(Diagnostic) in
        if let cached = cache.cached([indices[position]])?.first {
          let first = partitionRows.lowerBound
          let cut = cached[first + rows.lowerBound..<first + rows.upperBound]
          return try kept.map { (kept) throws(Diagnostic) in try filter(cut, kept) } ?? cut
        }
        return try file.decode(indices[position], group: partition, rows: rows, kept: kept)
      }
    }
  }

  func pages(_ column: Int, partition: Int) -> [ColumnPage] { file.pages(column, group: partition) }

  func decodedSize(_ columns: Set<Int>) -> Int { columns.reduce(0) { $0 &+ file.decodedSize($1) } }

  /// A column is cached from the second request on: a single pass over a file should not fill the memory.
  func isWorthKeeping(_ columns: Set<Int>) -> Bool {
    let wasAsked = asked.withLock { asked in
      defer { asked.formUnion(columns) }
      return columns.isSubset(of: asked)
    }
    return wasAsked && fitsMemory(columns)
  }

  func isInMemory(_ column: Int) -> Bool { state.withLock { $0.cache }.contains(column) }

  /// Decodes row groups in parallel, or columns if there are more of them.
  private func decode(
    _ indices: [Int], groups: Range<Int>, of file: ParquetFile
  ) throws(Diagnostic) -> [Column] {
    try file.input.whileUnchanged { () throws(Diagnostic) in
      try file.fetch(columns: indices, groups: groups)
      if indices.count > groups.count {
        return try mapIndices(of: indices.count) { (index) throws(Diagnostic) in
          try file.decode(indices[index], groups: groups)
        }
      }
      var columns: [Column] = []
      for index in indices {
        columns.append(
          try Progress.ofLoops("reading \(file.schema[index].name)") { () throws(Diagnostic) in
            try file.decode(index, groups: groups)
          })
      }
      return columns
    }
  }
}
