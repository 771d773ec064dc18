import Diagnostics
import Parallelism

/// The positions of the distinct values of every slice in first-occurrence order, and the start of each slice's
/// positions.
func distinctPositions(
  _ column: Column, _ slices: GroupSlices
) throws(Diagnostic) -> (positions: [UInt32], offsets: [Int]) {
  if slices.count == 1 {
    let start = slices.offsets[0]
    let part = column[start..<slices.offsets[1]]
    let first = try KeyEncoder(identityOf: [part], count: part.count).edgeRows()
    return (first.map { $0 + UInt32(start) }, [0, first.count])
  }
  let codes = try KeyEncoder(identityOf: [column], count: column.count).allCodes()
  let offsets = slices.offsets
  let chunks = try slices.mapSliceChunks { (chunk) throws(Diagnostic) in
    var positions: [UInt32] = []
    positions.reserveCapacity(offsets[chunk.upperBound] - offsets[chunk.lowerBound])
    var counts: [UInt32] = []
    counts.reserveCapacity(chunk.count)
    var seen = SmallSet()
    for slice in chunk {
      let before = positions.count
      let range = offsets[slice]..<offsets[slice + 1]
      if range.count > hugeSlice {
        let first = try KeyEncoder(identityOf: [column[range]], count: range.count).edgeRows()
        positions += first.map { $0 + UInt32(range.lowerBound) }
        counts.append(UInt32(first.count))
        continue
      }
      seen.forEachNew(of: codes.span, in: range) { positions.append(UInt32($0)) }
      counts.append(UInt32(positions.count - before))
    }
    return (positions, counts)
  }
  var ends = [0]
  ends.reserveCapacity(slices.count + 1)
  for chunk in chunks { for count in chunk.1 { ends.append((ends.last ?? 0) + Int(count)) } }
  let starts = chunks.reduce(into: [0]) { starts, chunk in starts.append((starts.last ?? 0) + chunk.0.count) }
  let positions = try fillArray(count: ends.last ?? 0, of: UInt32.self) { (all) throws(Diagnostic) in
    try forEachIndex(of: chunks.count) { (chunk) throws(Diagnostic) in
      let own = chunks[chunk].0
      try all.withRows(starts[chunk]..<starts[chunk + 1]) { (all) throws(Diagnostic) in
        for index in own.indices { all[index] = own[index] }
      }
    }
  }
  return (positions, ends)
}

/// The number of distinct values in every slice; null counts as a value.
func distinctCounts(_ column: Column, _ slices: GroupSlices) throws(Diagnostic) -> [UInt32] {
  if slices.count == 1 {
    let part = column[slices.offsets[0]..<slices.offsets[1]]
    return [UInt32(try distinctCount(of: [part], count: part.count))]
  }
  let encoder = try KeyEncoder(identityOf: [column], count: column.count)
  let codes = try encoder.allCodes()
  let offsets = slices.offsets
  return try slices.mapSliceChunks { (chunk) throws(Diagnostic) in
    var seen = SmallSet()
    var counter = CodeCounter(maximum: encoder.maximum)
    return try chunk.map { (slice) throws(Diagnostic) in
      let range = offsets[slice]..<offsets[slice + 1]
      if range.count > hugeSlice { return UInt32(try distinctCount(of: [column[range]], count: range.count)) }
      if range.count > 24, let known = counter.distinctCount(codes.span.extracting(range)) { return known }
      var count: UInt32 = 0
      seen.forEachNew(of: codes.span, in: range) { _ in count += 1 }
      return count
    }
  }.flatMap { $0 }
}

/// Counts the distinct codes of one slice after the other: in a hash table of the codes themselves, or, where a slice is
/// long and codes are small, by a bit for each code.
private struct CodeCounter {
  let maximum: UInt64
  private var slots: [UInt64] = []

  init(maximum: UInt64) { self.maximum = maximum }

  /// nil where the code of an empty slot occurs.
  mutating func distinctCount(_ codes: Span<UInt64>) -> UInt32? {
    if maximum / 256 < UInt64(codes.count) { return countedByBits(codes) }
    return maximum == .max ? nil : countedByTable(codes)
  }

  private mutating func countedByBits(_ codes: Span<UInt64>) -> UInt32 {
    let words = Int(maximum / 64) + 1
    clear(words, to: 0)
    var bits = slots.mutableSpan
    var count: UInt32 = 0
    for index in codes.indices {
      let code = codes[index]
      let word = bits[Int(truncatingIfNeeded: code &>> 6)]
      // Whether a code is new is a toss-up: written without a branch.
      count &+= UInt32(truncatingIfNeeded: ~word &>> (code & 63) & 1)
      bits[Int(truncatingIfNeeded: code &>> 6)] = word | 1 &<< (code & 63)
    }
    return count
  }

