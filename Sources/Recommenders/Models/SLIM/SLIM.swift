public import Diagnostics
import LinearAlgebra
import Parallelism

/// A sparse linear item-to-item model (SLIM) with non-negative weights: every item is predicted from few others.
///
/// For every item j it solves, over w ≥ 0 with wⱼ = 0 and for n users,
///
///     min ‖xⱼ − X·w‖²/2n + a·l·‖w‖₁ + a·(1 − l)·‖w‖²/2
///
/// by cyclic coordinate descent, in at most 100 passes, until the duality gap is below 10⁻⁴·‖xⱼ‖². Items i with
/// xᵢᵀxⱼ ≤ n·a·l have weight 0, so they are left out: with X and w non-negative, xᵢᵀ(xⱼ − X·w) cannot be larger.
///
/// - Complexity: O(passes · Σ over pairs of items with common users of the users of one) time.
/// - Source: Ning, Karypis, *SLIM*, ICDM 2011; as an elastic net: Levy, Jack, *Efficient Top-N Recommendation by Linear
///   Regression*, RecSys 2013.
public struct SLIM: Model {
  public static let name = "SLIM"
  public static let aliases = ["SLIMElasticNet", "ElasticNet"]
  public static let summary = "a sparse linear item-to-item model: few other items explain each item"
  public static let help = [
    "Learns for each item which few other items explain who had it: one elastic net per item, without intercept and with non-negative weights. The score is the sum of the weights from the user's items. It is like EASE, but sparse. Items without a weight are not recommended, so lists can be short.",
    "`strength` is the penalty and `l1_ratio` the fraction of it that makes weights zero. They are `alpha` and `l1_ratio` of scikit-learn's `ElasticNet(positive=True, fit_intercept=False, max_iter=100)`, which gives the same weights. The penalty is relative to the number of users: 0.001 to 0.01 suits sparse purchases. The value 1, the default of libraries, makes every weight zero; a note says so.",
    "Each item keeps its `neighbors` largest weights. `weights=binary` uses 1 for each item a user had, `counts` the weights, `log` ln(1 + weight).",
    "The model is that of Ning, Karypis, *SLIM*, ICDM 2011, in the form of Levy, Jack, *Efficient Top-N Recommendation by Linear Regression*, RecSys 2013: an elastic net.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .real("strength", \.strength, in: 0...1_000_000, "the strength of the penalty"),
    .real("l1_ratio", \.l1Ratio, in: 0...1, "the fraction of the penalty that makes weights zero"),
    .integer("neighbors", \.neighbors, in: 1...100_000, "how many weights to keep per item"),
    .word("weights", \.weights, "the value of an interaction: 1, its count, or ln(1 + count)"),
  ]
  public static let steps = ["interactions", "weights"]

  public var strength = 0.001
  public var l1Ratio = 0.1
  public var neighbors = 100
  public var weights = InteractionWeights.binary

  public init() {}

  public var readsWeights: Bool { weights != .binary }
  public static let nestedName: String? = "neighbors"

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    var watch = Stopwatch()
    let matrix = weights.matrix(of: interactions)
    guard matrix.values.allSatisfy({ $0 >= 0 }) else { throw .negativeWeights(SLIM.name) }
    let transpose = try matrix.transposedOnAllCores()
    try walk?.show(
      StepReport(
        of: SLIM.self, "interactions", formula: weights.formula,
        shapes: ["X is \(matrix.rowCount) users × \(matrix.columnCount) items, \(matrix.cellCount) not zero"],
        seconds: watch.lap(),
        corners: [
          StepReport.Corner("X", of: interactions) { Double(matrix.value(row: Int($0), column: $1) ?? 0) }
        ], lookAt: "one column after the other is to be explained by the other columns"))
    watch.resume()
    let problem = ElasticNet(matrix, transpose: transpose, strength: strength, l1Ratio: l1Ratio)
    let (byTarget, largestProduct) = try solution(of: problem).parts
    let fitted = FittedItemWeights(
      self, interactions, weights, matrix: matrix,
      itemWeights: byTarget.transposed(columnCount: matrix.columnCount).matrix(columnCount: matrix.columnCount),
      notes: byTarget.values.isEmpty ? [noWeights(largestProduct, users: problem.userCount)] : [])
    try walk?.show(
      StepReport(
        of: SLIM.self, "weights",
        formula: "min ‖xⱼ − X·w‖²/2n + a·l·‖w‖₁ + a·(1 − l)·‖w‖²/2,  w ≥ 0, wⱼ = 0",
        shapes: [
          "W is \(matrix.columnCount) items × \(matrix.columnCount), \(byTarget.values.count) not zero",
          "an item can only have weight with \(shortText(problem.threshold)) users in common, or more",
        ], seconds: watch.lap(),
        corners: [fitted.neighborhood(of: interactions.commonItems(1).indices.first ?? 0, "W")],
        lookAt: "an item and those it says most about; most of W is zero"))
    return fitted
  }

  /// The weights of every item, and the largest product of two columns.
  private struct Solution: Sendable {
    var neighbors: Int
    var weights: PreciseRows
    var largestProduct: Double

    var parts: (PreciseRows, Double) { (weights, largestProduct) }
  }

  /// Solves the problems of all items. A search does so for the most neighbours; fewer of them are the largest of those.
  private func solution(of problem: ElasticNet) throws(Diagnostic) -> Solution {
    func alone() throws(Diagnostic) -> Solution {
      let (weights, largestProduct) = try Progress.ofLoops("SLIM: items") { () throws(Diagnostic) in
        try problem.solve(keeping: neighbors)
      }
      return Solution(neighbors: neighbors, weights: weights, largestProduct: largestProduct)
    }
    guard let shared = SharedAlgebra.current else { return try alone() }
    var solution = try shared.value(
      "SLIM \(weights) \(strength) \(l1Ratio)", where: { (most: Solution) in most.neighbors >= neighbors }, alone)
    if solution.neighbors > neighbors { solution.weights = solution.weights.keepingLargestOfRows(neighbors) }
    return solution
  }

  private func noWeights(_ largestProduct: Double, users: Int) -> String {
    let most = largestProduct / (Double(users) * max(l1Ratio, 1e-9))
    return most > 0
      ? "strength=\(numberText(strength)) makes every weight zero: take one well below \(shortText(most))"
      : "no two items have a user in common: every weight is zero"
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedItemWeights(self, interactions, weights, restoring: archive)
  }
}
