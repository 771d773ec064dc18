import Diagnostics
import Parallelism
import Tables

/// A separated text file as a source. Its layout and types are inferred from samples. Columns are read when they are
/// needed, and then their types are finalised.
final class TextSource: ChunkedTextSource {
  let input: InputFile
  let layout: TextLayout
  let names: [String]
  /// The types that the user chose, by column.
  private let wanted: [Int: DataType]
  let cache = ColumnCache()
  private let state: Mutex<State>
  let chunks: TextChunks
  /// The size up to which a file is read when it is opened, so that its types are final at once.
  private static let smallSize = 1 << 18

  private struct State {
    var kinds: [FieldKind] {
      didSet { schema = nil }
    }
    var isFinal: [Bool]
    var notes: [String]
    /// Cached: with ten thousand columns, a schema is expensive to make.
    var schema: Schema?
  }

  init(_ input: InputFile, _ options: LoadOptions, defaultSeparator: [UInt8]? = nil) throws(Diagnostic) {
    self.input = input
    layout = try TextSniffer(input, options).layout(defaultSeparator: defaultSeparator)
    var notes = layout.notes
    let names = uniqueNames(layout.names, &notes)
    var wanted: [Int: DataType] = [:]
    for (name, type) in options.types {
      guard let index = names.firstIndex(of: name) else {
        throw .unknownColumn(
          name, in: input.path, schema: Schema(zip(names, layout.kinds).map { Field($0, $1.dataType) })
        ).about(option: "types")
      }
      wanted[index] = type
    }
    self.names = names
    self.wanted = wanted
    let layout = layout
    chunks = TextChunks(
      of: input, starts: { () throws(Diagnostic) in try TextSource.starts(input, layout) },
      rowCount: { RowCounter(input: input, layout: layout).count($0) })
    let kinds = layout.kinds.enumerated().map { index, kind in wanted[index].map { FieldKind(reading: $0) } ?? kind }
    state = Mutex(State(kinds: kinds, isFinal: kinds.map { _ in false }, notes: notes))
    if input.bytes.count <= TextSource.smallSize { _ = try finalizeTypes(of: Set(names.indices)) }
  }

  var name: String { input.path }
  var notes: [String] { state.withLock { $0.notes } }

  var schema: Schema {
    state.withLock { state in
      if let known = state.schema { return known }
      let schema = Schema(names.indices.map { Field(names[$0], type($0, state.kinds[$0])) })
      state.schema = schema
      return schema
    }
  }

  private func type(_ index: Int, _ kind: FieldKind) -> DataType {
    wanted[index] ?? layout.listElements[index].map { .list($0) } ?? kind.dataType
  }

  /// Whether the type of a column was given, so that lost digits are accepted.
  private func isAsked(_ index: Int) -> Bool { wanted[index] != nil || layout.declaredFloats.contains(index) }

  func isAllNull(_ column: Int) -> Bool { state.withLock { $0.kinds[column] == .unknown } && wanted[column] == nil }

  func decodedSize(_ columns: Set<Int>) -> Int {
    let kinds = state.withLock { $0.kinds }
    // If rows have not been counted, the estimate assumes short ones.
    let rows = chunks.areCounted ? chunks.rowCount : input.bytes.count / (4 * names.count + 1)
    return columns.reduce(0) { total, column in
      total + (kinds[column] == .string ? rows * 4 + input.bytes.count / names.count : rows * 8)
    }
  }

  // MARK: - Rows

  private static func starts(_ input: InputFile, _ layout: TextLayout) throws(Diagnostic) -> [Int] {
    let quotes = try mapChunks(of: input.bytes.count, grain: TextChunks.size) { (range) throws(Diagnostic) in
      guard layout.dialect.hidesLineEnds else { return nil as Int? }
      defer { input.release(range) }
      return FieldCursor(input.bytes, at: layout.start, dialect: layout.dialect).firstQuote(in: range)
    }
    return FieldCursor(input.bytes, at: layout.start, dialect: layout.dialect).rowStarts(
      grain: TextChunks.size, quotes: quotes)
  }

  // MARK: - Columns

  var dataStart: Int { layout.start }

  func read(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    let found = try read(Set(indices), keepsColumns: true)
    return indices.compactMap { found[$0] }
  }

