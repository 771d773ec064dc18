public import Diagnostics
/// A hash table (open addressing) from distinct whole numbers to their positions in insertion order.
///
/// A slot holds the lower half of a number and its position, 8 bytes in all, so that frequent numbers stay in a core's
/// own cache. At most half of the slots are used, so that a lookup reads one or two of them. Other values of 64 bits
/// (floats, datetimes) are looked up by their bits.
public struct HashedIndex: Sendable {
  public private(set) var numbers: [Int64] = []
  private var slots: [Slot] = []
  private var shift: UInt64 = 0
  /// Whether the lower halves distinguish the numbers. They do if all numbers lie within 2³² of each other.
  private let isNarrow: Bool

  private struct Slot: BitwiseCopyable {
    var half: UInt32 = 0
    var place: Int32 = -1
  }

  /// An index of distinct numbers; the position of each is its index in `numbers`.
  public init(_ numbers: [Int64], isNarrow: Bool = false) {
    self.numbers = numbers
    self.isNarrow = isNarrow
    reserveSlots(for: numbers.count)
  }

  /// An index of the distinct numbers of a list, in first-occurrence order.
  public init(distinct numbers: [Int64]) {
    self.init([])
    for number in numbers { _ = placeInserting(number) }
  }

  public var count: Int { numbers.count }

  /// The position of a number, or −1.
  @inline(__always)
  public func place(of number: Int64) -> Int32 {
    let place = slots[slot(of: number)].place
    return place >= 0 && numbers[Int(place)] == number ? place : -1
  }

  public func contains(_ number: Int64) -> Bool { place(of: number) >= 0 }

  /// The position of a number, which is added if it is new. In a narrow index it must lie within 2³² of all others.
  @inline(__always)
  public mutating func placeInserting(_ number: Int64) -> Int32 {
    let slot = slot(of: number)
    if slots[slot].place >= 0 { return slots[slot].place }
    return insert(number, at: slot)
  }

  private mutating func insert(_ number: Int64, at slot: Int) -> Int32 {
    let place = Int32(truncatingIfNeeded: numbers.count)
    numbers.append(number)
    slots[slot] = Slot(half: UInt32(truncatingIfNeeded: number), place: place)
    if numbers.count * 2 > slots.count { reserveSlots(for: numbers.count * 2) }
    return place
  }

  /// Makes at least twice as many slots as numbers.
  private mutating func reserveSlots(for count: Int) {
    let width = max(4, Int.bitWidth - (count * 2).leadingZeroBitCount)
    shift = UInt64(UInt64.bitWidth - width)
    slots = [Slot](repeating: Slot(), count: 1 << width)
    for (place, number) in numbers.enumerated() {
      slots[slot(of: number)] = Slot(half: UInt32(truncatingIfNeeded: number), place: Int32(place))
    }
  }

  /// The slot that holds a number, or the empty slot where it belongs.
  @inline(__always)
  private func slot(of number: Int64) -> Int {
    var slot = Int(truncatingIfNeeded: hashed(UInt64(bitPattern: number)) &>> shift)
    while true {
      let found = slots[slot]
      if found.place < 0 { return slot }
      if found.half == UInt32(truncatingIfNeeded: number), isNarrow || numbers[Int(found.place)] == number {
        return slot
      }
      slot = (slot + 1) & (slots.count - 1)
    }
  }
}

extension HashedIndex {
  /// Which of a column's whole numbers are among these; nil of other storages.
  ///
  /// Most rows are decided by one bit of a table in the first-level cache, which numbers that are not here seldom share.
  public func members(of values: ColumnValues) throws(Diagnostic) -> Bitmap? {
    try values.run(MemberBits(index: self)) ?? nil
  }

  fileprivate func bits<Element: FixedWidthInteger & ColumnElement>(of buffer: Buffer<Element>) -> Bitmap {
    // Sixteen bits a number, of 64 KB at most.
    let width = UInt64(min(19, max(6, Int.bitWidth - (numbers.count * 16).leadingZeroBitCount)))
    var table = [UInt64](repeating: 0, count: 1 << Int(width - 6))
    for number in numbers {
      let place = hashed(UInt64(bitPattern: number)) &>> (64 - width)
      table[Int(place >> 6)] |= 1 << (place & 63)
    }
    var result = [UInt64](repeating: 0, count: Bitmap.wordCount(buffer.count))
    let values = buffer.span
    let known = table.span
    for word in result.indices {
      var bits: UInt64 = 0
      let first = word * 64
      for row in first..<min(values.count, first + 64) {
        let place = hashed(UInt64(truncatingIfNeeded: values[row])) &>> (64 - width)
        bits |= (known[Int(truncatingIfNeeded: place &>> 6)] &>> (place & 63) & 1) &<< UInt64(row &- first)
      }
      var doubtful = bits
      while doubtful != 0 {
        let offset = doubtful.trailingZeroBitCount
        let isMember = Int64(exactly: values[first + offset]).map { place(of: $0) >= 0 } ?? false
        if !isMember { bits &= ~(1 << UInt64(offset)) }
        doubtful &= doubtful - 1
      }
      result[word] = bits
    }
    return Bitmap(words: Buffer(result), count: buffer.count)
  }
}

private struct MemberBits: WholeNumberKernel {
  let index: HashedIndex

  func whole<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap? {
    index.bits(of: buffer)
  }
}

/// A number times 2⁶⁴/φ (φ is the golden ratio), modulo 2⁶⁴: neighbouring numbers are spread evenly over the high bits.
///
/// - Source: Knuth, *The Art of Computer Programming* 3, §6.4 (Fibonacci hashing).
@inline(__always)
func hashed(_ number: UInt64) -> UInt64 { number &* 0x9e37_79b9_7f4a_7c15 }
