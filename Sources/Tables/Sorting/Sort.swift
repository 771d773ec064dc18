public import Diagnostics
import Parallelism

// Sorting. Rows are ordered by their codes with a stable radix sort: they are partitioned by the top bits, then each
// partition is sorted in the cache by the other bits. The result is a permutation, 4 bytes per row; columns are
// gathered by it afterwards. Keys that do not fit 64 bits are replaced by their ranks first. Time is O(rows · bits).

/// The rows of a table in the order of its keys; the first key is the most significant.
///
/// Stable. NaN comes after all numbers and null after NaN, both ascending and descending. Text is ordered byte by byte,
/// lists element by element, false before true.
///
/// - Complexity: O(rows · key bits) on all cores; no memory beyond the keys and the result, except 4 bytes per row of a
///   partition that is too large for one core.
/// - Parameter copiesKeys: whether to use a faster algorithm that temporarily takes 8 more bytes per row.
public func argsort(_ keys: [SortKey], count: Int, copiesKeys: Bool = false) throws(Diagnostic) -> [UInt32] {
  let encoder = try KeyEncoder(keys, count: count)
  return copiesKeys ? try sortedRows(copying: encoder) : try sortedRows(encoder)
}

/// The first `limit` rows in the order of the keys, without sorting the rest.
///
/// - Complexity: O(rows + limit log limit) if the keys are in random order.
public func topRows(_ keys: [SortKey], count: Int, limit: Int) throws(Diagnostic) -> [UInt32] {
  let limit = min(max(0, limit), count)
  if limit == 0 { return [] }
  let encoder = try KeyEncoder(keys, count: count)
  if limit > 1 << 12, let rows = try leadingRows(encoder, limit: limit) { return rows }
  if limit > 1 << 16 || limit * 4 > count { return Array(try sortedRows(encoder).prefix(limit)) }
  let candidates = try mapChunks(of: count, grain: 1 << 20) { (range) throws(Diagnostic) in
    var best = SmallestCodes(limit: limit)
    // Descending codes are slow because every row is collected and dropped again, so every block checks for
    // cancellation.
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

/// The first rows in the order of their codes. A sample gives a code slightly above the `limit`-th, and only rows up to
/// that code are sorted. Nil if this does not exclude at least half of the rows.
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

/// The rows with the smallest codes so far. It collects up to about twice the limit before it drops the greater half.
private struct SmallestCodes {
  typealias Entry = (code: UInt64, row: UInt32)

  private let limit: Int
  private var threshold = UInt64.max
  private var entries: [Entry] = []

  /// At most `limit` of them.
  var smallest: [Entry] {
    var own = self
    if own.entries.count > limit { own.shrink() }
    return Array(own.entries[...])
  }

  init(limit: Int) {
    self.limit = limit
    entries.reserveCapacity(limit * 2 + 64)
  }

  /// Adds the codes of rows from `firstRow` on. Calls must be in ascending order of rows: a later row with the
  /// threshold's code then sorts after it and is not needed.
  mutating func insert(_ codes: borrowing MutableSpan<UInt64>, count: Int, firstRow: Int) {
    var first = 0
    while first < count {
      let end = min(count, first + 64)
      // Most blocks have no code below the threshold; a loop without branches finds out.
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
