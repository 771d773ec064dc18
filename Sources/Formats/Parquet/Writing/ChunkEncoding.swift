import Diagnostics
import Tables

/// The facts about an encoded column chunk that the footer needs.
struct EncodedChunk: Sendable {
  var byteCount = 0
  var valueCount = 0
  var uncompressedSize = 0
  /// The offset of the first data page from the start of the chunk.
  var dataPageOffset = 0
  var hasDictionary = false
  var statistics = ParquetStatistics()
}

/// Encodes one leaf of one row group: with a dictionary if it makes the chunk smaller, in version 1 pages,
/// compressed.
struct ChunkEncoder {
  let codec: Codec
  let leaf: WrittenLeaf
  private var chunk = EncodedChunk()
  /// The number of entries of a page: few enough to decode in the cache, enough to compress well.
  private static let pageEntries = 1 << 16

  /// Appends the chunk's pages to `output`.
  static func encode(
    _ shredded: ShreddedLeaf, _ leaf: WrittenLeaf, _ codec: Codec, into output: inout [UInt8]
  ) throws(Diagnostic) -> EncodedChunk {
    let start = output.count
    var encoder = ChunkEncoder(codec: codec, leaf: leaf)
    encoder.chunk.valueCount = shredded.entryCount
    encoder.chunk.statistics = chunkStatistics(shredded.values, leaf)
    encoder.chunk.statistics.nullCount = shredded.entryCount - shredded.values.count
    let dictionary = shredded.values.count > 0 ? DictionaryEncoding(shredded.values) : nil
    if let dictionary {
      try encoder.appendPage(dictionary.page(leaf.type), to: &output) { header in
        header.integer(1, PageKind.dictionary.rawValue)
      } details: { header in
        header.structure(7) {
          $0.integer(1, dictionary.count); $0.integer(2, PageEncoding.plain.rawValue)
        }
      }
      encoder.chunk.hasDictionary = true
    }
    encoder.chunk.dataPageOffset = output.count - start
    try encoder.appendData(shredded, dictionary, to: &output)
    encoder.chunk.byteCount = output.count - start
    return encoder.chunk
  }

  private init(codec: Codec, leaf: WrittenLeaf) {
    self.codec = codec
    self.leaf = leaf
  }

  private mutating func appendData(
    _ shredded: ShreddedLeaf, _ dictionary: DictionaryEncoding?, to output: inout [UInt8]
  ) throws(Diagnostic) {
    var entry = 0
    var value = 0
    repeat {
      var end = min(shredded.entryCount, entry + ChunkEncoder.pageEntries)
      // A page must hold whole rows.
      if leaf.repetitionLevel > 0 {
        while end < shredded.entryCount, shredded.repetition[end] > 0 { end += 1 }
      }
      var body: [UInt8] = []
      if leaf.repetitionLevel > 0 {
        appendLevels(shredded.repetition[entry..<end], maximum: leaf.repetitionLevel, to: &body)
      }
      var present = end - entry
      if shredded.hasLevels {
        appendLevels(shredded.definition[entry..<end], maximum: leaf.definitionLevel, to: &body)
        present = shredded.definition[entry..<end].reduce(0) { $0 + (Int($1) == leaf.definitionLevel ? 1 : 0) }
      } else {
        // No nulls: a single RLE run.
        var run: [UInt8] = []
        run.appendVarint(UInt64(present) << 1)
        run.append(UInt8(leaf.definitionLevel))
        body.append(littleEndian: UInt32(run.count))
        body += run
      }
      let values = value..<value + present
      if let dictionary {
        body.append(UInt8(dictionary.bitWidth))
        encodeHybrid(dictionary.codes.span.extracting(values), width: dictionary.bitWidth, into: &body)
      } else {
        appendPlain(shredded.values[values], leaf.type, to: &body)
      }
      let encoding: PageEncoding = dictionary == nil ? .plain : .dictionary
      let count = end - entry
      try appendPage(body, to: &output) { header in
        header.integer(1, PageKind.data.rawValue)
      } details: { header in
        header.structure(5) {
          $0.integer(1, count)
          $0.integer(2, encoding.rawValue)
          $0.integer(3, PageEncoding.runLength.rawValue)
          $0.integer(4, PageEncoding.runLength.rawValue)
        }
      }
      entry = end
      value += present
    } while entry < shredded.entryCount
  }

