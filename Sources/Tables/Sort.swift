public import Diagnostics
import Parallelism

/// The rows of a table in the order of its keys, the first key counting most.
///
/// Stable; NaN comes after all numbers and null after NaN, ascending or descending. Text is ordered byte by byte, lists
/// element by element, false before true.
///
/// - Complexity: O(rows · key bits) on all cores; no memory beyond the keys and the result, but 4 bytes for each row of
///   a value range that holds most rows.
public func argsort(_ keys: [SortKey], count: Int) throws(Diagnostic) -> [UInt32] {
  try sortedRows(try KeyEncoder(keys, count: count))
}

/// The first `limit` rows in the order of the keys: what `argsort` starts with, without sorting the rest.
///
/// - Complexity: O(rows + limit log limit) where the keys are in random order.
public func topRows(_ keys: [SortKey], count: Int, limit: Int) throws(Diagnostic) -> [UInt32] {
  let limit = min(max(0, limit), count)
  if limit == 0 { return [] }
  let encoder = try KeyEncoder(keys, count: count)
  if limit > 1 << 16 || limit * 4 > count { return Array(try sortedRows(encoder).prefix(limit)) }
  let candidates = try mapChunks(of: count, grain: 1 << 20) { (range) throws(Diagnostic) in
    var best = SmallestCodes(limit: limit)
    var codes = [UInt64](repeating: 0, count: codeBlock)
    for start in stride(from: range.lowerBound, to: range.upperBound, by: codeBlock) {
      let block = start..<min(range.upperBound, start + codeBlock)
      var span = codes.mutableSpan
      encoder.encode(block, into: &span)
      for index in 0..<block.count { best.insert(code: span[index], row: UInt32(start + index)) }
    }
    return best.entries
  }
  var all = candidates.flatMap { $0 }
  all.sort { ($0.code, $0.row) < ($1.code, $1.row) }
  return all.prefix(limit).map(\.row)
}

/// The rows with the smallest codes so far. Twice as many as wanted are collected before the greater half is dropped.
private struct SmallestCodes {
  typealias Entry = (code: UInt64, row: UInt32)

  private let limit: Int
  private var threshold = UInt64.max
  private(set) var entries: [Entry] = []

  init(limit: Int) {
    self.limit = limit
    entries.reserveCapacity(limit * 2 + 64)
  }

  @inline(__always) mutating func insert(code: UInt64, row: UInt32) {
    // Rows come in ascending order: a later row with the threshold's code is behind it.
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
