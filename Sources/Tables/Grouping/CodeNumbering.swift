import Diagnostics
import Parallelism

/// Few codes of 32 bits numbered in the order of first occurrence, with how often and in which row first each was seen.
///
/// Rows are numbered in the same pass that finds the codes: each of a few ranges of rows by the codes that it has met,
/// then once more by those of all.
struct CodeNumbering: Sendable {
  private(set) var codes: [UInt64] = []
  private(set) var firstRows: [UInt32] = []
  private(set) var counts: [UInt32] = []
  /// A code above its number + 1; 0 is an empty slot.
  private var slots = [UInt64](repeating: 0, count: 1 << 12)
  private var shift = UInt64(64 - 12)

  static func suits(_ encoder: KeyEncoder) -> Bool { encoder.maximum < 0xffff_ffff }

  /// The codes of all rows, and each row's number; nil where there are more than 2¹⁶.
  static func numbered(_ encoder: KeyEncoder) throws(Diagnostic) -> (codes: CodeNumbering, numbers: [UInt16])? {
    let count = encoder.count
    let ranges = min(8, count / (1 << 17) + 1)
    let length = (count + ranges - 1) / ranges
    var found: [CodeNumbering?] = []
    var numbers = try fillArray(count: count, of: UInt16.self) { (numbers) throws(Diagnostic) in
      found = try mapChunks(of: count, grain: length) { (range) throws(Diagnostic) -> CodeNumbering? in
        try numbers.withRows(range) { (numbers) throws(Diagnostic) -> CodeNumbering? in
          var own = CodeNumbering()
          try encoder.forEachBlock(of: range) { (block, codes) in
            if own.codes.count <= 1 << 16 { own.add(codes, rows: block, numbers: &numbers, from: range.lowerBound) }
          }
          return own.codes.count <= 1 << 16 ? own : nil
        }
      }
    }
    guard let first = found.first, var all = first else { return nil }
    var maps: [[UInt16]] = [[]]
    for other in found.dropFirst() {
      guard let other else { return nil }
      try Cancellation.current.check()
      maps.append(all.merge(other))
    }
    guard all.codes.count <= 1 << 16 else { return nil }
    let numbersOfAll = maps
    try updateArray(&numbers, grain: length) { (rows, numbers) throws(Diagnostic) in
      let own = numbersOfAll[rows.lowerBound / length]
      if own.isEmpty { return }
      let map = own.span
      for index in numbers.indices { numbers[index] = map[Int(numbers[index])] }
    }
    return (all, numbers)
  }

  /// Numbers some rows.
  ///
  /// Known codes are looked up in a tight loop over a fixed table; the few new ones wait until it is done.
  private mutating func add(
    _ block: borrowing MutableSpan<UInt64>, rows: Range<Int>, numbers: inout MutableSpan<UInt16>, from first: Int
  ) {
    let unknown = Self.count(slots, &counts, block, count: rows.count, shift, &numbers, at: rows.lowerBound - first)
    for index in unknown {
      let number = number(of: block[index], count: 1, firstRow: UInt32(rows.lowerBound + index))
      numbers[rows.lowerBound - first + index] = UInt16(truncatingIfNeeded: number)
    }
  }

  /// Numbers the codes that were seen before; the places in the block of the others.
  private static func count(
    _ table: [UInt64], _ counts: inout [UInt32], _ block: borrowing MutableSpan<UInt64>, count: Int, _ shift: UInt64,
    _ numbers: inout MutableSpan<UInt16>, at start: Int
  ) -> [Int] {
    var unknown: [Int] = []
    let slots = table.span
    var counted = counts.mutableSpan
    let mask = slots.count - 1
    for index in 0..<count {
      let code = block[index]
      var slot = Int(truncatingIfNeeded: hashed(code) &>> shift)
      var word = slots[slot]
      while word &>> 32 != code, word != 0 {
        slot = (slot &+ 1) & mask
        word = slots[slot]
      }
      if word == 0 {
        unknown.append(index)
      } else {
        let number = Int(truncatingIfNeeded: word & 0xffff_ffff) &- 1
        counted[number] &+= 1
        numbers[start &+ index] = UInt16(truncatingIfNeeded: number)
      }
    }
    return unknown
  }

  /// Adds what another has of later rows; the numbers here of its codes.
  private mutating func merge(_ other: CodeNumbering) -> [UInt16] {
    other.codes.indices.map { index in
      UInt16(
        truncatingIfNeeded: number(of: other.codes[index], count: other.counts[index], firstRow: other.firstRows[index])
      )
    }
  }

  /// The number of a code that was seen so often more.
  private mutating func number(of code: UInt64, count: UInt32, firstRow: UInt32) -> Int {
    var slot = Int(truncatingIfNeeded: hashed(code) &>> shift)
    while slots[slot] != 0, slots[slot] &>> 32 != code { slot = (slot + 1) & (slots.count - 1) }
    if slots[slot] != 0 {
      let number = Int(truncatingIfNeeded: slots[slot] & 0xffff_ffff) - 1
      counts[number] &+= count
      return number
    }
    codes.append(code)
    counts.append(count)
    firstRows.append(firstRow)
    slots[slot] = code &<< 32 | UInt64(codes.count)
    // Small tables can afford to be sparse; large ones are fullest where they still fit the cache.
    let eighths = slots.count < 1 << 15 ? 3 : 5
    if codes.count * 8 > slots.count * eighths { grow() }
    return codes.count - 1
  }

  private mutating func grow() {
    shift -= 1
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    for (number, code) in codes.enumerated() {
      var slot = Int(truncatingIfNeeded: hashed(code) &>> shift)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = code &<< 32 | UInt64(number + 1)
    }
  }
}
