public import Diagnostics
import LinearAlgebra

/// Users like a user: what the `neighbors` nearest of them had, or how they rated.
///
/// Votes: sᵤⱼ = Σᵥ sim(u, v)·xᵥⱼ over the nearest users v. Ratings: the mean of the neighbours' ratings weighted by
/// similarity, see `RatingNeighbors`.
///
/// - Complexity: nothing at the fit; O(Σ of users per own item) a user.
/// - Source: Resnick et al., *GroupLens*, CSCW 1994; ratings as in Surprise.
public struct UserKNN: NeighborModel {
  public static let name = "UserKNN"
  public static let aliases = ["UserNeighbors"]
  public static let summary = "what users like this one had, or how they rated"
  public static let help = [
    "Two users are alike if they had the same items. The `neighbors` most similar to a user vote for what they had, times their weights; what none of them had is not recommended. A user is not his own neighbour.",
    NeighborHelp.similarities, NeighborHelp.centerings,
    "Nothing is computed at the fit: neighbours are looked for when a user is asked about, so a million users need no matrix of a million squared.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .word("similarity", \.similarity, "how two users are compared"),
    .integer("neighbors", \.neighbors, in: 1...100_000, "how many of the most similar count"),
    .word("centering", \.centering, "what neighbours' ratings are taken relative to"),
    .interval("scale", \.scale, "the lowest and highest rating; predictions are cut to it"),
  ]
  public static let steps = ["neighbours"]
  public static let readsRows = true
  static let ofUsers = true

  public var similarity = NeighborSimilarity.cosine
  public var neighbors = 40
  public var centering = NeighborCentering.none
  public var scale = 1.0...5.0

  public init() {}

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    guard votes else {
      let fitted = try ratingNeighbors(interactions)
      try fitted.show(1, of: 1, walk)
      return fitted
    }
    let fitted = try FittedUserKNN(self, interactions)
    guard let walk else { return fitted }
    let first = Int32(0)
    var sums = [Float](repeating: 0, count: fitted.userCount)
    let nearest = fitted.neighbors(
      fitted.weights.columns(ofRow: 0), fitted.weights.values(ofRow: 0), besides: first, &sums)
    try walk.show(
      StepReport(
        number: 1, total: 1, title: "neighbours", formula: "sim(u, v) = wᵤ·wᵥ, the \(neighbors) largest of every u",
        shapes: [
          "W is \(fitted.userCount) users × \(fitted.itemCount) items",
          "the first user has \(counted(nearest.count, "neighbour")) with something in common",
        ], seconds: 0,
        corners: [
          StepReport.Corner("W", rowCount: fitted.userCount, columnCount: fitted.itemCount) {
            Double(fitted.weights.value(row: $0, column: Int32($1)) ?? 0)
          },
          StepReport.Corner("sim(u₁, ·), best first", rowCount: 1, columnCount: nearest.count) {
            Double(nearest[$1].score)
          },
        ], lookAt: "how fast similarity falls: far neighbours say little"))
    return fitted
  }
}

/// What the two neighbour models say alike.
enum NeighborHelp {
  static let similarities =
    "`similarity=cosine`, `tfidf` and `bm25` multiply weighted columns. `tfidf` takes the root of weights and lets what is common say less; `bm25` dampens weights by K1 = 1.2 and long columns by B = 0.75 and is not divided by lengths. `msd` (how near the ratings are), `pearson` and `pearson_baseline` compare ratings, over what both have in common alone."
  static let centerings =
    "`predict` gives ratings: the mean of what neighbours said, weighted by similarity, as Surprise's `KNNBasic`; with `centering=means` relative to means (`KNNWithMeans`), with `zscore` in standard deviations (`KNNWithZScore`), with `baseline` relative to baselines (`KNNBaseline`, best with `pearson_baseline`). There `cosine` too looks at common ratings alone. With a centering, or a similarity of ratings, `recommend` ranks by the predicted rating; without, neighbours vote."
}

extension FittedRatingNeighbors {
  /// The similarities of the first user or item.
  func show(_ number: Int, of total: Int, _ walk: Walk?) throws(Diagnostic) {
    guard let walk else { return }
    let row = knn.similarities(of: knn.lists.profile(0))
    let names = knn.ofUsers ? ("users", "the first user") : ("items", "the first item")
    try walk.show(
      StepReport(
        number: number, total: total, title: "neighbours",
        formula: "r̂ᵤᵢ = c + s · Σ sim·(r − c′)/s′ / Σ sim over the nearest who have a rating",
        shapes: ["sim is \(row.count) \(names.0) × \(names.0), found row by row when needed"], seconds: 0,
        corners: [StepReport.Corner("sim of \(names.1)", rowCount: 1, columnCount: row.count) { row[$1] }],
        lookAt: "1 with itself; 0 with whom it shares no rating"))
  }
}
