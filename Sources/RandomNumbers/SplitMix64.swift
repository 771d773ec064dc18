/// The output of SplitMix64 for a state: 64 well-mixed bits. If one bit of the state changes, each has about an even
/// chance to change.
///
/// - Source: Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*, OOPSLA 2014.
@inlinable
public func splitMix64(_ state: UInt64) -> UInt64 {
  var bits = state &+ splitMix64Step
  bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
  bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
  return bits ^ bits >> 31
}

/// The difference between a state of SplitMix64 and the next: 2⁶⁴ divided by the golden ratio, made odd.
@inlinable
public var splitMix64Step: UInt64 { 0x9E37_79B9_7F4A_7C15 }
