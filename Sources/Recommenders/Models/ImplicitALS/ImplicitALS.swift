public import Diagnostics

/// Matrix factorisation for implicit feedback by alternating least squares.
///
/// Approximates the preferences P (1 where a user acted, else 0) by X·Yᵀ, each cell weighted by its confidence c.
/// With Y fixed, every row of X has the closed form
///
///     xᵤ = (YᵀY + Yᵀ(Cᵤ − I)Y + λI)⁻¹ · Yᵀ·Cᵤ·pᵤ
///
/// and YᵀY is shared by all users, so a row costs only its own interactions; then the same with X fixed.
///
/// - Shape: X is users × factors, Y is items × factors; `Float`.
/// - Complexity: O(steps·(nnz·f + (users + items)·f²)) an iteration by conjugate gradients, O(nnz·f² + (users +
///   items)·f³) by Cholesky, O(nnz·f·b + (users + items)·(f² + f·b²)) by blocks of b columns.
/// - Randomness: X, then Y, uniform in [0, 0.01) from numpy's `default_rng(seed)`, as in the library `implicit`.
/// - Source: Hu, Koren, Volinsky, *Collaborative Filtering for Implicit Feedback Datasets*, ICDM 2008; conjugate
///   gradients after Takács, Pilászy, Tikk, RecSys 2011; blocks after Rendle et al., *iALS++*, 2021.
public struct ImplicitALS: Model {
  /// What an interaction's weight makes of its confidence.
  public enum Weighting: String, Sendable, CaseIterable {
    case implicit, hu, rendle
  }

  public enum Solver: String, Sendable, CaseIterable {
    case cg, cholesky, block
  }

  public static let name = "iALS"
  public static let aliases = ["ImplicitALS", "AlternatingLeastSquares", "WRMF"]
  public static let summary = "matrix factorisation for implicit feedback by alternating least squares"
  public static let help = [
    "Gives users and items vectors of `factors` numbers whose product is near 1 where a user acted and near 0 elsewhere. Every empty cell counts, with a low confidence; cells with interactions count with a higher one. Alternates: with the items fixed, each user's vector is a small least squares problem with a closed form, then the same with the users fixed.",
    "`weighting` is what a weight r does to the confidence c, and libraries differ. `implicit` (as the Python library): c = alpha·r for a cell with interactions, 1 for an empty one. `hu` (as the paper): c = 1 + alpha·r. `rendle` (iALS revisited): cells with interactions weigh r, all cells weigh alpha besides, and λ grows with the number of interactions of a row.",
    "Mind `weighting=implicit alpha=1`: a single purchase then has exactly the confidence of an empty cell, so all that tells them apart is the target, 1 or 0. Values of alpha from 5 to 40, or `weighting=hu`, are usual.",
    "`solver=cg` takes `cg_steps` conjugate gradient steps a row from where it was, several times faster than `cholesky`, which solves to the end. `solver=block` solves `block` columns at a time, to the end, the others standing still: for many factors (256 and more), where it needs far fewer steps than Cholesky and gets further in an iteration than conjugate gradients. The start, the order of work and the loss are those of `implicit` 0.7, so losses agree to the rounding of single precision. The loss is the mean weighted squared error of all cells plus the penalty.",
    "`step n` goes on for n iterations, as if the fit had been that much longer. Ctrl-C keeps the last finished iteration.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("factors", \.factors, in: 1...2048, "numbers per user and item"),
    .iterations("iterations", \.iterations, "sweeps over users and items"),
    .real("regularization", \.regularization, in: 0...1_000_000_000_000, "λ, the L2 penalty on both factor matrices"),
    .real("alpha", \.alpha, in: 0...1_000_000_000_000, "how much an interaction's weight adds to its confidence"),
    .word("weighting", \.weighting, "the dialect of confidence: c = αr, c = 1 + αr, or Rendle's"),
    .word("solver", \.solver, "conjugate gradients, each row to the end, or block by block"),
    .integer("cg_steps", \.conjugateGradientSteps, in: 1...1000, "conjugate gradient steps a row and iteration"),
    .integer("block", \.block, in: 1...2048, "for `block`: columns that are solved together"),
    .integer("seed", \.seed, in: 0...Int.max, "of the factors' random start"),
    .flag("loss", \.measuresLoss, "measure the loss after every iteration"),
  ]
  public static let steps = ["start", "Gram matrix", "normal equations", "users", "items", "loss"]

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
