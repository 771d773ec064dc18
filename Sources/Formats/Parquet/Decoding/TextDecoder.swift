import Diagnostics
import Tables

/// Decodes texts and byte strings to codes. A dictionary page gives each entry once; every PLAIN value adds an entry.
struct TextDecoder: LeafDecoder {
  /// The length in bytes of every value; nil if each value has its own length.
  let fixedLength: Int?
  private(set) var offsets: [Int] = [0]
  private(set) var bytes: [UInt8] = []
  private var dictionaryCount: Int?
  /// Whether some values were not in the dictionary, so that entries may repeat.
  private(set) var hasPlainValues = false

  init(fixedLength: Int?) { self.fixedLength = fixedLength }

  var count: Int { offsets.count - 1 }

  mutating func readDictionary(_ page: UnsafeRawBufferPointer, count: Int) throws(Diagnostic) {
    _ = try appendPlain(page, count: count)
    dictionaryCount = count
  }

  mutating func decode(
    _ page: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, into output: UnsafeMutablePointer<UInt32>
  ) throws(Diagnostic) {
    if encoding == .dictionary || encoding == .plainDictionary {
      return try decodeCodes(page, count: count, into: output)
    }
    let firstCode = offsets.count - 1
    guard firstCode + count <= Int(UInt32.max) else { throw .unsupportedParquet("a row group of over 4 billion texts") }
    switch encoding {
    case .plain: try appendPlain(page, count: count)
    case .deltaLengthByteArray: try appendDeltaLength(page, count: count)
    case .deltaByteArray: try appendDelta(page, count: count)
    case .byteStreamSplit: try appendSplit(page, count: count)
    default: throw .unsupportedParquet("encoding \(encoding) of bytes")
    }
    if count > 0 { hasPlainValues = true }
    for index in 0..<count { output[index] = UInt32(truncatingIfNeeded: firstCode + index) }
  }

  mutating func decode(
    _ page: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, at positions: [UInt32],
    into output: UnsafeMutablePointer<UInt32>
  ) throws(Diagnostic) {
    switch encoding {
    case .dictionary, .plainDictionary:
      guard let dictionaryCount else { throw .malformed("codes without a dictionary") }
      var runs = try RLEBitPackedHybrid(codes: page)
      try runs.forEachCode(at: positions, of: count, below: dictionaryCount) {
        output[$0] = UInt32(truncatingIfNeeded: $1)
      }
    default: try decodeAll(page, encoding, count: count, at: positions, into: output)
    }
  }

  private func decodeCodes(
    _ page: UnsafeRawBufferPointer, count: Int, into output: UnsafeMutablePointer<UInt32>
  ) throws(Diagnostic) {
    guard let dictionaryCount else { throw .malformed("codes without a dictionary") }
    var runs = try RLEBitPackedHybrid(codes: page)
    try runs.decode(count: count, into: output)
    var largest: UInt32 = 0
    for index in 0..<count { largest = max(largest, output[index]) }
    guard count == 0 || Int(largest) < dictionaryCount else { throw .malformed("a code outside the dictionary") }
  }

  private mutating func appendPlain(_ page: UnsafeRawBufferPointer, count: Int) throws(Diagnostic) {
    if let length = fixedLength {
      guard count <= page.count / length else { throw .malformed("a page shorter than its values") }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: page[..<(count * length)]))
      for _ in 0..<count { offsets.append(offsets[offsets.count - 1] + length) }
      return
    }
    guard count <= page.count / 4 else { throw .malformed("a page shorter than its values") }
    bytes.reserveCapacity(bytes.count + page.count - 4 * count)
    offsets.reserveCapacity(offsets.count + count)
    var position = 0
    for _ in 0..<count {
      guard page.count - position >= 4 else { throw .malformed("a page shorter than its values") }
      let length = Int(UInt32(littleEndian: page.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
      position += 4
      guard length <= page.count - position else { throw .malformed("a text beyond its page") }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: page[position..<position + length]))
      position += length
      offsets.append(bytes.count)
    }
  }

  private mutating func appendDeltaLength(_ page: UnsafeRawBufferPointer, count: Int) throws(Diagnostic) {
    let (lengths, position) = try TextDecoder.lengths(page, count: count)
    var start = position
    for length in lengths {
      guard length >= 0, length <= page.count - start else { throw .malformed("a text beyond its page") }
      try check(length)
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: page[start..<start + length]))
      start += length
      offsets.append(bytes.count)
    }
  }

  /// DELTA_BYTE_ARRAY: each value shares a prefix with the value before it.
  private mutating func appendDelta(_ page: UnsafeRawBufferPointer, count: Int) throws(Diagnostic) {
    let (prefixes, position) = try TextDecoder.lengths(page, count: count)
    let rest = UnsafeRawBufferPointer(rebasing: page[position...])
    let (suffixes, suffixStart) = try TextDecoder.lengths(rest, count: count)
    var start = suffixStart
    var previous = bytes.count..<bytes.count
    for (prefix, suffix) in zip(prefixes, suffixes) {
      guard prefix >= 0, prefix <= previous.count, suffix >= 0, suffix <= rest.count - start else {
        throw .malformed("a text beyond its page")
      }
      try check(prefix + suffix)
      // A long value that shares almost all bytes with the next could expand a page to gigabytes.
      guard bytes.count <= TextDecoder.maximumExpansion * (page.count + 1024) else {
        throw .malformed("texts that share too much")
      }
      let begin = bytes.count
      bytes.reserveCapacity(bytes.count + prefix + suffix)
      for index in previous.prefix(prefix) { bytes.append(bytes[index]) }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest[start..<start + suffix]))
      start += suffix
      previous = begin..<bytes.count
      offsets.append(bytes.count)
    }
  }

  private static let maximumExpansion = 4096

  private mutating func appendSplit(_ page: UnsafeRawBufferPointer, count: Int) throws(Diagnostic) {
    guard let length = fixedLength, page.count == count * length else {
      throw .malformed("byte streams of another length than their values")
    }
    let joined = [UInt8](unsafeUninitializedCapacity: max(1, page.count)) { buffer, initialized in
      if let base = buffer.baseAddress { joinByteStreams(page, width: length, count: count, into: base) }
      initialized = page.count
    }
    bytes += joined
    for _ in 0..<count { offsets.append(offsets[offsets.count - 1] + length) }
  }

  private func check(_ length: Int) throws(Diagnostic) {
    if let fixedLength, length != fixedLength { throw .malformed("a value of \(length) bytes, not \(fixedLength)") }
  }

  private static func lengths(
    _ page: UnsafeRawBufferPointer, count: Int
  ) throws(Diagnostic) -> (lengths: [Int], end: Int) {
    var decoder = try DeltaDecoder(page)
    guard decoder.count == count else { throw .malformed("\(decoder.count) lengths for \(count) values") }
    var lengths = [Int](repeating: 0, count: count)
    var failure: Diagnostic?
    lengths.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(Diagnostic) { try decoder.decode(into: base) } catch { failure = error }
    }
    if let failure { throw failure }
    return (lengths, decoder.position)
  }
}
