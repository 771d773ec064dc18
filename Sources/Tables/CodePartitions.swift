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
      Int(truncatingIfNeeded: hashed($0) >> shift)
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
              let target = Int(truncatingIfNeeded: hashed(code) >> shift)
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
    var firstRows: [UInt32]
    var counts: [UInt32]
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

/// Groups the rows of one partition by linear probing in a table at most half full.
private func grouped(
  _ codes: inout MutableSpan<UInt64>, _ rows: borrowing Span<UInt32>, skippedBits: Int, mapsRows: Bool
) -> CodePartitions.Groups {
  let slotBits = bitWidth(of: max(2, codes.count * 2))
  let mask = 1 << slotBits - 1
  // The hash's top bits chose the partition; the ones below them choose the slot.
  let skipped = UInt64(skippedBits)
  let shift = UInt64(64 - slotBits)
  var slotTable = [UInt32](repeating: 0, count: 1 << slotBits)
  var distinctCodes = [UInt64](repeating: 0, count: codes.count)
  var firstOfGroup = [UInt32](repeating: 0, count: codes.count)
  var countOfGroup = [UInt32](repeating: 0, count: codes.count)
  var slots = slotTable.mutableSpan
  var distinct = distinctCodes.mutableSpan
  var count = 0
  do {
    var firstRows = firstOfGroup.mutableSpan
    var counts = countOfGroup.mutableSpan
    for index in codes.indices {
      let code = codes[index]
      var slot = Int(truncatingIfNeeded: (hashed(code) << skipped) >> shift)
      while slots[slot] != 0, distinct[Int(slots[slot]) - 1] != code { slot = (slot + 1) & mask }
      var group = Int(slots[slot]) - 1
      if group < 0 {
        group = count
        distinct[group] = code
        firstRows[group] = rows[index]
        count += 1
        slots[slot] = UInt32(count)
      }
      counts[group] += 1
      if mapsRows { codes[index] = UInt64(group) }
    }
  }
  return CodePartitions.Groups(
    firstRows: Array(firstOfGroup[..<count]), counts: Array(countOfGroup[..<count]))
}
