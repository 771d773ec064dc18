/// The updates of the yⱼ of all items of one user, during the user's ratings: yⱼ = α·yⱼ⁰ + s. See `FittedSVDpp`.
struct ImpliedFactorUpdates {
  /// The items that the user rated equally often: they have the same α and s.
  private struct Group {
    var times: Int
    var items: [Int]
    /// Σ yⱼ⁰.
    var startSum: [Double]
    /// α.
    var scale = 1.0
    /// s.
    var shift: [Double]
  }

  private var groups: [Group]
  /// √|Iᵤ|.
  private let root: Double
  private let rate: Double
  /// 1 − γλ.
  private let decay: Double
  /// The current value of |Iᵤ|^−½ · Σ yⱼ.
  private(set) var implied: [Double]
  /// qᵢ before the update by the current rating.
  private var direction: [Double]

  init(_ ratings: Ratings, _ user: Int, _ factors: [Double], _ model: SVDpp) {
    let places = ratings.ratings(ofUser: user)
    root = Double(places.count).squareRoot()
    rate = model.learningRate
    decay = 1 - model.learningRate * model.regularization
    let nothing = [Double](repeating: 0, count: model.factors)
    implied = nothing
    direction = nothing
    groups = []
    let items = places.map { Int(ratings.items[$0]) }.sorted()
    var start = 0
    while start < items.count {
      let end = items[start...].firstIndex { $0 != items[start] } ?? items.count
      let times = end - start
      let group = groups.firstIndex { $0.times == times } ?? groups.count
      if group == groups.count { groups.append(Group(times: times, items: [], startSum: nothing, shift: nothing)) }
      groups[group].items.append(items[start])
      for factor in nothing.indices { groups[group].startSum[factor] += factors[items[start] * model.factors + factor] }
      start = end
    }
    addUp()
  }

  /// Keeps the factors of a rating's item, before that rating updates them.
  mutating func begin(_ itemFactors: Span<Double>) {
    for factor in direction.indices { direction[factor] = itemFactors[factor] }
  }

  /// Updates all yⱼ by the error of the rating.
  mutating func finish(_ error: Double) {
    let step = rate * error / root
    for group in groups.indices {
      for _ in 0..<groups[group].times {
        groups[group].scale *= decay
        for factor in direction.indices {
          groups[group].shift[factor] = decay * groups[group].shift[factor] + step * direction[factor]
        }
      }
    }
    addUp()
  }

  private mutating func addUp() {
    for factor in implied.indices { implied[factor] = 0 }
    for group in groups {
      let weight = Double(group.times) / root
      let count = Double(group.items.count)
      for factor in implied.indices {
        implied[factor] += weight * (group.scale * group.startSum[factor] + count * group.shift[factor])
      }
    }
  }

  /// Writes the current yⱼ to `factors`.
  func write(to factors: inout [Double]) {
    for group in groups {
      for item in group.items {
        for factor in implied.indices {
          let place = item * implied.count + factor
          factors[place] = group.scale * factors[place] + group.shift[factor]
        }
      }
    }
  }
}
