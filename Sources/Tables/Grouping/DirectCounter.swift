import Diagnostics
import Parallelism

/// How often every code of a small range was seen, and in which row first.
///
/// A word a code, addressed by the code itself: no partitions, no hashing, and no memory that grows with the rows.
struct DirectCounter: Sendable {
  /// By code: the first row above the count; 0 of a code that no row has.
  private var words: [UInt64]
  private let rowCount: Int

  /// Whether the codes' range is small enough for words to take 4 bytes a row at most.
  static func suits(_ encoder: KeyEncoder) -> Bool { encoder.maximum < UInt64(max(1 << 16, encoder.count / 2)) }

  init(_ encoder: KeyEncoder) throws(Diagnostic) {
    rowCount = encoder.count
    let codeCount = Int(encoder.maximum) + 1
    let ranges = max(1, min(8, rowCount >> 17 + 1, rowCount / (2 * codeCount)))
    var counters = try mapChunks(of: rowCount, grain: (rowCount + ranges - 1) / ranges) {
      (range) throws(Diagnostic) in
      var words = try repeatedArray(UInt64(0), count: codeCount)
      try encoder.forEachBlock(of: range) { (block, codes) in
        var words = words.mutableSpan
        for index in 0..<block.count {
          let slot = Int(truncatingIfNeeded: codes[index])
          let word = words[slot]
          words[slot] = (word == 0 ? UInt64(block.lowerBound + index) &<< 32 : word) &+ 1
        }
      }
      return words
    }
    words = counters.isEmpty ? [UInt64](repeating: 0, count: codeCount) : counters.removeFirst()
    let others = counters
    try updateArray(&words, grain: rowGrain) { (range, words) throws(Diagnostic) in
      for other in others {
        for code in range {
          let (own, more) = (words[code - range.lowerBound], other[code])
          words[code - range.lowerBound] = own == 0 ? more : own &+ more & 0xffff_ffff
        }
      }
    }
  }

  /// The codes that occur in the order of their first rows, with how often, and the place there of every code.
  func occurrences() throws(Diagnostic) -> (firstRows: [UInt32], counts: [UInt32], places: [UInt32]) {
    var occurs = [UInt64](repeating: 0, count: Bitmap.wordCount(rowCount))
    try forEachRange(of: words.count) { range in
      for code in range where words[code] != 0 {
        let row = Int(words[code] >> 32)
        occurs[row >> 6] |= 1 << UInt64(row & 63)
      }
    }
    let bits = Bitmap(words: Buffer(occurs), count: rowCount)
    let ranks = try BitmapRanks(bits)
    let firstRows = try selectedRows(bits)
    var places: [UInt32] = []
    let counts = try fillArray(count: firstRows.count, of: UInt32.self) { (counts) throws(Diagnostic) in
      places = try buildArray(count: words.count, grain: rowGrain) { (range, places) throws(Diagnostic) in
        for code in range {
          let word = words[code]
          let place = word == 0 ? 0 : ranks[Int(word >> 32)]
          places[code - range.lowerBound] = UInt32(truncatingIfNeeded: place)
          if word != 0 { counts.store(UInt32(truncatingIfNeeded: word), at: place) }
        }
      }
    }
    return (firstRows, counts, places)
  }

  /// The code that most rows have, the least of several.
  var mostFrequentCode: UInt64? {
    var best: (count: UInt64, code: Int) = (0, 0)
    for code in words.indices where words[code] & 0xffff_ffff > best.count {
      best = (words[code] & 0xffff_ffff, code)
    }
    return best.count == 0 ? nil : UInt64(best.code)
  }

  /// How many codes occur.
  var distinctCount: Int { words.count { $0 != 0 } }
}
