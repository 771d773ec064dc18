import Diagnostics
import Parallelism

/// Counts distinct codes in a hash table: the codes in first-occurrence order, with the count and the first row of
/// each.
///
/// For few distinct codes, so that the table fits the cache whatever the number of rows. Linear probing. Codes of at
/// most 32 bits share a word with their count, so that twice as many slots fit the second-level cache.
struct HashCounter: Sendable {
  private(set) var codes: [UInt64] = []
  private(set) var firstRows: [UInt32] = []
  private var narrow: [NarrowSlot] = []
  /// The slots of codes that are wider than 32 bits.
  private var wide: [WideSlot] = []
  private let isNarrow: Bool
  private var shift: UInt64

  /// A counter of codes in `0...maximum`.
  init(maximum: UInt64) {
    isNarrow = maximum < 0xffff_ffff
    if isNarrow {
      narrow = [NarrowSlot](repeating: NarrowSlot(), count: 1 << 12)
    } else {
      wide = [WideSlot](repeating: WideSlot(), count: 1 << 12)
    }
    shift = 64 - 12
  }

  var count: Int { codes.count }

  private var slotCount: Int { isNarrow ? narrow.count : wide.count }

  /// The count of each code.
  func counts() throws(Diagnostic) -> [UInt32] {
    try buildArray(count: codes.count, grain: 1 << 14) { (entries, counts) in
      for entry in entries {
        counts[entry - entries.lowerBound] = UInt32(truncatingIfNeeded: timesSeen(slot(of: codes[entry])))
      }
    }
  }

  /// For every slot, the position of its code in first-occurrence order; for lookups with `slot(of:)`.
  func entries() throws(Diagnostic) -> [UInt32] {
    var entries = try repeatedArray(UInt32(0), count: slotCount)
    try forEachRange(of: codes.count) { range in
      for entry in range { entries[slot(of: codes[entry])] = UInt32(entry) }
    }
    return entries
  }

  /// Adds the codes of some rows.
  ///
  /// A tight loop over the fixed table counts the known codes; the few new ones are added afterwards.
  mutating func add(_ block: borrowing MutableSpan<UInt64>, rows: Range<Int>) throws(Diagnostic) {
    let unknown =
      isNarrow
      ? counted(&narrow, block, count: rows.count, shift) : counted(&wide, block, count: rows.count, shift)
    for index in unknown { try add(block[index], count: 1, firstRow: UInt32(rows.lowerBound + index)) }
  }

  /// Adds the counts of another counter of later rows.
  mutating func merge(_ other: HashCounter) throws(Diagnostic) {
    let cancellation = Cancellation.current
    for entry in other.codes.indices {
      if entry & 0xffff == 0 { try cancellation.check() }
      let code = other.codes[entry]
      try add(code, count: other.timesSeen(other.slot(of: code)), firstRow: other.firstRows[entry])
    }
  }

  private mutating func add(_ code: UInt64, count: UInt64, firstRow: UInt32) throws(Diagnostic) {
    let slot = slot(of: code)
    let isNew = timesSeen(slot) == 0
    if isNarrow {
      narrow[slot] = NarrowSlot(code: code, count: narrow[slot].count &+ count)
    } else {
      wide[slot] = WideSlot(code: code, count: wide[slot].count &+ count)
    }
    guard isNew else { return }
    codes.append(code)
    firstRows.append(firstRow)
    // Small tables are kept sparse; large ones are filled more before they grow, so that they fit the cache longer.
    let eighths = slotCount < 1 << 16 ? 3 : 5
    if codes.count * 8 > slotCount * eighths { try grow() }
  }

  private func timesSeen(_ slot: Int) -> UInt64 { isNarrow ? narrow[slot].count : wide[slot].count }

  /// The slot that holds a code, or the empty slot where it belongs.
  @inline(__always) func slot(of code: UInt64) -> Int {
    isNarrow ? place(of: code, in: narrow.span, shift) : place(of: code, in: wide.span, shift)
  }

  private mutating func grow() throws(Diagnostic) {
    shift -= 1
    if isNarrow { narrow = try grown(narrow, shift) } else { wide = try grown(wide, shift) }
  }
}

/// A slot with a code and its count; a count of 0 marks an empty slot.
private protocol CounterSlot: BitwiseCopyable, Sendable {
  init()
  init(code: UInt64, count: UInt64)
  var code: UInt64 { get }
  var count: UInt64 { get }
  mutating func countOne()
}

/// A word with a 32-bit code in the high half and its count in the low half.
private struct NarrowSlot: CounterSlot {
  private var word: UInt64

  /// An empty slot: an unused code with the count 0.
  @inline(__always) init() { word = 0xffff_ffff << 32 }
  @inline(__always) init(code: UInt64, count: UInt64) { word = code &<< 32 | count }

  @inline(__always) var code: UInt64 { word &>> 32 }
  @inline(__always) var count: UInt64 { word & 0xffff_ffff }
  @inline(__always) mutating func countOne() { word &+= 1 }
}

private struct WideSlot: CounterSlot {
  var code: UInt64 = 0
  var count: UInt64 = 0

  @inline(__always) mutating func countOne() { count &+= 1 }
}

@inline(__always)
private func place<Slot: CounterSlot>(of code: UInt64, in slots: Span<Slot>, _ shift: UInt64) -> Int {
  let mask = slots.count - 1
  var slot = Int(truncatingIfNeeded: hashed(code) &>> shift)
  while slots[slot].code != code, slots[slot].count != 0 { slot = (slot + 1) & mask }
  return slot
}

/// Counts the codes that are already in the table; returns the positions in the block of the others.
@inline(__always)
private func counted<Slot: CounterSlot>(
  _ table: inout [Slot], _ block: borrowing MutableSpan<UInt64>, count: Int, _ shift: UInt64
) -> [Int] {
  var unknown: [Int] = []
  var slots = table.mutableSpan
  let mask = slots.count - 1
  for index in 0..<count {
    let code = block[index]
    var slot = Int(truncatingIfNeeded: hashed(code) &>> shift)
    var found = slots[slot]
    while found.code != code, found.count != 0 {
      slot = (slot + 1) & mask
      found = slots[slot]
    }
    if found.count == 0 {
      unknown.append(index)
    } else {
      found.countOne()
      slots[slot] = found
    }
  }
  return unknown
}

/// A table of twice as many slots with the same codes.
private func grown<Slot: CounterSlot>(_ old: [Slot], _ shift: UInt64) throws(Diagnostic) -> [Slot] {
  var new = try repeatedArray(Slot(), count: old.count * 2)
  try forEachRange(of: old.count) { range in
    for index in range where old[index].count != 0 {
      new[place(of: old[index].code, in: new.span, shift)] = old[index]
    }
  }
  return new
}
