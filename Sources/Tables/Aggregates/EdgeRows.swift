import Diagnostics
import Parallelism

/// Finds the first or last row of every distinct code.
extension KeyEncoder {
  /// The first or last row of every distinct code, in ascending order of rows.
  ///
  /// - Complexity: O(rows) on all cores. Memory: one bit per possible code if their range is small, else that of radix
  ///   partitioning.
  func edgeRows(last: Bool = false) throws(Diagnostic) -> [UInt32] {
    if count == 0 { return [] }
    if isCountedByBits { return try selectedRows(try edgeBits(last: last)) }
    if !last, try hasFewCodes() { return try hashCounter().firstRows }
    let groups = try partitionGroups(finding: last ? .lastRows : .firstRows)
    var words = [UInt64](repeating: 0, count: Bitmap.wordCount(count))
    let cancellation = Cancellation.current
    for own in groups {
      try cancellation.check()
      for row in last ? own.lastRows : own.firstRows { words[Int(row >> 6)] |= 1 << UInt64(row & 63) }
    }
    return try selectedRows(Bitmap(words: Buffer(words), count: count))
  }

  /// Whether a bitmap of all possible codes is small: at most 8 MB, and about 8 bytes per row or less.
  var isCountedByBits: Bool { maximum < 1 << 26 && maximum / 64 < UInt64(count) }

  /// A bitmap of the rows in which a code occurs for the first or last time.
  ///
  /// Each row range finds the first rows of its own codes, in parallel; then the rows whose code occurs in an earlier
  /// range are removed (for `last`: in a later one).
  private func edgeBits(last: Bool) throws(Diagnostic) -> Bitmap {
    let codeCount = Int(maximum) + 1
    let ranges = max(1, min(4, count >> 17))
    let length = (count / ranges + 64) & ~63
    let found = try mapChunks(of: count, grain: length) { (range) throws(Diagnostic) in
      try newCodes(among: range, codeCount, last: last)
    }
    var known = [UInt64](repeating: 0, count: Bitmap.wordCount(codeCount))
    var edges = [UInt64](repeating: 0, count: Bitmap.wordCount(count))
    for range in last ? Array(found.indices.reversed()) : Array(found.indices) {
      let own = found[range]
      let first = range * length
      let rows = try selectedRows(Bitmap(words: Buffer(own.rows), count: min(count, first + length) - first))
      try forEachListedBlock(of: rows, from: first) { _, row, code in
        if known[Int(code >> 6)] >> (code & 63) & 1 == 0 { edges[row >> 6] |= 1 << UInt64(row & 63) }
      }
      for word in known.indices { known[word] |= own.codes[word] }
    }
    return Bitmap(words: Buffer(edges), count: count)
  }

  /// A bitmap of the rows of a range (counted from its start) in which a code occurs for the first or last time, and a
  /// bitmap of the codes that occur.
  private func newCodes(
    among range: Range<Int>, _ codeCount: Int, last: Bool
  ) throws(Diagnostic) -> (rows: [UInt64], codes: [UInt64]) {
    var rows = [UInt64](repeating: 0, count: Bitmap.wordCount(range.count))
    var met = [UInt64](repeating: 0, count: Bitmap.wordCount(codeCount))
    var codes = [UInt64](repeating: 0, count: codeBlock)
    let cancellation = Cancellation.current
    var blocks = Array(stride(from: range.lowerBound, to: range.upperBound, by: codeBlock))
    if last { blocks.reverse() }
    for (number, start) in blocks.enumerated() {
      if number & 255 == 0 { try cancellation.check() }
      let block = start..<min(range.upperBound, start + codeBlock)
      var span = codes.mutableSpan
      encode(block, into: &span)
      var isEdge = rows.mutableSpan
      var isMet = met.mutableSpan
      for step in 0..<block.count {
        let place = last ? block.count - 1 - step : step
        let code = span[place]
        let word = Int(code >> 6)
        let bit: UInt64 = 1 << (code & 63)
        // Whether a code is new is unpredictable for the CPU, so this code has no branch on it.
        let isNew = isMet[word] & bit == 0
        isMet[word] |= bit
        let row = start + place - range.lowerBound
        isEdge[row >> 6] |= (isNew ? 1 : 0) &<< UInt64(row & 63)
      }
    }
    return (rows, met)
  }

  /// Calls `body` with every listed row: its position in the list, the row, and the row's code. The listed numbers
  /// count from row `first`.
  func forEachListedBlock(
    of rows: [UInt32], from first: Int, _ body: (_ place: Int, _ row: Int, _ code: UInt64) -> Void
  ) throws(Diagnostic) {
    let cancellation = Cancellation.current
    var codes = [UInt64](repeating: 0, count: codeBlock)
    for start in stride(from: 0, to: rows.count, by: codeBlock) {
      if start & 0xffff == 0 { try cancellation.check() }
      let block = rows[start..<min(rows.count, start + codeBlock)].map { UInt32(first + Int($0)) }
      var span = codes.mutableSpan
      encode(.list(block[...]), into: &span)
      for index in block.indices { body(start + index, Int(block[index]), span[index]) }
    }
  }
}
