extension SplitMix {
  /// Bytes with some changes: bytes are set, flipped, removed or inserted.
  ///
  /// - Parameter end: half of the changes are within the last `end` bytes, where columnar files have their metadata.
  public mutating func mutated(_ seed: [UInt8], end: Int = 3000) -> [UInt8] {
    var bytes = seed
    for _ in 0...below(4) where bytes.count > 16 {
      let index = below(bytes.count)
      let place = chance(50) ? index : max(0, bytes.count - 1 - index % min(bytes.count, end))
      switch below(5) {
      case 0: bytes[place] = UInt8(below(256))
      case 1: bytes[place] ^= 1 << UInt8(below(8))
      case 2: bytes[place] = 0xFF
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(7)))
      default: bytes.insert(UInt8(below(256)), at: place)
      }
    }
    return bytes
  }

  /// The bytes of a text with some parts removed, repeated or inserted. `pieces` are strings with a meaning in such a
  /// text.
  public mutating func mutated(_ seed: [UInt8], pieces: [String]) -> [UInt8] {
    var bytes = seed
    for _ in 0...below(4) {
      let place = below(bytes.count + 1)
      switch below(5) {
      case 0: bytes.removeSubrange(place..<min(bytes.count, place + below(20)))
      case 1:
        let start = below(bytes.count + 1)
        bytes.insert(contentsOf: bytes[start..<min(bytes.count, start + below(60))], at: place)
      default: bytes.insert(contentsOf: Array(pick(pieces).utf8), at: place)
      }
    }
    return bytes
  }
}
