/// The list of one user, compared with the user's held-out items.
///
/// A rank is a position in the list, from 1. An item that is in the list twice is a hit once, at its first rank. A null
/// is not an item. Both take up a rank. Some libraries count a repeated item each time; for them there is
/// `repeatedHitRanks`.
struct RankedOutcome {
  /// The held-out items of the user.
  struct Truth {
    /// The distinct items, ascending.
    var items: ArraySlice<Int32>
    /// The number of rows of each of them.
    var rows: ArraySlice<Int32>
  }

  /// k: how many places of a list count. Hits are looked up once for all cutoffs.
  var cutoff: Int
  /// The whole list, best first; a null is −1.
  private let list: ArraySlice<Int32>
  /// The ranks of all hits in the list, ascending. Ranks beyond k are included for metrics that read the whole list.
  let allHitRanks: [Int]
  /// The number of held-out rows of each of those items.
  let allHitRows: [Int]
  /// The ranks of all held-out items in the list, repeats included, ascending.
  private let allRepeatedHitRanks: [Int]
  /// The number of held-out rows of the items at those ranks.
  private let allRepeatedHitRows: [Int]
  /// T: the distinct held-out items, ascending.
  let truth: ArraySlice<Int32>
  /// The user's items in train, as indices of train, ascending; empty if no metric needs them.
  let history: ArraySlice<Int32>
  /// |T|: the number of distinct held-out items.
  let truthCount: Int
  /// The number of held-out rows: more than |T| if held-out items repeat.
  let truthRows: Int

  /// The outcome of a whole list.
  init(list: ArraySlice<Int32>, truth: Truth, history: ArraySlice<Int32> = []) {
    cutoff = list.count
    self.list = list
    self.history = history
    self.truth = truth.items
    truthCount = truth.items.count
    truthRows = Int(truth.rows.reduce(0, +))
    var ranks: [Int] = []
    var rows: [Int] = []
    var hits: [Int32] = []
    for (place, item) in list.enumerated() {
      guard let index = truth.items.sortedIndex(of: item) else { continue }
      ranks.append(place + 1)
      rows.append(Int(truth.rows[truth.rows.startIndex + (index - truth.items.startIndex)]))
      hits.append(item)
    }
    (allRepeatedHitRanks, allRepeatedHitRows) = (ranks, rows)
    let firsts = hits.indices.filter { !hits[..<$0].contains(hits[$0]) }
    let areDistinct = firsts.count == hits.count
    allHitRanks = areDistinct ? ranks : firsts.map { ranks[$0] }
    allHitRows = areDistinct ? rows : firsts.map { rows[$0] }
  }

  /// The list cut to k.
  var places: ArraySlice<Int32> { list.prefix(cutoff) }
  /// The ranks of the hits within k.
  var hitRanks: ArraySlice<Int> { allHitRanks.prefix { $0 <= cutoff } }
  var hits: Int { hitRanks.count }
  /// The number of held-out rows of each hit within k.
  var hitRows: ArraySlice<Int> { allHitRows.prefix(hits) }
  /// The ranks within k of held-out items, repeats included.
  var repeatedHitRanks: ArraySlice<Int> { allRepeatedHitRanks.prefix { $0 <= cutoff } }
  /// The number of held-out rows of the items at those ranks.
  var repeatedHitRows: ArraySlice<Int> { allRepeatedHitRows.prefix(repeatedHitRanks.count) }
  /// The number of rows in a left join of the held-out rows with the whole list, by item: a row whose item is in the
  /// list twice counts twice.
  var joinedTruthRows: Int { truthRows + allRepeatedHitRows.reduce(0, +) - allHitRows.reduce(0, +) }
  /// The largest possible number of hits: min(k, |T|).
  var attainable: Int { min(cutoff, truthCount) }

  /// The items within k, with repeats, without nulls.
  var items: some Collection<Int32> { places.lazy.filter { $0 >= 0 } }

  /// The items at the ranks of the hits.
  var hitItems: some Collection<Int32> { hitRanks.lazy.map { list[list.startIndex + $0 - 1] } }

  /// The mean of a number over `items`; nil if there are none.
  func mean(_ number: (Int) -> Double) -> Double? {
    var (sum, count) = (0.0, 0)
    for item in items {
      sum += number(Int(item))
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }
}

extension ArraySlice<Int32> {
  /// The index of an item in an ascending slice, by binary search; nil if it is not there.
  func sortedIndex(of item: Int32) -> Int? {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < item { low = middle + 1 } else { high = middle }
    }
    return low < endIndex && self[low] == item ? low : nil
  }
}
