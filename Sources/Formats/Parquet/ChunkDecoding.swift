import Diagnostics
import Parallelism
import Tables

/// One row group's chunk of a column: what to read, and which rows of the result it fills.
struct ChunkPlan: Sendable {
  let group: Int
  let chunk: ColumnChunk
  var pages: ChunkPages
  var rows: Range<Int>
}

/// What came of the chunks of one leaf.
struct DecodedLeaf<Decoder: LeafDecoder>: Sendable {
  /// A value a row, or a value wherever one is present if there are levels.
  var values: [Decoder.Stored]
  var validity: Bitmap?
  /// Levels of nested leaves, an entry each; empty for flat ones.
  var levels: Levels
  /// The decoder of every chunk with the values it filled; a text's dictionary is in it.
  var chunks: [(decoder: Decoder, range: Range<Int>)]
}

/// Where values stand in lists and structures.
struct Levels: Sendable {
  var repetition: [UInt8] = []
  var definition: [UInt8] = []
}

/// Decodes the chunks of one leaf.
struct ChunkDecoding: Sendable {
  let file: ParquetFile
  let leaf: ParquetLeaf
  var plans: [ChunkPlan]
  var rowCount: Int
  /// The column is the leaf itself, so that rows are values.
  let isFlat: Bool

  /// Decodes a flat leaf straight into the rows of one array.
  func decodeFlat<Decoder: LeafDecoder>(_ decoder: Decoder) throws(Diagnostic) -> DecodedLeaf<Decoder> {
    var parts: [(validity: BitmapBuilder, decoder: Decoder)] = []
    let values = try fillArray(count: rowCount, of: Decoder.Stored.self) { (rows) throws(Diagnostic) in
      parts = try mapIndices(of: plans.count) { (index) throws(Diagnostic) in
        try file.placing(leaf, plans[index].group) { () throws(Diagnostic) in
          var decoder = decoder
          let validity = try rows.withRows(plans[index].rows) { (span) throws(Diagnostic) in
            try span.withUnsafeMutableBufferPointer { (buffer) throws(Diagnostic) in
              try fill(buffer, &decoder, plans[index])
            }
          }
          return (validity, decoder)
        }
      }
    }
    var validity = BitmapBuilder()
    for part in parts { validity.append(part.validity) }
    return DecodedLeaf(
      values: values, validity: validity.bitmap, levels: Levels(),
      chunks: zip(parts, plans).map { ($0.decoder, $1.rows) })
  }

  private func fill<Decoder: LeafDecoder>(
    _ rows: UnsafeMutableBufferPointer<Decoder.Stored>, _ decoder: inout Decoder, _ plan: ChunkPlan
  ) throws(Diagnostic) -> BitmapBuilder {
    let reader = try PageReader(plan.chunk, in: file.pageBytes)
    if let dictionary = plan.pages.dictionary {
      try decoder.readDictionary(try reader.readDictionary(dictionary), count: dictionary.header.valueCount)
    }
    var validity = BitmapBuilder()
    var row = 0
    let cancellation = Cancellation.current
    for page in plan.pages.data {
      try cancellation.check()
      let count = page.header.valueCount
      // Checked when the chunk was planned: a broken promise of our own would write past the rows.
      precondition(count <= rows.count - row, "pages with more values than rows")
      guard count > 0, let base = rows.baseAddress else { continue }
      let content = try reader.readData(page, leaf)
      if leaf.definitionLevel > 0 {
        try readValidity(
          content.definitionLevels, count: count, encoding: page.header.definitionLevelEncoding, into: &validity)
      } else {
        validity.appendOnes(count)
      }
      let present = validity.setCount(from: row)
      let target = base + row
      if present > 0 {
        try decoder.decode(content.values, try encoding(page), count: present, into: target)
      }
      if present < count {
        // The values stand at the front: they move to their rows from the last on.
        var source = present
        for index in stride(from: count - 1, through: 0, by: -1) {
          if validity[row + index] {
            source -= 1
            target[index] = target[source]
          } else {
            target[index] = 0
          }
        }
      }
      row += count
    }
    return validity
  }

  /// Decodes a leaf inside lists or structures: the values that are present, and the levels of all entries.
  func decodeNested<Decoder: LeafDecoder>(_ decoder: Decoder) throws(Diagnostic) -> DecodedLeaf<Decoder> {
    let parts = try mapIndices(of: plans.count) {
      (index) throws(Diagnostic) -> (values: [Decoder.Stored], levels: Levels, decoder: Decoder) in
      try file.placing(leaf, plans[index].group) { () throws(Diagnostic) in
        var decoder = decoder
        let (values, levels) = try collect(&decoder, plans[index])
        return (values, levels, decoder)
      }
    }
    var decoded = DecodedLeaf<Decoder>(values: [], validity: nil, levels: Levels(), chunks: [])
    decoded.values.reserveCapacity(parts.reduce(0) { $0 + $1.values.count })
    for part in parts {
      let start = decoded.values.count
      decoded.values += part.values
      decoded.levels.repetition += part.levels.repetition
      decoded.levels.definition += part.levels.definition
      decoded.chunks.append((part.decoder, start..<decoded.values.count))
    }
    return decoded
  }

  private func collect<Decoder: LeafDecoder>(
    _ decoder: inout Decoder, _ plan: ChunkPlan
  ) throws(Diagnostic) -> ([Decoder.Stored], Levels) {
    let reader = try PageReader(plan.chunk, in: file.pageBytes)
    if let dictionary = plan.pages.dictionary {
      try decoder.readDictionary(try reader.readDictionary(dictionary), count: dictionary.header.valueCount)
    }
    var values: [Decoder.Stored] = []
    var levels = Levels()
    let cancellation = Cancellation.current
    for page in plan.pages.data where page.header.valueCount > 0 {
      try cancellation.check()
      let header = page.header
      let content = try reader.readData(page, leaf)
      let start = levels.definition.count
      try readLevels(
        content.repetitionLevels, maximum: leaf.repetitionLevel, count: header.valueCount,
        encoding: header.repetitionLevelEncoding, into: &levels.repetition)
      try readLevels(
        content.definitionLevels, maximum: leaf.definitionLevel, count: header.valueCount,
        encoding: header.definitionLevelEncoding, into: &levels.definition)
      let present = levels.definition[start...].reduce(0) { $0 + (Int($1) == leaf.definitionLevel ? 1 : 0) }
      guard present > 0 else { continue }
      let encoding = try encoding(page)
      try withUnsafeTemporary(of: Decoder.Stored.self, count: present) { (scratch) throws(Diagnostic) in
        try decoder.decode(content.values, encoding, count: present, into: scratch)
        values.append(contentsOf: UnsafeBufferPointer(start: scratch, count: present))
      }
    }
    let rows = levels.repetition.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
    guard levels.repetition.first ?? 0 == 0 else { throw .malformed("a row that starts in the middle of a list") }
    guard rows == plan.rows.count else {
      throw .malformed("\(rows) rows where the footer says \(plan.rows.count)")
    }
    return (values, levels)
  }

  private func encoding(_ page: PageLocation) throws(Diagnostic) -> PageEncoding {
    guard let encoding = PageEncoding(rawValue: page.header.encoding) else {
      throw .unsupportedParquet("encoding number \(page.header.encoding)")
    }
    return encoding
  }
}
