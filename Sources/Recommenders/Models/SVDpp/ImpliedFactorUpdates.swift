/// What the ratings of one user do to the yⱼ of all his items, while they pass: yⱼ = α·yⱼ⁰ + s.
struct ImpliedFactorUpdates {
  /// Items the user rated equally often, which move alike.
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
  /// |Iᵤ|^−½ · Σ yⱼ as of now.
  private(set) var implied: [Double]
  /// qᵢ as it was when the rating came.
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

  /// A rating has come; its item's factors are about to move.
  mutating func begin(_ itemFactors: Span<Double>) {
    for factor in direction.indices { direction[factor] = itemFactors[factor] }
  }

  /// Moves all yⱼ by what the rating said.
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

  /// Writes the yⱼ as they are now.
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