  private func appendLevels(_ levels: ArraySlice<UInt8>, maximum: Int, to body: inout [UInt8]) {
    let wide = levels.map { UInt32($0) }
    var encoded: [UInt8] = []
    encodeHybrid(wide.span, width: levelWidth(maximum), into: &encoded)
    body.append(littleEndian: UInt32(encoded.count))
    body += encoded
  }

  private mutating func appendPage(
    _ body: [UInt8], to output: inout [UInt8], kind: (inout ThriftWriter) -> Void, details: (inout ThriftWriter) -> Void
  ) throws(Diagnostic) {
    guard body.count <= Int(Int32.max) else { throw .unwritableParquet("values of over 2 GB in one page") }
    guard let packed = codec == .uncompressed ? body : body.withUnsafeBytes({ codec.compress($0) }) else {
      throw .fault("a page that does not compress")
    }
    var header = ThriftWriter()
    kind(&header)
    header.integer(2, body.count)
    header.integer(3, packed.count)
    details(&header)
    header.stop()
    output += header.bytes
    output += packed
    chunk.uncompressedSize += header.bytes.count + body.count
  }
}

/// Appends values in the PLAIN encoding.
func appendPlain(_ column: Column, _ type: DataType, to output: inout [UInt8]) {
  switch column.values {
  case .null: break
  case .bool(let bits):
    var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
    for row in 0..<bits.count where bits[row] { bytes[row >> 3] |= 1 << UInt8(row & 7) }
    output += bytes
  case .i8(let buffer): appendWidened(buffer, to: &output)
  case .i16(let buffer): appendWidened(buffer, to: &output)
  case .u8(let buffer): appendWidened(buffer, to: &output)
  case .u16(let buffer): appendWidened(buffer, to: &output)
  case .i32(let buffer): appendBytes(buffer, to: &output)
  case .u32(let buffer): appendBytes(buffer, to: &output)
  case .i64(let buffer): appendBytes(buffer, to: &output)
  case .u64(let buffer): appendBytes(buffer, to: &output)
  case .f32(let buffer): appendBytes(buffer, to: &output)
  case .f64(let buffer): appendBytes(buffer, to: &output)
  case .i128(let buffer):
    if case .decimal(let precision, _) = type, precision <= 18 {
      for index in 0..<buffer.count { output.append(littleEndian: Int64(truncatingIfNeeded: buffer[index])) }
    } else {
      for index in 0..<buffer.count { output.append(bigEndian: buffer[index]) }
    }
  case .text(let text):
    let codes = text.codes.span
    for row in codes.indices { appendText(text.dictionary, Int(codes[row]), to: &output) }
  case .list, .structure: break
  }
}

/// Appends a text after its length.
func appendText(_ dictionary: TextDictionary, _ code: Int, to output: inout [UInt8]) {
  let bytes = dictionary[code].bytes
  output.append(littleEndian: UInt32(bytes.count))
  bytes.withUnsafeBufferPointer { output += $0 }
}

private func appendBytes<Element>(_ buffer: Buffer<Element>, to output: inout [UInt8]) {
  buffer.withUnsafeBufferPointer { output += UnsafeRawBufferPointer($0) }
}

private func appendWidened<Element: FixedWidthInteger>(_ buffer: Buffer<Element>, to output: inout [UInt8]) {
  for index in 0..<buffer.count { output.append(littleEndian: Int32(buffer[index])) }
}

extension Diagnostic {
  static func unwritableParquet(_ what: String) -> Diagnostic { Diagnostic("Parquet cannot hold \(what)") }
}
