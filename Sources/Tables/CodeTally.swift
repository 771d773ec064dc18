/// Distinct codes in order of first appearance, with how often and in which row first each was seen.
///
/// Few distinct codes stay in the cache however many rows there are. A small range of codes addresses its slots
/// directly; others are hashed, in linear probing in a table at most five eighths full.
struct CodeTally: Sendable {
  /// A code and how often it was seen, side by side in one line of the cache; 0 times is an empty slot.
  private struct Slot: BitwiseCopyable {
    var code: UInt64 = 0
    var count: UInt64 = 0
  }

  private(set) var codes: [UInt64] = []
  private(set) var firstRows: [UInt32] = []
  private var slots: [Slot]
  private let isDirect: Bool
  private var shift: UInt64

  /// A tally of codes in `0...maximum`.
  init(maximum: UInt64, directBelow limit: UInt64) {
    isDirect = maximum < limit
    slots = [Slot](repeating: Slot(), count: isDirect ? Int(maximum) + 1 : 1 << 12)
    shift = 64 - 12
  }

  var count: Int { codes.count }

  /// How often each code was seen.
  var counts: [UInt32] { codes.map { UInt32(truncatingIfNeeded: slots[slot(of: $0)].count) } }

  /// The number of every slot's code in the order of first appearance, for looking codes up by `slot(of:)`.
  func entries() -> [UInt32] {
    var entries = [UInt32](repeating: 0, count: slots.count)
    for entry in codes.indices { entries[slot(of: codes[entry])] = UInt32(entry) }
    return entries
  }

  /// Counts rows whose codes are given.
  ///
  /// Known codes are counted in a tight loop over a fixed table; the few new ones wait until it is done.
  mutating func add(_ block: borrowing MutableSpan<UInt64>, rows: Range<Int>) {
    let unknown = countKnown(block, count: rows.count)
    for index in unknown { add(block[index], count: 1, firstRow: UInt32(rows.lowerBound + index)) }
  }

  /// Counts the codes that were seen before, and gives the places in the block of the others.
  private mutating func countKnown(_ block: borrowing MutableSpan<UInt64>, count: Int) -> [Int] {
    var unknown: [Int] = []
    let (isDirect, shift) = (self.isDirect, self.shift)
    var slots = self.slots.mutableSpan
    let mask = slots.count - 1
    for index in 0..<count {
      let code = block[index]
      var slot = Int(truncatingIfNeeded: isDirect ? code : hashed(code) &>> shift)
      if !isDirect { while slots[slot].code != code, slots[slot].count != 0 { slot = (slot + 1) & mask } }
      if slots[slot].count == 0 { unknown.append(index) } else { slots[slot].count &+= 1 }
    }
    return unknown
  }

  /// Counts all that another tally, of later rows, has counted.
  mutating func merge(_ other: CodeTally) {
    for entry in other.codes.indices {
      let code = other.codes[entry]
      add(code, count: other.slots[other.slot(of: code)].count, firstRow: other.firstRows[entry])
    }
  }

  private mutating func add(_ code: UInt64, count: UInt64, firstRow: UInt32) {
    let slot = slot(of: code)
    let isNew = slots[slot].count == 0
    slots[slot].count += count
    guard isNew else { return }
    codes.append(code)
    firstRows.append(firstRow)
    slots[slot].code = code
    if !isDirect, codes.count * 8 > slots.count * 5 { grow() }
  }

  /// The slot that holds a code, or the empty one where it belongs.
  @inline(__always) func slot(of code: UInt64) -> Int {
    if isDirect { return Int(truncatingIfNeeded: code) }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hashed(code) &>> shift)
    while slots[slot].code != code, slots[slot].count != 0 { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: old.count * 2)
    shift -= 1
    for slot in old where slot.count != 0 { slots[self.slot(of: slot.code)] = slot }
  }
}

/// A code times 2^64 divided by the golden ratio: neighbouring codes are spread evenly over the high bits.
///
/// - Source: Knuth, *The Art of Computer Programming* 3, §6.4 (Fibonacci hashing).
@inline(__always) func hashed(_ code: UInt64) -> UInt64 { code &* 0x9e37_79b9_7f4a_7c15 }