  private mutating func countedByTable(_ codes: Span<UInt64>) -> UInt32 {
    let width = bitWidth(of: codes.count * 2)
    clear(1 << width, to: .max)
    var slots = slots.mutableSpan
    let (shift, mask) = (UInt64(64 - width), 1 << width - 1)
    var count: UInt32 = 0
    for index in codes.indices {
      let code = codes[index]
      var slot = Int(truncatingIfNeeded: hashed(code) &>> shift)
      var found = slots[slot]
      while found != code, found != .max {
        slot = (slot &+ 1) & mask
        found = slots[slot]
      }
      count &+= found == .max ? 1 : 0
      slots[slot] = code
    }
    return count
  }

  private mutating func clear(_ count: Int, to word: UInt64) {
    if slots.count < count { slots = [UInt64](repeating: word, count: count) }
    var all = slots.mutableSpan
    for slot in 0..<count { all[slot] = word }
  }
}

/// Longer slices are processed like a whole table, by kernels that run on all cores and check for cancellation.
let hugeSlice = 1 << 18

/// Finds the distinct codes of one slice: by pairwise comparison up to 24 rows, else with a hash table.
struct SmallSet {
  private var slots: [UInt32] = []

  /// Calls `body` with every position of `range` whose code does not occur earlier in `range`.
  @inline(__always)
  mutating func forEachNew(of codes: borrowing Span<UInt64>, in range: Range<Int>, _ body: (Int) -> Void) {
    if range.count <= 24 {
      for position in range {
        let code = codes[position]
        var isNew = true
        for earlier in range.lowerBound..<position where codes[earlier] == code { isNew = false }
        if isNew { body(position) }
      }
      return
    }
    let bits = bitWidth(of: range.count * 2)
    clear(slots: 1 << bits)
    let shift = UInt64(64 - bits)
    let mask = 1 << bits - 1
    for position in range {
      let code = codes[position]
      var slot = Int(truncatingIfNeeded: hashed(code) >> shift)
      while slots[slot] != 0, codes[range.lowerBound + Int(slots[slot]) - 1] != code { slot = (slot + 1) & mask }
      if slots[slot] == 0 {
        slots[slot] = UInt32(position - range.lowerBound) + 1
        body(position)
      }
    }
  }

  private mutating func clear(slots count: Int) {
    if slots.count < count {
      slots = [UInt32](repeating: 0, count: count)
    } else {
      for slot in 0..<count { slots[slot] = 0 }
    }
  }
}

/// The position of the most frequent value, the least one if several are equally frequent; the values have no nulls.
private func mode(of values: Column, in range: Range<Int>) throws(Diagnostic) -> UInt32 {
  let encoder = try KeyEncoder([SortKey(values[range])], count: range.count)
  guard let code = try encoder.mostFrequentCode(), let row = try encoder.firstRow(of: code) else { return missingRow }
  return UInt32(range.lowerBound + row)
}

/// The most frequent value of every slice, ignoring nulls; the least one if several are equally frequent.
func modes(_ column: Column, _ slices: GroupSlices) throws(Diagnostic) -> Column {
  let (values, slices) = try withoutNulls(column, slices)
  let offsets = slices.offsets
  if slices.count == 1 { return try gather(values, rows: [try mode(of: values, in: offsets[0]..<offsets[1])]) }
  let codes = try KeyEncoder([SortKey(values)], count: values.count).allCodes()
  let positions = try slices.mapSliceChunks { (chunk) throws(Diagnostic) in
    try chunk.map { (slice) throws(Diagnostic) -> UInt32 in
      let range = offsets[slice]..<offsets[slice + 1]
      if range.count > hugeSlice { return try mode(of: values, in: range) }
      let sorted = codes[range].sorted()
      var best: (code: UInt64, length: Int) = (0, 0)
      var start = 0
      for index in sorted.indices {
        if sorted[index] != sorted[start] { start = index }
        if index - start + 1 > best.length { best = (sorted[index], index - start + 1) }
      }
      return codes[range].firstIndex(of: best.code).map { UInt32($0) } ?? missingRow
    }
  }.flatMap { $0 }
  return try gather(values, rows: positions)
}
