import Diagnostics
import Parallelism

/// Rows dealt out by the hash of their codes to partitions that fit the second-level cache, in row order within each.
///
/// The hash is a bijection, so that what of it did not choose the partition still tells codes apart, in so many bits
/// fewer. A row's word is that remainder above the row's offset in its stretch of `dealGrain` rows; where stretches
/// stand in a partition is known. Where both do not fit 64 bits, rows stand beside.
struct CodePartitions: Sendable {
  /// Partition by partition; after `group(mapsRows: true)` the number of the row's group instead of the remainder.
  private var words: [UInt64]
  private let layout: PartitionLayout

  var count: Int { layout.count }
  var stretchCount: Int { layout.stretchCount }

  init(_ encoder: KeyEncoder) throws(Diagnostic) {
    let count = encoder.count
    let codeBits = encoder.bitWidth
    let partitionBits = min(codeBits, min(10, max(1, bitWidth(of: count) - 14)))
    let remainderBits = codeBits - partitionBits
    let offsetBits = remainderBits + dealGrainBits <= 64 ? dealGrainBits : 0
    let hash = BijectiveHash(bits: codeBits)
    let shift = UInt64(remainderBits)
    let plan = try dealingPlan(count: count, partitions: 1 << partitionBits) { (rows, codes) in
      encoder.encode(rows, into: &codes)
    } by: {
      Int(truncatingIfNeeded: hash($0) >> shift)
    }
    var rows: [UInt32] = []
    words = try fillArray(count: count, scattered: true) { (words) throws(Diagnostic) in
      rows = try fillArray(count: offsetBits == 0 ? count : 0, scattered: true) { (rows) throws(Diagnostic) in
        try forEachChunk(of: count, grain: dealGrain) { (range) throws(Diagnostic) in
          var cursors = plan.cursors[range.lowerBound >> dealGrainBits]
          let mask: UInt64 = 1 << shift - 1
          try encoder.forEachBlock(of: range) { (block, codes) in
            var next = cursors.mutableSpan
            for index in 0..<block.count {
              let hashed = hash(codes[index])
              let target = Int(truncatingIfNeeded: hashed &>> shift)
              let position = next[target]
              let row = block.lowerBound + index
              words.store(
                (hashed & mask) &<< UInt64(offsetBits) | UInt64(offsetBits == 0 ? 0 : row - range.lowerBound),
                at: position)
              if offsetBits == 0 { rows.store(UInt32(truncatingIfNeeded: row), at: position) }
              next[target] = position + 1
            }
          }
        }
      }
    }
    layout = PartitionLayout(
      rows: rows, starts: plan.starts, cursors: plan.cursors, remainderBits: remainderBits, offsetBits: offsetBits)
  }

  /// The groups of one partition in order of first appearance.
  struct Groups: Sendable {
    var firstRows: [UInt32]
    var counts: [UInt32]
    /// How many groups had appeared by the end of every stretch.
    var ends: [Int]

    /// The groups that appear first in a stretch.
    func appearing(in stretch: Int) -> Range<Int> { (stretch == 0 ? 0 : ends[stretch - 1])..<ends[stretch] }
  }

  /// Finds the groups of every partition; with `mapsRows` every word holds the number of its group there.
  mutating func group(mapsRows: Bool) throws(Diagnostic) -> [Groups] {
    let layout = self.layout
    return try withDisjointRows(of: &words) { (words) throws(Diagnostic) in
      try mapIndices(of: layout.count) { (partition) throws(Diagnostic) in
        try words.withRows(layout.starts[partition]..<layout.starts[partition + 1]) { (words) throws(Diagnostic) in
          layout.grouped(&words, of: partition, mapsRows: mapsRows)
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
    let offsetBits = layout.offsetBits
    let offsetMask: UInt64 = 1 << UInt64(offsetBits) - 1
    for stretch in 0..<stretchCount {
      for position in layout.positions(of: stretch, in: partition) {
        let word = words[position]
        let row =
          offsetBits == 0
          ? Int(layout.rows[position]) : stretch << dealGrainBits + Int(truncatingIfNeeded: word & offsetMask)
        body(row, Int(truncatingIfNeeded: word >> UInt64(offsetBits)))
      }
    }
  }
}

/// Where the words of every partition stand, and what they are made of.
private struct PartitionLayout: Sendable {
  /// The row of every word, empty where words hold offsets.
  let rows: [UInt32]
  /// Where every partition starts, and the count.
  let starts: [Int]
  /// Where every stretch starts in each partition.
  let cursors: [[Int]]
  let remainderBits: Int
  let offsetBits: Int

  var count: Int { starts.count - 1 }
  var stretchCount: Int { cursors.count }

  /// The positions in a partition of the rows of a stretch.
  func positions(of stretch: Int, in partition: Int) -> Range<Int> {
    let end = stretch + 1 < cursors.count ? cursors[stretch + 1][partition] : starts[partition + 1]
    return cursors[stretch][partition]..<end
  }

  /// Groups the rows of one partition by linear probing in a table at most three quarters full.
  func grouped(
    _ words: inout MutableSpan<UInt64>, of partition: Int, mapsRows: Bool
  ) -> CodePartitions.Groups {
    let slotBits = min(remainderBits, bitWidth(of: words.count + words.count / 3 + 1))
    let mask = 1 << slotBits - 1
    let shift = UInt64(remainderBits - slotBits)
    let offsetBits = UInt64(self.offsetBits)
    let offsetMask: UInt64 = 1 << offsetBits - 1
    // The remainder + 1 of a slot, 0 of an empty one: a remainder has never all 64 bits.
    var remainders = [UInt64](repeating: 0, count: 1 << slotBits)
    var groups = [UInt32](repeating: 0, count: 1 << slotBits)
    // One more than there can be: the next group's first row is written before it is known to be one.
    var firstRows = [UInt32](repeating: 0, count: words.count + 1)
    var counts = [UInt32](repeating: 0, count: words.count)
    var ends: [Int] = []
    ends.reserveCapacity(stretchCount)
    var count = 0
    var slots = remainders.mutableSpan
    var groupOfSlot = groups.mutableSpan
    var firsts = firstRows.mutableSpan
    var sizes = counts.mutableSpan
    let start = starts[partition]
    for stretch in 0..<stretchCount {
      let positions = positions(of: stretch, in: partition)
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
        firsts[count] =
          offsetBits == 0
          ? rows[start + index]
          : UInt32(truncatingIfNeeded: stretch << dealGrainBits) + UInt32(truncatingIfNeeded: word & offsetMask)
        count &+= isNew ? 1 : 0
        sizes[Int(group)] += 1
        if mapsRows { words[index] = UInt64(group) &<< offsetBits | word & offsetMask }
      }
      ends.append(count)
    }
    return CodePartitions.Groups(
      firstRows: Array(firstRows[..<count]), counts: Array(counts[..<count]), ends: ends)
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
