import Diagnostics
import Parallelism
import Tables

/// A file with one JSON object per line as a source. Fields and types are inferred from samples, and finalised by the
/// whole file when a column is first read.
///
/// The columns are all fields that occur, in first-occurrence order. A JSON string cannot contain a line end, so the
/// text can be split at any line end and parsed on all cores. Only the lines being parsed are in memory.
final class NDJSONSource: ChunkedTextSource {
  let input: InputFile
  private let lines: NDJSONLines
  let cache = ColumnCache()
  private let wanted: [String: DataType]
  /// Columns whose numbers are read as text first, because their type holds digits that a float would lose.
  private let spelled: Set<String>
  private let state: Mutex<State>
  let chunks: TextChunks
  /// The size up to which a file is read whole when it is opened.
  private static let smallSize = 1 << 18

  private struct State {
    var fields: JSONFields {
      didSet { schema = nil }
    }
    var isFinal = false
    var notes: [String] = []
    /// Cached: with ten thousand columns, a schema is expensive to make.
    var schema: Schema?
  }

  init(_ input: InputFile, _ options: LoadOptions) throws(Diagnostic) {
    self.input = input
    let lines = NDJSONLines(input)
    self.lines = lines
    chunks = TextChunks(
      of: input, starts: { lines.starts(grain: TextChunks.size) }, rowCount: { lines.rowCount($0) })
    let (wanted, spelled) = (options.types, Set(options.types.filter { $0.value.keepsSpelling }.keys))
    self.wanted = wanted
    self.spelled = spelled
    var fields = JSONFields()
    for range in lines.sample(upTo: NDJSONSource.smallSize) {
      fields.join(try lines.rows(range, spelled: spelled).fields)
    }
    state = Mutex(State(fields: fields, notes: fields.valuesAsText(asked: Set(wanted.keys))))
    if input.bytes.count <= NDJSONSource.smallSize { _ = try finalizeTypes(of: []) }
    if let name = wanted.keys.sorted().first(where: { !schema.names.contains($0) }) {
      throw .unknownColumn(name, in: input.path, schema: schema).about(option: "types")
    }
  }

  var name: String { input.path }
  var notes: [String] { state.withLock { $0.notes } }

  var schema: Schema {
    state.withLock { state in
      if let known = state.schema { return known }
      let schema = Schema(state.fields.all.map { Field($0.name, wanted[$0.name] ?? $0.kind.type) })
      state.schema = schema
      return schema
    }
  }

  func isAllNull(_ column: Int) -> Bool {
    let field = state.withLock { $0.fields.all[column] }
    return field.kind == .null && wanted[field.name] == nil
  }

  /// Every row has a value or a null in every column, even if the text has few fields.
  func decodedSize(_ columns: Set<Int>) -> Int {
    let spelledSize = columns.count * input.bytes.count / max(1, state.withLock { $0.fields.all.count })
    guard chunks.areCounted else { return spelledSize }
    let schema = schema
    let perRow = columns.reduce(0) { $0 + schema[$1].type.bytesPerValue }
    return max(spelledSize, perRow &* chunks.rowCount)
  }

  /// Refuses columns that do not fit in memory, before any is made: forty thousand names in as many lines are half a
  /// megabyte of text and gigabytes of nulls.
  private func requireMemory(_ indices: [Int], rows: Int) throws(Diagnostic) {
    let schema = schema
    let perRow = indices.reduce(0) { $0 + schema[$1].type.bytesPerValue + MemoryLayout<Value>.stride / 8 }
    let bytes = Double(rows) * Double(perRow)
    guard bytes <= Double(max(Formats.memoryBudget, NDJSONSource.smallSize)) else {
      throw .manyColumns(input.path, columns: indices.count, rows: rows, bytes: bytes)
    }
  }

  // MARK: - Columns

  var dataStart: Int { lines.first }

