public import Diagnostics

/// Factorisation of ratings by alternating least squares.
///
/// It predicts r̂ᵤᵢ = μ + bᵤ + bᵢ + pᵤ·qᵢ. With Q fixed, every pᵤ has a closed form over the items Iᵤ that the user
/// rated,
///
///     pᵤ = (Σᵢ∈Iᵤ qᵢqᵢᵀ + λ·s·I)⁻¹ · Σᵢ∈Iᵤ (rᵤᵢ − μ − bᵤ − bᵢ)·qᵢ,  s = |Iᵤ| or 1
///
/// then every qᵢ likewise with P fixed.
///
/// - Shape: P is users × factors, Q is items × factors; `Double`.
/// - Complexity: O(ratings·f² + (users + items)·f³) time per iteration.
/// - Randomness: Q starts at N(0, 0.1) by numpy's `RandomState(seed)`, row by row; P needs no start.
/// - Source: Bell, Koren, *Scalable Collaborative Filtering with Jointly Derived Neighborhood Interpolation Weights*,
///   ICDM 2007; λ scaled by the number of ratings after Zhou et al., *Large-Scale Parallel Collaborative Filtering for
///   the Netflix Prize*, AAIM 2008 (ALS-WR). Deviations are fitted first, once, as `Baseline` does.
public struct ALS: Model {
  /// The factor s of λ: the number of ratings of the row, or 1.
  public enum Scale: String, Sendable, CaseIterable {
    case count, none
  }

  public static let name = "ALS"
  public static let aliases = ["ExplicitALS"]
  public static let summary = "factorisation of ratings by alternating least squares"
  public static let help = [
    "Predicts r̂ = μ + bᵤ + bᵢ + pᵤ·qᵢ. With the items fixed, each user is a small least squares problem over the user's ratings, with a closed form; then the same for items. Only rated cells count. For purchases without ratings use `iALS`, where empty cells count too.",
    "λ is necessary: without it, a user with fewer ratings than factors has a singular system. `scale=count` multiplies λ by the number of ratings of the row, so that one λ suits long and short rows. `scale=none` does not; then λ is usually a few units.",
    "`biases=false` leaves out bᵤ and bᵢ and factorises the ratings minus their mean. The loss in `history` is the RMSE on the training ratings; `loss_after_users` is the loss after the user half of the iteration.",
    "The model is that of Bell, Koren, *Scalable Collaborative Filtering with Jointly Derived Neighborhood Interpolation Weights*, ICDM 2007; `scale=count` is that of Zhou et al., *Large-Scale Parallel Collaborative Filtering for the Netflix Prize*, AAIM 2008.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("factors", \.factors, in: 1...1024, "the length of the vector of each user and item"),
    .iterations("iterations", \.iterations, "sweeps over users and items"),
    .real("regularization", \.regularization, in: 0...1_000_000, "λ, the L2 penalty on both factor matrices"),
    .word("scale", \.scale, "whether to multiply λ by the number of ratings of the row"),
    .flag("biases", \.hasBiases, "whether to include the biases of users and items"),
    .integer("seed", \.seed, in: 0...4_294_967_295, "the seed of the initial item factors"),
    .interval("clip", \.clip, "the lowest and highest rating; predictions are clipped to this range"),
  ]
  public static let steps = ["start", "normal equations", "users", "items", "iterations"]
  public var readsRows: RowReading { .always }
  public static var startsWarm: Bool { true }

  public var factors = 10
  public var iterations = 10
  public var regularization = 0.1
  public var scale = Scale.count
  public var hasBiases = true
  public var seed = 0
  public var clip = 1.0...5.0

  public init() {}

  public func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let start = try FittedALS(startOf: self, interactions)
    try start.showStart(watch.seconds, walk)
    let fitted = try (consume start).continued(for: iterations, walk: walk)
    try fitted.showEnd(walk)
    return fitted
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: consuming Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedALS(self, interactions).restored(from: archive)
  }
}
