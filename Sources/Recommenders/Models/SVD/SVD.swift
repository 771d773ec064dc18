public import Diagnostics
import LinearAlgebra
import Parallelism
import RandomNumbers

/// Biased matrix factorisation of ratings, by stochastic gradient descent.
///
/// It predicts r̂ᵤᵢ = μ + bᵤ + bᵢ + pᵤ·qᵢ. For every rating, in order, with e = r − r̂, it updates
///
///     bᵤ += γ(e − λbᵤ),  bᵢ += γ(e − λbᵢ),  pᵤ += γ(e·qᵢ − λpᵤ),  qᵢ += γ(e·pᵤ − λqᵢ)
///
/// - Complexity: O(ratings·f) time per epoch.
/// - Randomness: P, then Q, start at N(0, `deviation`) by numpy's `RandomState(seed)`, row by row.
/// - Source: Koren, Bell, Volinsky, *Matrix Factorization Techniques*, IEEE Computer 2009; order, constants and
///   `Double` arithmetic as in Surprise, with the same bits.
public struct SVD: Model {
  public static let name = "SVD"
  public static let summary = "biased matrix factorisation of ratings by stochastic gradient descent"
  public static let help = [
    "Predicts r̂ = μ + bᵤ + bᵢ + pᵤ·qᵢ and follows the gradient of the squared error, rating by rating, for `epochs` passes. The name comes from the Netflix prize; it is not a singular value decomposition.",
    "Only rated cells count, so it needs ratings that differ: on a table of purchases, where every rating is 1, it learns to predict 1. `history` shows the RMSE of each epoch on the training ratings.",
    "With the same seed and rows it gives the same numbers as Surprise's `SVD`: users in the order of first occurrence, never shuffled.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("factors", \.factors, in: 1...4096, "the length of the vector of each user and item"),
    .iterations("epochs", \.epochs, "passes over the ratings"),
    .real("learning_rate", \.learningRate, in: 0...100, "γ, the step of the descent"),
    .real("regularization", \.regularization, in: 0...1_000_000, "λ, the L2 penalty on deviations and factors"),
    .flag("biased", \.isBiased, "whether to include the mean and the biases of users and items"),
    .real("deviation", \.deviation, in: 0...1000, "the standard deviation of the initial factors"),
    .integer("seed", \.seed, in: 0...4_294_967_295, "the seed of the initial factors"),
    .interval("scale", \.scale, "the lowest and highest rating; predictions are clipped to this range"),
  ]
  public static let steps = ["start", "one update", "epochs"]
  public var readsRows: RowReading { .always }

  public var factors = 100
  public var epochs = 20
  public var learningRate = 0.005
  public var regularization = 0.02
  public var isBiased = true
  public var deviation = 0.1
  public var seed = 0
  public var scale = 1.0...5.0

  public init() {}

  public func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let start = try FittedSVD(startOf: self, interactions)
    try start.showStart(watch.seconds, walk)
    let fitted = try (consume start).continued(for: epochs)
    try fitted.showEnd(walk)
    return fitted
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: consuming Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedSVD(self, interactions).restored(from: archive)
  }
}
