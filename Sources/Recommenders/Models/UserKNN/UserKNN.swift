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
  public static let steps = ["weights", "neighbours"]
  public var readsRows: RowReading { .whereWeighted }
  static let ofUsers = true

  public var similarity = NeighborSimilarity.cosine
  public var neighbors = 40
  public var centering = NeighborCentering.none
  public var scale = 1.0...5.0

  public init() {}

  public func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    guard votes else { return try fitRatingNeighbors(interactions, walk) }
    var watch = Stopwatch()
    let fitted = try FittedUserKNN(self, interactions)
    guard let walk else { return fitted }
    let busy = fitted.interactions.busyUsers()
    try walk.show(
      StepReport(
        of: UserKNN.self, "weights", formula: CellWeights.formula(similarity, ofUsers: true),
        shapes: ["W is \(fitted.userCount) users × \(fitted.itemCount) items"], seconds: watch.seconds,
        corners: [
          StepReport.Corner(
            "W", rowCount: fitted.userCount, columnCount: fitted.itemCount, rows: busy,
            columns: fitted.interactions.commonItems()
          ) { Double(fitted.weights.value(row: Int($0), column: $1) ?? 0) }
        ], lookAt: "who had much says less about each"))
    watch = Stopwatch()
    let first = busy.indices.first ?? 0
    var sums = [Float](repeating: 0, count: fitted.userCount)
    let nearest = fitted.neighbors(
      fitted.weights.columns(ofRow: Int(first)), fitted.weights.values(ofRow: Int(first)), besides: first, &sums)
    try walk.show(
      StepReport(
        of: UserKNN.self, "neighbours", formula: "sim(u, v) = wᵤ·wᵥ, the \(neighbors) largest of every u",
        shapes: ["\(counted(nearest.count, "neighbour")) with something in common, found when they are needed"],
        subjects: [.users([first])], seconds: watch.seconds,
        corners: [
          StepReport.Corner("sim(u, ·)", count: nearest.count, at: .users(nearest.prefix(5).map(\.index))) { other in
            Double(nearest.first { $0.index == other }?.score ?? 0)
          }
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
