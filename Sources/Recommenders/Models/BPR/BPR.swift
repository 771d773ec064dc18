public import Diagnostics

/// Matrix factorisation that learns the order of items: Bayesian personalised ranking (BPR).
///
/// It draws a user u, an item i that the user had and an item j that the user did not have, and increases by one step
/// of stochastic gradient ascent
///
///     ln σ(x̂ᵤᵢ − x̂ᵤⱼ) − λ‖Θ‖²,  x̂ᵤᵢ = xᵤ·yᵢ + bᵢ
///
/// - Complexity: O(cells·f) time per epoch; an epoch draws as many samples as there are cells.
/// - Randomness: X, then Y and b, start uniform in (−½, ½)/f by numpy's `default_rng(seed)`. Samples come from later
///   parts of the same sequence, with a part for every epoch and 4,096 samples, so the number of cores does not matter.
/// - Source: Rendle et al., *BPR: Bayesian Personalized Ranking from Implicit Feedback*, UAI 2009; update as in the
///   library `implicit`. (a) Steps follow one another, while the threads of `implicit` update without locks. (b) A
///   negative item that the user had is drawn again, up to eight times, while `implicit` skips the sample.
public struct BPR: Model {
  /// The distribution of the items that the user did not have.
  public enum Negatives: String, Sendable, CaseIterable {
    case uniform, popular
  }

  public static let name = "BPR"
  public static let aliases = ["BayesianPersonalizedRanking"]
  public static let summary = "matrix factorisation that learns to rank the items a user had above the others"
  public static let help = [
    "Draws an item of a user and an item the user did not have, and moves their scores apart a little, until the first ranks above the second. It learns an order, not a value: scores of different users are not comparable.",
    "`negatives=uniform` draws the other item uniformly. `popular` draws it by popularity, as the library `implicit` does; this reduces the weight of popularity and favours what is specific to the user. Weights do not count, only which cells exist.",
    "The loss is the mean of −ln σ(difference) over the samples of the epoch; guessing gives 0.69. It needs more epochs than ALS, usually 20 to 100. The same seed gives the same bits on any number of cores.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("factors", \.factors, in: 1...2047, "the length of the vector of each user and item"),
    .real("learning_rate", \.learningRate, in: 0...100, "the step of the gradient ascent"),
    .real("regularization", \.regularization, in: 0...1_000_000, "λ, the L2 penalty on factors and biases"),
    .iterations("epochs", \.epochs, "passes; each draws as many samples as there are cells"),
    .word("negatives", \.negatives, "how to draw the items a user did not have: uniformly, or by popularity"),
    .integer("seed", \.seed, in: 0...Int.max, "the seed of the initial factors and of the samples"),
  ]
  public static let steps = ["start", "one update", "epochs"]

  public var factors = 64
  public var learningRate = 0.05
  public var regularization = 0.01
  public var epochs = 20
  public var negatives = Negatives.uniform
  public var seed = 0

  public init() {}

  public var readsWeights: Bool { false }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let start = try FittedBPR(startOf: self, interactions)
    try start.showStart(watch.seconds, walk)
    let fitted = try (consume start).continued(for: epochs)
    try fitted.showEnd(walk)
    return fitted
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedBPR(self, interactions).restored(from: archive)
  }
}
