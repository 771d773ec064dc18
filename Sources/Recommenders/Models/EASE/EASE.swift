public import Diagnostics

/// A linear model of items on items, in closed form: every item is explained by all others.
///
/// Minimises ‖X − X·B‖² + λ‖B‖² with diag B = 0. With P = (XᵀX + λI)⁻¹ the solution is
///
///     Bᵢⱼ = −Pᵢⱼ / Pⱼⱼ,  Bⱼⱼ = 0,  S = X·B
///
/// The matrix that is inverted is items × items, or, in the dual form, users × users; B is never built.
///
/// - Complexity: O(n³) time and 4·n² bytes, n the smaller of the items and the users of two items or more.
/// - Source: Steck, *Embarrassingly Shallow Autoencoders for Sparse Data*, WWW 2019.
public struct EASE: Model {
  /// Which item of a pair its weight is divided for.
  public enum Orientation: String, Sendable, CaseIterable {
    case paper, rectools
  }

  /// Which matrix is inverted.
  public enum Form: String, Sendable, CaseIterable {
    case auto, dual, primal
  }

  public static let name = "EASE"
  public static let summary = "a linear item-to-item model in closed form; strong on small catalogues"
  public static let help = [
    "Learns one weight for every pair of items, so that a user's items predict each other: min ‖X − X·B‖² + λ‖B‖² with diag B = 0. One matrix inversion gives the optimum, P = (XᵀX + λI)⁻¹, Bᵢⱼ = −Pᵢⱼ/Pⱼⱼ; a user's scores are the sum of the rows of B for his items. No iterations, no seed.",
    "`regularization` is λ: the larger, the more a weight needs many users behind it. 100 to 1000 suits most shops; compare a few values. Since diag B = 0 an item never recommends itself: where people buy the same things again, blend EASE with PersonalTopPopular.",
    "`orientation`: the paper divides by Pⱼⱼ of the item that is scored (`paper`). RecTools 0.19 multiplies by the transposed matrix and so divides by Pᵢᵢ of the item in the user's history (`rectools`). That gives other lists, as a rule worse ones, on grocery baskets by more than a third of recall@10. Take `rectools` only to compare with RecTools' own lists.",
    "`weights=counts` takes weights as they are (a product bought ten times counts ten, and a hundred in the Gram matrix, as in RecTools); `binary` takes 1 for each of them, as the paper does; `log` takes ln(1 + weight), between the two: a habit counts more than a trial, and a hundred rows do not drown the rest.",
    "`form`: with fewer users than items the same scores come from a users × users matrix (`dual`), which is smaller; `auto` chooses. Users with a single item only add to the diagonal and are left out of it.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .real(
      "regularization", \.regularization, in: 0...1_000_000_000_000, "λ, the L2 penalty on the item-to-item weights"),
    .word("orientation", \.orientation, "whose diagonal divides: the scored item's, or as RecTools has it"),
    .word("weights", \.weights, "an interaction weighs its count, 1, or ln(1 + count)"),
    .word("form", \.form, "the matrix that is inverted: users × users, items × items, or the smaller"),
  ]
  public static let steps = ["interactions", "Gram matrix", "inverse", "weights", "scores"]

  public var regularization = 500.0
  public var orientation = Orientation.paper
  public var weights = InteractionWeights.counts
  public var form = Form.auto

  public init() {}

  public var readsWeights: Bool { weights != .binary }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let fit = EASEFit(model: self, interactions: interactions, walk: walk)
    return try fit.run()
  }
}
