public import Diagnostics
import Parallelism

/// A model that has learned from interactions. A value: nothing changes it, and several threads may use it.
///
/// Users and items are the indices of its `interactions`; whoever calls knows which ids they stand for.
public protocol FittedModel: Sendable {
  /// The kind and the parameters it was fitted with.
  var model: any Model { get }
  /// What it was fitted to; also the source of seen items and explanations.
  var interactions: Interactions { get }
  /// A line per iteration; empty for a model without iterations.
  var history: History { get }
  /// Whether Ctrl-C ended the fit early; the model is then that of the last finished iteration.
  var wasInterrupted: Bool { get }
  /// Whether everyone gets the same list (before seen items are dropped).
  var givesEveryoneTheSame: Bool { get }
  /// What about this fit will mislead, a sentence each.
  var notes: [String] { get }

  /// The best `request.top` items for each of `users`, in their order. Lists may be short; nothing is padded or repeated.
  func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists
  /// The same for somebody new, who has had to do with the items of `basket`.
  func recommend(basket: Basket, _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists
  /// The same for users who were not there at the fit and of whom nothing is known, named by their seeds; nil where a
  /// model has nothing to say to them.
  func recommend(strangers seeds: [Int64], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists?
  /// The score of every item for a user: what `recommend` ranks by.
  func scores(for user: Int32) throws(Diagnostic) -> [Float]
  /// The items nearest to `item`, without itself.
  func similar(to item: Int32, top: Int) throws(Diagnostic) -> [ScoredItem]
  /// Terms that sum to the score of `item` for `user`.
  func explain(_ user: Int32, _ item: Int32) throws(Diagnostic) -> Explanation
  /// The rating expected of a user for an item, nil standing for one that was not there at the fit; nil where a model
  /// predicts no ratings.
  func predict(user: Int32?, item: Int32?) -> Double?
  /// The same for many pairs; a negative index is somebody that was not there at the fit.
  func predict(users: [Int32], items: [Int32]) throws(Diagnostic) -> [Double?]
  /// The model after `count` more iterations: the same, bit for bit, as if it had been fitted that much longer.
  func step(_ count: Int) throws(Diagnostic) -> any FittedModel
  /// Stores what `Model.restore` needs besides parameters and interactions.
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
    throw .cannot(kind, "compare items", instead: "EASE, iALS and ItemKNN can")
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
