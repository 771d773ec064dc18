public import Diagnostics

/// Factorisation of ratings into non-negative factors.
///
/// It predicts r̂ᵤᵢ = pᵤ·qᵢ. In every epoch all factors are updated by multiplication:
///
///     pᵤ ← pᵤ · Σᵢ qᵢ·rᵤᵢ / (Σᵢ qᵢ·r̂ᵤᵢ + λ·nᵤ·pᵤ),  and qᵢ likewise from the same predictions
///
/// - Complexity: O(ratings·f) time per epoch.
/// - Randomness: P, then Q, start uniform in [0, 1) by numpy's `RandomState(seed)`, row by row.
/// - Source: Luo et al., *An Efficient Non-Negative Matrix-Factorization-Based Approach*, IEEE TII 2014; order and
///   `Double` arithmetic as in Surprise (`biased=False`).
public struct NMF: Model {
  public static let name = "NMF"
  public static let summary = "factorisation of ratings into non-negative factors"
  public static let help = [
    "Predicts r̂ = pᵤ·qᵢ with all factors ≥ 0, so that factors add up and never cancel. Each epoch multiplies every factor by the ratio of the wanted and the predicted sums. There are no biases; an unknown user or item gets the mean of all ratings.",
    "It depends on its initial factors more than other models. With the same seed and rows it gives the numbers of Surprise's `NMF`.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("factors", \.factors, in: 1...4096, "the length of the vector of each user and item"),
    .iterations("epochs", \.epochs, "passes over the ratings"),
    .real("regularization", \.regularization, in: 0...1_000_000, "λ per rating, on the factors of users and items"),
    .integer("seed", \.seed, in: 0...4_294_967_295, "the seed of the initial factors"),
    .interval("scale", \.scale, "the lowest and highest rating; predictions are clipped to this range"),
  ]
  public static let steps = ["start", "epochs"]
  public var readsRows: RowReading { .always }

  public var factors = 15
  public var epochs = 50
  public var regularization = 0.06
  public var seed = 0
  public var scale = 1.0...5.0

  public init() {}

  public func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let start = try FittedNMF(startOf: self, interactions)
    guard start.ratings.values.stored.allSatisfy({ $0 >= 0 }) else { throw .negativeRatings(Self.name) }
    try start.show("start", "P, Q ~ U[0, 1)", "all positive, and they will stay so", watch.seconds, walk)
    let fitted = try (consume start).continued(for: epochs)
    try fitted.show(
      "epochs", "pᵤ ← pᵤ · Σᵢ qᵢ·rᵤᵢ / (Σᵢ qᵢ·r̂ᵤᵢ + λ·nᵤ·pᵤ)", "many factors near zero: a user has a few topics",
      fitted.history.seconds, walk)
    return fitted
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: consuming Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedNMF(self, interactions).restored(from: archive)
  }
}
