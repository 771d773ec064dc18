public import Diagnostics

/// Matrix factorisation by alternating least squares as Spark's MLlib does it: on a server, for tables that no single
/// machine holds.
///
/// The penalty of a user is λ·nᵤ·‖xᵤ‖², where nᵤ is the number of the user's items (of positive weight, if
/// `feedback=implicit`), and alike for items. So λ is another number than that of iALS or ALS.
///
/// - Source: MLlib's `ALS`; Zhou et al., *Large-Scale Parallel Collaborative Filtering for the Netflix Prize*, AAIM 2008;
///   Hu, Koren, Volinsky, *Collaborative Filtering for Implicit Feedback Datasets*, ICDM 2008.
public struct MLlibALS: EngineModel {
  /// What weights say: how certain it is that a user likes an item, or how much.
  public enum Feedback: String, Sendable, CaseIterable {
    case implicit, explicit
  }

  public static let name = "MLlibALS"
  public static let summary = "factors by alternating least squares, fitted by Spark's MLlib on a server"
  public static let help = [
    "`orders | fit MLlibALS` fits where `orders` lies: `load … on=spark`. The server counts the rows of each user and item, numbers both, and MLlib factorises. Factors and counts come here; lists are ranked here. It needs Spark 4 or later, since MLlib can be reached over Spark Connect only from there on.",
    "`feedback=implicit` takes weights as confidence 1 + α·weight in a preference of 1; `explicit` takes them as ratings. There are no biases.",
    "MLlib multiplies λ by the number of a user's or an item's ratings, so that `regularization` is a much smaller number than that of iALS. Its random start depends on how the table is partitioned: the same seed gives the same factors only on a server with the same settings.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("factors", \.factors, in: 1...1024, "the length of the vectors"),
    .integer("iterations", \.passes, in: 1...1000, "how many times users and items are solved for"),
    .real("regularization", \.regularization, in: 0...1_000_000, "λ, which is multiplied by the number of ratings"),
    .real("alpha", \.alpha, in: 0...1_000_000, "with `feedback=implicit`: the confidence that a weight of 1 adds"),
    .word("feedback", \.feedback, "what weights are: confidence, or ratings"),
    .integer("seed", \.seed, in: 0...Int(UInt32.max), "the seed of the random start"),
  ]
  public static let steps: [String] = []

  public var factors = 32
  public var passes = 10
  public var regularization = 0.1
  public var alpha = 1.0
  public var feedback = Feedback.implicit
  public var seed = 0

  public init() {}

  public func fitted(
    _ interactions: Interactions, _ factors: EngineFactors
  ) throws(Diagnostic) -> any FittedModel {
    try FittedMLlibALS(self, interactions, factors)
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: consuming Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedMLlibALS(self, interactions, restoring: archive)
  }
}
