import Diagnostics
import Parallelism

/// Rows dealt out by the hash of their codes to partitions that fit the second-level cache, in row order within each.
struct CodePartitions: Sendable {
  /// The codes, partition by partition; after `group(mapsRows: true)` the number of the row's group in its partition.
  private(set) var codes: [UInt64]
  let rows: [UInt32]
  /// Where every partition starts, and the count.
  let starts: [Int]
  private let partitionBits: Int

  init(_ encoder: KeyEncoder) throws(Diagnostic) {
    let count = encoder.count
    partitionBits = min(10, max(1, bitWidth(of: count) - 14))
    let shift = UInt64(64 - partitionBits)
    let plan = try dealingPlan(count: count, partitions: 1 << partitionBits) { (rows, codes) in
      encoder.encode(rows, into: &codes)
    } by: {
      Int(truncatingIfNeeded: $0 &* hashMultiplier >> shift)
    }
    starts = plan.starts
    var codes: [UInt64] = []
    rows = try fillArray(count: count) { (rows) throws(Diagnostic) in
      codes = try fillArray(count: count) { (codes) throws(Diagnostic) in
        try forEachChunk(of: count, grain: dealGrain) { (range) throws(Diagnostic) in
          var cursors = plan.cursors[range.lowerBound / dealGrain]
          try encoder.forEachBlock(of: range) { (block, scratch) in
            var next = cursors.mutableSpan
            for index in 0..<block.count {
              let code = scratch[index]
              let target = Int(truncatingIfNeeded: code &* hashMultiplier >> shift)
              let position = next[target]
              codes.store(code, at: position)
              rows.store(UInt32(truncatingIfNeeded: block.lowerBound + index), at: position)
              next[target] = position + 1
            }
          }
        }
      }
    }
    self.codes = codes
  }

  /// The groups of one partition in order of first appearance.
  struct Groups: Sendable {
    var firstRows: [UInt32] = []
    var counts: [UInt32] = []
  }

  /// Finds the groups of every partition; with `mapsRows` every code becomes the number of its group.
  mutating func group(mapsRows: Bool) throws(Diagnostic) -> [Groups] {
    let starts = self.starts
    let rows = self.rows
    let partitionBits = self.partitionBits
    return try withDisjointRows(of: &codes) { (codes) throws(Diagnostic) in
      try mapIndices(of: starts.count - 1) { (partition) throws(Diagnostic) in
        let range = starts[partition]..<starts[partition + 1]
        return try codes.withRows(range) { (codes) throws(Diagnostic) in
          grouped(&codes, rows[range].span, skippedBits: partitionBits, mapsRows: mapsRows)
        }
      }
    }
  }
}

/// Groups the rows of one partition by linear probing in a table twice its size.
private func grouped(
  _ codes: inout MutableSpan<UInt64>, _ rows: borrowing Span<UInt32>, skippedBits: Int, mapsRows: Bool
) -> CodePartitions.Groups {
  var groups = CodePartitions.Groups()
  let slotBits = bitWidth(of: max(2, codes.count * 2))
  // Beyond some size most rows repeat, and a table that has to grow is better than one that misses the cache.
  var table = PartitionTable(slotBits: min(slotBits, 16), skippedBits: skippedBits)
  for index in codes.indices {
    let code = codes[index]
    let group = table.group(of: code)
    if group == groups.counts.count {
      groups.firstRows.append(rows[index])
      groups.counts.append(1)
    } else {
      groups.counts[group] += 1
    }
    if mapsRows { codes[index] = UInt64(group) }
  }
  return groups
}

/// Numbers distinct codes from 0 as they come.
private struct PartitionTable {
  private var slots: [UInt32]
  private var codes: [UInt64] = []
  private var slotBits: Int
  private let skippedBits: UInt64

  init(slotBits: Int, skippedBits: Int) {
    slots = [UInt32](repeating: 0, count: 1 << slotBits)
    codes.reserveCapacity(1 << (slotBits - 1))
    self.slotBits = slotBits
    self.skippedBits = UInt64(skippedBits)
  }

  @inline(__always) mutating func group(of code: UInt64) -> Int {
    let slot = probe(code)
    let entry = slots[slot]
    if entry != 0 { return Int(entry) - 1 }
    codes.append(code)
    slots[slot] = UInt32(codes.count)
    let group = codes.count - 1
    if codes.count * 2 > slots.count { grow() }
    return group
  }

  /// The hash's top bits chose the partition; the ones below them choose the slot.
  @inline(__always) private func probe(_ code: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: ((code &* hashMultiplier) << skippedBits) >> UInt64(64 - slotBits))
    while slots[slot] != 0, codes[Int(slots[slot]) - 1] != code { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    slotBits += 2
    slots = [UInt32](repeating: 0, count: 1 << slotBits)
    for entry in codes.indices { slots[probe(codes[entry])] = UInt32(entry) + 1 }
  }
}
