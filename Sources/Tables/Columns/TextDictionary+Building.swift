public import Diagnostics
import Parallelism

extension TextDictionary {
  /// One empty text: what columns of nulls point to.
  public static let empty = TextDictionary(offsets: Buffer([0, 0]), bytes: Buffer([]), isUnique: true)

  /// The bytes that the entries and their offsets take.
  public var byteCount: Int { bytes.byteCount + offsets.byteCount }
}

/// Collects distinct texts, in the order they are first asked for.
///
/// - Complexity: O(length) a text; memory of the distinct bytes, and up to 12 bytes a text for looking them up.
public struct TextDictionaryBuilder: Sendable {
  private var offsets: GrowingArray<Int>
  private var bytes = GrowingArray<UInt8>()
  /// Low bits of the entries' hashes: their slots, and what tells most of them apart without their bytes.
  private var hashes = GrowingArray<UInt32>()
  /// Open addressing: code + 1 of the entry in a slot, 0 of an empty one.
  private var slots = [UInt32](repeating: 0, count: 64)

  /// Whether texts are looked up before they are added.
  private var looksUp = true

  public init() {
    offsets = GrowingArray()
    offsets.append(0)
  }

  public var count: Int { offsets.count - 1 }

  /// The code of a text, new or known.
  public mutating func code(for text: borrowing Span<UInt8>) -> UInt32 {
    code(for: text, hash: hashOfBytes(text))
  }

  mutating func code(for text: borrowing Span<UInt8>, hash: UInt64) -> UInt32 {
    let mask = slots.count - 1
    let short = UInt32(truncatingIfNeeded: hash >> 32)
    var slot = Int(short) & mask
    while slots[slot] != 0 {
      let code = Int(slots[slot] - 1)
      if hashes[code] == short, holds(text, at: code) { return UInt32(code) }
      slot = (slot + 1) & mask
    }
    let code = UInt32(hashes.count)
    bytes.append(contentsOf: text)
    offsets.append(bytes.count)
    hashes.append(short)
    slots[slot] = code + 1
    if hashes.count * 2 > slots.count { grow() }
    return code
  }

  private func holds(_ text: borrowing Span<UInt8>, at code: Int) -> Bool {
    let start = offsets[code]
    return offsets[code + 1] - start == text.count && bytes.holds(text, at: start)
  }

  private mutating func grow() {
    // Few texts are looked up fastest in a sparse table; of many, a denser one is worth its memory.
    let count = slots.count * (slots.count < 1 << 16 ? 4 : 2)
    slots = []
    slots = [UInt32](repeating: 0, count: count)
    let mask = slots.count - 1
    for code in 0..<hashes.count {
      var slot = Int(hashes[code]) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(code) + 1
    }
  }

  /// Adds all texts of another dictionary as they are, known or not, where looking them up finds next to none: from
  /// then on a text may stand here more than once.
  ///
  /// - Returns: the code of the first.
  mutating func append(_ other: TextDictionary) -> UInt32 {
    if looksUp {
      looksUp = false
      (hashes, slots) = (GrowingArray(), [])
      if count >= 1 << 16 { releaseFreedMemory() }
    }
    let first = UInt32(count)
    let shift = bytes.count - other.offsets[0]
    bytes.append(contentsOf: other.bytes[other.offsets[0]..<other.offsets[other.count]].span)
    for code in 0..<other.count { offsets.append(other.offsets[code + 1] + shift) }
    return first
  }

  /// The texts so far; one empty text where there are none.
  public consuming func dictionary() -> TextDictionary {
    if count == 0 { return .empty }
    (hashes, slots) = (GrowingArray(), [])
    // What the chunks of so many texts were made in lies about in pieces.
    if bytes.count > 1 << 26 { releaseFreedMemory() }
    return TextDictionary(offsets: Buffer(offsets.take()), bytes: Buffer(bytes.take()), isUnique: looksUp)
  }
}

