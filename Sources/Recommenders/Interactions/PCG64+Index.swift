import RandomNumbers

extension PCG64 {
  /// A whole number below `bound`, by the high half of a product: off by less than 2⁻³² of a share.
  mutating func index(below bound: Int) -> Int {
    Int(truncatingIfNeeded: next64().multipliedFullWidth(by: UInt64(bound)).high)
  }
}
