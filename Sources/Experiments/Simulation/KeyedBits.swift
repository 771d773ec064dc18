import RandomNumbers

/// Random bits as a pure function of a key and a counter (a counter-based generator), so that any row can be drawn at
/// any time, on any core.
///
/// The bits are those of SplitMix64 at step `counter` from the state `key`. Bounds are applied by multiplication, and
/// choices by integer thresholds, so the results do not depend on floating-point rounding or on the C library.
struct KeyedBits: Sendable {
  let key: UInt64

  /// The 64 bits of a counter.
  func bits(_ counter: UInt64) -> UInt64 { splitMix64(key &+ counter &* splitMix64Step) }

  /// A whole number in `0..<bound`.
  func below(_ bound: UInt64, _ counter: UInt64) -> UInt64 { bound.multipliedFullWidth(by: bits(counter)).high }

  func below(_ bound: Int, _ counter: UInt64) -> Int { Int(below(UInt64(bound), counter)) }

  /// An independent generator for one thing, such as a user or a stream.
  func forked(_ counter: UInt64) -> KeyedBits { KeyedBits(key: bits(counter)) }

  func forked(_ counter: Int) -> KeyedBits { forked(UInt64(counter)) }
}
