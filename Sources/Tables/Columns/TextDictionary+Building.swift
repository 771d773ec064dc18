public import Diagnostics
import Parallelism

extension TextDictionary {
  /// A dictionary with one empty text, for columns of nulls.
  public static let empty = TextDictionary(offsets: Buffer([0, 0]), bytes: Buffer([]), isUnique: true)

  /// The size of the entries and their offsets in bytes.
  public var byteCount: Int { bytes.byteCount + offsets.byteCount }
}

/// Collects distinct texts in first-occurrence order.
///
/// - Complexity: O(length) time per text; memory for the distinct bytes, and up to 12 bytes per text for the hash
///   table.
public struct TextDictionaryBuilder: Sendable {
  private var offsets: GrowingArray<Int>
  private var bytes = GrowingArray<UInt8>()
  /// 32 bits of each entry's hash. They choose the slot, and comparing them first avoids most comparisons of bytes.
  private var hashes = GrowingArray<UInt32>()
  /// A hash table with open addressing: the entry's code + 1, or 0 for an empty slot.
  private var slots = [UInt32](repeating: 0, count: 64)

  /// Whether texts are looked up before they are added.
  private var looksUp = true

  public init() {
    offsets = GrowingArray()
    offsets.append(0)
  }

  /// The number of texts so far.
  public var count: Int { offsets.count - 1 }

  /// The code of a text, which is added if it is new.
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
    // A small table is kept sparse for fast lookups; a large one is denser to save memory.
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

  /// Appends all texts of another dictionary without looking them up; for when hardly any of them is known. From then
  /// on a text may be stored more than once.
  ///
  /// - Returns: the code of the first appended text.
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

  /// The dictionary of the texts so far; one empty text if there are none.
  public consuming func dictionary() -> TextDictionary {
    if count == 0 { return .empty }
    (hashes, slots) = (GrowingArray(), [])
    // The buffers of the chunks leave the heap fragmented; this returns their memory to the system.
    if bytes.count > 1 << 26 { releaseFreedMemory() }
    return TextDictionary(offsets: Buffer(offsets.take()), bytes: Buffer(bytes.take()), isUnique: looksUp)
  }
}

/// A hash of bytes that is the same in every run of the program, unlike Swift's.
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

/// Mixes a word into a hash: the exclusive or of the two halves of a 128-bit product.
@inline(__always) func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
  let product = (hash ^ word ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
  return product.high ^ product.low
}

extension TextValues {
  /// The same rows with a dictionary in which every text is stored once.
  ///
  /// Codes are in first-occurrence order of the old dictionary; unused entries stay. A dictionary that is already
  /// unique is not changed.
  ///
  /// - Complexity: O(bytes of the dictionary + rows); hashing runs on all cores.
  public func interned() throws(Diagnostic) -> TextValues {
    if dictionary.isUnique { return self }
    let (unique, codeOfOld) = try dictionary.deduplicated()
    return TextValues(codes: try remap(codes, by: codeOfOld), dictionary: unique)
  }
}

extension Column {
  /// The same column; if it is text, two texts are equal exactly if their codes are.
  func interned() throws(Diagnostic) -> Column {
    guard case .text(let text) = values, !text.dictionary.isUnique else { return self }
    return Column(type, .text(try text.interned()), validity: validity)
  }
}

extension TextDictionary {
  /// The distinct entries in first-occurrence order, and the new code of every old code.
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

  /// The number of every entry among the distinct ones, in first-occurrence order; equal entries have the same number.
  ///
  /// - Complexity: O(bytes), hashing on all cores; at most 16 bytes of scratch memory per entry.
  func identities() throws(Diagnostic) -> [UInt32] {
    let hashes = try buildArray(count: count, grain: 4096, of: UInt32.self) { (range, hashes) throws(Diagnostic) in
      for code in range {
        hashes[code - range.lowerBound] = UInt32(truncatingIfNeeded: hashOfBytes(self[code].bytes.span) >> 32)
      }
    }
    // The first entry with that text + 1, or 0 for an empty slot.
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

/// Replaces every code by `map[code]`.
func remap(_ codes: Buffer<UInt32>, by map: [UInt32]) throws(Diagnostic) -> Buffer<UInt32> {
  Buffer(
    try buildArray(count: codes.count, grain: rowGrain) { (range, mapped) throws(Diagnostic) in
      let codes = codes.span
      let map = map.span
      for row in range { mapped[row - range.lowerBound] = map[Int(codes[row])] }
    })
}
