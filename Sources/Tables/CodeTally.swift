/// Distinct codes in order of first appearance, with how often and in which row first each was seen.
///
/// Few distinct codes stay in the cache however many rows there are. A small range of codes addresses its slots
/// directly; others are hashed, in linear probing. Codes of 32 bits share a word with their count, so that twice as many
/// slots fit the second-level cache, and few codes collide.
struct CodeTally: Sendable {
  /// A code and how often it was seen, side by side in one line of the cache; 0 times is an empty slot.
  private struct Slot: BitwiseCopyable {
    var code: UInt64 = 0
    var count: UInt64 = 0
  }

  /// An empty slot of 32-bit codes: a code that none has, seen 0 times.
  private static let empty: UInt64 = 0xffff_ffff << 32

  private(set) var codes: [UInt64] = []
  private(set) var firstRows: [UInt32] = []
  /// The code above its count; empty where codes are wider.
  private var narrow: [UInt64] = []
  private var wide: [Slot] = []
  private let isDirect: Bool
  private let isNarrow: Bool
  private var shift: UInt64

  /// A tally of codes in `0...maximum`.
  init(maximum: UInt64, directBelow limit: UInt64) {
    isDirect = maximum < limit
    isNarrow = maximum < 0xffff_ffff
    let count = isDirect ? Int(maximum) + 1 : 1 << 12
    if isNarrow {
      narrow = [UInt64](repeating: CodeTally.empty, count: count)
    } else {
      wide = [Slot](repeating: Slot(), count: count)
    }
    shift = 64 - 12
  }

  var count: Int { codes.count }

  private var slotCount: Int { isNarrow ? narrow.count : wide.count }

  /// How often each code was seen.
  var counts: [UInt32] { codes.map { UInt32(truncatingIfNeeded: timesSeen(slot(of: $0))) } }

  /// The number of every slot's code in the order of first appearance, for looking codes up by `slot(of:)`.
  func entries() -> [UInt32] {
    var entries = [UInt32](repeating: 0, count: slotCount)
    for entry in codes.indices { entries[slot(of: codes[entry])] = UInt32(entry) }
    return entries
  }

  /// Counts rows whose codes are given.
  ///
  /// Known codes are counted in a tight loop over a fixed table; the few new ones wait until it is done.
  mutating func add(_ block: borrowing MutableSpan<UInt64>, rows: Range<Int>) {
    let unknown =
      isDirect
      ? countAddressed(block, count: rows.count)
      : isNarrow ? countNarrow(block, count: rows.count) : countWide(block, count: rows.count)
    for index in unknown { add(block[index], count: 1, firstRow: UInt32(rows.lowerBound + index)) }
  }

  // Each counts the codes that were seen before, and gives the places in the block of the others.

  private mutating func countAddressed(_ block: borrowing MutableSpan<UInt64>, count: Int) -> [Int] {
    var unknown: [Int] = []
    var slots = narrow.mutableSpan
    for index in 0..<count {
      let slot = Int(truncatingIfNeeded: block[index])
      if slots[slot] == CodeTally.empty { unknown.append(index) } else { slots[slot] &+= 1 }
    }
    return unknown
  }

  private mutating func countNarrow(_ block: borrowing MutableSpan<UInt64>, count: Int) -> [Int] {
    var unknown: [Int] = []
    let shift = self.shift
    var slots = narrow.mutableSpan
    let mask = slots.count - 1
    for index in 0..<count {
      let code = block[index]
      var slot = Int(truncatingIfNeeded: hashed(code) &>> shift)
      var word = slots[slot]
      while word &>> 32 != code, word != CodeTally.empty {
        slot = (slot + 1) & mask
        word = slots[slot]
      }
      if word == CodeTally.empty { unknown.append(index) } else { slots[slot] = word &+ 1 }
    }
    return unknown
  }

  private mutating func countWide(_ block: borrowing MutableSpan<UInt64>, count: Int) -> [Int] {
    var unknown: [Int] = []
    let shift = self.shift
    var slots = wide.mutableSpan
    let mask = slots.count - 1
    for index in 0..<count {
      let code = block[index]
      var slot = Int(truncatingIfNeeded: hashed(code) &>> shift)
      while slots[slot].code != code, slots[slot].count != 0 { slot = (slot + 1) & mask }
      if slots[slot].count == 0 { unknown.append(index) } else { slots[slot].count &+= 1 }
    }
    return unknown
  }

  /// Counts all that another tally, of later rows, has counted.
  mutating func merge(_ other: CodeTally) {
    for entry in other.codes.indices {
      let code = other.codes[entry]
      add(code, count: other.timesSeen(other.slot(of: code)), firstRow: other.firstRows[entry])
    }
  }

  private mutating func add(_ code: UInt64, count: UInt64, firstRow: UInt32) {
    let slot = slot(of: code)
    let isNew = timesSeen(slot) == 0
    if isNarrow {
      narrow[slot] = (isNew ? code &<< 32 : narrow[slot]) &+ count
    } else {
      wide[slot] = Slot(code: code, count: wide[slot].count &+ count)
    }
    guard isNew else { return }
    codes.append(code)
    firstRows.append(firstRow)
    // Small tables can afford to be sparse; large ones are fullest where they still fit the cache.
    let eighths = slotCount < 1 << 16 ? 3 : 5
    if !isDirect, codes.count * 8 > slotCount * eighths { grow() }
  }

  private func timesSeen(_ slot: Int) -> UInt64 { isNarrow ? narrow[slot] & 0xffff_ffff : wide[slot].count }

  /// The slot that holds a code, or the empty one where it belongs.
  @inline(__always) func slot(of code: UInt64) -> Int {
    if isDirect { return Int(truncatingIfNeeded: code) }
    let mask = slotCount - 1
    var slot = Int(truncatingIfNeeded: hashed(code) &>> shift)
    if isNarrow {
      while narrow[slot] &>> 32 != code, narrow[slot] != CodeTally.empty { slot = (slot + 1) & mask }
    } else {
      while wide[slot].code != code, wide[slot].count != 0 { slot = (slot + 1) & mask }
    }
    return slot
  }

  private mutating func grow() {
    shift -= 1
    if isNarrow {
      let old = narrow
      narrow = [UInt64](repeating: CodeTally.empty, count: old.count * 2)
      for word in old where word != CodeTally.empty { narrow[slot(of: word &>> 32)] = word }
    } else {
      let old = wide
      wide = [Slot](repeating: Slot(), count: old.count * 2)
      for slot in old where slot.count != 0 { wide[self.slot(of: slot.code)] = slot }
    }
  }
}

/// A code times 2^64 divided by the golden ratio: neighbouring codes are spread evenly over the high bits.
///
/// - Source: Knuth, *The Art of Computer Programming* 3, §6.4 (Fibonacci hashing).
@inline(__always) func hashed(_ code: UInt64) -> UInt64 { code &* 0x9e37_79b9_7f4a_7c15 }
