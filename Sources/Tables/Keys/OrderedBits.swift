/// A number that can be mapped to a 64-bit unsigned integer of the same order.
protocol OrderedBits: BitwiseCopyable, Sendable {
  /// An unsigned integer that is smaller if the number comes earlier in ascending or descending order.
  ///
  /// −0 and 0 have the same bits. NaN comes last in both directions: its bits are greater than those of every other
  /// float.
  func orderedBits(descending: Bool) -> UInt64

  /// The number that has these ascending bits.
  init(orderedBits: UInt64)

  /// The least and the greatest bits of some numbers; for no numbers, `(UInt64.max, 0)`.
  static func bounds(of values: Span<Self>, descending: Bool) -> (least: UInt64, greatest: UInt64)
}

extension OrderedBits {
  static func bounds(of values: Span<Self>, descending: Bool) -> (least: UInt64, greatest: UInt64) {
    var least = UInt64.max
    var greatest: UInt64 = 0
    for index in values.indices {
      let bits = values[index].orderedBits(descending: descending)
      least = min(least, bits)
      greatest = max(greatest, bits)
    }
    return (least, greatest)
  }
}

extension OrderedBits where Self: FixedWidthInteger {
  /// Compares the numbers themselves, not their 64-bit forms: more of them fit a vector register.
  static func bounds(of values: Span<Self>, descending: Bool) -> (least: UInt64, greatest: UInt64) {
    if values.isEmpty { return (.max, 0) }
    var (least, greatest) = (Self.max, Self.min)
    for index in values.indices {
      least = Swift.min(least, values[index])
      greatest = Swift.max(greatest, values[index])
    }
    let (first, last) = descending ? (greatest, least) : (least, greatest)
    return (first.orderedBits(descending: descending), last.orderedBits(descending: descending))
  }
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
