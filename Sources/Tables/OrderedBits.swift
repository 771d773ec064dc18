/// A number whose order can be read from 64 bits, compared as an unsigned integer.
protocol OrderedBits: BitwiseCopyable, Sendable {
  /// Bits that are less where the number comes first, ascending or descending.
  ///
  /// −0 and 0 have the same bits; NaN, which comes last in either direction, the greatest but for the last few, which
  /// no float has.
  func orderedBits(descending: Bool) -> UInt64

  /// The number whose ascending bits these are.
  init(orderedBits: UInt64)
}

extension FixedWidthInteger {
  @inline(__always) func orderedIntegerBits(descending: Bool) -> UInt64 {
    let bits = UInt64(truncatingIfNeeded: self) ^ (Self.isSigned ? 1 << 63 : 0)
    return descending ? ~bits : bits
  }

  @inline(__always) init(orderedBits: UInt64) {
    self.init(truncatingIfNeeded: orderedBits ^ (Self.isSigned ? 1 << 63 : 0))
  }
}

extension Int8: OrderedBits {
  @inline(__always) func orderedBits(descending: Bool) -> UInt64 { orderedIntegerBits(descending: descending) }
}
extension Int16: OrderedBits {
  @inline(__always) func orderedBits(descending: Bool) -> UInt64 { orderedIntegerBits(descending: descending) }
}
extension Int32: OrderedBits {
  @inline(__always) func orderedBits(descending: Bool) -> UInt64 { orderedIntegerBits(descending: descending) }
}
extension Int64: OrderedBits {
  @inline(__always) func orderedBits(descending: Bool) -> UInt64 { orderedIntegerBits(descending: descending) }
}
extension UInt8: OrderedBits {
  @inline(__always) func orderedBits(descending: Bool) -> UInt64 { orderedIntegerBits(descending: descending) }
}
extension UInt16: OrderedBits {
  @inline(__always) func orderedBits(descending: Bool) -> UInt64 { orderedIntegerBits(descending: descending) }
}
extension UInt32: OrderedBits {
  @inline(__always) func orderedBits(descending: Bool) -> UInt64 { orderedIntegerBits(descending: descending) }
}
extension UInt64: OrderedBits {
  @inline(__always) func orderedBits(descending: Bool) -> UInt64 { orderedIntegerBits(descending: descending) }
}

extension Double: OrderedBits {
  @inline(__always) func orderedBits(descending: Bool) -> UInt64 {
    if isNaN { return 0xfff8_0000_0000_0000 }
    let bits = ((descending ? -self : self) + 0).bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }

  @inline(__always) init(orderedBits: UInt64) {
    self.init(bitPattern: orderedBits >> 63 == 1 ? orderedBits ^ 1 << 63 : ~orderedBits)
  }
}

extension Float: OrderedBits {
  @inline(__always) func orderedBits(descending: Bool) -> UInt64 {
    if isNaN { return 0xffc0_0000 }
    let bits = ((descending ? -self : self) + 0).bitPattern
    return UInt64(bits >> 31 == 1 ? ~bits : bits | 1 << 31)
  }

  @inline(__always) init(orderedBits: UInt64) {
    let bits = UInt32(truncatingIfNeeded: orderedBits)
    self.init(bitPattern: bits >> 31 == 1 ? bits ^ 1 << 31 : ~bits)
  }
}
