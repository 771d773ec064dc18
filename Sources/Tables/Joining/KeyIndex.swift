import Diagnostics
import Parallelism

/// Finds the right rows of a join by the code of their key.
///
/// A small range of codes addresses its entries directly; else distinct codes are hashed, in linear probing in a table
/// at most a quarter full, or half where it is large. The rows of an entry stand together, ascending.
struct KeyIndex: Sendable {
  /// Right rows, entry by entry.
  let rows: [UInt32]
  /// Rows beyond the first of their key.
  let repeatedRows: Int
  /// Entry + 1 of a slot, 0 of an empty one.
  private let slots: [UInt32]
  /// The code of every entry; empty where codes are addresses.
  private let codes: [UInt64]
  /// Where every entry's rows start, and the end of the last; empty where every entry has one row.
  private let starts: [UInt32]
  private let shift: UInt64

  private var isDirect: Bool { codes.isEmpty }

  /// Whether codes are addresses of their entries.
  static func isDirect(_ keys: JoinKeys) -> Bool {
    keys.maximum < UInt64(max(1 << 20, keys.rightCount * 8)) && keys.maximum < 1 << 28
  }

  /// Rows whose entries were found already: no code is looked up.
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
    // Every entry's start stands one place too late: it is moved on with each of its rows, and is its end at last.
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

  /// Where the rows of an entry stand in `rows`; empty of `missingRow`.
  @inline(__always) func positions(ofEntry entry: UInt32) -> Range<Int> {
    if entry == missingRow { return 0..<0 }
    return starts.isEmpty ? Int(entry)..<Int(entry) + 1 : Int(starts[Int(entry)])..<Int(starts[Int(entry) + 1])
  }

  /// The entry of a code, −1 where no right row has it.
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
