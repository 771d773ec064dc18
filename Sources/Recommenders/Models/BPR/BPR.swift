public import Diagnostics

/// Matrix factorisation that learns the order of items: Bayesian personalised ranking.
///
/// For a user u, an item i he had and an item j he had not, drawn at random, it climbs
///
///     ln σ(x̂ᵤᵢ − x̂ᵤⱼ) − λ‖Θ‖²,  x̂ᵤᵢ = xᵤ·yᵢ + bᵢ
///
/// - Complexity: O(cells·f) an epoch, which draws as many samples as there are cells.
/// - Randomness: X, then Y and b, uniform in (−½, ½)/f by numpy's `default_rng(seed)`; samples from parts of the
///   same generator far behind those, a part for every epoch and 4,096 samples, whatever the cores.
/// - Source: Rendle et al., *BPR: Bayesian Personalized Ranking from Implicit Feedback*, UAI 2009; update as in the
///   library `implicit`. (a) Steps follow one another, where `implicit` lets threads race. (b) A negative that the
///   user had is drawn again, up to eight times, where `implicit` leaves the sample out.
public struct BPR: Model {
  /// Where the item a user did not have is drawn from.
  public enum Negatives: String, Sendable, CaseIterable {
    case uniform, popular
  }

  public static let name = "BPR"
  public static let aliases = ["BayesianPersonalizedRanking"]
  public static let summary = "matrix factorisation that learns to put what a user had above what he had not"
  public static let help = [
    "Draws a user's item and an item he did not have, and moves both apart a little, until he would rank the first above the second. It learns an order, not a number: scores of different users cannot be compared.",
    "`negatives=uniform` draws what he did not have from all items alike; `popular` draws items as often as they were had, as the library `implicit` does: it unlearns popularity, and favours what is special to the user. Weights do not count, only which cells there are.",
    "The loss is the mean of −ln σ(difference) over the epoch's samples: 0.69 is a coin. More epochs than for ALS are usual, 20 to 100. The same seed gives the same bits on any number of cores.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("factors", \.factors, in: 1...2047, "numbers per user and item"),
    .real("learning_rate", \.learningRate, in: 0...100, "the step of the ascent"),
    .real("regularization", \.regularization, in: 0...1_000_000, "λ, the L2 penalty on factors and biases"),
    .iterations("epochs", \.epochs, "passes; each draws as many samples as there are cells"),
    .word("negatives", \.negatives, "draw items not had from all alike, or by how often they are had"),
    .integer("seed", \.seed, in: 0...Int.max, "of the random start and of the samples"),
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