  func parsed(_ indices: [Int], _ range: Range<Int>, limit: Int) throws(Diagnostic) -> [Column] {
    let kinds = state.withLock { $0.kinds }
    let asked = Set(indices)
    var columns = names.indices.map { index in
      FieldColumn(
        asked.contains(index) ? kinds[index] : nil, layout.dialect, isAsked: isAsked(index),
        expectedRows: min(limit, 1 << 16))
    }
    try input.whileUnchanged { () throws(Diagnostic) in try parse(range, into: &columns, limit: limit) }
    var found: [Column] = []
    for index in indices {
      guard columns[index].state == .reading else {
        // The inferred type was wrong; the whole file determines it now.
        if try finalizeTypes(of: [index]) { throw .widened(names[index], to: schema[index].type, in: input.path) }
        throw .fault("a column that does not widen")
      }
      found.append(try finished(columns[index].column, index, kinds[index]))
    }
    return found
  }

  private func parse(_ range: Range<Int>, into columns: inout [FieldColumn], limit: Int = .max) throws(Diagnostic) {
    let parser = TextChunkParser(input: input, layout: layout)
    switch parser.parse(range, into: &columns, limit: limit) {
    case .ragged(let position, let found):
      throw .raggedLine(input.path, line: line(at: position), found: found, expected: columns.count)
    case .unclosed(let position): throw .unclosedQuote(input.path, line: line(at: position))
    case .lone(let position, let rows): throw .loneQuote(input.path, line: line(at: position), rows: rows)
    case nil: break
    }
  }

  // MARK: - Types

  func finalizeTypes(of columns: Set<Int>) throws(Diagnostic) -> Bool {
    let open = state.withLock { state in columns.filter { !state.isFinal[$0] } }
    if open.isEmpty { return false }
    let before = schema
    if fitsMemory(open) {
      _ = try self.columns(open.sorted())
    } else {
      _ = try read(open, keepsColumns: false)
    }
    return schema != before
  }

  private func read(_ indices: Set<Int>, keepsColumns: Bool) throws(Diagnostic) -> [Int: Column] {
    try input.whileUnchanged { () throws(Diagnostic) in try readUnchanged(indices, keepsColumns: keepsColumns) }
  }

  /// Reads whole columns, each repeatedly until its kind fits all fields.
  private func readUnchanged(_ indices: Set<Int>, keepsColumns: Bool) throws(Diagnostic) -> [Int: Column] {
    let sniffed = state.withLock { $0.kinds }
    var kinds = names.indices.map { indices.contains($0) ? sniffed[$0] : nil }
    var misfits: [Int: Range<Int>] = [:]
    var found: [Int: Column] = [:]
    while kinds.contains(where: { $0 != nil }) {
      var (parts, wholes) = try readWhole(kinds, keepsColumns: keepsColumns)
      chunks.keep(parts.map(\.rowCount))
      for (index, kind) in kinds.enumerated() {
        guard let kind else { continue }
        let widening = parts.filter { $0.columns[index].state == .widening }
        guard widening.isEmpty else {
          let wider = widening.reduce(kind) { $0.joined($1.columns[index].kind) }
          let misfit = widening.first?.columns[index].misfit
          if let type = wanted[index] { throw misread(index, type, misfit) }
          misfits[index] = misfits[index] ?? misfit
          kinds[index] = wider == kind ? .string : wider
          continue
        }
        if keepsColumns {
          found[index] = try finished(joined(parts.map { $0.columns[index] }, wholes[index], kind), index, kind)
          // Frees the parts, so that a text column is in memory twice only while it is joined.
          wholes[index] = nil
          for part in parts.indices { parts[part].columns[index].forgetValues() }
        }
        kinds[index] = nil
        finalizeType(index, kind, from: sniffed[index], misfits[index])
      }
    }
    return found
  }

  private struct Chunk {
    var columns: [FieldColumn]
    var rowCount: Int
  }

  /// Counts the rows first, then reads numbers and dates straight into whole columns and other fields chunk by chunk.
  /// Joining chunks would need the memory twice, and to clear it twice took as long as reading.
  private func readWhole(
    _ kinds: [FieldKind?], keepsColumns: Bool
  ) throws(Diagnostic) -> (parts: [Chunk], wholes: [ColumnValues?]) {
    let mostNested = 64
    if keepsColumns, (1...mostNested).contains(kinds.count { $0?.hasFixedWidth ?? false }) {
      let firstRows = try chunks.firstRows()
      var parts: [Chunk] = []
      let wholes = try FieldRows.filled(kinds[...], count: firstRows.last ?? 0) { (rows) throws(Diagnostic) in
        parts = try readChunks(kinds, keepsColumns: true, into: rows, firstRows)
      }
      // With unusual line ends, the counted rows may differ from those that were read.
      if zip(firstRows, firstRows.dropFirst()).map({ $1 - $0 }) == parts.map(\.rowCount) { return (parts, wholes) }
    }
    return (try readChunks(kinds, keepsColumns: keepsColumns), kinds.map { _ in nil })
  }

