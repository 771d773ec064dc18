public import Diagnostics
import Parallelism

/// The mean rating plus the biases of the user and the item.
///
/// It predicts r̂ᵤᵢ = μ + bᵤ + bᵢ. The biases are shrunk towards zero and fitted alternately, items first.
///
/// - Complexity: O(ratings) time per epoch.
/// - Source: Koren, *Factor in the Neighbors*, ACM TKDD 2010, §2.1; constants and order as Surprise's `BaselineOnly`.
public struct Baseline: Model {
  public static let name = "Baseline"
  public static let aliases = ["BaselineOnly"]
  public static let summary = "predicts the mean rating plus the biases of the user and the item"
  public static let help = [
    "Predicts r̂ = μ + bᵤ + bᵢ: the mean of all ratings, how much the user rates above it, and how much the item is rated above it. It fits items and users alternately, items first. `regularization_items` and `regularization_users` act like that many additional ratings of exactly μ.",
    "Every model of ratings has to beat it. As a recommender it gives everyone the same order. The numbers are those of Surprise's `BaselineOnly`.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .iterations("epochs", \.epochs, "passes over items and users"),
    .real("regularization_users", \.userRegularization, in: 0...Double.infinity, "the shrinkage of the user biases"),
    .real("regularization_items", \.itemRegularization, in: 0...Double.infinity, "the shrinkage of the item biases"),
    .interval("scale", \.scale, "the lowest and highest rating; predictions are clipped to this range"),
  ]
  public static let steps = ["deviations"]
  public var readsRows: RowReading { .always }

  public var epochs = 10
  public var userRegularization = 15.0
  public var itemRegularization = 10.0
  public var scale = 1.0...5.0

  public init() {}

  public func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let fitted = try FittedBaseline(startOf: self, interactions).continued(for: epochs)
    try fitted.show(walk)
    return fitted
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: consuming Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedBaseline(startOf: self, interactions).restored(from: archive)
  }
}

struct FittedBaseline: RatingModel, EpochModel {
  var baseline: Baseline
  let interactions: Interactions
  let ratings: Ratings
  var deviations: RatingDeviations
  var history = History(lossMeaning: "RMSE on the training ratings")
  var wasInterrupted = false

  var model: any Model { baseline }
  var scale: ClosedRange<Double> { baseline.scale }

  var iterationLimit: Int {
    get { baseline.epochs }
    set { baseline.epochs = newValue }
  }

  init(startOf model: Baseline, _ interactions: consuming Interactions) throws(Diagnostic) {
    baseline = model
    ratings = try interactions.becomeRatings()
    self.interactions = interactions
    deviations = RatingDeviations(startOf: ratings)
  }

  mutating func visitState(_ state: inout StateVisitor) throws(Diagnostic) {
    try deviations.visit(&state, ratings)
  }

  mutating func runEpoch(_ number: Int, of total: Int) throws(Diagnostic) -> Double {
    try deviations.runEpoch(
      ratings, userRegularization: baseline.userRegularization, itemRegularization: baseline.itemRegularization)
    return try trainingError()
  }

  func terms(user: Int?, item: Int?) -> [(name: String, value: Double)] {
    [
      ("mean of all ratings", ratings.mean), ("the user's deviation", user.map { deviations.users[$0] } ?? 0),
      ("the item's deviation", item.map { deviations.items[$0] } ?? 0),
    ]
  }

  func show(_ walk: Walk?) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        of: Baseline.self, "deviations",
        formula: "bᵢ = Σᵤ (rᵤᵢ − μ − bᵤ) / (λᵢ + nᵢ), then bᵤ = Σᵢ (rᵤᵢ − μ − bᵢ) / (λᵤ + nᵤ)",
        shapes: [
          "bᵤ for \(ratings.userCount) users, bᵢ for \(ratings.itemCount) items, μ = \(shortText(ratings.mean))"
        ],
        seconds: history.seconds,
        corners: [
          StepReport.Corner("bᵤ", count: ratings.userCount) { deviations.users[$0] },
          StepReport.Corner("bᵢ", count: ratings.itemCount) { deviations.items[$0] },
        ], lookAt: "which users rate high, and which items are rated high"))
  }
}
