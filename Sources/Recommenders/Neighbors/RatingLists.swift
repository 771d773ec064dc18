import Diagnostics
import Parallelism

/// Ratings from one of their two sides: whose neighbours are sought (x), and whom they share (y).
///
/// For items as neighbours x are items and y users; for users the other way round.
struct RatingLists: Sendable {
  /// The ratings of y, in the order of the rows, are at `starts[y]..<starts[y + 1]` of the next two.
  let starts: [Int]
  let others: [Int32]
  let values: RatingValues
  /// The ratings of x, y ascending, are at `ownStarts[x]..<ownStarts[x + 1]`.
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
    // A counting sort by x of lists that ascend by y.
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

  /// Whether every list ascends as it is.
  private static func ascend(_ others: [Int32], _ starts: [Int]) throws(Diagnostic) -> Bool {
    try mapChunks(of: starts.count - 1, grain: 1 << 10) { (lists) in
      lists.allSatisfy { list in
        let own = others[starts[list]..<starts[list + 1]]
        return zip(own, own.dropFirst()).allSatisfy { $0 <= $1 }
      }
    }.allSatisfy { $0 }
  }

  /// How many there are to be neighbours.
  var count: Int { ownStarts.count - 1 }

  /// The ratings of x.
  func profile(_ x: Int) -> RatingProfile {
    let places = ownStarts[x]..<ownStarts[x + 1]
    return RatingProfile(number: x, others: ownOthers[places], values: ownValues[places])
  }
}

/// The ratings of one user or item, known at the fit or new.
struct RatingProfile: Sendable {
  /// Its number; nil if it is new.
  var number: Int?
  /// Who is at the other end, ascending.
  var others: ArraySlice<Int32>
  var values: RatingSlice

  var mean: Double { values.reduce(0, +) / Double(max(1, values.count)) }

  /// The standard deviation.
  var spread: Double {
    let mean = mean
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))).squareRoot()
  }
}
