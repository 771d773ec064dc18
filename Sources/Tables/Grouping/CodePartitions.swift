import Diagnostics
import Parallelism

/// Rows radix-partitioned by the hash of their codes into partitions that fit the second-level cache, in row order
/// within each.
///
/// The hash is a bijection, so that what of it did not choose the partition still tells codes apart, in so many bits
/// fewer. A row's word is that remainder above the row's offset in its range of rows; where ranges stand in a
/// partition is known. Where both do not fit 64 bits, a companion array holds the rows.
struct CodePartitions<Word: PartitionedWord>: Sendable {
  /// Partition by partition; after `group(mapsRows: true)` the number of the row's group instead of the remainder.
  private var words: [Word]
  private let layout: PartitionLayout

  var count: Int { layout.count }
  var rangeCount: Int { layout.rangeCount }
  /// How many rows a range has; the last may have fewer.
  var rangeLength: Int { 1 << layout.partitioning.rangeBits }

  /// - Precondition: words of `partitioning` fit the type.
  init(_ encoder: KeyEncoder, _ partitioning: RadixPartitioning) throws(Diagnostic) {
    let count = encoder.count
    let (offsetBits, grain) = (partitioning.offsetBits, 1 << partitioning.rangeBits)
    let hash = BijectiveHash(bits: encoder.bitWidth)
    let shift = UInt64(partitioning.remainderBits)
    let plan = try partitioningPlan(count: count, partitions: 1 << partitioning.partitionBits, grain: grain) {
      (rows, codes) in
      encoder.encode(rows, into: &codes)
    } by: {
      Int(truncatingIfNeeded: hash($0) >> shift)
    }
    var rows: [UInt32] = []
    words = try fillArray(count: count, scattered: true) { (words) throws(Diagnostic) in
      rows = try fillArray(count: partitioning.hasCompanionRows ? count : 0, scattered: true) {
        (rows) throws(Diagnostic) in
        try forEachChunk(of: count, grain: grain) { (range) throws(Diagnostic) in
          var cursors = plan.cursors[range.lowerBound >> partitioning.rangeBits]
          let mask: UInt64 = 1 << shift - 1
          try encoder.forEachBlock(of: range) { (block, codes) in
            var next = cursors.mutableSpan
            for index in 0..<block.count {
              let hashed = hash(codes[index])
              let target = Int(truncatingIfNeeded: hashed &>> shift)
              let position = Int(next[target])
              let row = block.lowerBound + index
              let word = (hashed & mask) &<< UInt64(offsetBits) | UInt64(offsetBits == 0 ? 0 : row - range.lowerBound)
              words.store(Word(truncatingIfNeeded: word), at: position)
              if partitioning.hasCompanionRows { rows.store(UInt32(truncatingIfNeeded: row), at: position) }
              next[target] &+= 1
            }
          }
        }
      }
    }
    layout = PartitionLayout(rows: rows, starts: plan.starts, cursors: plan.cursors, partitioning: partitioning)
  }

  /// Finds the groups of every partition; with `mapsRows` every word holds the number of its group there.
  mutating func group(
    mapsRows: Bool, finding parts: PartitionGroups.Parts
  ) throws(Diagnostic) -> [PartitionGroups] {
    let layout = self.layout
    return try withDisjointRows(of: &words) { (words) throws(Diagnostic) in
      try mapIndices(of: layout.count) { (partition) throws(Diagnostic) in
        try words.withRows(layout.starts[partition]..<layout.starts[partition + 1]) { (words) throws(Diagnostic) in
          layout.grouped(&words, of: partition, mapsRows: mapsRows, finding: parts)
        }
      }
    }
  }

  /// The code that most rows have, the least of several.
  ///
  /// - Precondition: rows were left out of the words.
  mutating func mostFrequentCode() throws(Diagnostic) -> UInt64? {
    let layout = self.layout
    let found = try withDisjointRows(of: &words) { (words) throws(Diagnostic) in
      try mapIndices(of: layout.count) { (partition) throws(Diagnostic) in
        try words.readRows(layout.starts[partition]..<layout.starts[partition + 1]) { (words) in
          layout.mostFrequent(words, of: partition)
        }
      }
    }
    let best = found.max { $0.count < $1.count || ($0.count == $1.count && $0.code > $1.code) }
    return best.flatMap { $0.count == 0 ? nil : $0.code }
  }

  /// Frees the rows: only the groups that were found are needed.
  ///
  /// Where all that comes next takes less than half of their memory, it would be made elsewhere, and their pages go back.
  mutating func forget(groupCount: Int) {
    if words.count >= 1 << 22, words.count * MemoryLayout<Word>.size > 2 * 8 * groupCount { giveBackPages(of: words) }
    words = []
  }

