public import Diagnostics
import LinearAlgebra

/// A linear item-to-item model with a closed-form solution: every item is predicted from all others.
///
/// Minimises ‖X − X·B‖² + λ‖B‖² with diag B = 0. With P = (XᵀX + λI)⁻¹ the solution B and the scores S are
///
///     Bᵢⱼ = −Pᵢⱼ / Pⱼⱼ,  Bⱼⱼ = 0,  S = X·B
///
/// The inverted matrix is items × items or, in the dual form, users × users. B is never stored.
///
/// Features of items are further rows of X, one for each feature, with √w where an item has it: items that share a
/// feature are as near to each other as if w further users had both.
///
/// - Complexity: O(n³) time and 4·n² bytes, where n is the number of items or, if smaller, of users with two or more
///   items.
/// - Source: Steck, *Embarrassingly Shallow Autoencoders for Sparse Data*, WWW 2019. With features: Jeunen, Van Balen,
///   Goethals, *Closed-Form Models for Collaborative Filtering with Side-Information*, RecSys 2020.
public struct EASE: Model {
  /// The diagonal element by which a weight is divided: that of the scored item (`paper`) or that of the user's item.
  public enum Orientation: String, Sendable, CaseIterable {
    case paper, rectools
  }

  /// The matrix that is inverted: items × items (`primal`), users × users (`dual`), or the smaller one.
  public enum Form: String, Sendable, CaseIterable {
    case auto, dual, primal
  }

  public static let name = "EASE"
  public static let summary = "a linear item-to-item model with a closed-form solution; strong on small catalogues"
  public static let help = [
    "Learns one weight per pair of items, so that the items of a user predict each other: min ‖X − X·B‖² + λ‖B‖² with diag B = 0. One matrix inversion gives the optimum: P = (XᵀX + λI)⁻¹, Bᵢⱼ = −Pᵢⱼ/Pⱼⱼ. The scores of a user are the sum of the rows of B for the user's items. There are no iterations and no seed.",
    "`regularization` is λ: the larger it is, the more users are needed to support a weight. 100 to 1000 suits most shops; compare a few values. Because diag B = 0, an item never recommends itself: where people buy the same items again, blend EASE with PersonalTopPopular.",
    "`orientation`: the paper divides by Pⱼⱼ of the scored item (`paper`). RecTools 0.19 multiplies by the transposed matrix and so divides by Pᵢᵢ of the item in the history (`rectools`). The lists differ and are usually worse: on grocery baskets they lose more than a third of recall@10. Use `rectools` only to compare with lists of RecTools.",
    "`weights=counts` uses the weights as they are: a product bought ten times counts ten, and a hundred in the Gram matrix, as in RecTools. `binary` uses 1 for each of them, as in the paper. `log` uses ln(1 + weight), which lies between the two.",
    "`form`: with fewer users than items, a users × users matrix (`dual`) gives the same scores and is smaller; `auto` chooses. Users with a single item only add to the diagonal and are not part of that matrix.",
    "`features=(products | select product_id, category_id, brand)` joins what a table says about items: every value is a feature, and items with the same one are near to each other, as if `feature_weight` more users had them all. Items that nobody had in train are recommended too. Choose `feature_weight` by `tune`; this is the collective EASE of Jeunen et al. 2020.",
    "The paper is Steck, *Embarrassingly Shallow Autoencoders for Sparse Data*, WWW 2019.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .real(
      "regularization", \.regularization, in: 0...1_000_000_000_000, "λ, the L2 penalty on the item-to-item weights"),
    .word(
      "orientation", \.orientation,
      "which diagonal element divides: that of the scored item, or that of the other item, as in RecTools"),
    .word("weights", \.weights, "the value of an interaction: its count, 1, or ln(1 + count)"),
    .word("form", \.form, "the matrix to invert: users × users, items × items, or the smaller one"),
    .real(
      "feature_weight", \.featureWeight, in: 0...1_000_000,
      "with `features`: how many users a feature in common counts for"),
  ]
  public static let steps = ["interactions", "Gram matrix", "inverse", "weights", "scores"]

  public var regularization = 500.0
  public var orientation = Orientation.paper
  public var weights = InteractionWeights.counts
  public var form = Form.auto
  public var featureWeight = 1.0

  public init() {}

  public var readsWeights: Bool { weights != .binary }
  public static var readsFeatures: Bool { true }
  public static var servesWithoutUsers: Bool { true }

  /// X, with the rows of features below those of users.
  func matrix(of interactions: Interactions) -> SparseMatrix {
    let matrix = weights.matrix(of: interactions)
    guard let features = interactions.itemFeatures, featureWeight > 0 else { return matrix }
    let weight = Float(featureWeight.squareRoot())
    return SparseMatrix(
      rowCount: matrix.rowCount + features.rowCount, columnCount: matrix.columnCount,
      offsets: matrix.offsets + features.offsets.dropFirst().map { $0 + matrix.cellCount },
      columns: matrix.columns + features.columns, values: matrix.values + features.values.map { $0 * weight })
  }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let fit = EASEFit(model: self, interactions: interactions, walk: walk)
    return try fit.run()
  }
}
