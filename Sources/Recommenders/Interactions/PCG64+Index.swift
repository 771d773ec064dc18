import RandomNumbers

extension PCG64 {
  /// A random whole number below `bound`: the high half of the product of `bound` and 64 random bits. The probabilities
  /// are equal up to a relative error of bound · 2⁻⁶⁴.
  mutating func index(below bound: Int) -> Int {
    Int(truncatingIfNeeded: next64().multipliedFullWidth(by: UInt64(bound)).high)
  }
}
