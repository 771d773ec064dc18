import Diagnostics
import Parallelism

/// Finds the right rows of a join by the code of their key.
///
/// A small range of codes addresses its entries directly; else distinct codes are hashed, in linear probing at most
/// a quarter full. The rows of an entry stand together, ascending.
struct KeyIndex: Sendable {
  /// Right rows, entry by entry.
  let rows: [UInt32]
  /// Rows beyond the first of their key.
  let repeatedRows: Int
  /// Entry + 1 of a slot, 0 of an empty one.
  private let slots: [UInt32]
  /// The code of every entry; empty where codes are addresses.
  private let codes: [UInt64]
  /// Where every entry's rows start, and the end of the last.
  private let starts: [UInt32]
  private let shift: UInt64

  private var isDirect: Bool { codes.isEmpty }

  init(_ keys: JoinKeys) throws(Diagnostic) {
    let count = keys.rightCount
    let isDirect = keys.maximum < UInt64(max(1 << 20, count * 8)) && keys.maximum < 1 << 28
    let slotBits = isDirect ? 0 : bitWidth(of: max(2, count * 4))
    var slots = [UInt32](repeating: 0, count: isDirect ? Int(keys.maximum) + 1 : 1 << slotBits)
    shift = UInt64(64 - slotBits)
    var codes: [UInt64] = []
    var counts: [UInt32] = []
    var entryOfRow = [UInt32](repeating: missingRow, count: count)
    let cancellation = Cancellation.current
    let mask = slots.count - 1
    let shift = self.shift
    for start in stride(from: 0, to: count, by: 1 << 18) {
      try cancellation.check()
      try keys.forEachRightBlock(of: start..<min(count, start + 1 << 18)) { (block, blockCodes) in
        for row in block {
          let code = blockCodes[row - block.lowerBound]
          if code == JoinKeys.noCode { continue }
          var slot = isDirect ? Int(code) : Int(truncatingIfNeeded: hashed(code) >> shift)
          if !isDirect {
            while slots[slot] != 0, codes[Int(slots[slot]) - 1] != code { slot = (slot + 1) & mask }
          }
          if slots[slot] == 0 {
            counts.append(0)
            if !isDirect { codes.append(code) }
            slots[slot] = UInt32(counts.count)
          }
          let entry = slots[slot] - 1
          counts[Int(entry)] += 1
          entryOfRow[row] = entry
        }
      }
    }
    var cursors: [UInt32] = []
    cursors.reserveCapacity(counts.count + 1)
    var end: UInt32 = 0
    for count in counts {
      cursors.append(end)
      end += count
    }
    starts = cursors + [end]
    var rows = [UInt32](repeating: 0, count: Int(end))
    try forEachStretch(of: count) { stretch in
      for row in stretch where entryOfRow[row] != missingRow {
        let entry = Int(entryOfRow[row])
        rows[Int(cursors[entry])] = UInt32(row)
        cursors[entry] += 1
      }
    }
    self.rows = rows
    repeatedRows = rows.count - counts.count
    self.slots = slots
    self.codes = isDirect ? [] : codes.isEmpty ? [JoinKeys.noCode] : codes
  }

  /// Whether some right row has the code.
  @inline(__always) func contains(_ code: UInt64) -> Bool { entry(of: code) >= 0 }

  var entryCount: Int { starts.count - 1 }

  /// Where the rows of an entry stand in `rows`; empty of `missingRow`.
  @inline(__always) func positions(ofEntry entry: UInt32) -> Range<Int> {
    entry == missingRow ? 0..<0 : Int(starts[Int(entry)])..<Int(starts[Int(entry) + 1])
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
