public import Diagnostics
import Parallelism
import RandomNumbers

/// Predicts ratings from clusters of users, clusters of items, and their co-clusters.
///
/// It predicts r̂ᵤᵢ = C̄(cᵤ, cᵢ) + (μᵤ − C̄(cᵤ)) + (μᵢ − C̄(cᵢ)), where C̄ is the mean rating of a cluster or
/// co-cluster. Users and items are reassigned alternately to the cluster with the least squared error; of equal ones,
/// to the first.
///
/// - Complexity: O(ratings · (user clusters + item clusters)) time per epoch.
///
/// - Randomness: the first assignment, users then items, from numpy's `RandomState(seed).randint`.
/// - Source: George, Merugu, *A Scalable Collaborative Filtering Framework Based on Co-clustering*, ICDM 2005. As in
///   Surprise: a) ratings are truncated to whole numbers, in means too; b) averages are computed once per epoch; c) an
///   empty cluster has the mean of all ratings; d) an unknown user or item gets the mean of all ratings.
public struct CoClustering: Model {
  public static let name = "CoClustering"
  public static let summary = "ratings from clusters of users, clusters of items, and their crossings"
  public static let help = [
    "Assigns users and items to a few clusters each, and predicts the mean of the co-cluster, corrected by how much the user and the item differ from their clusters. It reassigns all users, then all items, `epochs` times.",
    "The numbers are those of Surprise, with two of its peculiarities: ratings are truncated to whole numbers (3.5 counts as 3), and an unknown user or item gets the mean of all ratings. If all ratings are equal, it predicts them without error, which means nothing.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("user_clusters", \.userClusters, in: 1...1000, "the number of user clusters"),
    .integer("item_clusters", \.itemClusters, in: 1...1000, "the number of item clusters"),
    .iterations("epochs", \.epochs, "how often to reassign users and items"),
    .integer("seed", \.seed, in: 0...4_294_967_295, "the seed of the initial assignment"),
    .interval("scale", \.scale, "the lowest and highest rating; predictions are clipped to this range"),
  ]
  public static let steps = ["start", "one reassignment", "assignments"]
  public var readsRows: RowReading { .always }

  public var userClusters = 3
  public var itemClusters = 3
  public var epochs = 20
  public var seed = 0
  public var scale = 1.0...5.0

  public init() {}

  public func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let start = try FittedCoClustering(startOf: self, interactions)
    try start.showStart(watch.seconds, walk)
    let fitted = try (consume start).continued(for: epochs)
    try fitted.showEnd(walk)
    return fitted
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: consuming Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedCoClustering(self, interactions).restored(from: archive)
  }
}
