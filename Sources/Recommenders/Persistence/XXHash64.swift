/// A fast checksum of 64 bits: four lanes of 8 bytes, multiplied and rotated.
///
/// - Source: Yann Collet, *xxHash fast digest algorithm*, specification 0.1.1, XXH64.
public enum XXHash64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  public static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    var place = 0
    var hash = seed &+ prime5
    if bytes.count >= 32 {
      var (a, b, c, d) = (seed &+ prime1 &+ prime2, seed &+ prime2, seed, seed &- prime1)
      while place + 32 <= bytes.count {
        a = round(a, bytes.number(at: place, as: UInt64.self))
        b = round(b, bytes.number(at: place + 8, as: UInt64.self))
        c = round(c, bytes.number(at: place + 16, as: UInt64.self))
        d = round(d, bytes.number(at: place + 24, as: UInt64.self))
        place += 32
      }
      hash = rotated(a, 1) &+ rotated(b, 7) &+ rotated(c, 12) &+ rotated(d, 18)
      for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
    }
    hash &+= UInt64(bytes.count)
    while place + 8 <= bytes.count {
      hash = rotated(hash ^ round(0, bytes.number(at: place, as: UInt64.self)), 27) &* prime1 &+ prime4
      place += 8
    }
    if place + 4 <= bytes.count {
      hash = rotated(hash ^ UInt64(bytes.number(at: place, as: UInt32.self)) &* prime1, 23) &* prime2 &+ prime3
      place += 4
    }
    while place < bytes.count {
      hash = rotated(hash ^ UInt64(bytes[place]) &* prime5, 11) &* prime1
      place += 1
    }
    hash = (hash ^ hash >> 33) &* prime2
    hash = (hash ^ hash >> 29) &* prime3
    return hash ^ hash >> 32
  }

  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotated(lane &+ word &* prime2, 31) &* prime1
  }

  private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
}
