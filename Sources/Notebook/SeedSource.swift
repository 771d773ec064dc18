import RandomNumbers

/// Where seeds come from when a verb is given none: the session's own seed, so that a replay draws the same, or the
/// system.
struct SeedSource {
  private var generator: RandomState?

  init(_ seed: Int?) {
    generator = seed.map { RandomState(seed: UInt32(truncatingIfNeeded: $0)) }
  }

  /// A seed that is short enough to be read aloud.
  mutating func next() -> Int {
    guard var known = generator else { return Int.random(in: 0..<1_000_000) }
    let seed = Int(known.interval(999_999))
    generator = known
    return seed
  }
}
