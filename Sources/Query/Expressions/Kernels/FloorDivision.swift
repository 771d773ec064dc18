import Tables

/// Division of many numbers by one divisor, rounded down as in Python; it multiplies by the reciprocal instead of
/// dividing.
///
/// Numbers of at most 32 bits are computed in f64, which gives the exact quotient and vectorises. 64-bit numbers are
/// multiplied by a 64-bit reciprocal; 128-bit numbers are divided.
///
/// - Source: Granlund, Montgomery, *Division by Invariant Integers using Multiplication*, PLDI 1994, fig. 4.1.
struct FloorDivision<Number: ColumnElement & FixedWidthInteger> {
  private let divisor: Number
  private let reciprocal: Double
  private let multiplier: UInt64
  private let shift: UInt64

  /// - Precondition: the divisor is neither 0 nor −1.
  init(_ divisor: Number) {
    self.divisor = divisor
    reciprocal = 1 / Double(divisor)
    let magnitude = UInt64(truncatingIfNeeded: divisor.magnitude)
    let bits = magnitude <= 1 ? 0 : UInt64(64 - (magnitude - 1).leadingZeroBitCount)
    // ⌊2⁶⁴ (2^bits − d) / d⌋ + 1
    let excess = bits == 64 ? 0 &- magnitude : (1 << bits) &- magnitude
    multiplier = magnitude == 0 ? 0 : magnitude.dividingFullWidth((excess, 0)).quotient &+ 1
    shift = bits
  }

  /// The quotients or remainders of all rows.
  func apply(to rows: Buffer<Number>, quotient isQuotient: Bool) -> Buffer<Number> {
    if Number.bitWidth <= 32 { return isQuotient ? narrowQuotients(rows) : narrowRemainders(rows) }
    if Number.bitWidth > 64 {
      let divisor = divisor
      return isQuotient
        ? mapped(rows) { floorDivided($0, divisor) } : mapped(rows) { floorRemainder($0, divisor) }
    }
    return isQuotient ? mapped(rows) { wideDivision($0).quotient } : mapped(rows) { wideDivision($0).remainder }
  }

  private func narrowRemainders(_ rows: Buffer<Number>) -> Buffer<Number> {
    let (divisor, reciprocal, half) = (Double(divisor), reciprocal, half)
    return mapped(rows) { number in
      let dividend = Double(number)
      let remainder = dividend - ((dividend + half) * reciprocal).rounded(.down) * divisor
      return Number(truncatingIfNeeded: Int32(truncatingIfNeeded: remainder.wholeBits))
    }
  }

  private func narrowQuotients(_ rows: Buffer<Number>) -> Buffer<Number> {
    let (reciprocal, half) = (reciprocal, half)
    return mapped(rows) { number in
      Number(truncatingIfNeeded: ((Double(number) + half) * reciprocal).rounded(.down).wholeBits)
    }
  }

  /// Half a unit, added to the dividend: it moves the quotient away from whole numbers. With 32-bit numbers, the
  /// rounding error of the product is smaller than that, so its floor is the exact quotient.
  private var half: Double { divisor < 0 ? -0.5 : 0.5 }

  @inline(__always)
  private func wideDivision(_ number: Number) -> (quotient: Number, remainder: Number) {
    let dividend = UInt64(truncatingIfNeeded: number.magnitude)
    let high = multiplier.multipliedFullWidth(by: dividend).high
    let truncated = shift == 0 ? dividend : (((dividend &- high) >> 1) &+ high) >> (shift &- 1)
    let isNegative = (number < 0) != (divisor < 0)
    var quotient = Number(truncatingIfNeeded: truncated)
    if isNegative { quotient = 0 &- quotient }
    let remainder = number &- quotient &* divisor
    if remainder != 0, isNegative { return (quotient &- 1, remainder &+ divisor) }
    return (quotient, remainder)
  }
}

extension Double {
  /// The value as an integer. It must be a whole number below 2⁵¹ in magnitude: adding 1.5·2⁵² leaves it in the low
  /// bits.
  @inline(__always)
  var wholeBits: Int64 {
    Int64(truncatingIfNeeded: (self + 0x1.8p52).bitPattern) &- Int64(bitPattern: Double(0x1.8p52).bitPattern)
  }
}
