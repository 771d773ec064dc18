/// The generator of numpy's `RandomState`: MT19937, 32 bits per draw, with period 2¹⁹⁹³⁷ − 1.
///
/// - Source: Matsumoto, Nishimura, *Mersenne Twister*, ACM TOMACS 8, 1998; seeding as in numpy's `_legacy_seeding`.
public struct MersenneTwister: Sendable {
  private static let length = 624
  private static let offset = 397

  private var key: [UInt32]
  /// The outputs: the words of the key, tempered.
  private var words: [UInt32]
  private var position: Int

  /// Knuth's initialisation from one word, as `np.random.seed(seed)`.
  public init(seed: UInt32) {
    var key = [UInt32](repeating: 0, count: Self.length)
    var word = seed
    for index in key.indices {
      key[index] = word
      word = 1_812_433_253 &* (word ^ (word >> 30)) &+ UInt32(index + 1)
    }
    self.key = key
    words = key
    position = Self.length
  }

  /// Initialisation from several words, as `np.random.seed([…])`; an empty list counts as `[0]`.
  public init(seeds: [UInt32]) {
    self.init(seed: 19_650_218)
    let seeds = seeds.isEmpty ? [0] : seeds
    var at = 1
    var from = 0
    func previous(_ key: [UInt32], _ index: Int) -> UInt32 { key[index - 1] ^ (key[index - 1] >> 30) }
    for _ in 0..<max(Self.length, seeds.count) {
      key[at] = (key[at] ^ (previous(key, at) &* 1_664_525)) &+ seeds[from] &+ UInt32(from)
      at += 1
      from += 1
      if at == Self.length { (key[0], at) = (key[Self.length - 1], 1) }
      if from == seeds.count { from = 0 }
    }
    for _ in 0..<Self.length - 1 {
      key[at] = (key[at] ^ (previous(key, at) &* 1_566_083_941)) &- UInt32(at)
      at += 1
      if at == Self.length { (key[0], at) = (key[Self.length - 1], 1) }
    }
    key[0] = 0x8000_0000
  }

  /// The next 32 random bits.
  public mutating func next32() -> UInt32 {
    if position == Self.length { twist() }
    let word = words[position]
    position += 1
    return word
  }

  /// The next 64 random bits: two draws, the first one high.
  public mutating func next64() -> UInt64 {
    let high = UInt64(next32())
    return high << 32 | UInt64(next32())
  }

  private mutating func twist() {
    Self.twist(&key)
    Self.temper(key, into: &words)
    position = 0
  }

  private static func twist(_ words: inout [UInt32]) {
    var key = words.mutableSpan
    // Three loops, so that none has to compute an index modulo the length.
    for index in 0..<length - offset {
      key[index] = key[index + offset] ^ twisted(key[index], key[index + 1])
    }
    for index in length - offset..<length - 1 {
      key[index] = key[index + offset - length] ^ twisted(key[index], key[index + 1])
    }
    key[length - 1] = key[offset - 1] ^ twisted(key[length - 1], key[0])
  }

  private static func temper(_ key: [UInt32], into words: inout [UInt32]) {
    let key = key.span
    var words = words.mutableSpan
    for index in 0..<length {
      var word = key[index]
      word ^= word >> 11
      word ^= (word << 7) & 0x9d2c_5680
      word ^= (word << 15) & 0xefc6_0000
      words[index] = word ^ (word >> 18)
    }
  }

  @inline(__always)
  private static func twisted(_ word: UInt32, _ following: UInt32) -> UInt32 {
    let joined = (word & 0x8000_0000) | (following & 0x7fff_ffff)
    return (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
  }
}
