/// One user's list against what the user really took.
struct RankedOutcome {
  /// k: how many places of a list count.
  let cutoff: Int
  /// The list, best first, cut to k.
  let items: ArraySlice<Int32>
  /// The ranks, from 1, of the items that the user took, ascending; an item that stands twice is a hit once. Ranks
  /// beyond k are there for metrics that look further down.
  let allHitRanks: [Int]
  /// |T|: how many distinct items the user took.
  let truthCount: Int

  init(list: ArraySlice<Int32>, truth: ArraySlice<Int32>, cutoff: Int) {
    self.cutoff = cutoff
    items = list.prefix(cutoff)
    truthCount = truth.count
    var ranks: [Int] = []
    var hits: [Int32] = []
    for (place, item) in list.enumerated() where truth.hasSorted(item) && !hits.contains(item) {
      ranks.append(place + 1)
      hits.append(item)
    }
    allHitRanks = ranks
  }

  /// The ranks of the hits within k.
  var hitRanks: ArraySlice<Int> { allHitRanks.prefix { $0 <= cutoff } }
  var hits: Int { hitRanks.count }
  /// The most hits that k places can hold.
  var attainable: Int { min(cutoff, truthCount) }
}

extension ArraySlice<Int32> {
  /// Whether an ascending slice holds an item.
  func hasSorted(_ item: Int32) -> Bool {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < item { low = middle + 1 } else { high = middle }
    }
    return low < endIndex && self[low] == item
  }
}
