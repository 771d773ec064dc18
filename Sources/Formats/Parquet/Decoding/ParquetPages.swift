import Diagnostics

/// A page of a column chunk: its header, and the range of its bytes in the file.
struct FoundPage {
  var header: PageHeader
  var values: PageValues
  var range: Range<Int>
}

/// The pages of a column chunk, found from their headers.
///
/// This is cheap and happens before anything is allocated: a chunk is refused if its pages do not add up to the rows
/// in the footer.
struct ChunkPages {
  var dictionary: FoundPage?
  var data: [FoundPage] = []

  init(_ chunk: ColumnChunk, in bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    var position = chunk.dataPageOffset
    if let dictionary = chunk.dictionaryPageOffset { position = min(position, dictionary) }
    var found = 0
    while found < chunk.valueCount {
      guard position >= 4, position < bytes.count else { throw .malformed("pages beyond the end of the file") }
      var reader = ThriftReader(bytes, at: position)
      let header = try PageHeader(&reader)
      guard header.compressedSize <= bytes.count - reader.position else {
        throw .malformed("a page beyond the end of the file")
      }
      guard header.uncompressedSize <= Int(Int32.max) else { throw .malformed("a page of more than 2 GB") }
      let range = reader.position..<reader.position + header.compressedSize
      position = range.upperBound
      guard let kind = PageKind(rawValue: header.kind), kind != .index else { continue }
      guard let values = header.values, values.count <= Int(Int32.max) else {
        throw .malformed("a page without the header of its kind")
      }
      let location = FoundPage(header: header, values: values, range: range)
      if kind == .dictionary {
        guard dictionary == nil, data.isEmpty else { throw .malformed("a dictionary page out of place") }
        dictionary = location
      } else {
        data.append(location)
        found += values.count
      }
    }
    guard found == chunk.valueCount else {
      throw .malformed("pages with \(found) values where the footer says \(chunk.valueCount)")
    }
  }
}

/// The decompressed bytes of a page: encoded levels, and encoded values.
struct PageContent {
  var repetitionLevels: UnsafeRawBufferPointer
  var definitionLevels: UnsafeRawBufferPointer
  var values: UnsafeRawBufferPointer
}

/// Reads and decompresses the pages of one chunk, one after another, into a buffer that is reused.
final class PageReader {
  private let input: InputFile
  private let file: UnsafeRawBufferPointer
  private let codec: Codec
  private var packed = PageMemory()
  private var scratch = PageMemory()
  /// Decoders read whole words, and so read past the end of the data.
  static let padding = 16

  init(_ chunk: ColumnChunk, in file: ParquetFile) throws(Diagnostic) {
    guard let codec = Codec(rawValue: chunk.codec) else {
      throw .unsupportedParquet("compression number \(chunk.codec)")
    }
    input = file.input
    self.file = file.pageBytes
    self.codec = codec
  }

  deinit {
    packed.deallocate()
    scratch.deallocate()
  }

  /// Returns the bytes of a dictionary page. They are valid until the next page is read.
  func readDictionary(_ page: FoundPage) throws(Diagnostic) -> UnsafeRawBufferPointer {
    let raw = try rawBytes(page)
    return try decompress(raw, to: page.header.uncompressedSize)
  }

  /// Returns the parts of a data page. They are valid until the next page is read.
  func readData(_ page: FoundPage, _ leaf: ParquetLeaf) throws(Diagnostic) -> PageContent {
    let raw = try rawBytes(page)
    let values = page.values
    if page.header.kind == PageKind.dataV2.rawValue { return try readDataV2(raw, page) }
    var rest = try decompress(raw, to: page.header.uncompressedSize)
    let repetition = try PageReader.takeLevels(
      &rest, maximum: leaf.repetitionLevel, encoding: values.repetitionLevelEncoding, count: values.count)
    let definition = try PageReader.takeLevels(
      &rest, maximum: leaf.definitionLevel, encoding: values.definitionLevelEncoding, count: values.count)
    return PageContent(repetitionLevels: repetition, definitionLevels: definition, values: rest)
  }

