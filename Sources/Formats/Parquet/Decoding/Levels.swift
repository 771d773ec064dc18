import Diagnostics
import Tables

/// Builds a validity bitmap page by page. It allocates nothing until the first null.
struct BitmapBuilder {
  private(set) var words: [UInt64] = []
  private(set) var count = 0
  private(set) var hasZeros = false

  /// Appends `length` ones.
  mutating func appendOnes(_ length: Int) {
    if hasZeros { append(length) { _ in ~0 } } else { count += length }
  }

  /// Appends `length` zeros.
  mutating func appendZeros(_ length: Int) {
    if length > 0 { materialise() }
    append(length) { _ in 0 }
  }

  /// Appends `length` bits, lowest first. Reads up to 8 bytes past the last byte in use.
  mutating func append(packed bytes: UnsafeRawPointer, _ length: Int) {
    materialise()
    append(length) { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
  }

  mutating func append(_ other: BitmapBuilder) {
    guard other.hasZeros else { return appendOnes(other.count) }
    materialise()
    append(other.count) { other.words[$0] }
  }

  mutating func append(_ bits: Bitmap) {
    materialise()
    append(bits.count) { bits.words[$0] }
  }

  mutating func append(_ bit: Bool) { if bit { appendOnes(1) } else { appendZeros(1) } }

  /// The number of set bits from `start` on.
  func setCount(from start: Int) -> Int {
    guard hasZeros else { return count - start }
    var total = 0
    var index = start >> 6
    if index < words.count, start & 63 != 0 {
      total += (words[index] >> UInt64(start & 63)).nonzeroBitCount
      index += 1
    }
    while index < words.count {
      total += words[index].nonzeroBitCount
      index += 1
    }
    return total
  }

  /// The number of set bits before each of these positions, which ascend.
  func ranks(of positions: [UInt32]) -> [UInt32] {
    guard hasZeros else { return positions }
    var word = 0
    var total = 0
    return positions.map { position in
      while word < Int(position >> 6) {
        total += words[word].nonzeroBitCount
        word += 1
      }
      let below = words[word] & ((1 << UInt64(position & 63)) &- 1)
      return UInt32(truncatingIfNeeded: total + below.nonzeroBitCount)
    }
  }

  subscript(index: Int) -> Bool { !hasZeros || words[index >> 6] >> UInt64(index & 63) & 1 == 1 }

  /// Nil if all bits are set.
  var bitmap: Bitmap? { hasZeros ? Bitmap(words: Buffer(words), count: count) : nil }

  private mutating func materialise() {
    guard !hasZeros else { return }
    hasZeros = true
    let ones = count
    count = 0
    append(ones) { _ in ~0 }
  }

  private mutating func append(_ length: Int, _ word: (Int) -> UInt64) {
    var done = 0
    while done < length {
      let bits = min(64, length - done)
      let value = word(done >> 6) & Bitmap.tailMask(bits)
      let shift = UInt64(count & 63)
      if shift == 0 {
        words.append(value)
      } else {
        words[words.count - 1] |= value << shift
        if Int(shift) + bits > 64 { words.append(value >> (64 - shift)) }
      }
      count += bits
      done += bits
    }
  }
}

/// Reads definition levels of 0 and 1 as validity.
func readValidity(
  _ bytes: UnsafeRawBufferPointer, count: Int, encoding: Int, into validity: inout BitmapBuilder
) throws(Diagnostic) {
  guard encoding == PageEncoding.runLength.rawValue else {
    for level in try readBitPackedLevels(bytes, width: 1, count: count) { validity.append(level == 1) }
    return
  }
  var runs = try RLEBitPackedHybrid(bytes, width: 1)
  var left = count
  while left > 0 {
    switch try runs.readRun(limit: left) {
    case .repeated(let level, let run):
      guard level <= 1 else { throw .malformed("a level of \(level)") }
      if level == 1 { validity.appendOnes(run) } else { validity.appendZeros(run) }
      left -= run
    case .packed(let input, let run):
      validity.append(packed: input, run)
      left -= run
    }
  }
}

/// Reads the levels of a page. None may exceed `maximum`.
func readLevels(
  _ bytes: UnsafeRawBufferPointer, maximum: Int, count: Int, encoding: Int, into levels: inout [UInt8]
) throws(Diagnostic) {
  guard maximum > 0 else {
    levels.append(contentsOf: repeatElement(0, count: count))
    return
  }
  let width = levelWidth(maximum)
  guard encoding == PageEncoding.runLength.rawValue else {
    let unpacked = try readBitPackedLevels(bytes, width: width, count: count)
    guard unpacked.allSatisfy({ $0 <= maximum }) else { throw .malformed("a level above \(maximum)") }
    levels += unpacked
    return
  }
  var runs = try RLEBitPackedHybrid(bytes, width: width)
  var left = count
  while left > 0 {
    switch try runs.readRun(limit: left) {
    case .repeated(let level, let run):
      guard level <= maximum else { throw .malformed("a level of \(level) above \(maximum)") }
      levels.append(contentsOf: repeatElement(UInt8(level), count: run))
      left -= run
    case .packed(let input, let run):
      var largest: UInt64 = 0
      for index in 0..<run {
        let level = unpackedBits(input, width: width, at: index)
        largest = max(largest, level)
        levels.append(UInt8(truncatingIfNeeded: level))
      }
      guard largest <= maximum else { throw .malformed("a level of \(largest) above \(maximum)") }
      left -= run
    }
  }
}

/// The deprecated BIT_PACKED levels of old writers: highest bit first, without a length in front.
private func readBitPackedLevels(
  _ bytes: UnsafeRawBufferPointer, width: Int, count: Int
) throws(Diagnostic) -> [UInt8] {
  guard bytes.count * 8 >= count * width else { throw .malformed("levels beyond their page") }
  return (0..<count).map { index in
    (index * width..<(index + 1) * width).reduce(0) { level, bit in
      level << 1 | (bytes[bit >> 3] >> UInt8(7 - bit & 7) & 1)
    }
  }
}
