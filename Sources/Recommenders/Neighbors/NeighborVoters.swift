import Diagnostics
import LinearAlgebra
import Parallelism

/// The parameters that `ItemKNN` and `UserKNN` share. `ofUsers` is whether neighbors are users.
protocol NeighborModel: Model {
  static var ofUsers: Bool { get }
  var similarity: NeighborSimilarity { get }
  var neighbors: Int { get }
  var centering: NeighborCentering { get }
  var scale: ClosedRange<Double> { get }
}

extension NeighborModel {
  /// Whether the scores are votes of neighbors rather than predicted ratings.
  var votes: Bool { centering == .none && similarity.weighsCells }

  /// The model that predicts ratings.
  func ratingNeighbors(_ interactions: consuming Interactions) throws(Diagnostic) -> FittedRatingNeighbors {
    let ratings = try interactions.becomeRatings()
    return FittedRatingNeighbors(
      model: self, interactions: interactions, scale: scale,
      knn: try RatingNeighbors(ratings, ofUsers: Self.ofUsers, similarity, neighbors: neighbors, centering))
  }
}

/// The ratings model of a model with votes. It is fitted at the first prediction.
final class DeferredRatings: Sendable {
  private let made = Mutex<FittedRatingNeighbors?>(nil)
  private let model: any NeighborModel
  private let interactions: Interactions

  init(_ model: some NeighborModel, _ interactions: Interactions) {
    self.model = model
    self.interactions = interactions
  }

  func fitted() throws(Diagnostic) -> FittedRatingNeighbors {
    if let fitted = made.withLock({ $0 }) { return fitted }
    let fitted = try model.ratingNeighbors(interactions)
    made.withLock { $0 = fitted }
    return fitted
  }
}

/// A model that recommends by votes and predicts by ratings.
protocol VotingModel: ScoringModel {
  var deferredRatings: DeferredRatings { get }
}

extension VotingModel {
  func predict(user: Int32?, item: Int32?) -> Double? {
    (try? deferredRatings.fitted())?.predict(user: user, item: item)
  }

  func predict(users: [Int32], items: [Int32]) throws(Diagnostic) -> [Double?] {
    try deferredRatings.fitted().predict(users: users, items: items)
  }
}
