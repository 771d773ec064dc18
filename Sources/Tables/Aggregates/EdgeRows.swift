import Diagnostics
import Parallelism

/// Where each of the distinct codes of some rows stands first or last.
extension KeyEncoder {
  /// The first row of every code, or the last, ascending.
  ///
  /// - Complexity: O(rows) on all cores; a bit a code where their range is small, else that of partitions by hash.
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

  /// Whether a bit for every code that there can be takes no more than a bit a row, or little.
  var isCountedByBits: Bool { maximum < 1 << 26 && maximum / 64 < UInt64(count) }

  /// The rows set at which a code is met first, or from behind.
  ///
  /// Ranges of rows look for codes that are new to them; of those the ones go that an earlier range has.
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

  /// The rows of a range, counted from its start, at which a code is met first or from behind, and all codes met.
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
        // Whether a code is new is a toss-up: written without a branch.
        let isNew = isMet[word] & bit == 0
        isMet[word] |= bit
        let row = start + place - range.lowerBound
        isEdge[row >> 6] |= (isNew ? 1 : 0) &<< UInt64(row & 63)
      }
    }
    return (rows, met)
  }

  /// Calls `body` with every row of a list, which counts from `first`: its place there, the row, and the row's code.
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
