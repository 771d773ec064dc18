import Diagnostics
import Parallelism

/// Rows radix-partitioned by the hash of their codes into partitions that fit the second-level cache, in row order
/// within each.
///
/// The hash is a bijection. Its high bits choose the partition; the other bits, the remainder, therefore still
/// distinguish the codes of one partition. A row's word holds the remainder in its high bits and the row's offset
/// within its row range in its low bits; the positions of each row range in a partition are known. If both do not fit
/// 64 bits, a parallel array holds the row numbers.
struct CodePartitions<Word: PartitionedWord>: Sendable {
  /// Partition by partition. After `group(mapsRows: true)`, a word holds the number of the row's group in place of the
  /// remainder.
  private var words: [Word]
  private let layout: PartitionLayout

  var count: Int { layout.count }
  var rangeCount: Int { layout.rangeCount }
  /// Where every partition starts, and the count.
  var starts: [Int] { layout.starts }
  /// Where every range starts in each partition.
  var cursors: [[UInt32]] { layout.cursors }
  /// The number of rows in a range; the last range may have fewer.
  var rangeLength: Int { 1 << layout.partitioning.rangeBits }

  /// - Parameter numbers: is given the partition of every row, if there is one.
  /// - Precondition: words of `partitioning` fit the type.
  init(
    _ encoder: KeyEncoder, _ partitioning: RadixPartitioning, numbers: DisjointRows<UInt16>? = nil
  ) throws(Diagnostic) {
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
              numbers?.store(UInt16(truncatingIfNeeded: target), at: row)
              next[target] &+= 1
            }
          }
        }
      }
    }
    layout = PartitionLayout(rows: rows, starts: plan.starts, cursors: plan.cursors, partitioning: partitioning)
  }

  /// Finds the groups of every partition. With `mapsRows`, it replaces the remainder in every word by the number of its
  /// group in the partition.
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

  /// The group of every row among those of its partition, in the order of partitions.
  ///
  /// - Precondition: the rows were mapped, to no more than 2¹⁶ groups in each.
  func groupNumbers() throws(Diagnostic) -> [UInt16] {
    let offsetBits = Word(layout.partitioning.offsetBits)
    return try buildArray(count: words.count, grain: rowGrain, of: UInt16.self) { (positions, numbers) in
      let words = words.span.extracting(positions)
      for index in words.indices { numbers[index] = UInt16(truncatingIfNeeded: words[index] &>> offsetBits) }
    }
  }

  /// The most frequent code; the least one if several are equally frequent.
  ///
  /// - Precondition: the words hold no row offsets.
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

  /// Frees the words when only the groups are still needed.
  ///
  /// If the next buffers need less than half of this memory, the allocator would not reuse it for them; its pages are
  /// then returned to the system.
  mutating func forget(groupCount: Int) {
    if words.count >= 1 << 22, words.count * MemoryLayout<Word>.size > 2 * 8 * groupCount { returnPages(of: words) }
    words = []
  }

  /// Calls `body` with every row of a partition and the number of its group in the partition.
  ///
  /// - Precondition: `group` was called with `mapsRows`.
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

/// The word of a row in its partition: of 32 or 64 bits.
typealias PartitionedWord = FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable

/// The number of partitions and the layout of a row's word.
struct RadixPartitioning: Sendable {
  let codeBits: Int
  let partitionBits: Int
  let remainderBits: Int
  /// A row range has 2^rangeBits rows. It is what one thread partitions at a time; offsets count from its first row.
  let rangeBits: Int
  /// 0 if the remainder leaves no bits for offsets.
  let offsetBits: Int
  /// Whether a parallel array holds the row numbers because words have no bits for offsets.
  let hasCompanionRows: Bool

  /// Shortens row ranges, or adds one partition bit, if words then fit 32 bits: this works for codes of at most 28
  /// bits.
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

  /// A layout without row offsets, for algorithms that need only the codes.
  init(codesOf encoder: KeyEncoder) {
    codeBits = encoder.bitWidth
    partitionBits = min(codeBits, min(10, max(1, Tables.bitWidth(of: encoder.count) - 14)))
    remainderBits = codeBits - partitionBits
    rangeBits = partitioningGrainBits
    offsetBits = 0
    hasCompanionRows = false
  }

  /// Whether words fit 32 bits: the remainder and the offset do, and so does the greatest remainder + 1.
  var isNarrow: Bool { !hasCompanionRows && remainderBits + max(1, offsetBits) <= 32 }
}

/// The groups of one partition in first-occurrence order.
struct PartitionGroups: Sendable {
  /// Which arrays to compute.
  struct Parts: OptionSet {
    let rawValue: Int

    static let firstRows = Parts(rawValue: 1)
    static let lastRows = Parts(rawValue: 2)
    static let counts = Parts(rawValue: 4)
  }

  /// Each of these arrays is empty unless it was requested.
  let firstRows: [UInt32]
  let lastRows: [UInt32]
  let counts: [UInt32]
  /// The number of groups that occurred up to the end of each row range.
  let ends: [Int]

  /// The groups whose first row is in a row range.
  func firstOccurring(in range: Int) -> Range<Int> { (range == 0 ? 0 : ends[range - 1])..<ends[range] }
}

/// The positions of the words of every partition.
private struct PartitionLayout: Sendable {
  /// The row of every word; empty if words hold offsets.
  let rows: [UInt32]
  /// The start of every partition, then the total count.
  let starts: [Int]
  /// The start of every row range in each partition.
  let cursors: [[UInt32]]
  let partitioning: RadixPartitioning

  var count: Int { starts.count - 1 }
  var rangeCount: Int { cursors.count }

  /// The positions of a row range's rows in a partition.
  func positions(of range: Int, in partition: Int) -> Range<Int> {
    let end = range + 1 < cursors.count ? Int(cursors[range + 1][partition]) : starts[partition + 1]
    return Int(cursors[range][partition])..<end
  }

  /// The initial capacity for groups: twice the average number of rows in a partition.
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
    // The remainder + 1 of each slot, or 0 for an empty slot; no remainder has all bits set.
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
      // Every row of the range could start a new group.
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

  /// The most frequent code of one partition and its count; the least code if several are equally frequent.
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

/// A permutation of the numbers of `bits` bits that spreads neighbouring numbers evenly over the high bits:
/// multiplication by 2^bits/φ (φ is the golden ratio), made odd.
///
/// - Source: Knuth, *The Art of Computer Programming* 3, §6.4 (Fibonacci hashing).
private struct BijectiveHash: Sendable {
  private let factor: UInt64
  private let inverseFactor: UInt64
  private let mask: UInt64

  init(bits: Int) {
    factor = 0x9e37_79b9_7f4a_7c15 >> UInt64(64 - bits) | 1
    mask = bits == 64 ? ~0 : 1 << UInt64(bits) - 1
    // Each step of Newton's iteration doubles the number of correct bits. The start has three: modulo 8, an odd number
    // is its own inverse.
    var inverse = factor
    for _ in 0..<5 { inverse &*= 2 &- factor &* inverse }
    inverseFactor = inverse
  }

  @inline(__always) func callAsFunction(_ number: UInt64) -> UInt64 { number &* factor & mask }

  /// The number whose hash this is.
  func inverse(_ hash: UInt64) -> UInt64 { hash &* inverseFactor & mask }
}
