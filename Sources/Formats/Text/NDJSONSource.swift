import Diagnostics
import Parallelism
import Synchronization
import Tables

/// A file of JSON objects, a line each, as a source: names and types from samples at first, settled by the whole file
/// when some column is first read.
///
/// The columns are all names that occur, in order of first appearance. A string holds no line end, so that lines are cut
/// anywhere and read on all cores, and no more of them are in memory than are being read.
final class NDJSONSource: ChunkedTextSource {
  let input: InputFile
  private let lines: NDJSONLines
  let cache = ColumnCache()
  private let wanted: [String: DataType]
  private let state: Mutex<State>
  let chunks: TextChunks
  /// A file of no more than this is read when it is opened.
  private static let smallSize = 1 << 18

  private struct State {
    var fields: JSONFields
    var isSettled = false
    var notes: [String] = []
  }

  init(_ input: InputFile, _ options: LoadOptions) throws(Diagnostic) {
    self.input = input
    let lines = NDJSONLines(input)
    self.lines = lines
    chunks = TextChunks(
      of: input, starts: { lines.starts(grain: TextChunks.size) }, rowCount: { lines.rowCount($0) })
    wanted = options.types
    var fields = JSONFields()
    for range in lines.sample(upTo: NDJSONSource.smallSize) { fields.join(try lines.rows(range).fields) }
    state = Mutex(State(fields: fields))
    if input.bytes.count <= NDJSONSource.smallSize { _ = try settle([]) }
    if let name = wanted.keys.sorted().first(where: { !schema.names.contains($0) }) {
      throw .unknownColumn(name, in: input.path, schema: schema)
    }
  }

  var name: String { input.path }
  var notes: [String] { state.withLock { $0.notes } }

  var schema: Schema {
    let fields = state.withLock { $0.fields }
    return Schema(fields.all.map { Field($0.name, wanted[$0.name] ?? JSONTypes.settled($0.type)) })
  }

  func isAllNull(_ column: Int) -> Bool {
    state.withLock { $0.fields.all[column].type == .null } && wanted[schema[column].name] == nil
  }

  func decodedSize(_ columns: Set<Int>) -> Int {
    columns.count * input.bytes.count / max(1, state.withLock { $0.fields.all.count })
  }

  // MARK: - Columns

  var dataStart: Int { lines.first }

  func parsed(_ indices: [Int], _ range: Range<Int>, limit: Int) throws(Diagnostic) -> [Column] {
    try input.checkUnchanged()
    let parsed = try lines.rows(range, limit: limit)
    let known = state.withLock { $0.fields }
    for index in indices where !known.holds(parsed.fields.type(of: known.all[index].name), at: index) {
      // Its type was guessed wrong: the whole file says which it is.
      if try settle([index]) { throw .widened(schema[index].name, to: schema[index].type, in: input.path) }
      throw .fault("a column that does not widen")
    }
    return try indices.map { (index) throws(Diagnostic) in try column(index, of: parsed, in: known) }
  }

  func read(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    if !state.withLock({ $0.isSettled }) { try settleAll() }
    try input.checkUnchanged()
    let known = state.withLock { $0.fields }
    let parts = try eachChunk { (rows) throws(Diagnostic) in
      try indices.map { (index) throws(Diagnostic) in try column(index, of: rows, in: known) }
    }
    return try indices.indices.map { (position) throws(Diagnostic) in
      parts.isEmpty
        ? .nulls(schema[indices[position]].type, count: 0) : try concat(parts.map { $0[position] })
    }
  }

  private func column(_ index: Int, of rows: JSONRows, in known: JSONFields) throws(Diagnostic) -> Column {
    let field = known.all[index]
    let column = try rows.column(field.name, as: JSONTypes.settled(field.type))
    guard let type = wanted[field.name], type != column.type else { return column }
    do throws(Diagnostic) {
      return try cast(column, to: type)
    } catch { throw error.noting("column `\(field.name)`").placed(input.path) }
  }

  // MARK: - Types

  func settle(_ columns: Set<Int>) throws(Diagnostic) -> Bool {
    if state.withLock({ $0.isSettled }) { return false }
    let before = schema
    try settleAll()
    return schema != before
  }

  /// Looks at every line for names and types; nothing of them is kept.
  private func settleAll() throws(Diagnostic) {
    try input.checkUnchanged()
    let parts = try eachChunk { (rows) in (fields: rows.fields, rowCount: rows.count) }
    chunks.keep(parts.map(\.rowCount))
    state.withLock { state in
      let sampled = state.fields
      for part in parts { state.fields.join(part.fields) }
      state.isSettled = true
      state.notes = state.fields.changes(since: sampled)
    }
  }

  /// What `body` makes of the rows of every chunk.
  private func eachChunk<Result: Sendable>(
    _ body: @Sendable (JSONRows) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> [Result] {
    let (input, lines, ranges) = (input, lines, try chunks.ranges())
    return try Progress.ofLoops("reading \(input.path)") { () throws(Diagnostic) in
      try mapIndices(of: ranges.count) { (chunk) throws(Diagnostic) in
        defer { input.release(ranges[chunk]) }
        return try body(lines.rows(ranges[chunk]))
      }
    }
  }
}