/// A hash of bytes that is the same in every run, unlike Swift's.
func hashOfBytes(_ text: borrowing Span<UInt8>) -> UInt64 {
  var hash = UInt64(text.count) &* 0x9e37_79b9_7f4a_7c15
  var index = 0
  while index + 8 <= text.count {
    var word: UInt64 = 0
    for byte in 0..<8 { word |= UInt64(text[index + byte]) << UInt64(byte * 8) }
    hash = mixed(hash, word)
    index += 8
  }
  if index < text.count {
    var word: UInt64 = 0
    while index < text.count {
      word = word << 8 | UInt64(text[index])
      index += 1
    }
    hash = mixed(hash, word)
  }
  return mixed(hash, 0x2545_f491_4f6c_dd1d)
}

/// Folds a word into a hash: the two halves of a 128-bit product.
@inline(__always) func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
  let product = (hash ^ word ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
  return product.high ^ product.low
}

extension TextValues {
  /// The same rows with a dictionary in which no text stands twice and none is unused.
  ///
  /// Codes are in the order of first occurrence in the old dictionary. A dictionary that is unique already is kept as
  /// it is, unused entries and all.
  ///
  /// - Complexity: O(bytes of the dictionary + rows); hashing runs on all cores.
  public func interned() throws(Diagnostic) -> TextValues {
    if dictionary.isUnique { return self }
    let (unique, codeOfOld) = try dictionary.deduplicated()
    return TextValues(codes: try remap(codes, by: codeOfOld), dictionary: unique)
  }
}

extension Column {
  /// The same column with texts that are equal exactly where their codes are.
  func interned() throws(Diagnostic) -> Column {
    guard case .text(let text) = values, !text.dictionary.isUnique else { return self }
    return Column(type, .text(try text.interned()), validity: validity)
  }
}

extension TextDictionary {
  /// The distinct entries in order of first occurrence, and the new code of every old one.
  func deduplicated() throws(Diagnostic) -> (TextDictionary, codes: [UInt32]) {
    let hashes = try buildArray(count: count, grain: 4096, of: UInt64.self) { (range, hashes) throws(Diagnostic) in
      for code in range { hashes[code - range.lowerBound] = hashOfBytes(self[code].bytes.span) }
    }
    var builder = TextDictionaryBuilder()
    var codes = [UInt32](repeating: 0, count: count)
    let cancellation = Cancellation.current
    for code in 0..<count {
      if code & 0xffff == 0 { try cancellation.check() }
      let text = self[code].bytes
      codes[code] = builder.code(for: text.span, hash: hashes[code])
    }
    return (builder.dictionary(), codes)
  }

  /// A number for every entry, the same for equal ones, below the count of distinct ones; in order of first occurrence.
  ///
  /// - Complexity: O(bytes), hashing on all cores; 16 bytes an entry at most in addition to the result.
  func identities() throws(Diagnostic) -> [UInt32] {
    let hashes = try buildArray(count: count, grain: 4096, of: UInt32.self) { (range, hashes) throws(Diagnostic) in
      for code in range {
        hashes[code - range.lowerBound] = UInt32(truncatingIfNeeded: hashOfBytes(self[code].bytes.span) >> 32)
      }
    }
    // The first entry of its kind + 1 in a slot, 0 in an empty one.
    var slots = [UInt32](repeating: 0, count: 1 << bitWidth(of: max(2, count + count / 2)))
    let mask = slots.count - 1
    return try fillArray(count: count, of: UInt32.self) { (identities) throws(Diagnostic) in
      var next: UInt32 = 0
      try forEachRange(of: count) { range in
        for code in range {
          let hash = hashes[code]
          var slot = Int(hash) & mask
          while slots[slot] != 0 {
            let other = Int(slots[slot]) - 1
            if hashes[other] == hash, self[other] == self[code] { break }
            slot = (slot + 1) & mask
          }
          if slots[slot] == 0 {
            slots[slot] = UInt32(code) + 1
            identities.store(next, at: code)
            next += 1
          } else {
            identities.store(identities[Int(slots[slot]) - 1], at: code)
          }
        }
      }
    }
  }
}

/// Every code replaced by `map`'s entry for it.
func remap(_ codes: Buffer<UInt32>, by map: [UInt32]) throws(Diagnostic) -> Buffer<UInt32> {
  Buffer(
    try buildArray(count: codes.count, grain: rowGrain) { (range, mapped) throws(Diagnostic) in
      let codes = codes.span
      let map = map.span
      for row in range { mapped[row - range.lowerBound] = map[Int(codes[row])] }
    })
}
