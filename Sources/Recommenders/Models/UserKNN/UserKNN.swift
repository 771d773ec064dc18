public import Diagnostics
import LinearAlgebra

/// Recommends the items that the `neighbors` most similar users had, or rated highly.
///
/// Votes: sᵤⱼ = Σᵥ sim(u, v)·xᵥⱼ over the nearest users v. Ratings: the mean of the neighbors' ratings, weighted by
/// similarity; see `RatingNeighbors`.
///
/// - Complexity: O(cells) time for the fit; O(Σ of the users of the user's items) per recommended user.
/// - Source: Resnick et al., *GroupLens*, CSCW 1994; ratings as in Surprise.
public struct UserKNN: NeighborModel {
  public static let name = "UserKNN"
  public static let aliases = ["UserNeighbors"]
  public static let summary = "recommends what similar users had, or rated highly"
  public static let help = [
    "Two users are similar if they had the same items. The `neighbors` most similar users vote for their items, weighted. Items that none of them had are not recommended. A user is never a neighbour of itself.",
    NeighborHelp.similarities, NeighborHelp.centerings,
    "The fit computes nothing: the neighbours of a user are searched on request, so a million users need no matrix of a million squared.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .word("similarity", \.similarity, "the similarity of two users"),
    .integer("neighbors", \.neighbors, in: 1...100_000, "how many of the most similar users to use"),
    .word("centering", \.centering, "what to subtract from the ratings of neighbours"),
    .interval("scale", \.scale, "the lowest and highest rating; predictions are clipped to this range"),
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
        ], lookAt: "an item has less weight for a user with many items"))
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

/// The paragraphs of help that `ItemKNN` and `UserKNN` share.
enum NeighborHelp {
  static let similarities =
    "`similarity=cosine`, `tfidf` and `bm25` are products of weighted columns. `tfidf` takes the square root of the weights and gives common entries less weight. `bm25` dampens weights with K1 = 1.2 and long columns with B = 0.75, and does not normalise. `msd` (mean squared difference), `pearson` and `pearson_baseline` compare ratings, over the common entries only."
  static let centerings =
    "`predict` gives ratings: the mean of the neighbours' ratings, weighted by similarity, as Surprise's `KNNBasic`; with `centering=means` relative to means (`KNNWithMeans`), with `zscore` in standard deviations (`KNNWithZScore`), with `baseline` relative to baselines (`KNNBaseline`, best with `pearson_baseline`). For ratings, `cosine` too uses common ratings only. With a centering, or a similarity of ratings, `recommend` ranks by the predicted rating; otherwise the neighbours vote."
}
