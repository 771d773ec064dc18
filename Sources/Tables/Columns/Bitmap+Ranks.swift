import Diagnostics
import Parallelism

/// How many bits are set before each row of a bitmap, in a popcount a question.
struct BitmapRanks: Sendable {
  private let words: Buffer<UInt64>
  /// Set bits before each word, and at the end of all.
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

  /// Set bits before `row`, which may be the count.
  @inline(__always) subscript(row: Int) -> Int {
    let word = row >> 6
    if row & 63 == 0 { return Int(before[word]) }
    let below = words[word] & (1 << UInt64(row & 63) - 1)
    return Int(before[word]) + below.nonzeroBitCount
  }
}
