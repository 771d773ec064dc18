import Diagnostics
import Parallelism

/// Row numbers in the order of their codes, equal codes in the order of rows.
///
/// A code and its row number share a 64-bit word. Words are dealt out by their top bits to partitions that fit the
/// second-level cache, in parallel, and each partition is sorted there by its remaining bits, digit by digit. A code
/// too wide to share a word with a row number is sorted half by half, the low half first.
///
/// - Complexity: O(rows · bits) on all cores; two words a row.
func sortedRows(_ encoder: KeyEncoder) throws(Diagnostic) -> [UInt32] {
  let rowBits = bitWidth(of: encoder.count)
  if encoder.bitWidth + rowBits <= 64 {
    return try sortedPositions(count: encoder.count, codeBits: encoder.bitWidth) { (rows, codes) in
      encoder.encode(rows, into: &codes)
    }
  }
  let codes = try encoder.allCodes()
  let byLowHalf = try sortedPositions(count: codes.count, codeBits: 32) { (rows, low) in
    for row in rows { low[row - rows.lowerBound] = codes[row] & 0xffff_ffff }
  }
  let positions = try sortedPositions(count: codes.count, codeBits: 32) { (rows, high) in
    for row in rows { high[row - rows.lowerBound] = codes[Int(byLowHalf[row])] >> 32 }
  }
  return try buildArray(count: positions.count, grain: rowGrain) { (range, rows) throws(Diagnostic) in
    for index in range { rows[index - range.lowerBound] = byLowHalf[Int(positions[index])] }
  }
}

/// The dense rank of every row's code, from 0.
func denseRanks(_ encoder: KeyEncoder) throws(Diagnostic) -> [UInt32] {
  let codes = try encoder.allCodes()
  let order = try sortedRows(encoder)
  let starts = try mapChunks(of: order.count, grain: rowGrain) { (range) throws(Diagnostic) in
    var steps: UInt32 = 0
    for position in range where position > 0 && codes[Int(order[position])] != codes[Int(order[position - 1])] {
      steps += 1
    }
    return steps
  }
  var ranksBefore: [UInt32] = [0]
  for steps in starts { ranksBefore.append((ranksBefore.last ?? 0) + steps) }
  let before = ranksBefore
  return try fillArray(count: order.count) { (ranks) throws(Diagnostic) in
    try forEachChunk(of: order.count, grain: rowGrain) { (range) throws(Diagnostic) in
      var rank = before[range.lowerBound / rowGrain]
      for position in range {
        let row = Int(order[position])
        if position > 0, codes[row] != codes[Int(order[position - 1])] { rank += 1 }
        ranks.store(rank, at: row)
      }
    }
  }
}

/// The bits that hold `0..<count`.
func bitWidth(of count: Int) -> Int { max(1, Int.bitWidth - max(0, count - 1).leadingZeroBitCount) }

/// Writes codes of some positions: position `range.lowerBound` into `codes[0]`.
typealias CodeReader = @Sendable (_ range: Range<Int>, _ codes: inout MutableSpan<UInt64>) -> Void

/// The positions `0..<count` in the order of their codes, equal codes in the order of positions.
func sortedPositions(count: Int, codeBits: Int, _ read: CodeReader) throws(Diagnostic) -> [UInt32] {
  let positionBits = bitWidth(of: count)
  if count <= 1 << 12 { return sortedPositionsOnTheSpot(count, positionBits, read) }
  // Partitions of some 16k words: 128 KB, twice that with the scratch of a pass.
  let partitionBits = min(codeBits, min(10, max(4, positionBits - 14)))
  let shift = UInt64(codeBits - partitionBits)
  if shift == 0 {
    // Nothing is left to sort: positions are dealt out themselves.
    return try dealt(count: count, partitions: 1 << partitionBits, read) {
      Int(truncatingIfNeeded: $0)
    } word: { _, position in
      UInt32(truncatingIfNeeded: position)
    }.words
  }
  var (words, starts) = try dealt(count: count, partitions: 1 << partitionBits, read) {
    Int(truncatingIfNeeded: $0 >> shift)
  } word: { code, position in
    (code & (1 << shift - 1)) << UInt64(positionBits) | UInt64(position)
  }
  let positionMask: UInt64 = 1 << UInt64(positionBits) - 1
  return try fillArray(count: count) { (positions) throws(Diagnostic) in
    let large = starts.indices.dropLast().filter { starts[$0 + 1] - starts[$0] > 1 << 21 }
    let bounds = starts
    try withDisjointRows(of: &words) { (words) throws(Diagnostic) in
      try forEachIndex(of: bounds.count - 1) { (partition) throws(Diagnostic) in
        let range = bounds[partition]..<bounds[partition + 1]
        if range.count > 1 << 21 { return }
        try words.withRows(range) { (words) throws(Diagnostic) in
          sortWords(&words, from: positionBits, bits: Int(shift))
          try positions.withRows(range) { (positions) throws(Diagnostic) in
            for index in 0..<range.count { positions[index] = UInt32(truncatingIfNeeded: words[index] & positionMask) }
          }
        }
      }
      // What the top bits could not divide is divided by the next ones, again on all cores.
      for partition in large {
        let range = bounds[partition]..<bounds[partition + 1]
        let order = try sortedPositions(count: range.count, codeBits: Int(shift)) { (rows, codes) in
          for row in rows { codes[row - rows.lowerBound] = words[range.lowerBound + row] >> UInt64(positionBits) }
        }
        try forEachChunk(of: range.count, grain: rowGrain) { (chunk) throws(Diagnostic) in
          for index in chunk {
            let word = words[range.lowerBound + Int(order[index])]
            positions.store(UInt32(truncatingIfNeeded: word & positionMask), at: range.lowerBound + index)
          }
        }
      }
    }
  }
}