  private func readChunks(
    _ kinds: [FieldKind?], keepsColumns: Bool, into rows: [FieldRows?] = [], _ firstRows: [Int] = []
  ) throws(Diagnostic) -> [Chunk] {
    let first = kinds.firstIndex { $0 != nil } ?? 0
    let ranges = try chunks.ranges()
    return try Progress.ofLoops("reading \(input.path)") { () throws(Diagnostic) in
      try mapIndices(of: ranges.count) { (chunk) throws(Diagnostic) -> Chunk in
        let range = ranges[chunk]
        let expectedRows = range.count / max(8, 6 * kinds.count)
        var columns = kinds.enumerated().map { index, kind in
          rows.isEmpty
            ? FieldColumn(kind, layout.dialect, isAsked: isAsked(index), expectedRows: expectedRows)
            : FieldColumn(
              kind, layout.dialect, isAsked: isAsked(index), expectedRows: expectedRows, in: rows[index],
              at: firstRows[chunk]..<firstRows[chunk + 1])
        }
        try parse(range, into: &columns)
        input.release(range)
        let rowCount = columns.isEmpty ? 0 : columns[first].count
        if !keepsColumns { for index in columns.indices { columns[index].forgetValues() } }
        return Chunk(columns: columns, rowCount: rowCount)
      }
    }
  }

  /// Records the final kind of a column.
  private func finalizeType(_ index: Int, _ kind: FieldKind, from sniffed: FieldKind, _ misfit: Range<Int>?) {
    var note: String?
    if let misfit, sniffed != .unknown {
      let place = "line \(line(at: misfit.lowerBound)) has `\(excerpt(misfit))`"
      note = "`\(names[index])` is \(type(index, kind)), not \(type(index, sniffed)): \(place)"
    }
    state.withLock { state in
      state.kinds[index] = kind
      state.isFinal[index] = true
      if let note, !state.notes.contains(note) { state.notes.append(note) }
    }
  }

  private func joined(
    _ parts: [FieldColumn], _ whole: ColumnValues?, _ kind: FieldKind
  ) throws(Diagnostic) -> Column {
    if let whole {
      var validity = BitmapBuilder()
      for part in parts { validity.append(part.validity) }
      return Column(kind.dataType, whole, validity: validity.bitmap)
    }
    if kind == .unknown { return .nulls(.string, count: parts.reduce(0) { $0 + $1.count }) }
    return parts.isEmpty ? .nulls(kind.dataType, count: 0) : try concat(parts.map(\.column))
  }

  /// Finishes a column: casts it to the requested type and splits lists.
  private func finished(_ column: Column, _ index: Int, _ kind: FieldKind) throws(Diagnostic) -> Column {
    let column = kind == .unknown ? Column.nulls(.string, count: column.count) : column
    if let type = wanted[index], type != column.type {
      do throws(Diagnostic) {
        return try cast(withPoints(column, for: type), to: type)
      } catch { throw error.noting("column `\(names[index])`").placed(input.path) }
    }
    if let element = layout.listElements[index] { return try wordLists(column, of: element) }
    return column
  }

  /// Replaces decimal commas by points, which a cast to decimal expects.
  private func withPoints(_ column: Column, for type: DataType) -> Column {
    guard layout.dialect.decimalComma, case .decimal = type, case .text(let text) = column.values else { return column }
    var builder = TextDictionaryBuilder()
    let codes = (0..<text.dictionary.count).map { entry in
      let bytes = text.dictionary[entry].bytes.array.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
      return builder.code(for: bytes.span)
    }
    let own = Buffer(text.codes.array.map { codes[Int($0)] })
    return Column(
      .string, .text(TextValues(codes: own, dictionary: builder.dictionary())), validity: column.validity)
  }

  private func misread(_ index: Int, _ type: DataType, _ place: Range<Int>?) -> Diagnostic {
    let place = place ?? layout.start..<layout.start
    let text = excerpt(place)
    let losesOffset = Value.text(Text(text)).losesOffset(in: type)
    return Diagnostic(
      "`\(text)` in column `\(names[index])` is not \(type)",
      hint: losesOffset
        ? "it has an offset: `types=[\"\(names[index]) \(type.withUTC)\"]`" : "leave `\(names[index])` out of `types=`",
      place: "\(input.path):\(line(at: place.lowerBound))")
  }

  /// The line number, from 1, of a byte position.
  private func line(at position: Int) -> Int {
    input.bytes[..<position].reduce(1) { $0 + ($1 == TextDialect.newline ? 1 : 0) }
  }

  private func excerpt(_ range: Range<Int>) -> String {
    String(decoding: input.bytes[range.prefix(40)], as: UTF8.self)
  }
}
