public import Diagnostics

/// SVD++: a matrix factorisation of ratings that also learns from which items a user rated, whatever the ratings.
///
///     r̂ᵤᵢ = μ + bᵤ + bᵢ + qᵢ·(pᵤ + |Iᵤ|^−½ · Σⱼ∈Iᵤ yⱼ)
///
/// For every rating, in order, with e = r − r̂ and zᵤ the sum in brackets, it updates
///
///     bᵤ += γ(e − λbᵤ),  bᵢ += γ(e − λbᵢ),  pᵤ += γ(e·qᵢ − λpᵤ),  qᵢ += γ(e·zᵤ − λqᵢ),  yⱼ += γ(e·qᵢ/√|Iᵤ| − λyⱼ)
///
/// - Complexity: O(ratings·f) time per epoch; `FittedSVDpp` explains how.
/// - Randomness: P, Q, then Y, start at N(0, `deviation`) by numpy's `RandomState(seed)`, row by row.
/// - Source: Koren, *Factorization Meets the Neighborhood*, KDD 2008, §4; order and constants as in Surprise.
public struct SVDpp: Model {
  public static let name = "SVDpp"
  public static let aliases = ["SVD++"]
  public static let summary = "SVD that also learns from which items a user rated"
  public static let help = [
    "Predicts r̂ = μ + bᵤ + bᵢ + qᵢ·(pᵤ + |Iᵤ|^−½ · Σ yⱼ), the sum over all items j that the user rated. Which films somebody rated says something about the person, whatever the ratings; the second set of item factors yⱼ learns that.",
    "It is usually the most accurate of the factor models here. With the same seed and rows it gives the numbers of Surprise's `SVDpp` up to rounding. A pass costs no more than one of `SVD`: a rating changes all yⱼ of its user in the same way, so they are updated once per user.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("factors", \.factors, in: 1...4096, "the length of the vector of each user and item"),
    .iterations("epochs", \.epochs, "passes over the ratings"),
    .real("learning_rate", \.learningRate, in: 0...100, "γ, the step of the descent"),
    .real("regularization", \.regularization, in: 0...1_000_000, "λ, the L2 penalty on deviations and factors"),
    .real("deviation", \.deviation, in: 0...1000, "the standard deviation of the initial factors"),
    .integer("seed", \.seed, in: 0...4_294_967_295, "the seed of the initial factors"),
    .interval("scale", \.scale, "the lowest and highest rating; predictions are clipped to this range"),
  ]
  public static let steps = ["start", "epochs"]
  public var readsRows: RowReading { .always }

  public var factors = 20
  public var epochs = 20
  public var learningRate = 0.007
  public var regularization = 0.02
  public var deviation = 0.1
  public var seed = 0
  public var scale = 1.0...5.0

  public init() {}

  public func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let start = try FittedSVDpp(startOf: self, interactions)
    try start.show(
      "start", "pᵤ, qᵢ, yᵢ ~ N(0, \(deviation)), bᵤ = bᵢ = 0", "small random numbers: all predictions near the mean",
      watch.seconds, walk)
    let fitted = try (consume start).continued(for: epochs)
    try fitted.show(
      "epochs", "r̂ᵤᵢ = μ + bᵤ + bᵢ + qᵢ·(pᵤ + |Iᵤ|^−½ · Σⱼ yⱼ)",
      "P includes the sum over the user's items: for users with many ratings it differs most from pᵤ alone",
      fitted.history.seconds, walk)
    return fitted
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: consuming Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedSVDpp(self, interactions).restored(from: archive)
  }
}