  private func readDataV2(_ raw: UnsafeRawBufferPointer, _ page: FoundPage) throws(Diagnostic) -> PageContent {
    let (repetition, definition) = (page.values.repetitionLevelSize, page.values.definitionLevelSize)
    guard repetition <= raw.count, definition <= raw.count - repetition,
      repetition + definition <= page.header.uncompressedSize
    else { throw .malformed("levels beyond their page") }
    let levels = repetition + definition
    let packed = UnsafeRawBufferPointer(rebasing: raw[levels...])
    let size = page.header.uncompressedSize - levels
    let values = page.values.isCompressed && size > 0 ? try decompress(packed, to: size) : try padded(packed)
    return PageContent(
      repetitionLevels: UnsafeRawBufferPointer(rebasing: raw[..<repetition]),
      definitionLevels: UnsafeRawBufferPointer(rebasing: raw[repetition..<levels]), values: values)
  }

  private func rawBytes(_ page: FoundPage) throws(Diagnostic) -> UnsafeRawBufferPointer {
    let raw = try bytes(page.range)
    if let checksum = page.header.checksum, Codec.checksum(raw) != checksum {
      throw .malformed("a page whose checksum does not fit its bytes")
    }
    return raw
  }

  /// Returns the bytes of a page. Medium-sized pages are copied by a read, which is cheaper than to map memory that
  /// is read once; others are used in place.
  private func bytes(_ range: Range<Int>) throws(Diagnostic) -> UnsafeRawBufferPointer {
    guard range.count >= 1 << 16, range.count <= 1 << 24 else { return UnsafeRawBufferPointer(rebasing: file[range]) }
    let target = packed.reserve(range.count)
    guard try input.copy(range, into: target) else { return UnsafeRawBufferPointer(rebasing: file[range]) }
    return UnsafeRawBufferPointer(target)
  }

  private func decompress(_ raw: UnsafeRawBufferPointer, to size: Int) throws(Diagnostic) -> UnsafeRawBufferPointer {
    if codec == .uncompressed {
      guard raw.count == size else { throw .malformed("a page of another size than its header says") }
      return try padded(raw)
    }
    if size == 0 { return UnsafeRawBufferPointer(start: nil, count: 0) }
    guard codec.canHold(size, in: raw) else { throw .malformed("a page that cannot hold what its header says") }
    let output = scratch.reserve(size)
    guard codec.decompress(raw, into: output) else { throw .malformed("a page that does not decompress") }
    return UnsafeRawBufferPointer(output)
  }

  /// Returns the bytes in place, or a copy if the file ends too soon after them for the padding.
  private func padded(_ raw: UnsafeRawBufferPointer) throws(Diagnostic) -> UnsafeRawBufferPointer {
    guard let start = raw.baseAddress, let base = file.baseAddress else { return raw }
    let end = base + file.count
    guard start >= base, start <= end, end - start < raw.count + PageReader.padding else { return raw }
    let copy = scratch.reserve(raw.count)
    copy.copyMemory(from: raw)
    return UnsafeRawBufferPointer(copy)
  }

  /// Takes the levels from the front of a version 1 page.
  private static func takeLevels(
    _ rest: inout UnsafeRawBufferPointer, maximum: Int, encoding: Int, count: Int
  ) throws(Diagnostic) -> UnsafeRawBufferPointer {
    guard maximum > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let length: Int
    switch PageEncoding(rawValue: encoding) {
    case .runLength:
      guard rest.count >= 4 else { throw .malformed("levels beyond their page") }
      length = Int(UInt32(littleEndian: rest.loadUnaligned(as: UInt32.self)))
      rest = UnsafeRawBufferPointer(rebasing: rest[4...])
    case .bitPacked: length = (count * levelWidth(maximum) + 7) / 8
    default: throw .malformed("levels of encoding \(encoding)")
    }
    guard length <= rest.count else { throw .malformed("levels beyond their page") }
    let levels = UnsafeRawBufferPointer(rebasing: rest[..<length])
    rest = UnsafeRawBufferPointer(rebasing: rest[length...])
    return levels
  }
}

/// A reused buffer for one page at a time, with padding at its end.
private struct PageMemory {
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  mutating func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if memory.count < count + PageReader.padding {
      memory.deallocate()
      memory = .allocate(byteCount: count + PageReader.padding, alignment: 64)
      (memory.baseAddress! + count).initializeMemory(as: UInt8.self, repeating: 0, count: PageReader.padding)
    }
    return UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
  }

  func deallocate() { memory.deallocate() }
}

/// The number of bits of a level up to `maximum`.
func levelWidth(_ maximum: Int) -> Int { Int.bitWidth - maximum.leadingZeroBitCount }