  /// Calls `body` with every row of a partition and the number of its group there.
  ///
  /// - Precondition: the rows were mapped.
  @inline(__always)
  func forEachRow(of partition: Int, _ body: (_ row: Int, _ group: Int) -> Void) {
    let offsetBits = layout.partitioning.offsetBits
    let rangeBits = layout.partitioning.rangeBits
    let offsetMask: Word = 1 << Word(offsetBits) - 1
    for range in 0..<rangeCount {
      for position in layout.positions(of: range, in: partition) {
        let word = words[position]
        let row =
          offsetBits == 0
          ? Int(layout.rows[position]) : range << rangeBits + Int(truncatingIfNeeded: word & offsetMask)
        body(row, Int(truncatingIfNeeded: word >> Word(offsetBits)))
      }
    }
  }
}

/// The word of a row in its partition: 32 bits or 64.
typealias PartitionedWord = FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable

/// How many partitions there are, and what a row's word is made of.
struct RadixPartitioning: Sendable {
  let codeBits: Int
  let partitionBits: Int
  let remainderBits: Int
  /// The rows that one thread partitions at once; offsets count from the first of them.
  let rangeBits: Int
  /// 0 where remainders leave no bits for offsets.
  let offsetBits: Int
  /// Whether row numbers stand in a companion array, since words have no bits for offsets.
  let hasCompanionRows: Bool

  /// Words have 32 bits where shorter ranges, or one more bit of partitions, make that do: keys of 28 bits at most.
  init(_ encoder: KeyEncoder) {
    let codeBits = encoder.bitWidth
    let usual = min(codeBits, min(10, max(1, bitWidth(of: encoder.count) - 14)))
    let leastRangeBits = 15
    let narrowing = max(0, codeBits - usual - (32 - leastRangeBits))
    partitionBits = usual == 10 && narrowing == 1 ? 11 : usual
    remainderBits = codeBits - partitionBits
    let narrow = 32 - remainderBits
    rangeBits = narrow >= leastRangeBits ? min(partitioningGrainBits, narrow) : partitioningGrainBits
    offsetBits = remainderBits + rangeBits <= 64 ? rangeBits : 0
    hasCompanionRows = offsetBits == 0
    self.codeBits = codeBits
  }

  /// Of codes alone, whose rows nobody asks for.
  init(codesOf encoder: KeyEncoder) {
    codeBits = encoder.bitWidth
    partitionBits = min(codeBits, min(10, max(1, Tables.bitWidth(of: encoder.count) - 14)))
    remainderBits = codeBits - partitionBits
    rangeBits = partitioningGrainBits
    offsetBits = 0
    hasCompanionRows = false
  }

  /// A remainder and its offset fit 32 bits, and one more than the greatest remainder does.
  var isNarrow: Bool { !hasCompanionRows && remainderBits + max(1, offsetBits) <= 32 }
}

/// The groups of one partition in order of first occurrence.
struct PartitionGroups: Sendable {
  /// What is to be known of them.
  struct Parts: OptionSet {
    let rawValue: Int

    static let firstRows = Parts(rawValue: 1)
    static let lastRows = Parts(rawValue: 2)
    static let counts = Parts(rawValue: 4)
  }

  /// Each of these is empty where it was not asked for.
  let firstRows: [UInt32]
  let lastRows: [UInt32]
  let counts: [UInt32]
  /// How many groups had occurred by the end of every range.
  let ends: [Int]

  /// The groups whose first row is in a range.
  func firstOccurring(in range: Int) -> Range<Int> { (range == 0 ? 0 : ends[range - 1])..<ends[range] }
}

/// Where the words of every partition stand.
private struct PartitionLayout: Sendable {
  /// The row of every word, empty where words hold offsets.
  let rows: [UInt32]
  /// Where every partition starts, and the count.
  let starts: [Int]
  /// Where every range starts in each partition.
  let cursors: [[UInt32]]
  let partitioning: RadixPartitioning

  var count: Int { starts.count - 1 }
  var rangeCount: Int { cursors.count }

  /// The positions in a partition of the rows of a range.
  func positions(of range: Int, in partition: Int) -> Range<Int> {
    let end = range + 1 < cursors.count ? Int(cursors[range + 1][partition]) : starts[partition + 1]
    return Int(cursors[range][partition])..<end
  }

  /// The capacity for the groups of a partition that has no more than twice the average of rows.
  private var usualCapacity: Int { (starts[starts.count - 1] >> partitioning.partitionBits) * 2 + 1 }

