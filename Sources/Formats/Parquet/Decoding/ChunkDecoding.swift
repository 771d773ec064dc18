import Diagnostics
import Parallelism
import Tables

/// The chunk of a leaf in one row group: what to read, and which rows of the result it fills.
struct ChunkPlan: Sendable {
  let group: Int
  let chunk: ColumnChunk
  var pages: ChunkPages
  var rows: Range<Int>

  /// The bytes of the file that hold its pages.
  var byteRange: Range<Int> {
    let start = pages.dictionary ?? pages.data.first
    let end = pages.data.last ?? start
    return (start?.range.lowerBound ?? 0)..<(end?.range.upperBound ?? 0)
  }
}

/// The decoded chunks of one leaf.
struct DecodedLeaf<Decoder: LeafDecoder>: Sendable {
  /// One value per row; with levels, only the non-null values.
  var values: [Decoder.Stored]
  var validity: Bitmap?
  /// The levels of a nested leaf, one entry each; empty for a flat leaf.
  var levels: Levels
  /// The decoder of each chunk and the range of values that it filled. A text decoder holds the dictionary.
  var chunks: [(decoder: Decoder, range: Range<Int>)]
}

/// Parquet's repetition and definition levels, which place values in lists and structs.
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
  /// Whether the column is the leaf itself, so that values are rows.
  let isFlat: Bool
  /// For each page, the rows to decode; nil decodes all.
  var picked: [[UInt32]]?

  /// Decodes a flat leaf straight into the rows of one array.
  func decodeFlat<Decoder: LeafDecoder>(_ decoder: Decoder) throws(Diagnostic) -> DecodedLeaf<Decoder> {
    var parts: [(validity: BitmapBuilder, decoder: Decoder)] = []
    let values = try fillArray(count: rowCount, of: Decoder.Stored.self) { (rows) throws(Diagnostic) in
      parts = try mapIndices(of: plans.count) { (index) throws(Diagnostic) in
        try file.placing(leaf, plans[index].group) { () throws(Diagnostic) in
          var decoder = decoder
          let validity = try rows.withRows(plans[index].rows) { (span) throws(Diagnostic) in
            try span.withUnsafeMutableBufferPointer { (buffer) throws(Diagnostic) in
              if let picked { return try fill(buffer, &decoder, plans[index], picking: picked) }
              return try fill(buffer, &decoder, plans[index])
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

  /// Returns a reader of a chunk's pages, after it has passed the dictionary to the decoder.
  private func reader<Decoder: LeafDecoder>(
    of plan: ChunkPlan, _ decoder: inout Decoder
  ) throws(Diagnostic) -> PageReader {
    let reader = try PageReader(plan.chunk, in: file)
    if let dictionary = plan.pages.dictionary {
      try decoder.readDictionary(try reader.readDictionary(dictionary), count: dictionary.values.count)
    }
    return reader
  }

  /// Appends the validity of a page's rows.
  private func appendValidity(
    of page: FoundPage, _ content: PageContent, to validity: inout BitmapBuilder
  ) throws(Diagnostic) {
    let header = page.values
    if leaf.definitionLevel == 0 { return validity.appendOnes(header.count) }
    try readValidity(
      content.definitionLevels, count: header.count, encoding: header.definitionLevelEncoding, into: &validity)
  }

  private func fill<Decoder: LeafDecoder>(
    _ rows: UnsafeMutableBufferPointer<Decoder.Stored>, _ decoder: inout Decoder, _ plan: ChunkPlan
  ) throws(Diagnostic) -> BitmapBuilder {
    let reader = try reader(of: plan, &decoder)
    defer { file.input.release(plan.byteRange) }
    var validity = BitmapBuilder()
    var row = 0
    let cancellation = Cancellation.current
    for page in plan.pages.data {
      try cancellation.check()
      let count = page.values.count
      // Planning the chunk has checked this. If it were wrong, decoding would write past the end of the rows.
      precondition(count <= rows.count - row, "pages with more values than rows")
      guard count > 0, let base = rows.baseAddress else { continue }
      let content = try reader.readData(page, leaf)
      try appendValidity(of: page, content, to: &validity)
      let present = validity.setCount(from: row)
      let target = base + row
      if present > 0 {
        try decoder.decode(content.values, try encoding(page), count: present, into: target)
      }
      if present < count {
        // The non-null values are at the front. They move to their rows from the last to the first, so none is
        // overwritten.
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

  /// Decodes only the requested rows of every page, page by page.
  private func fill<Decoder: LeafDecoder>(
    _ rows: UnsafeMutableBufferPointer<Decoder.Stored>, _ decoder: inout Decoder, _ plan: ChunkPlan,
    picking picked: [[UInt32]]
  ) throws(Diagnostic) -> BitmapBuilder {
    let reader = try reader(of: plan, &decoder)
    defer { file.input.release(plan.byteRange) }
    var validity = BitmapBuilder()
    let cancellation = Cancellation.current
    for (page, positions) in zip(plan.pages.data, picked) where !positions.isEmpty {
      try cancellation.check()
      precondition(positions.count <= rows.count - validity.count, "more rows picked than there is room for")
      guard let base = rows.baseAddress else { continue }
      let target = base + validity.count
      let content = try reader.readData(page, leaf)
      var ofPage = BitmapBuilder()
      try appendValidity(of: page, content, to: &ofPage)
      let present = ofPage.setCount(from: 0)
      let encoding = try encoding(page)
      guard ofPage.hasZeros else {
        try decoder.decode(content.values, encoding, count: present, at: positions, into: target)
        validity.appendOnes(positions.count)
        continue
      }
      // The indices of the requested values among the non-null ones.
      let places = ofPage.ranks(of: positions.filter { ofPage[Int($0)] })
      try withUnsafeTemporary(of: Decoder.Stored.self, count: places.count) { (values) throws(Diagnostic) in
        if !places.isEmpty { try decoder.decode(content.values, encoding, count: present, at: places, into: values) }
        var next = 0
        for (index, position) in positions.enumerated() {
          let isPresent = ofPage[Int(position)]
          target[index] = isPresent ? values[next] : 0
          validity.append(isPresent)
          if isPresent { next += 1 }
        }
      }
    }
    return validity
  }

  /// Decodes a leaf inside lists or structs: the non-null values, and the levels of all entries.
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
    let reader = try reader(of: plan, &decoder)
    defer { file.input.release(plan.byteRange) }
    var values: [Decoder.Stored] = []
    var levels = Levels()
    let cancellation = Cancellation.current
    for page in plan.pages.data where page.values.count > 0 {
      try cancellation.check()
      let header = page.values
      let content = try reader.readData(page, leaf)
      let start = levels.definition.count
      try readLevels(
        content.repetitionLevels, maximum: leaf.repetitionLevel, count: header.count,
        encoding: header.repetitionLevelEncoding, into: &levels.repetition)
      try readLevels(
        content.definitionLevels, maximum: leaf.definitionLevel, count: header.count,
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

  private func encoding(_ page: FoundPage) throws(Diagnostic) -> PageEncoding {
    guard let encoding = PageEncoding(rawValue: page.values.encoding) else {
      throw .unsupportedParquet("encoding number \(page.values.encoding)")
    }
    return encoding
  }
}