private func sortedPositionsOnTheSpot(_ count: Int, _ positionBits: Int, _ read: CodeReader) -> [UInt32] {
  var codes = [UInt64](repeating: 0, count: count)
  var span = codes.mutableSpan
  read(0..<count, &span)
  var words = codes.indices.map { codes[$0] << UInt64(positionBits) | UInt64($0) }
  words.sort()
  let mask: UInt64 = 1 << UInt64(positionBits) - 1
  return words.map { UInt32(truncatingIfNeeded: $0 & mask) }
}

/// Deals codes out to partitions, in the order of positions within each, as words; on all cores.
///
/// Every chunk counts first what it has for each partition, so that all know where to write without asking.
@inline(__always)
private func dealt<Word: BitwiseCopyable & Sendable>(
  count: Int, partitions: Int, _ read: CodeReader, by partition: @Sendable (UInt64) -> Int,
  word: @Sendable (UInt64, Int) -> Word
) throws(Diagnostic) -> (words: [Word], starts: [Int]) {
  let (cursors, starts) = try dealingPlan(count: count, partitions: partitions, read, by: partition)
  let words = try fillArray(count: count, of: Word.self) { (words) throws(Diagnostic) in
    try forEachChunk(of: count, grain: dealGrain) { (range) throws(Diagnostic) in
      var cursors = cursors[range.lowerBound / dealGrain]
      var codes = [UInt64](repeating: 0, count: codeBlock)
      for start in stride(from: range.lowerBound, to: range.upperBound, by: codeBlock) {
        let block = start..<min(range.upperBound, start + codeBlock)
        var span = codes.mutableSpan
        read(block, &span)
        var next = cursors.mutableSpan
        for index in 0..<block.count {
          let target = partition(span[index])
          words.store(word(span[index], start + index), at: next[target])
          next[target] += 1
        }
      }
    }
  }
  return (words, starts)
}

/// How many rows a chunk deals out: enough to make its table of counts worth it.
let dealGrain = 1 << dealGrainBits
let dealGrainBits = 18

/// Where every chunk writes its rows of every partition, and where the partitions start.
@inline(__always)
func dealingPlan(
  count: Int, partitions: Int, _ read: CodeReader, by partition: @Sendable (UInt64) -> Int
) throws(Diagnostic) -> (cursors: [[Int]], starts: [Int]) {
  var cursors = try mapChunks(of: count, grain: dealGrain) { (range) throws(Diagnostic) in
    var counts = [Int](repeating: 0, count: partitions)
    var codes = [UInt64](repeating: 0, count: codeBlock)
    for start in stride(from: range.lowerBound, to: range.upperBound, by: codeBlock) {
      let block = start..<min(range.upperBound, start + codeBlock)
      var span = codes.mutableSpan
      read(block, &span)
      var counted = counts.mutableSpan
      for index in 0..<block.count { counted[partition(span[index])] += 1 }
    }
    return counts
  }
  var starts: [Int] = []
  starts.reserveCapacity(partitions + 1)
  var next = 0
  for target in 0..<partitions {
    starts.append(next)
    for chunk in cursors.indices {
      let own = cursors[chunk][target]
      cursors[chunk][target] = next
      next += own
    }
  }
  starts.append(next)
  return (cursors, starts)
}

/// Sorts words by `bits` bits above bit `low`, keeping the order of equal ones; least significant digit first.
func sortWords(_ words: inout MutableSpan<UInt64>, from low: Int, bits: Int) {
  let count = words.count
  if count < 2 || bits == 0 { return }
  if count <= 48 {
    insertionSort(&words)
    return
  }
  let passes = (bits + 7) / 8
  let digitBits = (bits + passes - 1) / passes
  let mask: UInt64 = 1 << UInt64(digitBits) - 1
  var scratch = [UInt64](repeating: 0, count: count)
  var counts = [Int](repeating: 0, count: 1 << digitBits)
  for pass in 0..<passes {
    let shift = UInt64(low + pass * digitBits)
    var other = scratch.mutableSpan
    var cursors = counts.mutableSpan
    for digit in cursors.indices { cursors[digit] = 0 }
    for index in 0..<count { cursors[Int(words[index] >> shift & mask)] += 1 }
    var next = 0
    for digit in cursors.indices {
      let own = cursors[digit]
      cursors[digit] = next
      next += own
    }
    for index in 0..<count {
      let word = words[index]
      let digit = Int(word >> shift & mask)
      other[cursors[digit]] = word
      cursors[digit] += 1
    }
    for index in 0..<count { words[index] = other[index] }
  }
}

/// Words compare whole: the position in the low bits keeps equal codes in order.
private func insertionSort(_ words: inout MutableSpan<UInt64>) {
  for index in 1..<words.count {
    let word = words[index]
    var place = index
    while place > 0, words[place - 1] > word {
      words[place] = words[place - 1]
      place -= 1
    }
    words[place] = word
  }
}
