/// One user's list against what the user really took.
///
/// An item that stands twice in the list is a hit once, where it stands first; a null is no item. Both take up a place.
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
  /// |T|: how many distinct items the user took.
  let truthCount: Int
  /// How many rows those have: more, where the held-out items repeat.
  let truthRows: Int

  /// The outcome of a whole list, to be cut.
  init(list: ArraySlice<Int32>, truth: Truth) {
    cutoff = list.count
    self.list = list
    truthCount = truth.items.count
    truthRows = Int(truth.rows.reduce(0, +))
    var ranks: [Int] = []
    var rows: [Int] = []
    var hits: [Int32] = []
    for (place, item) in list.enumerated() {
      guard let index = truth.items.sortedIndex(of: item), !hits.contains(item) else { continue }
      ranks.append(place + 1)
      rows.append(Int(truth.rows[truth.rows.startIndex + (index - truth.items.startIndex)]))
      hits.append(item)
    }
    allHitRanks = ranks
    allHitRows = rows
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
  /// The most hits that k places can hold.
  var attainable: Int { min(cutoff, truthCount) }

  /// The list's items as often as they stand within k, without nulls.
  var items: some Collection<Int32> { places.lazy.filter { $0 >= 0 } }

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