  func parsed(_ indices: [Int], _ range: Range<Int>, limit: Int) throws(Diagnostic) -> [Column] {
    let parsed = try input.whileUnchanged { () throws(Diagnostic) in
      try lines.rows(range, limit: limit, spelled: spelled)
    }
    let known = state.withLock { $0.fields }
    for index in indices where !known.all[index].kind.holds(parsed.fields.kind(of: known.all[index].name)) {
      // The inferred type was wrong; the whole file determines it now.
      if try finalizeTypes(of: [index]) { throw .widened(schema[index].name, to: schema[index].type, in: input.path) }
      throw .fault("a column that does not widen")
    }
    try requireMemory(indices, rows: parsed.count)
    return try indices.map { (index) throws(Diagnostic) in try column(index, of: parsed, in: known) }
  }

  func read(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    if !state.withLock({ $0.isFinal }) { try finalizeAllTypes() }
    try requireMemory(indices, rows: chunks.rowCount)
    let known = state.withLock { $0.fields }
    let parts = try eachChunk { (rows) throws(Diagnostic) in
      try indices.map { (index) throws(Diagnostic) in try column(index, of: rows, in: known) }
    }
    let schema = schema
    return try indices.indices.map { (position) throws(Diagnostic) in
      parts.isEmpty
        ? .nulls(schema[indices[position]].type, count: 0) : try concat(parts.map { $0[position] })
    }
  }

  private func column(_ index: Int, of rows: JSONRows, in known: JSONFields) throws(Diagnostic) -> Column {
    let field = known.all[index]
    do throws(Diagnostic) {
      let column = try rows.column(field.name, as: field.kind.type)
      guard let type = wanted[field.name], type != column.type else { return column }
      return try cast(column, to: type)
    } catch { throw error.noting("column `\(field.name)`").placed(input.path) }
  }

  // MARK: - Types

  func finalizeTypes(of columns: Set<Int>) throws(Diagnostic) -> Bool {
    if state.withLock({ $0.isFinal }) { return false }
    let before = schema
    try finalizeAllTypes()
    return schema != before
  }

  /// Reads every line for its fields and types. No values are kept.
  private func finalizeAllTypes() throws(Diagnostic) {
    let parts = try eachChunk { (rows) in (fields: rows.fields, rowCount: rows.count) }
    chunks.keep(parts.map(\.rowCount))
    state.withLock { state in
      let sampled = state.fields
      for part in parts { state.fields.join(part.fields) }
      state.isFinal = true
      let asked = Set(wanted.keys)
      state.notes = state.fields.changes(since: sampled, asked: asked) + state.fields.valuesAsText(asked: asked)
    }
  }

  /// Applies `body` to the rows of every chunk.
  private func eachChunk<Result: Sendable>(
    _ body: @Sendable (JSONRows) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> [Result] {
    let (input, lines, spelled, ranges) = (input, lines, spelled, try chunks.ranges())
    return try input.whileUnchanged { () throws(Diagnostic) in
      try Progress.ofLoops("reading \(input.path)") { () throws(Diagnostic) in
        try mapIndices(of: ranges.count) { (chunk) throws(Diagnostic) in
          defer { input.release(ranges[chunk]) }
          return try body(lines.rows(ranges[chunk], spelled: spelled))
        }
      }
    }
  }
}

extension DataType {
  /// Whether the type holds digits that a float would lose.
  fileprivate var keepsSpelling: Bool {
    switch self {
    case .string, .decimal: true
    default: false
    }
  }
}

extension Diagnostic {
  fileprivate static func manyColumns(_ path: String, columns: Int, rows: Int, bytes: Double) -> Diagnostic {
    Diagnostic(
      "\(counted(rows, "row")) of \(counted(columns, "column")) in `\(path)` take \(Int(bytes / 1e6)) MB, which is more "
        + "than memory is given for", hint: "`select` names the columns that are needed",
      place: path)
  }
}
