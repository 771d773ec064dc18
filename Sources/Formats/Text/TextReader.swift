import Diagnostics
import Parallelism
import Tables

/// Reads a whole text file on all cores.
struct TextReader {
  let input: InputFile
  let options: LoadOptions
  let layout: TextLayout
  private static let chunkBytes = 4 << 20

  init(_ input: InputFile, _ options: LoadOptions, defaultSeparator: [UInt8]? = nil) throws(Diagnostic) {
    self.input = input
    self.options = options
    layout = try TextSniffer(input, options).layout(defaultSeparator: defaultSeparator)
  }

  func read() throws(Diagnostic) -> TableInMemory {
    var notes: [String] = []
    let names = uniqueNames(layout.names, &notes)
    var wanted: [Int: DataType] = [:]
    for (name, type) in options.types {
      guard let index = names.firstIndex(of: name) else {
        throw .unknownColumn(
          name, in: input.path, schema: Schema(zip(names, layout.kinds).map { Field($0, $1.dataType) }))
      }
      wanted[index] = type
    }
    let isKept = names.map { options.columns?.contains($0) ?? true }
    var kinds = layout.kinds.indices.map { index -> FieldKind? in
      isKept[index] ? wanted[index].map { FieldKind(reading: $0) } ?? layout.kinds[index] : nil
    }
    let sniffed = kinds
    let starts = FieldCursor(input.bytes, at: layout.start, dialect: layout.dialect).rowStarts(
      grain: TextReader.chunkBytes)
    var columns = [Column?](repeating: nil, count: names.count)
    var misfits = [Range<Int>?](repeating: nil, count: names.count)
    while kinds.contains(where: { $0 != nil }) {
      let chunks = try readChunks(starts, kinds)
      for index in names.indices {
        guard let kind = kinds[index] else { continue }
        var parts: [Column] = []
        var wider = kind
        for chunk in chunks {
          switch chunk[index].state {
          case .reading: parts.append(chunk[index].column)
          case .widening:
            wider = wider.joined(chunk[index].kind)
            misfits[index] = misfits[index] ?? chunk[index].misfit
          case .skipping: break
          }
        }
        if wider != kind {
          if let type = wanted[index] { throw misread(names[index], type, misfits[index]) }
          kinds[index] = wider
          continue
        }
        columns[index] = try settled(parts, kind)
        kinds[index] = nil
      }
    }
    for index in names.indices {
      guard let column = columns[index] else { continue }
      if let place = misfits[index], let narrow = sniffed[index], narrow != .unknown {
        notes.append(
          "`\(names[index])` is \(column.type), not \(narrow.dataType): line \(line(at: place.lowerBound)) has "
            + "`\(excerpt(place))`")
      }
      if let type = wanted[index], type != column.type {
        columns[index] = try castColumn(column, type, names[index])
      } else if let element = layout.listElements[index] {
        columns[index] = try wordLists(column, of: element)
      }
    }
    let kept = names.indices.filter { columns[$0] != nil }
    let fields = kept.compactMap { index in columns[index].map { Field(names[index], $0.type) } }
    let found = kept.compactMap { columns[$0] }
    let table = Table(Schema(fields), found, rowCount: found.first?.count ?? 0)
    return TableInMemory(name: input.path, table, notes: notes)
  }

  private func readChunks(_ starts: [Int], _ kinds: [FieldKind?]) throws(Diagnostic) -> [[FieldColumn]] {
    let parser = TextChunkParser(input: input, dialect: layout.dialect)
    try input.checkUnchanged()
    return try mapIndices(of: starts.count - 1) { (chunk) throws(Diagnostic) -> [FieldColumn] in
      let range = starts[chunk]..<starts[chunk + 1]
      let expectedRows = range.count / max(8, 6 * kinds.count)
      var columns = kinds.map { FieldColumn($0, layout.dialect, expectedRows: expectedRows) }
      switch parser.parse(range, into: &columns) {
      case .ragged(let position, let found):
        throw .raggedLine(input.path, line: line(at: position), found: found, expected: kinds.count)
      case .unclosed(let position): throw .unclosedQuote(input.path, line: line(at: position))
      case nil: return columns
      }
    }
  }

  private func settled(_ parts: [Column], _ kind: FieldKind) throws(Diagnostic) -> Column {
    let type: DataType = kind.dataType
    if kind == .unknown { return .nulls(.string, count: parts.reduce(0) { $0 + $1.count }) }
    return parts.isEmpty ? .nulls(type, count: 0) : try concat(parts)
  }

  private func castColumn(_ column: Column, _ type: DataType, _ name: String) throws(Diagnostic) -> Column {
    do throws(Diagnostic) {
      return try cast(column, to: type)
    } catch { throw error.noting("column `\(name)`").placed(input.path) }
  }

  private func misread(_ name: String, _ type: DataType, _ place: Range<Int>?) -> Diagnostic {
    let place = place ?? layout.start..<layout.start
    return Diagnostic(
      "`\(excerpt(place))` in column `\(name)` is not \(type)", hint: "leave `\(name)` out of `types=`",
      place: "\(input.path):\(line(at: place.lowerBound))")
  }

  /// The line, from 1, that a byte stands on.
  private func line(at position: Int) -> Int {
    input.bytes[..<position].reduce(1) { $0 + ($1 == TextDialect.newline ? 1 : 0) }
  }

  private func excerpt(_ range: Range<Int>) -> String {
    String(decoding: input.bytes[range.prefix(40)], as: UTF8.self)
  }
}

/// The words of every text, which blanks separate, as lists.
private func wordLists(_ column: Column, of element: DataType) throws(Diagnostic) -> Column {
  guard case .text(let text) = column.values else { return column }
  var builder = TextDictionaryBuilder()
  var words: [UInt32] = []
  var offsets = [0]
  for row in 0..<column.count {
    if !column.isNull(row) {
      for word in text[row].bytes.array.split(separator: 0x20) { words.append(builder.code(for: word.span)) }
    }
    offsets.append(words.count)
  }
  let texts = Column(.string, .text(TextValues(codes: Buffer(words), dictionary: builder.dictionary())))
  let child = element == .string ? texts : try cast(texts, to: element)
  return Column(
    .list(element), .list(ListValues(offsets: Buffer(offsets), child: child)), validity: column.validity)
}

extension Diagnostic {
  static func raggedLine(_ path: String, line: Int, found: Int, expected: Int) -> Diagnostic {
    Diagnostic(
      "line \(line) has \(found) field\(found == 1 ? "" : "s") where \(expected) \(expected == 1 ? "is" : "are") expected",
      hint: "a separator inside a field needs quotes around it; `separator=` says what separates",
      place: "\(path):\(line)")
  }

  static func unclosedQuote(_ path: String, line: Int) -> Diagnostic {
    Diagnostic("a quote opens on line \(line) and never closes", place: "\(path):\(line)")
  }
}
