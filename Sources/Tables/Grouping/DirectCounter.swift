import Diagnostics
import Parallelism

/// Counts the occurrences of every code of a small range, and finds the first row of each.
///
/// A direct-address table with one word per code: it needs no partitions and no hashing.
struct DirectCounter: Sendable {
  /// One word per code: the first row in the high half, the count in the low half; 0 if no row has the code.
  private var words: [UInt64]
  private let rowCount: Int

  /// Whether the range of codes is small enough: 2¹⁶ codes (512 KB of words), or at most 4 bytes of words per row.
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

  /// The first rows and counts of the codes that occur, in first-occurrence order, and for every code its position in
  /// that order.
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

  /// The most frequent code; the least one if several are equally frequent.
  var mostFrequentCode: UInt64? {
    var best: (count: UInt64, code: Int) = (0, 0)
    for code in words.indices where words[code] & 0xffff_ffff > best.count {
      best = (words[code] & 0xffff_ffff, code)
    }
    return best.count == 0 ? nil : UInt64(best.code)
  }

  /// The number of codes that occur.
  var distinctCount: Int { words.count { $0 != 0 } }
}
