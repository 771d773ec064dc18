/// The ranges of a file that have been fetched, and the requests for others.
package struct FetchedRanges {
  /// In ascending order, with gaps between them.
  package private(set) var ranges: [Range<Int>] = []
  /// How many unrequested bytes may still be fetched to save requests.
  private var waste = 1 << 19

  /// A gap up to this size costs less than another request.
  private static let widestGap = 1 << 17
  /// Larger ranges are split: several connections are faster than one.
  private static let largestRequest = 1 << 23

  package init() {}

  /// Whether all bytes of a range have been fetched.
  package func contains(_ range: Range<Int>) -> Bool {
    range.isEmpty || ranges.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
  }

  /// Returns the missing parts of some ranges, merged over small gaps and split if large, in ascending order.
  package mutating func requests(for wanted: [Range<Int>]) -> [Range<Int>] {
    var missing: [Range<Int>] = []
    for range in FetchedRanges.united(wanted) { missing += rest(of: range) }
    return merged(missing).flatMap(FetchedRanges.cut)
  }

  /// Records that a range has been fetched.
  package mutating func insert(_ range: Range<Int>) {
    if !range.isEmpty { ranges = FetchedRanges.united(ranges + [range]) }
  }

  /// Merges ranges that touch or overlap.
  private static func united(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = result.last, range.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }

  /// The parts of a range that have not been fetched.
  private func rest(of range: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = range.lowerBound
    for known in ranges where known.upperBound > start && known.lowerBound < range.upperBound {
      if known.lowerBound > start { result.append(start..<known.lowerBound) }
      start = max(start, known.upperBound)
    }
    if start < range.upperBound { result.append(start..<range.upperBound) }
    return result
  }

  /// Merges ranges over the narrowest gaps first, within the budget `waste`.
  private mutating func merged(_ missing: [Range<Int>]) -> [Range<Int>] {
    let gaps = missing.indices.dropFirst()
      .map { (index: $0, size: missing[$0].lowerBound - missing[$0 - 1].upperBound) }
      .sorted { ($0.size, $0.index) < ($1.size, $1.index) }
    var closed: Set<Int> = []
    for gap in gaps where gap.size <= min(FetchedRanges.widestGap, waste) {
      waste -= gap.size
      closed.insert(gap.index)
    }
    var result: [Range<Int>] = []
    for (index, range) in missing.enumerated() {
      if closed.contains(index), let last = result.popLast() {
        result.append(last.lowerBound..<range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }

  /// Splits a range that is too large for one request into equal parts.
  private static func cut(_ range: Range<Int>) -> [Range<Int>] {
    let count = max(1, range.count / largestRequest)
    let size = range.count / count
    return (0..<count).map { part in
      let start = range.lowerBound + part * size
      return start..<(part == count - 1 ? range.upperBound : start + size)
    }
  }
}
