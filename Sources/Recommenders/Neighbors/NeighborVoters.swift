import Diagnostics
import LinearAlgebra
import Synchronization

/// What `ItemKNN` and `UserKNN` have in common.
protocol NeighborModel: Model {
  static var ofUsers: Bool { get }
  var similarity: NeighborSimilarity { get }
  var neighbors: Int { get }
  var centering: NeighborCentering { get }
  var scale: ClosedRange<Double> { get }
}

extension NeighborModel {
  /// Whether neighbours vote for items, rather than say what a rating would be.
  var votes: Bool { centering == .none && similarity.weighsCells }

  /// The model that predicts ratings.
  func ratingNeighbors(_ interactions: consuming Interactions) throws(Diagnostic) -> FittedRatingNeighbors {
    let ratings = try interactions.becomeRatings()
    return FittedRatingNeighbors(
      model: self, interactions: interactions, scale: scale,
      knn: try RatingNeighbors(ratings, ofUsers: Self.ofUsers, similarity, neighbors: neighbors, centering))
  }
}

/// The ratings that a model of votes predicts: made when somebody asks for the first.
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

/// A model whose lists come from votes and whose predictions come from ratings.
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
