import Diagnostics
import Parallelism

/// Counts the set bits before any row of a bitmap (its rank) with one popcount.
///
/// - Complexity: O(rows) to build, O(1) per lookup; 4 bytes per 64 rows.
struct BitmapRanks: Sendable {
  private let words: Buffer<UInt64>
  /// The number of set bits before each word, then the total.
  private let before: [UInt32]
  private let count: Int

  init(_ bits: Bitmap) throws(Diagnostic) {
    let words = bits.words
    let grain = 1 << 12
    let sums = try mapChunks(of: words.count, grain: grain) { (range) throws(Diagnostic) in
      let words = words.span
      var sum: UInt32 = 0
      for word in range { sum += UInt32(words[word].nonzeroBitCount) }
      return sum
    }
    var starts: [UInt32] = [0]
    for sum in sums { starts.append((starts.last ?? 0) + sum) }
    let chunkStarts = starts
    self.words = words
    count = bits.count
    before =
      try buildArray(count: words.count, grain: grain) { (range, before) throws(Diagnostic) in
        let words = words.span
        var sum = chunkStarts[range.lowerBound / grain]
        for word in range {
          before[word - range.lowerBound] = sum
          sum += UInt32(words[word].nonzeroBitCount)
        }
      } + [starts.last ?? 0]
  }

  /// The number of set bits before `row`, which may equal the count.
  @inline(__always) subscript(row: Int) -> Int {
    let word = row >> 6
    if row & 63 == 0 { return Int(before[word]) }
    let below = words[word] & (1 << UInt64(row & 63) - 1)
    return Int(before[word]) + below.nonzeroBitCount
  }
}
