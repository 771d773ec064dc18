/// Random bits as a pure function of a key and a counter, so that any row can be drawn at any time, on any core.
///
/// The bits are SplitMix64's at step `counter` from the state `key`; bounds are applied by multiplication and choices
/// by integer thresholds, so no floating-point rounding and no `libm` can tell one machine from another.
///
/// - Source: Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*, OOPSLA 2014.
struct KeyedBits: Sendable {
  let key: UInt64

  /// The 64 bits of a counter.
  func bits(_ counter: UInt64) -> UInt64 {
    var z = key &+ (counter &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// A whole number in `0..<bound`.
  func below(_ bound: UInt64, _ counter: UInt64) -> UInt64 { bound.multipliedFullWidth(by: bits(counter)).high }

  func below(_ bound: Int, _ counter: UInt64) -> Int { Int(below(UInt64(bound), counter)) }

  /// Bits of their own for a thing: a user, a stream.
  func forked(_ counter: UInt64) -> KeyedBits { KeyedBits(key: bits(counter)) }

  func forked(_ counter: Int) -> KeyedBits { forked(UInt64(counter)) }
}
