public import Diagnostics
import LinearAlgebra
import Parallelism

/// A random walk from an item to one of its users, and on to one of the user's items, with less weight for popular
/// items.
///
///     Wᵢⱼ = Σᵤ (1/nᵢ)^α · (xᵤⱼ/Σxᵤ)^α / nⱼ^β,  Wᵢᵢ = 0
///
/// nᵢ is the number of users of item i. Every row keeps its `neighbors` largest weights and is divided by their sum;
/// then every column keeps its `neighbors` largest weights.
///
/// - Complexity: O(Σ over users of (their items)²) time, items × neighbors memory.
/// - Source: Paudel, Christoffel, Newell, Bernstein, *Updatable, Accurate, Diverse, and Scalable Recommendations for
///   Interactive Applications*, ACM TiiS 7, 2017; selection of neighbors and normalization as in the code of Ferrari
///   Dacrema et al., RecSys 2019.
public struct RP3beta: Model {
  public static let name = "RP3beta"
  public static let aliases = ["RP3", "RandomWalk"]
  public static let summary = "a random walk of three steps between users and items, with less weight for popular items"
  public static let help = [
    "A random step leads from an item to one of its users, and from there to one of the user's items. Wᵢⱼ is the probability to end at j, divided by the number of users of j to the power `beta`. The scores of a user are the sum of the rows of W for the user's items. It is fast, and hard to beat on sparse data.",
    "`beta=0` is P3alpha and favours popular items; the larger `beta`, the rarer the items. `alpha` is the power of both probabilities: above 1, likely steps count more.",
    "Each row keeps `neighbors` weights, then each column does. In between, `normalize` divides rows by their sums, as the code of Ferrari Dacrema et al. does. The form of the paper has neither: `neighbors=100000 normalize=false`. Items without a weight are not recommended, so lists can be short.",
    "The step from users to items is weighted: `weights=binary` uses 1 for each item a user had, `counts` the weights, `log` ln(1 + weight).",
    "The paper is Paudel, Christoffel, Newell, Bernstein, *Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive Applications*, ACM TiiS 7, 2017. The code is `RP3betaRecommender` of Ferrari Dacrema et al., RecSys 2019.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .real("alpha", \.alpha, in: 0...10, "the power of the transition probabilities"),
    .real("beta", \.beta, in: 0...10, "how much less weight a popular item gets"),
    .integer("neighbors", \.neighbors, in: 1...100_000, "how many weights to keep per row, then per column"),
    .flag("normalize", \.normalizes, "whether to divide the weights of a row by their sum"),
    .word("weights", \.weights, "the value of an interaction: 1, its count, or ln(1 + count)"),
  ]
  public static let steps = ["probabilities", "steps", "neighbours"]

  public var alpha = 1.0
  public var beta = 0.6
  public var neighbors = 100
  public var normalizes = true
  public var weights = InteractionWeights.binary

  public init() {}

  public var readsWeights: Bool { weights != .binary }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    var watch = Stopwatch()
    let matrix = weights.matrix(of: interactions)
    guard matrix.values.allSatisfy({ $0 >= 0 }) else { throw .negativeWeights(RP3beta.name) }
    let walks = try RandomWalks(
      matrix, transpose: interactions.transpose, alpha: alpha, beta: beta)
    try walk?.show(
      StepReport(
        of: RP3beta.self, "probabilities", formula: "pᵢᵤ = (1/nᵢ)^α,  pᵤⱼ = (xᵤⱼ/Σxᵤ)^α",
        shapes: ["X is \(matrix.rowCount) users × \(matrix.columnCount) items, \(matrix.cellCount) not zero"],
        seconds: watch.lap(),
        corners: [
          StepReport.Corner("pᵤⱼ", of: interactions) { walks.probability(user: Int($0), item: $1) }
        ], lookAt: "a user of many items spreads the walk over all of them"))
    watch.resume()
    var rows = try Progress.ofLoops("RP3beta: items") { () throws(Diagnostic) in
      try walks.rows(keeping: neighbors, normalized: normalizes)
    }
    let before = rows.values.count
    try walk?.show(
      StepReport(
        of: RP3beta.self, "steps", formula: "Wᵢⱼ = Σᵤ pᵢᵤ·pᵤⱼ / nⱼ^β, the \(neighbors) largest of every row",
        shapes: ["W is \(matrix.columnCount) items × \(matrix.columnCount), \(before) not zero"],
        seconds: watch.lap(),
        lookAt: normalizes ? "each row is divided by its sum" : "a row of a common item sums to less"))
    watch.resume()
    rows.keepLargestOfColumns(neighbors)
    let fitted = FittedItemWeights(
      self, interactions, weights, matrix: matrix, itemWeights: rows.matrix(columnCount: matrix.columnCount))
    try walk?.show(
      StepReport(
        of: RP3beta.self, "neighbours", formula: "the \(neighbors) largest of every column of W",
        shapes: ["\(rows.values.count) of \(before) weights are left"], seconds: watch.lap(),
        corners: [fitted.neighborhood(of: interactions.commonItems(1).indices.first ?? 0, "W")],
        lookAt: "an item and those it leads to most; W is not symmetric"))
    return fitted
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedItemWeights(self, interactions, weights, restoring: archive)
  }
}
