/// Distinct whole numbers in the order in which they were added, and the place of each, by open addressing.
///
/// A slot holds a number's lower half and its place: what is asked for often stays in a core's own cache. At most half
/// of the slots are taken, so that a lookup reads one or two of them. Numbers that are kept as 64 bits of another kind
/// (floats, moments) are looked up by those bits.
public struct HashedIndex: Sendable {
  public private(set) var numbers: [Int64] = []
  private var slots: [Slot] = []
  private var shift: UInt64 = 0
  /// Whether lower halves tell the numbers apart, as they do where all lie within 2³² of each other.
  private let isNarrow: Bool

  private struct Slot: BitwiseCopyable {
    var half: UInt32 = 0
    var place: Int32 = -1
  }

  /// Places are those in `numbers`, which are distinct.
  public init(_ numbers: [Int64], isNarrow: Bool = false) {
    self.numbers = numbers
    self.isNarrow = isNarrow
    makeRoom(for: numbers.count)
  }

  /// The distinct ones of some numbers, in order of first occurrence.
  public init(distinct numbers: [Int64]) {
    self.init([])
    for number in numbers { _ = placeInserting(number) }
  }

  public var count: Int { numbers.count }

  /// Where a number stands, or −1.
  @inline(__always)
  public func place(of number: Int64) -> Int32 {
    let place = slots[slot(of: number)].place
    return place >= 0 && numbers[Int(place)] == number ? place : -1
  }

  public func contains(_ number: Int64) -> Bool { place(of: number) >= 0 }

  /// The place of a number that may be new; of a narrow index it is within 2³² of all others.
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
    if numbers.count * 2 > slots.count { makeRoom(for: numbers.count * 2) }
    return place
  }

  /// At least twice as many slots as numbers.
  private mutating func makeRoom(for count: Int) {
    let width = max(4, Int.bitWidth - (count * 2).leadingZeroBitCount)
    shift = UInt64(UInt64.bitWidth - width)
    slots = [Slot](repeating: Slot(), count: 1 << width)
    for (place, number) in numbers.enumerated() {
      slots[slot(of: number)] = Slot(half: UInt32(truncatingIfNeeded: number), place: Int32(place))
    }
  }

  /// The slot that holds a number, or the empty one where it would be.
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

/// A number times 2⁶⁴ divided by the golden ratio: neighbouring numbers are spread evenly over the high bits.
///
/// - Source: Knuth, *The Art of Computer Programming* 3, §6.4 (Fibonacci hashing).
@inline(__always)
func hashed(_ number: UInt64) -> UInt64 { number &* 0x9e37_79b9_7f4a_7c15 }
