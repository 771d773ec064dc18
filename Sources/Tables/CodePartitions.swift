import Diagnostics
import Parallelism

/// Rows dealt out by the hash of their codes to partitions that fit the second-level cache, in row order within each.
///
/// The hash is a bijection, so that what of it did not choose the partition still tells codes apart, in so many bits
/// fewer. A row's word is that remainder above the row's offset in its stretch of rows; where stretches stand in a
/// partition is known. Where both do not fit 64 bits, rows stand beside.
struct CodePartitions<Word: DealtWord>: Sendable {
  /// Partition by partition; after `group(mapsRows: true)` the number of the row's group instead of the remainder.
  private var words: [Word]
  private let layout: PartitionLayout

  var count: Int { layout.count }
  var stretchCount: Int { layout.stretchCount }
  /// How many rows a stretch has; the last may have fewer.
  var stretchLength: Int { 1 << layout.dealing.stretchBits }

  /// - Precondition: words of `dealing` fit the type.
  init(_ encoder: KeyEncoder, _ dealing: Dealing) throws(Diagnostic) {
    let count = encoder.count
    let offsetBits = dealing.offsetBits
    let grain = 1 << dealing.stretchBits
    let hash = BijectiveHash(bits: encoder.bitWidth)
    let shift = UInt64(dealing.remainderBits)
    let plan = try dealingPlan(count: count, partitions: 1 << dealing.partitionBits, grain: grain) { (rows, codes) in
      encoder.encode(rows, into: &codes)
    } by: {
      Int(truncatingIfNeeded: hash($0) >> shift)
    }
    var rows: [UInt32] = []
    words = try fillArray(count: count, scattered: true) { (words) throws(Diagnostic) in
      rows = try fillArray(count: offsetBits == 0 ? count : 0, scattered: true) { (rows) throws(Diagnostic) in
        try forEachChunk(of: count, grain: grain) { (range) throws(Diagnostic) in
          var cursors = plan.cursors[range.lowerBound >> dealing.stretchBits]
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
              if offsetBits == 0 { rows.store(UInt32(truncatingIfNeeded: row), at: position) }
              next[target] &+= 1
            }
          }
        }
      }
    }
    layout = PartitionLayout(rows: rows, starts: plan.starts, cursors: plan.cursors, dealing: dealing)
  }

  /// Finds the groups of every partition; with `mapsRows` every word holds the number of its group there.
  mutating func group(mapsRows: Bool, findsLast: Bool = false) throws(Diagnostic) -> [PartitionGroups] {
    let layout = self.layout
    return try withDisjointRows(of: &words) { (words) throws(Diagnostic) in
      try mapIndices(of: layout.count) { (partition) throws(Diagnostic) in
        try words.withRows(layout.starts[partition]..<layout.starts[partition + 1]) { (words) throws(Diagnostic) in
          layout.grouped(&words, of: partition, mapsRows: mapsRows, findsLast: findsLast)
        }
      }
    }
  }

  /// Lets go of the rows: groups that were found are all that is wanted.
  mutating func forget() { words = [] }

  /// Calls `body` with every row of a partition and the number of its group there.
  ///
  /// - Precondition: the rows were mapped.
  @inline(__always)
  func forEachRow(of partition: Int, _ body: (_ row: Int, _ group: Int) -> Void) {
    let offsetBits = layout.dealing.offsetBits
    let stretchBits = layout.dealing.stretchBits
    let offsetMask: Word = 1 << Word(offsetBits) - 1
    for stretch in 0..<stretchCount {
      for position in layout.positions(of: stretch, in: partition) {
        let word = words[position]
        let row =
          offsetBits == 0
          ? Int(layout.rows[position]) : stretch << stretchBits + Int(truncatingIfNeeded: word & offsetMask)
        body(row, Int(truncatingIfNeeded: word >> Word(offsetBits)))
      }
    }
  }
}

/// What a row is dealt out as: 32 bits or 64.
typealias DealtWord = FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable

/// How many partitions there are, and what a row's word is made of.
struct Dealing: Sendable {
  let partitionBits: Int
  let remainderBits: Int
  /// The rows that are dealt out by one thread at once, from which offsets count.
  let stretchBits: Int
  /// 0 where remainders leave no room for offsets.
  let offsetBits: Int

  /// Words have 32 bits where shorter stretches, or one more bit of partitions, make that do: keys of 28 bits at most.
  init(_ encoder: KeyEncoder) {
    let codeBits = encoder.bitWidth
    let usual = min(codeBits, min(10, max(1, bitWidth(of: encoder.count) - 14)))
    let leastStretchBits = 15
    let narrowing = max(0, codeBits - usual - (32 - leastStretchBits))
    partitionBits = usual == 10 && narrowing == 1 ? 11 : usual
    remainderBits = codeBits - partitionBits
    let narrow = 32 - remainderBits
    stretchBits = narrow >= leastStretchBits ? min(dealGrainBits, narrow) : dealGrainBits
    offsetBits = remainderBits + stretchBits <= 64 ? stretchBits : 0
  }

