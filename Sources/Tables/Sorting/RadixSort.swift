import Diagnostics
import Parallelism

/// The rows in the order of their codes; rows with equal codes keep their order (stable).
///
/// - Complexity: O(rows · bits) on all cores; almost no memory beyond the result if the top bits divide the rows
///   evenly.
func sortedRows(_ encoder: KeyEncoder) throws(Diagnostic) -> [UInt32] {
  try sortedPositions(count: encoder.count, codeBits: encoder.bitWidth) { (rows, codes) in
    encoder.encode(rows, into: &codes)
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

/// The number of bits that hold the numbers `0..<count`; at least 1.
func bitWidth(of count: Int) -> Int { max(1, Int.bitWidth - max(0, count - 1).leadingZeroBitCount) }

/// Writes the codes of rows: the first row's into `codes[0]`.
typealias CodeReader = @Sendable (_ rows: CodedRows, _ codes: inout MutableSpan<UInt64>) -> Void

/// The positions `0..<count` in the order of their codes; stable.
///
/// Only the positions are partitioned, by the top bits of their codes, on all cores and directly into the result;
/// partitions fit the second-level cache. Then each partition reads its codes again and is sorted by the other bits. So
/// no array except the result is as long as the table.
func sortedPositions(count: Int, codeBits: Int, _ read: CodeReader) throws(Diagnostic) -> [UInt32] {
  try fillArray(count: count, scattered: true) { (positions) throws(Diagnostic) in
    try sort(.run(0..<count), codeBits: codeBits, read, into: positions, at: 0)
  }
}

/// A partition with more rows than this is partitioned again, on all cores.
let largePartition = 1 << 19

/// Sorts ascending rows by the low `codeBits` bits of their codes and writes them to `positions` from `start` on.
func sort(
  _ rows: CodedRows, codeBits: Int, _ read: CodeReader, into positions: DisjointRows<UInt32>, at start: Int
) throws(Diagnostic) {
  let count = rows.count
  if count <= 1 << 12 {
    return try positions.withRows(start..<start + count) { (positions) throws(Diagnostic) in
      for index in 0..<count { positions[index] = UInt32(truncatingIfNeeded: rows[index]) }
      sortPartition(&positions, codeBits: codeBits, read)
    }
  }
  // Partitions of about 16,000 rows.
  let partitionBits = min(codeBits, min(10, max(4, bitWidth(of: count) - 14)))
  let shift = UInt64(codeBits - partitionBits)
  let bounds = try radixPartition(rows, by: shift, partitionBits, read, into: positions, at: start)
  // If all bits are partition bits, nothing is left to sort.
  if shift == 0 { return }
  try forEachIndex(of: bounds.count - 1) { (partition) throws(Diagnostic) in
    let range = bounds[partition]..<bounds[partition + 1]
    if range.count > largePartition { return }
    try positions.withRows(range) { (positions) throws(Diagnostic) in
      sortPartition(&positions, codeBits: Int(shift), read)
    }
  }
  for (lower, upper) in zip(bounds, bounds.dropFirst()) where upper - lower > largePartition {
    let partitioned = try buildArray(count: upper - lower, grain: rowGrain, of: UInt32.self) {
      (range, partitioned) throws(Diagnostic) in
      for index in range { partitioned[index - range.lowerBound] = positions[lower + index] }
    }
    try sort(.list(partitioned[...]), codeBits: Int(shift), read, into: positions, at: lower)
  }
}

/// Partitions rows by some bits of their codes, in row order within each partition. Returns the start of every
/// partition, then the end.
///
/// Every chunk first counts its rows per partition. From the counts follows where each chunk writes, so that chunks
/// need no synchronisation.
private func radixPartition(
  _ rows: CodedRows, by shift: UInt64, _ partitionBits: Int, _ read: CodeReader,
  into positions: DisjointRows<UInt32>, at start: Int
) throws(Diagnostic) -> [Int] {
  let mask: UInt64 = 1 << UInt64(partitionBits) - 1
  let plan = try partitioningPlan(count: rows.count, partitions: 1 << partitionBits) { (block, codes) in
    read(rows[block], &codes)
  } by: {
    Int(truncatingIfNeeded: $0 &>> shift & mask)
  }
  try forEachChunk(of: rows.count, grain: partitioningGrain) { (range) throws(Diagnostic) in
    var cursors = plan.cursors[range.lowerBound / partitioningGrain]
    var codes = [UInt64](repeating: 0, count: codeBlock)
    for block in stride(from: range.lowerBound, to: range.upperBound, by: codeBlock) {
      let partitioned = rows[block..<min(range.upperBound, block + codeBlock)]
      var span = codes.mutableSpan
      read(partitioned, &span)
      var next = cursors.mutableSpan
      partitioned.forEach { index, row in
        let target = Int(truncatingIfNeeded: span[index] &>> shift & mask)
        positions.store(UInt32(truncatingIfNeeded: row), at: start + Int(next[target]))
        next[target] += 1
      }
    }
  }
  return plan.starts.map { start + $0 }
}

/// Sorts ascending rows by the low `codeBits` bits of their codes, in the cache and on this core.
///
/// A 64-bit word holds a code and the position of its row. If the code is too wide, its lowest bits are left out, and
/// rows that are equal without them are then sorted by whole codes.
private func sortPartition(_ rows: inout MutableSpan<UInt32>, codeBits: Int, _ read: CodeReader) {
  let count = rows.count
  if count < 2 || codeBits == 0 { return }
  let partitioned = (0..<count).map { rows[$0] }
  var codes = [UInt64](repeating: 0, count: count)
  var readCodes = codes.mutableSpan
  read(.list(partitioned[...]), &readCodes)
  let placeBits = UInt64(bitWidth(of: count))
  let left = max(0, codeBits + Int(placeBits) - 64)
  let mask: UInt64 = codeBits == 64 ? ~0 : 1 << UInt64(codeBits) - 1
  var words = left > 0 ? codes : []
  if left == 0 { swap(&words, &codes) }
  var filled = words.mutableSpan
  for place in 0..<count {
    filled[place] = ((filled[place] & mask) &>> UInt64(left)) &<< placeBits | UInt64(place)
  }
  sortWords(&words, from: Int(placeBits), bits: codeBits - left)
  let placeMask: UInt64 = 1 << placeBits - 1
  if left > 0 {
    var places = words.map { Int(truncatingIfNeeded: $0 & placeMask) }
    var start = 0
    for end in 1...count where end == count || words[end] >> placeBits != words[start] >> placeBits {
      if end - start > 1 { places[start..<end].sort { (codes[$0] & mask, $0) < (codes[$1] & mask, $1) } }
      start = end
    }
    for index in 0..<count { rows[index] = partitioned[places[index]] }
    return
  }
  let sorted = words.span
  for index in 0..<count { rows[index] = partitioned[Int(truncatingIfNeeded: sorted[index] & placeMask)] }
}

/// Rows per chunk when partitioning: enough to make the table of counts per chunk worth its cost.
let partitioningGrain = 1 << partitioningGrainBits
let partitioningGrainBits = 18

/// Where every chunk writes its rows of each partition, and the start of every partition, then the total count.
@inline(__always)
func partitioningPlan(
  count: Int, partitions: Int, grain: Int = partitioningGrain,
  _ read: @Sendable (_ rows: Range<Int>, _ codes: inout MutableSpan<UInt64>) -> Void,
  by partition: @Sendable (UInt64) -> Int
) throws(Diagnostic) -> (cursors: [[UInt32]], starts: [Int]) {
  var cursors = try mapChunks(of: count, grain: grain) { (range) throws(Diagnostic) in
    var counts = [UInt32](repeating: 0, count: partitions)
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
      cursors[chunk][target] = UInt32(truncatingIfNeeded: next)
      next += Int(own)
    }
  }
  starts.append(next)
  return (cursors, starts)
}

/// Sorts words by `bits` bits from bit `low` on; stable radix sort, least significant digit first.
func sortWords(_ words: inout [UInt64], from low: Int, bits: Int) {
  let count = words.count
  if count < 2 { return }
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
    do {
      var target = scratch.mutableSpan
      var cursors = counts.mutableSpan
      sortByDigit(words.span, &target, &cursors) { Int(truncatingIfNeeded: $0 &>> shift & mask) }
    }
    swap(&words, &scratch)
  }
}

/// One pass of the radix sort: a stable counting sort by one digit.
@inline(__always)
private func sortByDigit(
  _ words: Span<UInt64>, _ sorted: inout MutableSpan<UInt64>, _ cursors: inout MutableSpan<Int>,
  _ digit: (UInt64) -> Int
) {
  for each in cursors.indices { cursors[each] = 0 }
  for index in words.indices { cursors[digit(words[index])] += 1 }
  var next = 0
  for each in cursors.indices {
    let own = cursors[each]
    cursors[each] = next
    next += own
  }
  for index in words.indices {
    let word = words[index]
    let target = digit(word)
    sorted[cursors[target]] = word
    cursors[target] += 1
  }
}

/// Compares whole words: the position in the low bits keeps equal codes in order.
private func insertionSort(_ words: inout [UInt64]) {
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
