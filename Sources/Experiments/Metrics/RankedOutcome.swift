/// One user's list against what the user really took.
///
/// An item that stands twice in the list is a hit once, where it stands first; a null is no item. Both take up a place.
/// Some libraries count such an item as often as it stands: `repeatedHitRanks`.
struct RankedOutcome {
  /// What the user took.
  struct Truth {
    /// Distinct, ascending.
    var items: ArraySlice<Int32>
    /// How many rows each of them has.
    var rows: ArraySlice<Int32>
  }

  /// k: how many places of a list count.
  private(set) var cutoff: Int
  /// The whole list, best first; a null is −1.
  private let list: ArraySlice<Int32>
  /// The ranks, from 1, of the items that the user took, ascending. Ranks beyond k are there for metrics that look
  /// further down.
  let allHitRanks: [Int]
  /// How many rows of the user each of those items has.
  let allHitRows: [Int]
  /// The places, from 1, whose item the user took, also where it stands there a second time, ascending.
  private let allRepeatedHitRanks: [Int]
  /// How many rows of the user the items at those places have.
  private let allRepeatedHitRows: [Int]
  /// T: the distinct items the user took, ascending.
  let truth: ArraySlice<Int32>
  /// What the user has in train, in train's own numbers, ascending; empty where nobody asks.
  let history: ArraySlice<Int32>
  /// |T|: how many distinct items the user took.
  let truthCount: Int
  /// How many rows those have: more, where the held-out items repeat.
  let truthRows: Int

  /// The outcome of a whole list, to be cut.
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

  /// The same list at another cutoff; its hits are looked up once for all of them.
  func cut(to cutoff: Int) -> RankedOutcome {
    var cut = self
    cut.cutoff = cutoff
    return cut
  }

  /// The list cut to k.
  var places: ArraySlice<Int32> { list.prefix(cutoff) }
  /// The ranks of the hits within k.
  var hitRanks: ArraySlice<Int> { allHitRanks.prefix { $0 <= cutoff } }
  var hits: Int { hitRanks.count }
  /// How many rows the hits within k have.
  var hitRows: ArraySlice<Int> { allHitRows.prefix(hits) }
  /// The places within k whose item the user took, an item that stands twice at both.
  var repeatedHitRanks: ArraySlice<Int> { allRepeatedHitRanks.prefix { $0 <= cutoff } }
  /// How many rows the items at those places have.
  var repeatedHitRows: ArraySlice<Int> { allRepeatedHitRows.prefix(repeatedHitRanks.count) }
  /// The rows those have where each stands beside every place of the whole list that has its item, as a left join of
  /// rows and list has them.
  var joinedTruthRows: Int { truthRows + allRepeatedHitRows.reduce(0, +) - allHitRows.reduce(0, +) }
  /// The most hits that k places can hold.
  var attainable: Int { min(cutoff, truthCount) }

  /// The list's items as often as they stand within k, without nulls.
  var items: some Collection<Int32> { places.lazy.filter { $0 >= 0 } }

  /// The items at the ranks of the hits.
  var hitItems: some Collection<Int32> { hitRanks.lazy.map { list[list.startIndex + $0 - 1] } }

  /// The mean of a number over those items; nil for a list without any.
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
  /// Where an ascending slice has an item.
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
