public import Diagnostics
import Parallelism

/// The mean rating, plus how much a user and an item deviate from it.
///
/// r̂ᵤᵢ = μ + bᵤ + bᵢ, the deviations shrunk towards zero and fitted in turns, items first.
///
/// - Source: Koren, *Factor in the Neighbors*, ACM TKDD 2010, §2.1; constants and order as Surprise's `BaselineOnly`.
public struct Baseline: Model {
  public static let name = "Baseline"
  public static let aliases = ["BaselineOnly"]
  public static let summary = "mean rating plus deviations of the user and the item"
  public static let help = [
    "Predicts r̂ = μ + bᵤ + bᵢ: the mean of all ratings, how much the user rates above it, how much the item is rated above it. Fitted in turns, items first; `regularization_items` and `regularization_users` act as that many imaginary ratings of exactly μ.",
    "Any rating model has to beat it. As a recommender it gives everyone the same order. The numbers are those of Surprise's `BaselineOnly`.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("epochs", \.epochs, in: 1...100_000, "turns"),
    .real("regularization_users", \.userRegularization, in: 0...Double.infinity, "shrinkage of the users' deviations"),
    .real("regularization_items", \.itemRegularization, in: 0...Double.infinity, "shrinkage of the items' deviations"),
    .interval("scale", \.scale, "the lowest and highest rating; predictions are cut to it"),
  ]
  public static let steps = ["deviations"]
  public static let readsRows = true

  public var epochs = 10
  public var userRegularization = 15.0
  public var itemRegularization = 10.0
  public var scale = 1.0...5.0

  public init() {}

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let clock = ContinuousClock()
    let start = clock.now
    let ratings = Ratings(interactions)
    let deviations = try RatingDeviations(
      ratings, epochs: epochs, userRegularization: userRegularization, itemRegularization: itemRegularization)
    try walk?.show(
      StepReport(
        number: 1, total: 1, title: "deviations",
        formula: "bᵢ = Σᵤ (rᵤᵢ − μ − bᵤ) / (λᵢ + nᵢ), then bᵤ = Σᵢ (rᵤᵢ − μ − bᵢ) / (λᵤ + nᵤ)",
        shapes: ["bᵤ for \(ratings.userCount) users, bᵢ for \(ratings.itemCount) items, μ = \(ratings.mean)"],
        seconds: seconds(clock.now - start),
        corners: [
          StepReport.Corner("bᵤ", rowCount: 1, columnCount: ratings.userCount) { deviations.users[$1] },
          StepReport.Corner("bᵢ", rowCount: 1, columnCount: ratings.itemCount) { deviations.items[$1] },
        ], lookAt: "who is generous, and what everyone likes"))
    return FittedBaseline(
      model: self, interactions: interactions, ratings: ratings, scale: scale, deviations: deviations)
  }
}

extension Baseline {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    let ratings = Ratings(interactions)
    return FittedBaseline(
      model: self, interactions: interactions, ratings: ratings, scale: scale,
      deviations: RatingDeviations(
        users: try archive.doubles("users", count: ratings.userCount),
        items: try archive.doubles("items", count: ratings.itemCount)))
  }
}

/// bᵤ and bᵢ.
struct RatingDeviations: Sendable {
  private(set) var users: [Double]
  private(set) var items: [Double]

  init(users: [Double], items: [Double]) {
    self.users = users
    self.items = items
  }

  init(
    _ ratings: Ratings, epochs: Int = 10, userRegularization: Double = 15, itemRegularization: Double = 10
  ) throws(Diagnostic) {
    users = [Double](repeating: 0, count: ratings.userCount)
    items = [Double](repeating: 0, count: ratings.itemCount)
    for _ in 0..<epochs {
      try Cancellation.current.check()
      for item in 0..<ratings.itemCount {
        var sum = 0.0
        for place in ratings.ratings(ofItem: item) {
          sum += ratings.ratersValues[place] - ratings.mean - users[Int(ratings.raters[place])]
        }
        items[item] = sum / (itemRegularization + Double(ratings.ratings(ofItem: item).count))
      }
      for user in 0..<ratings.userCount {
        var sum = 0.0
        for place in ratings.ratings(ofUser: user) {
          sum += ratings.values[place] - ratings.mean - items[Int(ratings.items[place])]
        }
        users[user] = sum / (userRegularization + Double(ratings.ratings(ofUser: user).count))
      }
    }
  }
}

struct FittedBaseline: RatingModel {
  let model: any Model
  let interactions: Interactions
  let ratings: Ratings
  let scale: ClosedRange<Double>
  let deviations: RatingDeviations

  func store(in archive: inout ModelArchive) {
    archive.store("users", deviations.users)
    archive.store("items", deviations.items)
  }

  func terms(user: Int?, item: Int?) -> [(name: String, value: Double)] {
    [
      ("mean of all ratings", ratings.mean), ("the user's deviation", user.map { deviations.users[$0] } ?? 0),
      ("the item's deviation", item.map { deviations.items[$0] } ?? 0),
    ]
  }
}
