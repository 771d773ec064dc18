import Diagnostics
import Parallelism

extension KeyEncoder {
  /// The most frequent code, the least one if several are equally frequent; nil if there are no rows.
  ///
  /// - Complexity: O(rows) on all cores. If neither the range nor the number of distinct codes is small, the codes are
  ///   copied once, without the bits that choose the partition.
  func mostFrequentCode() throws(Diagnostic) -> UInt64? {
    if count == 0 { return nil }
    if DirectCounter.suits(self) { return try DirectCounter(self).mostFrequentCode }
    if try hasFewCodes() {
      let counter = try hashCounter()
      let counts = try counter.counts()
      var best: (count: UInt32, code: UInt64) = (0, 0)
      for (code, count) in zip(counter.codes, counts)
      where count > best.count || (count == best.count && code < best.code) {
        best = (count, code)
      }
      return best.code
    }
    let partitioning = RadixPartitioning(codesOf: self)
    if partitioning.isNarrow {
      var partitions = try CodePartitions<UInt32>(self, partitioning)
      return try partitions.mostFrequentCode()
    }
    var partitions = try CodePartitions<UInt64>(self, partitioning)
    return try partitions.mostFrequentCode()
  }

  /// The first row that has a code.
  func firstRow(of code: UInt64) throws(Diagnostic) -> Int? {
    let found = try mapChunks(of: count, grain: rowGrain) { (range) throws(Diagnostic) -> Int? in
      var first: Int?
      try forEachBlock(of: range) { (block, codes) in
        if first != nil { return }
        for index in 0..<block.count where codes[index] == code {
          first = block.lowerBound + index
          return
        }
      }
      return first
    }
    return found.compactMap { $0 }.first
  }
}
