public import Diagnostics
import Parallelism
import RandomNumbers

/// Items drawn at random: the floor that every other model has to clear.
public struct Random: Model {
  /// How likely each item is.
  public enum Weighting: String, Sendable, CaseIterable {
    case uniform, popularity
  }

  public static let name = "Random"
  public static let summary = "items drawn at random, each as likely or by popularity"
  public static let help = [
    "Draws without replacement what numpy's `RandomState(seed + user_id).choice(items, size, replace=False, p=p)` draws, items ascending by id, so the lists can be compared with Python's number for number. With `by=popularity` p is an item's share of the rows.",
    "A list depends on the seed and the user alone, not on other users or on the number of cores. As in numpy, a list of 5 need not be the beginning of a list of 10. The score is the probability p. With `seen=drop`, `only` or `except` the other items get p = 0 and the rest is divided by its sum.",
    "User ids that are not whole numbers in 0…2³²−1 are hashed to one; seed + user_id is taken modulo 2³². For a basket the seed alone counts.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .word("by", \.by, "how likely an item is drawn: all the same, or by its share of the rows"),
    .integer("seed", \.seed, in: 0...4_294_967_295, "added to the user's id to seed the generator"),
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
      for user in users[range] {
        let id = interactions.userSeeds?[Int(user)] ?? Int64(user)
        lists.append(draw(seed: Int64(seed) &+ id, seen: interactions.items(of: user), request))
      }
      return lists
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
  }

  func recommend(strangers seeds: [Int64], _ request: RecommendationRequest) -> RankedLists? {
    RankedLists(seeds.lazy.map { draw(seed: Int64(seed) &+ $0, seen: [], request) })
  }

  func recommend(basket: Basket, _ request: RecommendationRequest) -> RankedLists {
    RankedLists([draw(seed: Int64(seed), seen: basket.items[...], request)])
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
    return drawn.map { ScoredItem(item: Int32($0), score: Float(probabilities[$0])) }
  }

  private func restricted(to request: RecommendationRequest, seen: ArraySlice<Int32>) -> DiscreteDistribution {
    var allowed = probabilities
    if request.seen == .drop { for item in seen { allowed[Int(item)] = 0 } }
    for item in allowed.indices where !request.allows(Int32(item)) { allowed[item] = 0 }
    let sum = allowed.reduce(0, +)
    return DiscreteDistribution(sum > 0 ? allowed.map { $0 / sum } : allowed)
  }
}
