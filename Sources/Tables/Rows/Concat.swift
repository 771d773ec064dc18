public import Diagnostics
import Parallelism

/// Concatenates columns, which must have the same type.
///
/// Text dictionaries are merged. If all columns share one dictionary, as those of one file do, only codes are copied.
///
/// - Complexity: O(rows) on all cores, plus O(bytes) for dictionaries that differ.
/// - Throws: `differentTypes` if two types differ.
public func concat(_ columns: [Column]) throws(Diagnostic) -> Column {
  guard let first = columns.first else { return Column(.null, .null(count: 0)) }
  for column in columns where column.type != first.type { throw .differentTypes(first.type, column.type) }
  if columns.count == 1 { return first }
  let count = columns.reduce(0) { $0 + $1.count }
  let values: ColumnValues
  switch first.values {
  case .null: values = .null(count: count)
  case .bool: values = .bool(concatBits(columns.map { column in column.values.bits }))
  case .text: values = .text(try concatTexts(columns.compactMap(\.values.text)))
  case .list: values = .list(try concatLists(columns.compactMap(\.values.lists)))
  case .structure(let fields, _):
    var members: [Column] = []
    for index in fields.indices {
      members.append(try concat(columns.compactMap { $0.values.members?[index] }))
    }
    values = .structure(members, count: count)
  default: values = try first.values.run(Concatenation(columns: columns)) ?? first.values
  }
  return Column(first.type, values, validity: concatValidity(columns))
}

/// Concatenates the rows of tables, which must have the same columns in the same order.
public func concat(_ tables: [Table]) throws(Diagnostic) -> Table {
  guard let first = tables.first else { return Table(Schema([]), [], rowCount: 0) }
  var columns: [Column] = []
  for index in first.columns.indices { columns.append(try concat(tables.map { $0.columns[index] })) }
  return Table(first.schema, columns, rowCount: tables.reduce(0) { $0 + $1.rowCount })
}

extension ColumnValues {
  var bits: Bitmap { if case .bool(let bits) = self { bits } else { Bitmap(repeating: false, count: count) } }
  public var text: TextValues? { if case .text(let text) = self { text } else { nil } }
  public var lists: ListValues? { if case .list(let lists) = self { lists } else { nil } }
  var members: [Column]? { if case .structure(let columns, _) = self { columns } else { nil } }
}

private func concatValidity(_ columns: [Column]) -> Bitmap? {
  guard columns.contains(where: { $0.validity != nil }) else { return nil }
  return concatBits(columns.map { $0.validity ?? Bitmap(repeating: true, count: $0.count) })
}

/// Concatenates bitmaps word by word.
func concatBits(_ bitmaps: [Bitmap]) -> Bitmap {
  let count = bitmaps.reduce(0) { $0 + $1.count }
  var words = [UInt64](repeating: 0, count: Bitmap.wordCount(count))
  var start = 0
  for bitmap in bitmaps {
    let source = bitmap.words.span
    let shift = UInt64(start & 63)
    let first = start >> 6
    for index in source.indices {
      words[first + index] |= source[index] << shift
      if shift > 0, first + index + 1 < words.count { words[first + index + 1] |= source[index] >> (64 - shift) }
    }
    start += bitmap.count
  }
  return Bitmap(words: Buffer(words), count: count)
}

private struct Concatenation: ElementKernel {
  let columns: [Column]

  func run<Element: ColumnElement>(_ first: Buffer<Element>) throws(Diagnostic) -> ColumnValues {
    Element.storage(try concatBuffers(columns.compactMap { Element.buffer(of: $0.values) }))
  }
}

private func concatBuffers<Element: ColumnElement>(_ buffers: [Buffer<Element>]) throws(Diagnostic) -> Buffer<Element> {
  var starts = [0]
  for buffer in buffers { starts.append((starts.last ?? 0) + buffer.count) }
  let ends = starts
  return Buffer(
    try fillArray(count: ends.last ?? 0) { (output) throws(Diagnostic) in
      for (index, buffer) in buffers.enumerated() {
        try forEachChunk(of: buffer.count, grain: rowGrain) { (range) throws(Diagnostic) in
          let target = ends[index] + range.lowerBound..<ends[index] + range.upperBound
          try output.withRows(target) { (output) throws(Diagnostic) in
            let source = buffer.span
            for row in range { output[row - range.lowerBound] = source[row] }
          }
        }
      }
    })
}

private func concatTexts(_ texts: [TextValues]) throws(Diagnostic) -> TextValues {
  let texts = texts.filter { $0.codes.count > 0 }
  guard let first = texts.first else { return TextValues(codes: Buffer([]), dictionary: .empty) }
  if texts.allSatisfy({ $0.dictionary === first.dictionary }) {
    return TextValues(codes: try concatBuffers(texts.map(\.codes)), dictionary: first.dictionary)
  }
  var builder = TextDictionaryBuilder()
  var merged: [ObjectIdentifier: [UInt32]] = [:]
  var codes: [Buffer<UInt32>] = []
  let cancellation = Cancellation.current
  for text in texts {
    let dictionary = text.dictionary
    let map: [UInt32]
    if let known = merged[ObjectIdentifier(dictionary)] {
      map = known
    } else {
      var fresh = [UInt32](repeating: 0, count: dictionary.count)
      for code in 0..<dictionary.count {
        if code & 0xffff == 0 { try cancellation.check() }
        let entry = dictionary[code].bytes
        fresh[code] = builder.code(for: entry.span)
      }
      map = fresh
      merged[ObjectIdentifier(dictionary)] = map
    }
    codes.append(try remap(text.codes, by: map))
  }
  return TextValues(codes: try concatBuffers(codes), dictionary: builder.dictionary())
}

private func concatLists(_ lists: [ListValues]) throws(Diagnostic) -> ListValues {
  var offsets = [0]
  for list in lists {
    let shift = (offsets.last ?? 0) - list.offsets[0]
    let own = list.offsets.span
    for index in 1..<own.count { offsets.append(own[index] + shift) }
  }
  return ListValues(offsets: Buffer(offsets), child: try concat(lists.map(\.elements)))
}
