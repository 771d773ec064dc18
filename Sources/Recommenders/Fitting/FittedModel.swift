public import Diagnostics
import Parallelism

/// A model that has learned from interactions. It is an immutable value, so several threads may use it.
///
/// Users and items are the dense indices of its `interactions`; the caller knows which ids they stand for.
public protocol FittedModel: Sendable {
  /// The kind of model and the parameters with which it was fitted.
  var model: any Model { get }
  /// The data to which it was fitted; also the source of seen items and of explanations.
  var interactions: Interactions { get }
  /// The measurements of each iteration; empty for a model without iterations.
  var history: History { get }
  /// Whether a cancellation ended the fit early; the model is then that of the last finished iteration.
  var wasInterrupted: Bool { get }
  /// Whether all users get the same list (before seen items are dropped).
  var givesEveryoneTheSame: Bool { get }
  /// Notes about this fit that a reader of its results should know, one sentence each.
  var notes: [String] { get }

  /// The best `request.top` items for each of `users`, in the order of `users`. A list may be shorter than `top`: it is
  /// not padded.
  func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists
  /// The best items for a user whom the model has not seen, from the items of `basket` (fold-in). One list.
  func recommend(basket: Basket, _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists
  /// The best items for users who were not in the training data and of whom nothing is known. A random model draws by
  /// their seeds. Nil if the model has no list for such users.
  func recommend(strangers seeds: [Int64], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists?
  /// The score of every item for a user, by which `recommend` ranks.
  func scores(for user: Int32) throws(Diagnostic) -> [Float]
  /// The items most similar to `item`, without itself.
  func similar(to item: Int32, top: Int) throws(Diagnostic) -> [ScoredItem]
  /// Terms that sum to the score of `item` for `user`.
  func explain(_ user: Int32, _ item: Int32) throws(Diagnostic) -> Explanation
  /// The predicted rating of an item by a user. The argument nil stands for a user or item that was not in the training
  /// data. Returns nil if the model predicts no ratings.
  func predict(user: Int32?, item: Int32?) -> Double?
  /// The predicted ratings of many pairs. A negative index stands for a user or item that was not in the training data.
  func predict(users: [Int32], items: [Int32]) throws(Diagnostic) -> [Double?]
  /// The model after `count` more iterations, with the same bits as a fit with that many more from the beginning.
  ///
  /// - Throws: a model without iterations; an interruption.
  func step(_ count: Int) throws(Diagnostic) -> any FittedModel
  /// Stores what `Model.restore` needs in addition to parameters and interactions.
  func store(in archive: inout ModelArchive)
}

extension FittedModel {
  public var userCount: Int { interactions.userCount }
  public var itemCount: Int { interactions.itemCount }
  /// The name of its kind.
  public var kind: String { type(of: model).name }

  public var history: History { History() }
  public var wasInterrupted: Bool { false }
  public var givesEveryoneTheSame: Bool { false }
  public var notes: [String] { [] }

  public func recommend(
    strangers seeds: [Int64], _ request: RecommendationRequest
  ) throws(Diagnostic) -> RankedLists? { nil }

  public func similar(to item: Int32, top: Int) throws(Diagnostic) -> [ScoredItem] {
    throw .cannot(
      kind, "compare items", instead: "EASE, SLIM, RP3beta, ItemKNN, PureSVD, BPR, iALS and SVD can")
  }

  public func explain(_ user: Int32, _ item: Int32) throws(Diagnostic) -> Explanation {
    throw .cannot(kind, "explain a score", instead: "EASE, iALS and ItemKNN can")
  }

  public func predict(user: Int32?, item: Int32?) -> Double? { nil }

  public func store(in archive: inout ModelArchive) {}

  public func predict(users: [Int32], items: [Int32]) throws(Diagnostic) -> [Double?] {
    try mapChunks(of: users.count, grain: 1024) { (pairs) in
      pairs.map { predict(user: users[$0] < 0 ? nil : users[$0], item: items[$0] < 0 ? nil : items[$0]) }
    }.flatMap { $0 }
  }

  public func step(_ count: Int) throws(Diagnostic) -> any FittedModel {
    throw .cannot(kind, "take steps: it is fitted at once", instead: nil)
  }
}
