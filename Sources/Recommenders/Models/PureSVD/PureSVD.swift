public import Diagnostics
import LinearAlgebra
import Parallelism
import RandomNumbers

/// The best approximation by a matrix of low rank; missing cells count as zero, and nothing is centred.
///
/// X ≈ U·Σ·Vᵀ, and the scores are S = U·Σ·Vᵀ = X·V·Vᵀ: the row of a user is projected on the factors and back.
///
/// - Shape: V is items × factors, in single precision.
/// - Complexity: see `TruncatedSVD`.
/// - Randomness: only the start vectors, normal from numpy's `RandomState(seed)`; the result does not depend on them,
///   up to the last digits.
/// - Source: Cremonesi, Koren, Turrin, *Performance of Recommender Algorithms on Top-N Recommendation Tasks*, RecSys
///   2010.
public struct PureSVD: Model {
  public static let name = "PureSVD"
  public static let aliases = ["TruncatedSVD"]
  public static let summary = "the best low-rank approximation; missing values count as zero"
  public static let help = [
    "Takes the `factors` largest singular values of the matrix of users × items, with 0 where a user did not have an item. Scores are X·V·Vᵀ: items that the same users had get similar factors. Do not confuse it with SVD, which predicts ratings by gradient descent and uses known ratings only.",
    "It iterates until the singular values are accurate to thirteen digits, so that `seed` affects at most the last digits. Randomised SVDs with few iterations, such as scikit-learn's default, are less accurate.",
    "`weights=binary` uses 1 for each item a user had, `counts` the weights, such as ratings, `log` ln(1 + weight).",
    "The model is that of Cremonesi, Koren, Turrin, *Performance of Recommender Algorithms on Top-N Recommendation Tasks*, RecSys 2010.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("factors", \.factors, in: 1...1024, "how many singular values to keep"),
    .integer("seed", \.seed, in: 0...Int(UInt32.max), "the seed of the start"),
    .word("weights", \.weights, "the value of an interaction: 1, its count, or ln(1 + count)"),
  ]
  public static let steps = ["interactions", "singular values", "item factors"]

  public var factors = 64
  public var seed = 0
  public var weights = InteractionWeights.binary

  public init() {}

  public var readsWeights: Bool { weights != .binary }
  public static let nestedName: String? = "factors"

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    var watch = Stopwatch()
    let matrix = weights.matrix(of: interactions)
    let transpose = try matrix.transposedOnAllCores()
    try walk?.show(
      StepReport(
        of: PureSVD.self, "interactions", formula: weights.formula,
        shapes: ["X is \(matrix.rowCount) users × \(matrix.columnCount) items, \(matrix.cellCount) not zero"],
        seconds: watch.lap(),
        corners: [
          StepReport.Corner("X", of: interactions) { Double(matrix.value(row: Int($0), column: $1) ?? 0) }
        ], lookAt: "empty cells count as zeros that are to be explained too"))
    watch.resume()
    let decomposition = try decomposed(matrix, transpose)
    try walk?.show(
      StepReport(
        of: PureSVD.self, "singular values", formula: "X ≈ U·Σ·Vᵀ",
        shapes: [
          "\(counted(decomposition.values.count, "singular value")) after \(counted(decomposition.rounds, "round"))"
        ],
        seconds: watch.lap(),
        corners: [StepReport.Corner("σ", count: decomposition.values.count) { decomposition.values[$0] }],
        lookAt: "how fast they fall: the first is mostly popularity"))
    watch.resume()
    let fitted = try FittedPureSVD(self, interactions, matrix, decomposition)
    try walk?.show(
      StepReport(
        of: PureSVD.self, "item factors", formula: "S = X·V·Vᵀ",
        shapes: ["V is \(fitted.itemCount) items × \(fitted.factorCount) factors"], seconds: watch.lap(),
        corners: [
          StepReport.Corner(
            "V", rowCount: fitted.itemCount, columnCount: fitted.factorCount
          ) { Double(fitted.itemFactors[$0, $1]) }
        ], lookAt: "columns are orthogonal and of length one; a user's row of X times V is the user's factors"))
    return fitted
  }

  /// The largest decomposition of a search, and the number of factors it was asked for.
  private struct Most: Sendable {
    var factors: Int
    var svd: TruncatedSVD
  }

  /// The decomposition. A search computes it for the most factors; fewer of them are its first ones.
  private func decomposed(_ matrix: SparseMatrix, _ transpose: SparseMatrix) throws(Diagnostic) -> TruncatedSVD {
    guard let shared = SharedAlgebra.current else { return try alone(matrix, transpose) }
    let most = try shared.value("PureSVD \(weights) \(seed)", where: { (most: Most) in most.factors >= factors }) {
      () throws(Diagnostic) in Most(factors: factors, svd: try alone(matrix, transpose))
    }
    return most.svd.first(factors)
  }

  private func alone(_ matrix: SparseMatrix, _ transpose: SparseMatrix) throws(Diagnostic) -> TruncatedSVD {
    var random = RandomState(seed: UInt32(truncatingIfNeeded: seed))
    let width = TruncatedSVD.blockSize(for: factors, of: matrix)
    let start = (0..<matrix.columnCount * width).map { _ in random.normal() }
    return try TruncatedSVD(factors, of: matrix, transpose: transpose, start: start) { round, change in
      Progress.report("PureSVD", 0, of: 0, detail: "round \(round), singular values moved by \(shortText(change))")
    }
  }

  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedPureSVD(self, interactions, restoring: archive)
  }
}
