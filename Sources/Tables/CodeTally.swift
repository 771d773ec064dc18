/// Distinct codes in order of first appearance, with how often and in which row first each was seen.
///
/// Few distinct codes stay in the cache however many rows there are. A small range of codes addresses its slots
/// directly; others are hashed, in linear probing at most half full.
struct CodeTally: Sendable {
  private(set) var codes: [UInt64] = []
  private(set) var firstRows: [UInt32] = []
  private(set) var counts: [UInt32] = []
  /// Entry + 1 of a slot, 0 of an empty one.
  private var slots: [UInt32]
  private let isDirect: Bool
  private var shift: UInt64

  /// A tally of codes in `0...maximum`.
  init(maximum: UInt64, directBelow limit: UInt64) {
    isDirect = maximum < limit
    slots = [UInt32](repeating: 0, count: isDirect ? Int(maximum) + 1 : 1 << 12)
    shift = 64 - 12
  }

  var count: Int { codes.count }

  /// Counts rows whose codes are given.
  ///
  /// Known codes are counted in a tight loop over fixed tables; the few new ones wait until it is done.
  mutating func add(_ block: borrowing MutableSpan<UInt64>, rows: Range<Int>) {
    let unknown = countKnown(block, count: rows.count)
    for index in unknown {
      let code = block[index]
      add(code, at: isDirect ? Int(code) : probe(code), row: UInt32(rows.lowerBound + index))
    }
  }

  /// Counts the codes that have an entry, and gives the places in the block of those that have not.
  private mutating func countKnown(_ block: borrowing MutableSpan<UInt64>, count: Int) -> [Int] {
    var unknown: [Int] = []
    let isDirect = self.isDirect
    let shift = self.shift
    let slotTable = self.slots
    let knownCodes = self.codes
    let slots = slotTable.span
    let codes = knownCodes.span
    var counts = self.counts.mutableSpan
    let mask = slots.count - 1
    if isDirect {
      for index in 0..<count {
        let entry = slots[Int(block[index])]
        if entry == 0 { unknown.append(index) } else { counts[Int(entry) - 1] += 1 }
      }
      return unknown
    }
    for index in 0..<count {
      let code = block[index]
      var slot = Int(truncatingIfNeeded: hashed(code) >> shift)
      while slots[slot] != 0, codes[Int(slots[slot]) - 1] != code { slot = (slot + 1) & mask }
      let entry = slots[slot]
      if entry == 0 { unknown.append(index) } else { counts[Int(entry) - 1] += 1 }
    }
    return unknown
  }

  /// Counts all that another tally, of later rows, has counted.
  mutating func merge(_ other: CodeTally) {
    for entry in other.codes.indices {
      let code = other.codes[entry]
      let slot = isDirect ? Int(code) : probe(code)
      let known = slots[slot]
      add(code, at: slot, row: other.firstRows[entry])
      let own = known == 0 ? counts.count - 1 : Int(known) - 1
      counts[own] += other.counts[entry] - 1
    }
  }

  /// The entry of a code that was counted.
  @inline(__always) func entry(of code: UInt64) -> UInt32 { slots[isDirect ? Int(code) : probe(code)] &- 1 }

  @inline(__always) private mutating func add(_ code: UInt64, at slot: Int, row: UInt32) {
    let entry = slots[slot]
    if entry != 0 {
      counts[Int(entry) - 1] += 1
    } else {
      insert(code, at: slot, row: row)
    }
  }

  private mutating func insert(_ code: UInt64, at slot: Int, row: UInt32) {
    codes.append(code)
    firstRows.append(row)
    counts.append(1)
    slots[slot] = UInt32(codes.count)
    if !isDirect, codes.count * 2 > slots.count { grow() }
  }

  /// The slot that holds a code, or the empty one where it belongs.
  @inline(__always) private func probe(_ code: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hashed(code) >> shift)
    while slots[slot] != 0, codes[Int(slots[slot]) - 1] != code { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    shift -= 2
    for entry in codes.indices { slots[probe(codes[entry])] = UInt32(entry) + 1 }
  }
}

/// A code times 2^64 divided by the golden ratio: neighbouring codes are spread evenly over the high bits.
///
/// - Source: Knuth, *The Art of Computer Programming* 3, §6.4 (Fibonacci hashing).
@inline(__always) func hashed(_ code: UInt64) -> UInt64 { code &* 0x9e37_79b9_7f4a_7c15 }
