import Diagnostics
import Parallelism

/// Ratings from one of their two sides: whose neighbours are sought (x), and whom they share (y).
///
/// For items as neighbours x are items and y users; for users the other way round.
struct RatingLists: Sendable {
  /// The ratings of y, in the order of the rows, are at `starts[y]..<starts[y + 1]` of the next two.
  let starts: [Int]
  let others: [Int32]
  let values: [Double]
  /// The ratings of x, y ascending, are at `ownStarts[x]..<ownStarts[x + 1]`.
  let ownStarts: [Int]
  let ownOthers: [Int32]
  let ownValues: [Double]

  init(_ ratings: Ratings, ofUsers: Bool) throws(Diagnostic) {
    let cancellation = Cancellation.current
    starts = ofUsers ? ratings.itemStarts : ratings.userStarts
    others = ofUsers ? ratings.raters : ratings.items
    values = (ofUsers ? ratings.ratersValues : ratings.values).all
    ownStarts = ofUsers ? ratings.userStarts : ratings.itemStarts
    // A counting sort by x of lists that ascend by y.
    var next = ownStarts
    var ownOthers = [Int32](repeating: 0, count: others.count)
    var ownValues = [Double](repeating: 0, count: others.count)
    for y in 0..<starts.count - 1 {
      if y & 63 == 0 { try cancellation.check() }
      for place in starts[y]..<starts[y + 1] {
        let x = Int(others[place])
        ownOthers[next[x]] = Int32(y)
        ownValues[next[x]] = values[place]
        next[x] += 1
      }
    }
    self.ownOthers = ownOthers
    self.ownValues = ownValues
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
  var values: ArraySlice<Double>

  var mean: Double { values.reduce(0, +) / Double(max(1, values.count)) }

  /// The standard deviation.
  var spread: Double {
    let mean = mean
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))).squareRoot()
  }
}
