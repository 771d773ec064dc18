/// The generator of numpy's `default_rng`: PCG XSL-RR 128/64, seeded by `SeedSequence` as numpy does it.
///
/// - Source: O'Neill, *PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms*, 2014.
public struct PCG64: Sendable {
  private static let multiplier = UInt128(0x2360_ed05_1fc6_5da4) << 64 | UInt128(0x4385_df64_9fcc_f645)

  private var state: UInt128
  private let increment: UInt128
  /// A 32-bit draw takes the low half of 64 bits; the high half is kept here for the next draw.
  private var waiting: UInt32?

  /// `np.random.default_rng(seed)`.
  public init(seed: UInt64) {
    let words = SeedSequence(seed: seed).words64(4)
    let initial = UInt128(words[0]) << 64 | UInt128(words[1])
    let sequence = UInt128(words[2]) << 64 | UInt128(words[3])
    increment = sequence << 1 | 1
    state = 0
    step()
    state &+= initial
    step()
  }

  private mutating func step() { state = state &* Self.multiplier &+ increment }

  /// The next 64 random bits.
  public mutating func next64() -> UInt64 {
    step()
    let high = UInt64(truncatingIfNeeded: state >> 64)
    let folded = high ^ UInt64(truncatingIfNeeded: state)
    let rotation = high >> 58
    return folded >> rotation | folded << ((64 &- rotation) & 63)
  }

  /// The next 32 random bits: the low half of a draw, then its high half.
  public mutating func next32() -> UInt32 {
    if let high = waiting {
      waiting = nil
      return high
    }
    let both = next64()
    waiting = UInt32(truncatingIfNeeded: both >> 32)
    return UInt32(truncatingIfNeeded: both)
  }

  /// A number in [0, 1) with 24 random bits: `random(dtype=float32)`.
  public mutating func nextFloat() -> Float { Float(next32() >> 8) * 0x1p-24 }

  /// A number in [0, 1) with 53 random bits: `random()`.
  public mutating func nextDouble() -> Double { Double(next64() >> 11) * 0x1p-53 }

  /// The generator after `count` more draws of 64 bits. Threads use it to share one sequence.
  ///
  /// - Complexity: O(log count).
  /// - Source: Brown, *Random Number Generation with Arbitrary Strides*, 1994.
  public func advanced(by count: UInt64) -> PCG64 {
    var multiplier = Self.multiplier
    var increment = increment
    var totalMultiplier: UInt128 = 1
    var totalIncrement: UInt128 = 0
    var left = count
    while left > 0 {
      if left & 1 == 1 {
        totalMultiplier = totalMultiplier &* multiplier
        totalIncrement = totalIncrement &* multiplier &+ increment
      }
      increment = (multiplier &+ 1) &* increment
      multiplier = multiplier &* multiplier
      left >>= 1
    }
    var copy = self
    copy.state = state &* totalMultiplier &+ totalIncrement
    copy.waiting = nil
    return copy
  }
}

extension PCG64 {
  /// The generator after `count` more draws of 32 bits.
  ///
  /// - Precondition: the number of 32-bit draws so far is even, so that no half is kept.
  public func advanced(by32 count: UInt64) -> PCG64 {
    var copy = advanced(by: count / 2)
    if count % 2 == 1 { _ = copy.next32() }
    return copy
  }
}

/// numpy's `SeedSequence`: turns a small seed into as many words as a generator needs.
///
/// - Source: O'Neill, *Developing a seed_seq Alternative*, 2015, as numpy implements it.
struct SeedSequence {
  private var pool: [UInt32]

  init(seed: UInt64) {
    let entropy = seed >> 32 == 0 ? [UInt32(seed)] : [UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)]
    var constant: UInt32 = 0x43b0_d7e5
    func hash(_ value: UInt32) -> UInt32 {
      var value = value ^ constant
      constant = constant &* 0x931e_8875
      value = value &* constant
      return value ^ (value >> 16)
    }
    func mix(_ x: UInt32, _ y: UInt32) -> UInt32 {
      let mixed = x &* 0xca01_f9dd &- y &* 0x4973_f715
      return mixed ^ (mixed >> 16)
    }
    var pool = (0..<4).map { hash($0 < entropy.count ? entropy[$0] : 0) }
    for source in 0..<4 {
      for target in 0..<4 where source != target { pool[target] = mix(pool[target], hash(pool[source])) }
    }
    self.pool = pool
  }

  /// `generate_state(count, uint64)`.
  func words64(_ count: Int) -> [UInt64] {
    var constant: UInt32 = 0x8b51_f9dd
    let words = (0..<2 * count).map { index -> UInt32 in
      var value = pool[index % 4] ^ constant
      constant = constant &* 0x58f3_8ded
      value = value &* constant
      return value ^ (value >> 16)
    }
    return (0..<count).map { UInt64(words[2 * $0]) | UInt64(words[2 * $0 + 1]) << 32 }
  }
}
