public import Diagnostics

/// Biased matrix factorisation trained by Adam in small batches, as it is usually written in torch.
///
/// It predicts r̂ᵤᵢ = pᵤ·qᵢ + bᵤ + bᵢ + g and minimises the mean squared error of batches by Adam with coupled weight
/// decay. `variant=dense` reproduces torch: every step updates every weight, whether its row is in the batch or not.
/// `variant=sampled` shuffles the rows, updates only those of the batch, and adds negative samples: random items that
/// the user does not have, with rating 0.
///
/// - Complexity: O(rows·f) time per epoch, and for `dense` O(steps·(users + items)·f) for the missed steps.
/// - Randomness: factors of users and items, then biases, start at N(0, 1) as `torch.manual_seed(seed)` draws them. For
///   `sampled` they are a tenth of that; the order of rows and the negatives come from numpy's `default_rng(seed)`.
public struct MatrixFactorization: Model {
  /// Whether every step updates all weights, as in torch, or only those of the batch, with negative samples.
  public enum Variant: String, Sendable, CaseIterable {
    case dense, sampled
  }

  public static let name = "MatrixFactorization"
  public static let aliases = ["MF"]
  public static let summary = "biased matrix factorisation by Adam in small batches, as in torch"
  public static let help = [
    "Predicts r̂ = pᵤ·qᵢ + bᵤ + bᵢ + g. Adam minimises the squared error of batches of `batch` rows, in the order of the table. `variant=dense` gives the same numbers as torch's `Adam(lr, weight_decay)`: each step changes all parameters, not only those of the batch.",
    "Why is the RMSE 0.005 on a table of purchases? Every rating is 1, so the constant g alone learns to predict 1. Meanwhile weight decay through Adam moves every untouched weight towards zero by about the learning rate, whatever its gradient: after some thousand steps the embeddings are zero. The error is tiny, and the model knows nothing. The RMSE here is that of the whole epoch. Torch loops often print that of the last batch, which `history` shows too.",
    "`variant=sampled` solves this: for each row it draws `negatives` items that the user does not have, with rating 0, shuffles the rows, and changes only the parameters of the batch. This learns to rank.",
    "As in many torch loops, `dense` skips the last rows if they do not fill a batch, and also a last batch that is exactly full.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("factors", \.factors, in: 1...4096, "the length of the vector of each user and item"),
    .real("learning_rate", \.learningRate, in: 0...100, "γ of Adam"),
    .real("weight_decay", \.weightDecay, in: 0...1_000_000, "λ, added to each gradient as λ·weight"),
    .integer("batch", \.batch, in: 1...1_000_000, "the number of rows per step"),
    .iterations("epochs", \.epochs, "passes over the rows"),
    .word("variant", \.variant, "dense steps as in torch, or sparse steps with sampled negatives"),
    .integer("negatives", \.negatives, in: 1...1000, "for `sampled`: how many items with rating 0 to draw per row"),
    .integer("seed", \.seed, in: 0...4_294_967_295, "the seed of the initial factors and of the samples"),
    .interval("scale", \.scale, "the lowest and highest rating; predictions are clipped to this range"),
  ]
  public static let steps = ["start", "one update", "epochs"]
  public var readsRows: RowReading { .always }

  public var factors = 10
  public var learningRate = 0.001
  public var weightDecay = 0.01
  public var batch = 16
  public var epochs = 10
  public var variant = Variant.dense
  public var negatives = 4
  public var seed = 0
  public var scale = 0.0...5.0

  public init() {}

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let start = try FittedMatrixFactorization(startOf: self, interactions)
    guard start.stepsPerEpoch > 0 else { throw .fewerRowsThanABatch(interactions.rowCount, batch) }
    try start.showStart(watch.seconds, walk)
    let fitted = try (consume start).continued(for: epochs)
    try fitted.showEnd(walk)
    return fitted
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedMatrixFactorization(self, interactions).restored(from: archive)
  }
}