  /// Groups the rows of one partition.
  func grouped<Word: PartitionedWord>(
    _ words: inout MutableSpan<Word>, of partition: Int, mapsRows: Bool, finding parts: PartitionGroups.Parts
  ) -> PartitionGroups {
    let offsetBits = Word(partitioning.offsetBits)
    let offsetMask: Word = 1 << offsetBits - 1
    let (findsLast, countsRows) = (parts.contains(.lastRows), parts.contains(.counts))
    let hasCompanionRows = partitioning.hasCompanionRows
    var table = GroupTable(remainderBits: partitioning.remainderBits, capacity: min(words.count, usualCapacity))
    // The remainder + 1 of a slot, 0 of an empty one: no remainder has all bits.
    var remainders = [Word](repeating: 0, count: table.slotCount)
    var groups = [UInt32](repeating: 0, count: table.slotCount)
    var firstRows = [UInt32](repeating: 0, count: table.places)
    var lastRows = [UInt32](repeating: 0, count: findsLast ? table.places : 0)
    var counts = [UInt32](repeating: 0, count: countsRows ? table.places : 0)
    var ends: [Int] = []
    ends.reserveCapacity(rangeCount)
    var count = 0
    let start = starts[partition]
    for range in 0..<rangeCount {
      let positions = positions(of: range, in: partition)
      // As many of its rows as there are could be new.
      if table.reserve(count + positions.count, &remainders, &groups) {
        table.lengthen(&firstRows)
        if findsLast { table.lengthen(&lastRows) }
        if countsRows { table.lengthen(&counts) }
      }
      var slots = remainders.mutableSpan
      var groupOfSlot = groups.mutableSpan
      var firsts = firstRows.mutableSpan
      var lasts = lastRows.mutableSpan
      var sizes = counts.mutableSpan
      let firstRow = UInt32(truncatingIfNeeded: range << partitioning.rangeBits)
      for index in positions.lowerBound - start..<positions.upperBound - start {
        let word = words[index]
        let (group, isNew) = table.group(of: word &>> offsetBits + 1, next: count, &slots, &groupOfSlot)
        let row = hasCompanionRows ? rows[start + index] : firstRow &+ UInt32(truncatingIfNeeded: word & offsetMask)
        firsts[count] = row
        if findsLast { lasts[Int(group)] = row }
        count &+= isNew ? 1 : 0
        if countsRows { sizes[Int(group)] += 1 }
        if mapsRows { words[index] = Word(truncatingIfNeeded: group) &<< offsetBits | word & offsetMask }
      }
      ends.append(count)
    }
    return PartitionGroups(
      firstRows: parts.contains(.firstRows) ? Array(firstRows[..<count]) : [],
      lastRows: findsLast ? Array(lastRows[..<count]) : [],
      counts: countsRows ? Array(counts[..<count]) : [], ends: ends)
  }

  /// The greatest number of rows with equal codes in one partition, and the least such code.
  func mostFrequent<Word: PartitionedWord>(_ words: Span<Word>, of partition: Int) -> (count: UInt32, code: UInt64) {
    var table = GroupTable(remainderBits: partitioning.remainderBits, capacity: min(words.count, usualCapacity))
    var remainders = [Word](repeating: 0, count: table.slotCount)
    var groups = [UInt32](repeating: 0, count: table.slotCount)
    var counts = [UInt32](repeating: 0, count: table.places)
    var count = 0
    for first in stride(from: 0, to: words.count, by: 1 << 12) {
      let block = first..<min(words.count, first + 1 << 12)
      if table.reserve(count + block.count, &remainders, &groups) { table.lengthen(&counts) }
      var slots = remainders.mutableSpan
      var groupOfSlot = groups.mutableSpan
      var sizes = counts.mutableSpan
      for index in block {
        let (group, isNew) = table.group(of: words[index] + 1, next: count, &slots, &groupOfSlot)
        count &+= isNew ? 1 : 0
        sizes[Int(group)] += 1
      }
    }
    let hash = BijectiveHash(bits: partitioning.codeBits)
    var best: (count: UInt32, code: UInt64) = (0, .max)
    for slot in remainders.indices where remainders[slot] != 0 {
      let size = counts[Int(groups[slot])]
      if size < best.count { continue }
      let remainder = UInt64(remainders[slot] - 1)
      let code = hash.inverse(UInt64(partition) << UInt64(partitioning.remainderBits) | remainder)
      if size > best.count || code < best.code { best = (size, code) }
    }
    return best
  }
}

/// A permutation of the numbers of some bits that spreads neighbouring ones evenly over the high bits: the product with
/// 2^bits divided by the golden ratio, made odd.
///
/// - Source: Knuth, *The Art of Computer Programming* 3, §6.4 (Fibonacci hashing).
private struct BijectiveHash: Sendable {
  private let factor: UInt64
  private let inverseFactor: UInt64
  private let mask: UInt64

  init(bits: Int) {
    factor = 0x9e37_79b9_7f4a_7c15 >> UInt64(64 - bits) | 1
    mask = bits == 64 ? ~0 : 1 << UInt64(bits) - 1
    // Newton's iteration doubles the bits that are right; an odd number is its own inverse in the lowest three.
    var inverse = factor
    for _ in 0..<5 { inverse &*= 2 &- factor &* inverse }
    inverseFactor = inverse
  }

  @inline(__always) func callAsFunction(_ number: UInt64) -> UInt64 { number &* factor & mask }

  /// The number whose hash this is.
  func inverse(_ hash: UInt64) -> UInt64 { hash &* inverseFactor & mask }
}
