import Diagnostics
import Parallelism

/// Predicts ratings from neighbors: the mean of the ratings of the most similar ones, weighted by similarity.
///
/// If neighbors are items, the sums run over the `neighbors` items j of user u that are most similar to item i:
///
///     r̂ᵤᵢ = cᵢ + sᵢ · Σⱼ sim(i, j)·(rᵤⱼ − cⱼ)/sⱼ / Σⱼ sim(i, j)
///
/// with c = 0, the mean or the baseline, and s = 1 or the standard deviation. If neighbors are users, the sums run over
/// the users most similar to u who rated i. Only positive similarities count.
///
/// - Source: the numbers of Surprise's `KNNBasic`, `KNNWithMeans`, `KNNWithZScore` and `KNNBaseline`.
struct RatingNeighbors: Sendable {
  let ratings: Ratings
  /// Whether neighbors are users.
  let ofUsers: Bool
  let lists: RatingLists
  private let similarities: RatingSimilarities
  private let neighbors: Int
  private let centering: NeighborCentering
  private let means: [Double]
  private let spreads: [Double]
  private let overallSpread: Double
  private let baselines: RatingBaselines?

  init(
    _ ratings: Ratings, ofUsers: Bool, _ similarity: NeighborSimilarity, neighbors: Int, _ centering: NeighborCentering
  ) throws(Diagnostic) {
    self.ratings = ratings
    self.ofUsers = ofUsers
    self.neighbors = neighbors
    self.centering = centering
    lists = try RatingLists(ratings, ofUsers: ofUsers)
    if centering == .baseline || similarity == .pearsonBaseline {
      let deviations = try RatingDeviations(ratings)
      baselines = RatingBaselines(
        mean: ratings.mean, own: ofUsers ? deviations.users : deviations.items,
        ofOthers: ofUsers ? deviations.items : deviations.users)
    } else {
      baselines = nil
    }
    similarities = try RatingSimilarities(similarity, lists, baselines)
    let isCentered = centering == .means || centering == .zscore
    let profiles = isCentered ? (0..<lists.count).map(lists.profile) : []
    means = profiles.map(\.mean)
    let overall = RatingProfile(number: nil, others: [], values: ratings.values[0..<ratings.count]).spread
    overallSpread = overall
    spreads = centering == .zscore ? profiles.map { $0.spread == 0 ? overall : $0.spread } : []
  }

  /// The user (or item) whose ratings are predicted, and its similarities to all others; scratch memory, used again.
  struct Target {
    fileprivate var profile: RatingProfile
    fileprivate var row: [Double]
    fileprivate var sums: RatingSimilarities.PairSums
    fileprivate var chosen: [Neighbor] = []
  }

  fileprivate struct Neighbor {
    var similarity: Double
    /// The position of its rating in the list of candidates.
    var place: Int
  }

  /// Scratch memory for predictions; `aim` sets it to a user or item.
  func target() -> Target {
    Target(
      profile: RatingProfile(number: nil, others: [], values: RatingSlice([])),
      row: [Double](repeating: 0, count: lists.count), sums: similarities.pairSums())
  }

  func aim(_ target: inout Target, at profile: RatingProfile) {
    target.profile = profile
    similarities.write(profile, into: &target.row, &target.sums)
  }

  /// The similarities of a user or item to all others.
  func similarities(of profile: RatingProfile) -> [Double] {
    var target = target()
    aim(&target, at: profile)
    return target.row
  }

  /// The predicted rating of the pair of the target and `other` (an item if neighbors are users). `others` and `values`
  /// are the ratings of `other`. Nil if no neighbor has a rating and there is no center to predict.
  func estimate(_ target: inout Target, _ other: Int?, _ others: ArraySlice<Int32>, _ values: RatingValues)
    -> Double?
  {
    choose(&target, others)
    var (weights, sum) = (0.0, 0.0)
    for neighbor in target.chosen {
      weights += neighbor.similarity
      sum += neighbor.similarity * centered(values[neighbor.place], Int(others[neighbor.place]), other)
    }
    if centering == .none { return weights > 0 ? sum / weights : nil }
    return center(target.profile, other) + (weights > 0 ? sum / weights * spread(target.profile) : 0)
  }

  /// What each chosen neighbor adds to the estimate, with its position in `others`.
  ///
  /// - Precondition: `estimate` was called with the same arguments.
  func contributions(_ target: Target, _ other: Int?, _ others: ArraySlice<Int32>, _ values: RatingValues)
    -> [(place: Int, value: Double)]
  {
    let weights = target.chosen.reduce(0.0) { $0 + $1.similarity }
    return target.chosen.map { neighbor in
      let said = centered(values[neighbor.place], Int(others[neighbor.place]), other)
      return (neighbor.place, neighbor.similarity * said / weights * spread(target.profile))
    }
  }

  /// Chooses at most `neighbors` of those with a rating: the most similar ones with positive similarity. Equal ones
  /// keep their order.
  private func choose(_ target: inout Target, _ others: ArraySlice<Int32>) {
    target.chosen.removeAll(keepingCapacity: true)
    for place in others.indices {
      let similarity = target.row[Int(others[place])]
      if similarity > 0 { target.chosen.append(Neighbor(similarity: similarity, place: place)) }
    }
    target.chosen.sort { $0.similarity > $1.similarity || ($0.similarity == $1.similarity && $0.place < $1.place) }
    if target.chosen.count > neighbors { target.chosen.removeLast(target.chosen.count - neighbors) }
  }

  private func centered(_ rating: Double, _ neighbor: Int, _ other: Int?) -> Double {
    switch centering {
    case .none: rating
    case .means: rating - means[neighbor]
    case .zscore: (rating - means[neighbor]) / spreads[neighbor]
    case .baseline: rating - baseline(neighbor, other)
    }
  }

  /// μ + bₓ + b_y; the bias of a new user or item is 0.
  private func baseline(_ own: Int?, _ other: Int?) -> Double {
    guard let baselines else { return 0 }
    return baselines.mean + (own.map { baselines.own[$0] } ?? 0) + (other.map { baselines.ofOthers[$0] } ?? 0)
  }

  func center(_ profile: RatingProfile, _ other: Int?) -> Double {
    switch centering {
    case .none: 0
    case .means, .zscore: profile.number.map { means[$0] } ?? profile.mean
    case .baseline: baseline(profile.number, other)
    }
  }

  private func spread(_ profile: RatingProfile) -> Double {
    guard centering == .zscore else { return 1 }
    if let number = profile.number { return spreads[number] }
    let own = profile.spread
    return own == 0 ? overallSpread : own
  }

  /// The prediction if the user or the item, or both, have no ratings.
  func estimate(onlyKnowing user: Int?, _ item: Int?) -> Double {
    centering == .baseline ? baseline(ofUsers ? user : item, ofUsers ? item : user) : ratings.mean
  }

  /// The ratings of `other`, among which the neighbors of the target are searched, and the values at the same
  /// positions.
  func candidates(_ other: Int) -> (others: ArraySlice<Int32>, values: RatingValues) {
    (lists.others[lists.starts[other]..<lists.starts[other + 1]], lists.values)
  }
}
