import Diagnostics
import Parallelism

/// The same result as `sortedRows(_:)`, but faster and with more memory. Codes are partitioned together with their
/// rows, so that they are not read again in random order. The copy takes 8 bytes per row until the rows are sorted.
///
/// It calls `sortedRows(_:)` for few rows, if a code and a row do not fit 64 bits together, or if the partition bits
/// are the whole code.
///
/// - Complexity: O(rows · bits) on all cores.
func sortedRows(copying encoder: KeyEncoder) throws(Diagnostic) -> [UInt32] {
  let count = encoder.count
  let codeBits = encoder.bitWidth
  let partitionBits = min(codeBits, min(10, max(4, bitWidth(of: count) - 14)))
  let rowBits = bitWidth(of: count)
  let codeBitsLeft = codeBits - partitionBits
  guard count > 1 << 15, codeBitsLeft > 0, codeBitsLeft + rowBits <= 64 else { return try sortedRows(encoder) }
  let (words, starts) = try partitionedWords(encoder, partitionBits: partitionBits, rowBits: rowBits)
  let rowMask: UInt64 = 1 << UInt64(rowBits) - 1
  return try fillArray(count: count, of: UInt32.self) { (positions) throws(Diagnostic) in
    try forEachIndex(of: starts.count - 1) { (partition) throws(Diagnostic) in
      let range = starts[partition]..<starts[partition + 1]
      if range.count > largePartition { return }
      var own = Array(words[range])
      sortWords(&own, from: rowBits, bits: codeBitsLeft)
      try positions.withRows(range) { (positions) in
        for index in own.indices { positions[index] = UInt32(truncatingIfNeeded: own[index] & rowMask) }
      }
    }
    for (lower, upper) in zip(starts, starts.dropFirst()) where upper - lower > largePartition {
      let rows = try buildArray(count: upper - lower, grain: rowGrain, of: UInt32.self) { (range, rows) in
        for index in range {
          rows[index - range.lowerBound] = UInt32(truncatingIfNeeded: words[lower + index] & rowMask)
        }
      }
      try sort(.list(rows[...]), codeBits: codeBitsLeft, encoder.encode, into: positions, at: lower)
    }
  }
}

/// Partitions rows by the top bits of their codes, in row order within each partition. A word holds the other bits of
/// the code above the row number. `starts` has the start of every partition, then the total count.
private func partitionedWords(
  _ encoder: KeyEncoder, partitionBits: Int, rowBits: Int
) throws(Diagnostic) -> (words: [UInt64], starts: [Int]) {
  let shift = UInt64(encoder.bitWidth - partitionBits)
  let mask: UInt64 = 1 << shift - 1
  let plan = try partitioningPlan(count: encoder.count, partitions: 1 << partitionBits) { (rows, codes) in
    encoder.encode(rows, into: &codes)
  } by: {
    Int(truncatingIfNeeded: $0 &>> shift)
  }
  let words = try fillArray(count: encoder.count, of: UInt64.self, scattered: true) { (words) throws(Diagnostic) in
    try forEachChunk(of: encoder.count, grain: partitioningGrain) { (range) throws(Diagnostic) in
      var cursors = plan.cursors[range.lowerBound / partitioningGrain]
      try encoder.forEachBlock(of: range) { (block, codes) in
        var next = cursors.mutableSpan
        for index in 0..<block.count {
          let code = codes[index]
          let target = Int(truncatingIfNeeded: code &>> shift)
          let row = UInt64(block.lowerBound + index)
          words.store((code & mask) &<< UInt64(rowBits) | row, at: Int(next[target]))
          next[target] &+= 1
        }
      }
    }
  }
  return (words, plan.starts)
}
