public import Diagnostics
import Parallelism

// Sorting. Rows are ordered by their codes with a stable radix sort: partitioned by the top bits, then each partition
// sorted in the cache by the bits that are left. The result is a permutation, 4 bytes a row; columns are gathered by it
// afterwards. What has no code of 64 bits is ranked first. Time is O(rows · bits).

/// The rows of a table in the order of its keys, the first key counting most.
///
/// Stable; NaN comes after all numbers and null after NaN, ascending or descending. Text is ordered byte by byte, lists
/// element by element, false before true.
///
/// - Complexity: O(rows · key bits) on all cores; no memory beyond the keys and the result, but 4 bytes for each row of
///   a value range that holds most rows.
/// - Parameter copiesKeys: whether 8 bytes more a row may be taken meanwhile, which is sooner.
public func argsort(_ keys: [SortKey], count: Int, copiesKeys: Bool = false) throws(Diagnostic) -> [UInt32] {
  let encoder = try KeyEncoder(keys, count: count)
  return copiesKeys ? try sortedRows(copying: encoder) : try sortedRows(encoder)
}

/// The first `limit` rows in the order of the keys: what `argsort` starts with, without sorting the rest.
///
/// - Complexity: O(rows + limit log limit) where the keys are in random order.
public func topRows(_ keys: [SortKey], count: Int, limit: Int) throws(Diagnostic) -> [UInt32] {
  let limit = min(max(0, limit), count)
  if limit == 0 { return [] }
  let encoder = try KeyEncoder(keys, count: count)
  if limit > 1 << 12, let rows = try leadingRows(encoder, limit: limit) { return rows }
  if limit > 1 << 16 || limit * 4 > count { return Array(try sortedRows(encoder).prefix(limit)) }
  let candidates = try mapChunks(of: count, grain: 1 << 20) { (range) throws(Diagnostic) in
    var best = SmallestCodes(limit: limit)
    // Codes that come in the wrong order are collected and dropped again and again: that is stopped in every block.
    let cancellation = Cancellation.current
    try encoder.forEachBlock(of: range) { (block, codes) throws(Diagnostic) in
      try cancellation.check()
      best.insert(codes, count: block.count, firstRow: block.lowerBound)
    }
    return best.smallest
  }
  var all = candidates.flatMap { $0 }
  all.sort { ($0.code, $0.row) < ($1.code, $1.row) }
  return all.prefix(limit).map(\.row)
}

/// The first rows in the order of their codes, found among those up to a code that a sample tells to be a little beyond
/// them; nil where it does not leave out the greater part of the rows.
private func leadingRows(_ encoder: KeyEncoder, limit: Int) throws(Diagnostic) -> [UInt32]? {
  let sampleCount = 1 << 14
  let place = limit * sampleCount / max(1, encoder.count) + sampleSlack
  guard place < sampleCount / 2, encoder.count > sampleCount else { return nil }
  let sampled = (0..<sampleCount).map { UInt32($0 * encoder.count / sampleCount) }
  var sample = [UInt64](repeating: 0, count: sampleCount)
  var span = sample.mutableSpan
  encoder.encode(0..<sampleCount, of: sampled, into: &span)
  sample.sort()
  let greatest = sample[place]
  let chunks = try mapChunks(of: encoder.count, grain: rowGrain) { (range) throws(Diagnostic) in
    var rows: [UInt32] = []
    try encoder.forEachBlock(of: range) { (block, codes) in
      for index in 0..<block.count where codes[index] <= greatest { rows.append(UInt32(block.lowerBound + index)) }
    }
    return rows
  }
  let rows = try joined(chunks)
  guard rows.count >= limit, rows.count <= encoder.count / 2, encoder.bitWidth + bitWidth(of: rows.count) <= 64 else {
    return nil
  }
  let order = try sortedPositions(count: rows.count, codeBits: encoder.bitWidth) { (places, codes) in
    encoder.encode(.list((0..<places.count).map { rows[places[$0]] }[...]), into: &codes)
  }
  return order.prefix(limit).map { rows[Int($0)] }
}

/// The rows with the smallest codes so far. Twice as many as wanted are collected before the greater half is dropped.
private struct SmallestCodes {
  typealias Entry = (code: UInt64, row: UInt32)

  private let limit: Int
  private var threshold = UInt64.max
  private var entries: [Entry] = []

  /// No more of them than are wanted.
  var smallest: [Entry] {
    var own = self
    if own.entries.count > limit { own.shrink() }
    return Array(own.entries[...])
  }

  init(limit: Int) {
    self.limit = limit
    entries.reserveCapacity(limit * 2 + 64)
  }

  /// Takes the codes of rows from `firstRow` on, which come in ascending order: a later row with the threshold's code is
  /// behind it.
  mutating func insert(_ codes: borrowing MutableSpan<UInt64>, count: Int, firstRow: Int) {
    var first = 0
    while first < count {
      let end = min(count, first + 64)
      // Most blocks have none: one loop without branches tells.
      if entries.count < limit || SmallestCodes.least(codes, first..<end) < threshold {
        for index in first..<end { insert(code: codes[index], row: UInt32(firstRow + index)) }
      }
      first = end
    }
  }

  @inline(__always)
  private static func least(_ codes: borrowing MutableSpan<UInt64>, _ range: Range<Int>) -> UInt64 {
    var least = UInt64.max
    for index in range { least = min(least, codes[index]) }
    return least
  }

  @inline(__always) private mutating func insert(code: UInt64, row: UInt32) {
    if code >= threshold, entries.count >= limit { return }
    entries.append((code, row))
    if entries.count == limit * 2 + 64 { shrink() }
  }

  private mutating func shrink() {
    entries.sort { ($0.code, $0.row) < ($1.code, $1.row) }
    entries.removeLast(entries.count - limit)
    threshold = entries[limit - 1].code
  }
}
