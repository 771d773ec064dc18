public import Diagnostics

/// Matrix factorisation for implicit feedback, by alternating least squares.
///
/// Approximates the preferences P (1 for an interaction, else 0) by X·Yᵀ, with each cell weighted by its confidence c.
/// With Y fixed, every row of X has the closed form
///
///     xᵤ = (YᵀY + Yᵀ(Cᵤ − I)Y + λI)⁻¹ · Yᵀ·Cᵤ·pᵤ
///
/// All users share YᵀY, so the cost of a row depends only on its own interactions. Then Y is solved with X fixed.
///
/// - Shape: X is users × factors, Y is items × factors; `Float`.
/// - Complexity: per iteration, with n interactions: O(steps·(n·f + (users + items)·f²)) by conjugate gradients,
///   O(n·f² + (users + items)·f³) by Cholesky, O(n·f·b + (users + items)·(f² + f·b²)) by blocks of b columns.
/// - Randomness: X, then Y, start uniform in [0, 0.01) from numpy's `default_rng(seed)`, as in the library `implicit`.
/// - Source: Hu, Koren, Volinsky, *Collaborative Filtering for Implicit Feedback Datasets*, ICDM 2008; conjugate
///   gradients after Takács, Pilászy, Tikk, RecSys 2011; blocks after Rendle et al., *iALS++*, 2021.
public struct ImplicitALS: Model {
  /// The formula by which the weight of an interaction becomes its confidence.
  public enum Weighting: String, Sendable, CaseIterable {
    case implicit, hu, rendle
  }

  /// How the least squares problem of a row is solved: `WeightedLeastSquares.Solver`.
  public enum Solver: String, Sendable, CaseIterable {
    case cg, cholesky, block
  }

  public static let name = "iALS"
  public static let aliases = ["ImplicitALS", "AlternatingLeastSquares", "WRMF"]
  public static let summary = "matrix factorisation for implicit feedback by alternating least squares"
  public static let help = [
    "Gives each user and item a vector of `factors` numbers. The product is near 1 where there is an interaction and near 0 elsewhere. Every empty cell counts, with a low confidence; a cell with interactions has a higher one. With the items fixed, the vector of each user is a small least squares problem with a closed form; then the same with the users fixed.",
    "`weighting` says how a weight r becomes a confidence c; libraries differ. `implicit`, as in the Python library: c = alpha·r for a cell with interactions, 1 for an empty one. `hu`, as in the paper: c = 1 + alpha·r. `rendle`, as in iALS revisited: a cell with interactions has r, every cell has alpha in addition, and λ grows with the number of interactions of a row.",
    "Note on `weighting=implicit alpha=1`: a single purchase then has the same confidence as an empty cell, and only the targets 1 and 0 differ. Usual choices are an alpha from 5 to 40, or `weighting=hu`.",
    "`solver=cg` takes `cg_steps` conjugate gradient steps per row from the previous value; it is several times faster than `cholesky`, which solves exactly. `solver=block` solves `block` columns exactly while the others are fixed. For many factors (256 and more) it needs far fewer operations than Cholesky and makes more progress per iteration than conjugate gradients. The start, the order of work and the loss are those of `implicit` 0.7, so losses agree up to rounding in single precision. The loss is the mean weighted squared error of all cells plus the penalty.",
    "`step n` continues for n iterations, as if the fit had been longer. Ctrl-C keeps the last finished iteration.",
    "The paper of `hu` is Hu, Koren, Volinsky, *Collaborative Filtering for Implicit Feedback Datasets*, ICDM 2008.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("factors", \.factors, in: 1...2048, "the length of the vector of each user and item"),
    .iterations("iterations", \.iterations, "sweeps over users and items"),
    .real("regularization", \.regularization, in: 0...1_000_000_000_000, "λ, the L2 penalty on both factor matrices"),
    .real("alpha", \.alpha, in: 0...1_000_000_000_000, "how much the weight of an interaction adds to its confidence"),
    .word("weighting", \.weighting, "the formula of the confidence: c = αr, c = 1 + αr, or that of iALS revisited"),
    .word("solver", \.solver, "conjugate gradients, an exact solution per row, or blocks of columns"),
    .integer("cg_steps", \.conjugateGradientSteps, in: 1...1000, "conjugate gradient steps per row and iteration"),
    .integer("block", \.block, in: 1...2048, "for `block`: how many columns are solved together"),
    .integer("seed", \.seed, in: 0...Int.max, "the seed of the initial factors"),
    .flag("loss", \.measuresLoss, "whether to measure the loss after each iteration"),
  ]
  public static let steps = ["start", "Gram matrix", "normal equations", "users", "items", "loss"]

  public static var startsWarm: Bool { true }

  public var factors = 100
  public var iterations = 15
  public var regularization = 0.01
  public var alpha = 1.0
  public var weighting = Weighting.implicit
  public var solver = Solver.cg
  public var conjugateGradientSteps = 3
  public var block = 64
  public var seed = 0
  public var measuresLoss = true

  public init() {}

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let start = try FittedImplicitALS(startOf: self, interactions, walk: walk)
    return try (consume start).continued(for: iterations, walk: walk)
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedImplicitALS(self, interactions).restored(from: archive)
  }
}
