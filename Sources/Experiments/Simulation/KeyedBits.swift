import RandomNumbers

/// Random bits as a pure function of a key and a counter, so that any row can be drawn at any time, on any core.
///
/// The bits are SplitMix64's at step `counter` from the state `key`; bounds are applied by multiplication and choices
/// by integer thresholds, so no floating-point rounding and no `libm` can tell one machine from another.
struct KeyedBits: Sendable {
  let key: UInt64

  /// The 64 bits of a counter.
  func bits(_ counter: UInt64) -> UInt64 { splitMix64(key &+ counter &* splitMix64Step) }

  /// A whole number in `0..<bound`.
  func below(_ bound: UInt64, _ counter: UInt64) -> UInt64 { bound.multipliedFullWidth(by: bits(counter)).high }

  func below(_ bound: Int, _ counter: UInt64) -> Int { Int(below(UInt64(bound), counter)) }

  /// Bits of their own for a thing: a user, a stream.
  func forked(_ counter: UInt64) -> KeyedBits { KeyedBits(key: bits(counter)) }

  func forked(_ counter: Int) -> KeyedBits { forked(UInt64(counter)) }
}