  var isNarrow: Bool { offsetBits > 0 && remainderBits + offsetBits <= 32 }
}

/// The groups of one partition in order of first appearance.
struct PartitionGroups: Sendable {
  let firstRows: [UInt32]
  /// Empty where they were not asked for.
  let lastRows: [UInt32]
  let counts: [UInt32]
  /// How many groups had appeared by the end of every stretch.
  let ends: [Int]

  /// The groups that appear first in a stretch.
  func appearing(in stretch: Int) -> Range<Int> { (stretch == 0 ? 0 : ends[stretch - 1])..<ends[stretch] }
}

/// Where the words of every partition stand.
private struct PartitionLayout: Sendable {
  /// The row of every word, empty where words hold offsets.
  let rows: [UInt32]
  /// Where every partition starts, and the count.
  let starts: [Int]
  /// Where every stretch starts in each partition.
  let cursors: [[UInt32]]
  let dealing: Dealing

  var count: Int { starts.count - 1 }
  var stretchCount: Int { cursors.count }

  /// The positions in a partition of the rows of a stretch.
  func positions(of stretch: Int, in partition: Int) -> Range<Int> {
    let end = stretch + 1 < cursors.count ? Int(cursors[stretch + 1][partition]) : starts[partition + 1]
    return Int(cursors[stretch][partition])..<end
  }

  /// Groups the rows of one partition by linear probing in a table at most three quarters full.
  func grouped<Word: DealtWord>(
    _ words: inout MutableSpan<Word>, of partition: Int, mapsRows: Bool, findsLast: Bool
  ) -> PartitionGroups {
    let remainderBits = dealing.remainderBits
    let slotBits = min(remainderBits, bitWidth(of: words.count + words.count / 3 + 1))
    let mask = 1 << slotBits - 1
    let shift = Word(remainderBits - slotBits)
    let offsetBits = Word(dealing.offsetBits)
    let offsetMask: Word = 1 << offsetBits - 1
    // The remainder + 1 of a slot, 0 of an empty one: a remainder has never all bits.
    var remainders = [Word](repeating: 0, count: 1 << slotBits)
    var groups = [UInt32](repeating: 0, count: 1 << slotBits)
    // One more than there can be: the next group's first row is written before it is known to be one. Of round sizes,
    // so that what one partition frees fits the next: else the allocator's memory falls into pieces.
    let places = 1 << bitWidth(of: words.count + 2)
    var firstRows = [UInt32](repeating: 0, count: places)
    var lastRows = [UInt32](repeating: 0, count: findsLast ? places : 0)
    var counts = [UInt32](repeating: 0, count: places)
    var ends: [Int] = []
    ends.reserveCapacity(stretchCount)
    var count = 0
    var slots = remainders.mutableSpan
    var groupOfSlot = groups.mutableSpan
    var firsts = firstRows.mutableSpan
    var lasts = lastRows.mutableSpan
    var sizes = counts.mutableSpan
    let start = starts[partition]
    for stretch in 0..<stretchCount {
      let positions = positions(of: stretch, in: partition)
      let firstRow = UInt32(truncatingIfNeeded: stretch << dealing.stretchBits)
      for index in positions.lowerBound - start..<positions.upperBound - start {
        let word = words[index]
        let wanted = word &>> offsetBits + 1
        var slot = Int(truncatingIfNeeded: (wanted - 1) &>> shift)
        while slots[slot] != wanted, slots[slot] != 0 { slot = (slot + 1) & mask }
        // New or not is a toss-up that no branch predictor wins: both ways are written without one.
        let isNew = slots[slot] == 0
        let group = isNew ? UInt32(truncatingIfNeeded: count) : groupOfSlot[slot]
        slots[slot] = wanted
        groupOfSlot[slot] = group
        let row = offsetBits == 0 ? rows[start + index] : firstRow &+ UInt32(truncatingIfNeeded: word & offsetMask)
        firsts[count] = row
        if findsLast { lasts[Int(group)] = row }
        count &+= isNew ? 1 : 0
        sizes[Int(group)] += 1
        if mapsRows { words[index] = Word(truncatingIfNeeded: group) &<< offsetBits | word & offsetMask }
      }
      ends.append(count)
    }
    return PartitionGroups(
      firstRows: Array(firstRows[..<count]), lastRows: findsLast ? Array(lastRows[..<count]) : [],
      counts: Array(counts[..<count]), ends: ends)
  }
}

/// A permutation of the numbers of some bits that spreads neighbouring ones evenly over the high bits: the product with
/// 2^bits divided by the golden ratio, made odd.
///
/// - Source: Knuth, *The Art of Computer Programming* 3, §6.4 (Fibonacci hashing).
private struct BijectiveHash: Sendable {
  private let factor: UInt64
  private let mask: UInt64

  init(bits: Int) {
    factor = 0x9e37_79b9_7f4a_7c15 >> UInt64(64 - bits) | 1
    mask = bits == 64 ? ~0 : 1 << UInt64(bits) - 1
  }

  @inline(__always) func callAsFunction(_ number: UInt64) -> UInt64 { number &* factor & mask }
}
