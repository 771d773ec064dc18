import Diagnostics
import Parallelism

/// Finds the right rows of a join by the code of their key.
///
/// An entry is a distinct code. If the range of codes is small, entries are found by direct addressing; else in a hash
/// table with linear probing, at most a quarter full (half for more than 2²⁰ rows). The rows of an entry are contiguous
/// and ascending.
struct KeyIndex: Sendable {
  /// The right rows, entry by entry.
  let rows: [UInt32]
  /// The number of rows whose key occurs in an earlier row.
  let repeatedRows: Int
  /// The entry + 1 of each slot, or 0 for an empty slot.
  private let slots: [UInt32]
  /// The code of every entry; empty with direct addressing.
  private let codes: [UInt64]
  /// The start of every entry's rows, then the total count; empty if every entry has one row.
  private let starts: [UInt32]
  private let shift: UInt64

  private var isDirect: Bool { codes.isEmpty }

  /// Whether the range of codes is small enough for direct addressing.
  static func isDirect(_ keys: JoinKeys) -> Bool {
    keys.maximum < UInt64(max(1 << 20, keys.rightCount * 8)) && keys.maximum < 1 << 28
  }

  /// An index whose entries are already known; codes cannot be looked up in it.
  init(rows: [UInt32], starts: [UInt32], repeatedRows: Int) {
    self.rows = rows
    self.starts = starts
    self.repeatedRows = repeatedRows
    (slots, codes, shift) = ([], [], 0)
  }

  init(_ keys: JoinKeys) throws(Diagnostic) {
    let count = keys.rightCount
    let isDirect = KeyIndex.isDirect(keys)
    let slotBits = isDirect ? 0 : bitWidth(of: max(2, count > 1 << 20 ? count * 2 : count * 4))
    var slots = try repeatedArray(UInt32(0), count: isDirect ? Int(keys.maximum) + 1 : 1 << slotBits)
    shift = UInt64(64 - slotBits)
    var codes: [UInt64] = []
    if !isDirect { codes.reserveCapacity(count) }
    var firstRows: [UInt32] = []
    firstRows.reserveCapacity(count)
    var counts: [UInt32] = []
    counts.reserveCapacity(count)
    var keyed = 0
    let mask = slots.count - 1
    let shift = self.shift
    try keys.forEachRightBlock(of: 0..<count) { (block, blockCodes) in
      for row in block {
        let code = blockCodes[row - block.lowerBound]
        if code == JoinKeys.noCode { continue }
        var slot = isDirect ? Int(code) : Int(truncatingIfNeeded: hashed(code) >> shift)
        if !isDirect {
          while slots[slot] != 0, codes[Int(slots[slot]) - 1] != code { slot = (slot + 1) & mask }
        }
        if slots[slot] == 0 {
          counts.append(0)
          firstRows.append(UInt32(row))
          if !isDirect { codes.append(code) }
          slots[slot] = UInt32(counts.count)
        }
        counts[Int(slots[slot]) - 1] += 1
        keyed += 1
      }
    }
    repeatedRows = keyed - counts.count
    self.slots = slots
    self.codes = isDirect ? [] : codes.isEmpty ? [JoinKeys.noCode] : codes
    if keyed == firstRows.count {
      rows = firstRows
      starts = []
      return
    }
    firstRows = []
    // `ends[entry + 1]` first holds the start of an entry. Each of its rows advances it, so that in the end it is the
    // end of the entry.
    var ends: [UInt32] = [0]
    ends.reserveCapacity(counts.count + 1)
    var end: UInt32 = 0
    try forEachRange(of: counts.count) { entries in
      for entry in entries {
        ends.append(end)
        end += counts[entry]
      }
    }
    counts = []
    var rows = try repeatedArray(UInt32(0), count: keyed)
    let known = self.codes
    try keys.forEachRightBlock(of: 0..<count) { (block, blockCodes) in
      for row in block {
        let code = blockCodes[row - block.lowerBound]
        if code == JoinKeys.noCode { continue }
        var slot = isDirect ? Int(code) : Int(truncatingIfNeeded: hashed(code) >> shift)
        if !isDirect { while known[Int(slots[slot]) - 1] != code { slot = (slot + 1) & mask } }
        let entry = Int(slots[slot])
        rows[Int(ends[entry])] = UInt32(row)
        ends[entry] += 1
      }
    }
    self.rows = rows
    starts = ends
  }

  /// Whether some right row has the code.
  @inline(__always) func contains(_ code: UInt64) -> Bool { entry(of: code) >= 0 }

  var entryCount: Int { starts.isEmpty ? rows.count : starts.count - 1 }

  /// The positions of an entry's rows in `rows`; empty for `missingRow`.
  @inline(__always) func positions(ofEntry entry: UInt32) -> Range<Int> {
    if entry == missingRow { return 0..<0 }
    return starts.isEmpty ? Int(entry)..<Int(entry) + 1 : Int(starts[Int(entry)])..<Int(starts[Int(entry) + 1])
  }

  /// The entry of a code; −1 if no right row has it.
  @inline(__always) func entry(of code: UInt64) -> Int {
    if code == JoinKeys.noCode { return -1 }
    if isDirect { return Int(slots[Int(code)]) - 1 }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hashed(code) >> shift)
    while slots[slot] != 0 {
      let entry = Int(slots[slot]) - 1
      if codes[entry] == code { return entry }
      slot = (slot + 1) & mask
    }
    return -1
  }
}
