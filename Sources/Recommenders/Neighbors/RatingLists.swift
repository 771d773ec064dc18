import Diagnostics
import Parallelism

/// Ratings grouped both ways: by x, the side whose neighbors are searched, and by y, the other side.
///
/// If neighbors are items, x are items and y are users; if neighbors are users, the reverse.
struct RatingLists: Sendable {
  /// The ratings of y, in the order of the rows, are at `starts[y]..<starts[y + 1]` of `others` and `values`.
  let starts: [Int]
  let others: [Int32]
  let values: RatingValues
  /// The ratings of x, with y ascending, are at `ownStarts[x]..<ownStarts[x + 1]` of `ownOthers` and `ownValues`.
  let ownStarts: [Int]
  let ownOthers: [Int32]
  let ownValues: RatingValues

  init(_ ratings: Ratings, ofUsers: Bool) throws(Diagnostic) {
    starts = ofUsers ? ratings.itemStarts : ratings.userStarts
    others = ofUsers ? ratings.raters : ratings.items
    values = ofUsers ? ratings.ratersValues : ratings.values
    ownStarts = ofUsers ? ratings.userStarts : ratings.itemStarts
    let own = ofUsers ? ratings.items : ratings.raters
    if try Self.ascend(own, ownStarts) {
      (ownOthers, ownValues) = (own, ofUsers ? ratings.values : ratings.ratersValues)
      return
    }
    let (starts, others, values, ownStarts) = (starts, others, values, ownStarts)
    // A counting sort by x that goes through the lists with y ascending.
    func sorted<Element: BitwiseCopyable & Sendable>(
      _ element: (_ y: Int, _ place: Int) -> Element
    ) throws(Diagnostic) -> [Element] {
      var next = ownStarts
      return try fillArray(count: others.count, of: Element.self) { (sorted) throws(Diagnostic) in
        try forEachRange(of: starts.count - 1, by: 64) { range in
          for y in range {
            for place in starts[y]..<starts[y + 1] {
              let x = Int(others[place])
              sorted.store(element(y, place), at: next[x])
              next[x] += 1
            }
          }
        }
      }
    }
    ownOthers = try sorted { y, _ in Int32(y) }
    ownValues = RatingValues(
      count: others.count, values.stored.isEmpty ? nil : try sorted { _, place in values.stored[place] })
  }

  /// Whether every list is already ascending.
  private static func ascend(_ others: [Int32], _ starts: [Int]) throws(Diagnostic) -> Bool {
    try mapChunks(of: starts.count - 1, grain: 1 << 10) { (lists) in
      lists.allSatisfy { list in
        let own = others[starts[list]..<starts[list + 1]]
        return zip(own, own.dropFirst()).allSatisfy { $0 <= $1 }
      }
    }.allSatisfy { $0 }
  }

  /// The number of possible neighbors.
  var count: Int { ownStarts.count - 1 }

  /// The ratings of x.
  func profile(_ x: Int) -> RatingProfile {
    let places = ownStarts[x]..<ownStarts[x + 1]
    return RatingProfile(number: x, others: ownOthers[places], values: ownValues[places])
  }
}

/// The ratings of one user or item, from the training data or new.
struct RatingProfile: Sendable {
  /// Its number; nil if it is new.
  var number: Int?
  /// The items of a user, or the users of an item, ascending.
  var others: ArraySlice<Int32>
  var values: RatingSlice

  var mean: Double { values.reduce(0, +) / Double(max(1, values.count)) }

  /// The standard deviation.
  var spread: Double {
    let mean = mean
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))).squareRoot()
  }
}
