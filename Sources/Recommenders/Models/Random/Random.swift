public import Diagnostics
import Parallelism
import RandomNumbers

/// Recommends random items: the lower bound with which every other model is compared.
public struct Random: Model {
  /// The probability of an item: equal for all, or its share of the rows.
  public enum Weighting: String, Sendable, CaseIterable {
    case uniform, popularity
  }

  public static let name = "Random"
  public static let summary = "draws items at random, uniformly or by popularity"
  public static let help = [
    "Draws what numpy's `RandomState(seed + user_id).choice(items, size, replace=False, p=p)` draws, with items ascending by id, so that the lists equal those of a Python notebook. With `by=popularity` p is the item's share of the rows.",
    "A list depends only on the seed and the user, not on other users or the number of cores. As in numpy, a list of 5 items need not be the start of a list of 10. The score is the probability p. With `seen=drop`, `only` or `except` the excluded items get p = 0, and the others are normalised to sum 1.",
    "A user id that is not a whole number in 0…2³²−1 is hashed to one. seed + user_id is taken modulo 2³². For a basket only the seed counts.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .word("by", \.by, "the probability of an item: equal for all, or its share of the rows"),
    .integer("seed", \.seed, in: 0...4_294_967_295, "the seed; the generator of a user starts from seed + user_id"),
  ]
  public static let steps = ["probabilities"]

  public var by = Weighting.uniform
  public var seed = 0

  public init() {}

  public var readsRows: RowReading { .counted }
  public var readsWeights: Bool { false }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let itemCount = interactions.itemCount
    let watch = Stopwatch()
    let probabilities: [Double]
    switch by {
    case .uniform:
      probabilities = [Double](repeating: 1 / Double(itemCount), count: itemCount)
    case .popularity:
      probabilities = interactions.rowsPerItem().map { Double($0) / Double(interactions.rowCount) }
    }
    try walk?.show(
      StepReport(
        of: Random.self, "probabilities", formula: by == .uniform ? "pⱼ = 1 / n" : "pⱼ = cⱼ / Σ c",
        shapes: ["p has \(itemCount) items"], seconds: watch.seconds,
        corners: [StepReport.Corner("p", count: itemCount) { probabilities[$0] }],
        lookAt: "how small they are: the expected precision of chance"))
    return FittedRandom(
      model: self, interactions: interactions, seed: seed, probabilities: probabilities,
      distribution: DiscreteDistribution(probabilities))
  }
}

struct FittedRandom: FittedModel {
  let model: any Model
  let interactions: Interactions
  let seed: Int
  let probabilities: [Double]
  let distribution: DiscreteDistribution

  func scores(for user: Int32) -> [Float] { probabilities.map { Float($0) } }

  func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    let blocks = try mapChunks(of: users.count, grain: 64) { (range) throws(Diagnostic) in
      var lists = RankedLists()
      for place in range {
        let user = users[place]
        let id = interactions.userSeeds?[Int(user)] ?? Int64(user)
        lists.append(draw(seed: Int64(seed) &+ id, seen: interactions.items(of: user), request.forList(place)))
      }
      return lists
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
  }

  func recommend(strangers seeds: [Int64], _ request: RecommendationRequest) -> RankedLists? {
    RankedLists(
      seeds.enumerated().lazy.map { draw(seed: Int64(seed) &+ $1, seen: [], request.forList($0)) })
  }

  func recommend(basket: Basket, _ request: RecommendationRequest) -> RankedLists {
    RankedLists([draw(seed: Int64(seed), seen: basket.items[...], request.forList(0))])
  }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let probability = probabilities[Int(item)]
    return Explanation(
      score: probability, terms: [Explanation.Term(.part("the probability of being drawn"), probability)])
  }

  private func draw(seed: Int64, seen: ArraySlice<Int32>, _ request: RecommendationRequest) -> [ScoredItem] {
    var random = RandomState(seed: UInt32(truncatingIfNeeded: seed))
    let drawn = random.choice(
      request.isUnrestricted ? distribution : restricted(to: request, seen: seen), size: request.top, replacing: false)
    return drawn.map {
      ScoredItem(item: Int32($0), score: Float(request.compared(probabilities[$0], of: Int32($0))))
    }
  }

  private func restricted(to request: RecommendationRequest, seen: ArraySlice<Int32>) -> DiscreteDistribution {
    var allowed = probabilities
    if request.divisors != nil {
      for item in allowed.indices { allowed[item] = request.compared(allowed[item], of: Int32(item)) }
    }
    if request.seen == .drop { for item in seen { allowed[Int(item)] = 0 } }
    for item in allowed.indices where !request.allows(Int32(item)) { allowed[item] = 0 }
    let sum = allowed.reduce(0, +)
    return DiscreteDistribution(sum > 0 ? allowed.map { $0 / sum } : allowed)
  }
}
