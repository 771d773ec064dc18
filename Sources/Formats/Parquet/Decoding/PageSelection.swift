import Diagnostics
import Tables

/// The requested rows of a row group: a row range, or a selection of it.
struct PageSelection {
  let rows: Range<Int>
  /// The bitmap that selects rows of `rows`; nil selects all.
  let kept: Bitmap?

  /// Whether a page has a requested row.
  func touches(_ page: Range<Int>) -> Bool {
    let shared = page.clamped(to: rows)
    if shared.isEmpty { return false }
    guard let kept else { return true }
    return kept.hasSetBits(in: shared.lowerBound - rows.lowerBound..<shared.upperBound - rows.lowerBound)
  }

  /// The requested rows, counted from the row group's first, if they are so few that decoding them one by one is
  /// cheaper than decoding all; else nil.
  var fewRows: [UInt32]? {
    guard let kept, kept.setCount <= rows.count / 8 else { return nil }
    var few: [UInt32] = []
    few.reserveCapacity(kept.setCount)
    let words = kept.words.span
    for index in words.indices {
      var word = words[index]
      while word != 0 {
        few.append(UInt32(truncatingIfNeeded: rows.lowerBound + index * 64 + word.trailingZeroBitCount))
        word &= word - 1
      }
    }
    return few
  }

  /// Returns the requested rows of a column that holds the row ranges `pages`, one after another.
  func rest(of column: Column, covering pages: [Range<Int>]) throws(Diagnostic) -> Column {
    guard let kept else {
      guard let first = pages.first else { return column }
      return column[rows.lowerBound - first.lowerBound..<rows.upperBound - first.lowerBound]
    }
    var bits = BitmapBuilder()
    for page in pages {
      let shared = page.clamped(to: rows)
      guard !shared.isEmpty else {
        bits.appendZeros(page.count)
        continue
      }
      bits.appendZeros(shared.lowerBound - page.lowerBound)
      bits.append(kept[shared.lowerBound - rows.lowerBound..<shared.upperBound - rows.lowerBound])
      bits.appendZeros(page.upperBound - shared.upperBound)
    }
    return try bits.bitmap.map { (bits) throws(Diagnostic) in try filter(column, bits) } ?? column
  }
}

extension ChunkDecoding {
  /// Drops the pages of a single chunk that hold no requested row. Returns the row ranges of the others.
  ///
  /// - Parameter starts: the first row of every page of a nested leaf, if the file has an offset index. In a flat
  ///   leaf, values are rows, so it is not needed.
  mutating func select(_ selection: PageSelection, starts: [Int]?) -> [Range<Int>] {
    guard plans.count == 1 else { return [0..<rowCount] }
    let pages = plans[0].pages.data
    var bounds: [Int] = [0]
    if isFlat {
      for page in pages { bounds.append(bounds[bounds.count - 1] + page.values.count) }
    } else {
      guard let starts, starts.count == pages.count else { return [0..<rowCount] }
      bounds = starts + [rowCount]
    }
    let chosen = pages.indices.filter { selection.touches(bounds[$0]..<bounds[$0 + 1]) }
    let covered = chosen.map { bounds[$0]..<bounds[$0 + 1] }
    plans[0].pages.data = chosen.map { pages[$0] }
    rowCount = covered.reduce(0) { $0 + $1.count }
    plans[0].rows = 0..<rowCount
    return covered
  }

  /// Restricts decoding to these rows of the remaining pages.
  mutating func pick(_ rows: [UInt32], covering pages: [Range<Int>]) {
    var next = 0
    picked = pages.map { page in
      let first = next
      while next < rows.count, rows[next] < page.upperBound { next += 1 }
      return rows[first..<next].map { $0 - UInt32(truncatingIfNeeded: page.lowerBound) }
    }
    rowCount = rows.count
    plans[0].rows = 0..<rowCount
  }
}
