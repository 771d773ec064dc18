import Tables

/// Writes integers as decimal digits, two digits at a time.
enum DecimalDigits {
  private static let pairs: [UInt8] = (0..<200).map { index in
    let digit: Int = index & 1 == 0 ? index / 20 : index / 2 % 10
    return UInt8(0x30 + digit)
  }

  /// Writes a number and returns the number of bytes, at most 20.
  @inline(__always)
  static func write(_ magnitude: UInt64, isNegative: Bool, to target: UnsafeMutableRawPointer) -> Int {
    var start = target
    if isNegative {
      start.storeBytes(of: 0x2D, as: UInt8.self)
      start += 1
    }
    let length = digitCount(magnitude)
    var rest = magnitude
    var position = length
    pairs.withUnsafeBytes { table in
      while rest >= 100 {
        let pair = Int(truncatingIfNeeded: rest % 100)
        rest /= 100
        position &-= 2
        start.storeBytes(
          of: table.loadUnaligned(fromByteOffset: pair &* 2, as: UInt16.self), toByteOffset: position, as: UInt16.self)
      }
    }
    if rest >= 10 {
      start.storeBytes(of: UInt8(truncatingIfNeeded: 0x30 &+ rest % 10), toByteOffset: 1, as: UInt8.self)
      start.storeBytes(of: UInt8(truncatingIfNeeded: 0x30 &+ rest / 10), as: UInt8.self)
    } else {
      start.storeBytes(of: UInt8(truncatingIfNeeded: 0x30 &+ rest), as: UInt8.self)
    }
    return length + (isNegative ? 1 : 0)
  }

  /// Writes a date in ISO 8601, at most 15 bytes.
  @inline(__always)
  static func writeDate(_ days: Int32, to target: UnsafeMutableRawPointer) -> Int {
    let date = CivilDate(days: Int(days))
    guard (0...9999).contains(date.year) else {
      let text = CalendarText.date(days).utf8.prefix(15)
      for (index, byte) in text.enumerated() { (target + index).storeBytes(of: byte, as: UInt8.self) }
      return text.count
    }
    pairs.withUnsafeBytes { table in
      func put(_ number: Int, at position: Int) {
        let pair = table.loadUnaligned(fromByteOffset: number &* 2, as: UInt16.self)
        target.storeBytes(of: pair, toByteOffset: position, as: UInt16.self)
      }
      put(date.year / 100, at: 0)
      put(date.year % 100, at: 2)
      put(date.month, at: 5)
      put(date.day, at: 8)
    }
    target.storeBytes(of: 0x2D, toByteOffset: 4, as: UInt8.self)
    target.storeBytes(of: 0x2D, toByteOffset: 7, as: UInt8.self)
    return 10
  }

  private static let powersOfTen: [UInt64] = (0..<20).map { (0..<$0).reduce(1 as UInt64) { power, _ in power * 10 } }

  /// Estimates the number of digits from the number of bits, then corrects it by at most one.
  @inline(__always)
  private static func digitCount(_ value: UInt64) -> Int {
    let estimate = ((64 &- (value | 1).leadingZeroBitCount) &* 1233) &>> 12
    return estimate + ((value | 1) >= powersOfTen[estimate] ? 1 : 0)
  }
}
