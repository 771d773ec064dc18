import RandomNumbers

/// The source of seeds for verbs that are given none: the session's seed, so that a replay draws the same ones, or
/// the system.
struct SeedSource {
  private var generator: RandomState?

  init(_ seed: Int?) {
    generator = seed.map { RandomState(seed: UInt32(truncatingIfNeeded: $0)) }
  }

  /// Draws a seed with at most six digits.
  mutating func next() -> Int {
    guard var known = generator else { return Int.random(in: 0..<1_000_000) }
    let seed = Int(known.interval(999_999))
    generator = known
    return seed
  }
}
