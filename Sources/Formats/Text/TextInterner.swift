import Tables

/// Gives equal byte strings the same code, in order of first appearance: an open-addressing table over one byte arena.
///
/// Entries keep part of their hash, so that a probe hardly ever compares bytes in vain.
struct TextInterner {
  private var slots: [UInt64]
  private var mask: Int
  private(set) var offsets: [Int] = [0]
  private(set) var bytes: [UInt8] = []

  init() {
    slots = [UInt64](repeating: 0, count: 256)
    mask = 255
  }

  var count: Int { offsets.count - 1 }

  /// All distinct strings by code.
  var dictionary: TextDictionary {
    TextDictionary(offsets: Buffer(offsets), bytes: Buffer(bytes), isUnique: true)
  }

  /// The code of a string, a new one if it was not seen before.
  @inline(__always)
  mutating func code(of text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let hash = TextInterner.hash(text)
    // A slot holds the hash's upper half and the code plus one; 0 is empty.
    let tag = hash & 0xFFFF_FFFF_0000_0000
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { break }
      if entry & 0xFFFF_FFFF_0000_0000 == tag {
        let code = Int(entry & 0xFFFF_FFFF) - 1
        if isEntry(code, text) { return UInt32(truncatingIfNeeded: code) }
      }
      slot = (slot + 1) & mask
    }
    let code = count
    slots[slot] = tag | UInt64(code + 1)
    bytes.append(contentsOf: text)
    offsets.append(bytes.count)
    if offsets.count * 2 > slots.count { grow() }
    return UInt32(truncatingIfNeeded: code)
  }

  @inline(__always)
  private func isEntry(_ code: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = offsets[code]
    guard offsets[code + 1] - start == text.count else { return false }
    return bytes.withUnsafeBufferPointer { own in
      for index in 0..<text.count where own[start + index] != text[index] { return false }
      return true
    }
  }

  private mutating func grow() {
    let size = slots.count * 4
    mask = size - 1
    var larger = [UInt64](repeating: 0, count: size)
    bytes.withUnsafeBufferPointer { own in
      for code in 0..<count {
        let hash = TextInterner.hash(UnsafeBufferPointer(rebasing: own[offsets[code]..<offsets[code + 1]]))
        var slot = Int(truncatingIfNeeded: hash) & mask
        while larger[slot] != 0 { slot = (slot + 1) & mask }
        larger[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(code + 1)
      }
    }
    slots = larger
  }

  /// Eight bytes at a time through a folded 128-bit product (as wyhash does).
  @inline(__always)
  static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: text.count)
    guard let base = text.baseAddress else { return mixed(state, 0) }
    let raw = UnsafeRawPointer(base)
    var index = 0
    while index &+ 8 <= text.count {
      state = mixed(state, raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index &+= 8
    }
    var rest: UInt64 = 0
    var shift: UInt64 = 0
    while index < text.count {
      rest |= UInt64(raw.load(fromByteOffset: index, as: UInt8.self)) &<< shift
      shift &+= 8
      index &+= 1
    }
    return mixed(state, rest)
  }

  @inline(__always)
  private static func mixed(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
  }
}
