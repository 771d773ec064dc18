import Diagnostics
import LinearAlgebra
import Parallelism

/// The objective of iALS for given interactions: the least squares problems of the rows of users and items, and the
/// loss.
struct ImplicitALSProblem: Sendable {
  let users: WeightedLeastSquares
  let items: WeightedLeastSquares
  /// The sum of the confidences of all cells, by which the loss is divided.
  private let totalConfidence: Double
  /// Σ over cells with interactions of c·p²: the loss if all predictions are zero.
  private let baseLoss: Double
  private let sharedScale: Double
  private let regularization: Double
  /// Whether λ of a row grows with its number of interactions, as in iALS revisited; μ in `WeightedLeastSquares`.
  private let isRendle: Bool

  init(_ model: ImplicitALS, _ interactions: Interactions) {
    let alpha = Float(model.alpha)
    let ridge = Float(model.regularization)
    let matrix = interactions.matrix
    let cells = Double(interactions.userCount) * Double(interactions.itemCount)
    let weightSum = matrix.values.reduce(0.0) { $0 + Double(abs($1)) }
    let observed = Double(matrix.cellCount)
    sharedScale = model.weighting == .rendle ? model.alpha : 1
    regularization = model.regularization
    isRendle = model.weighting == .rendle
    switch model.weighting {
    case .implicit:
      users = WeightedLeastSquares(target: (alpha, 0), extra: (alpha, -1), ridge: ridge)
      items = users
      baseLoss = weightSum * model.alpha
      totalConfidence = baseLoss + cells - observed
    case .hu:
      users = WeightedLeastSquares(target: (alpha, 1), extra: (alpha, 0), ridge: ridge)
      items = users
      baseLoss = weightSum * model.alpha + observed
      totalConfidence = baseLoss + cells - observed
    case .rendle:
      users = WeightedLeastSquares(
        target: (1, 0), extra: (1, 0), sharedScale: alpha, ridge: ridge * alpha * Float(interactions.itemCount),
        ridgePerCell: ridge)
      items = WeightedLeastSquares(
        target: (1, 0), extra: (1, 0), sharedScale: alpha, ridge: ridge * alpha * Float(interactions.userCount),
        ridgePerCell: ridge)
      baseLoss = weightSum
      totalConfidence = weightSum + model.alpha * cells
    }
  }

  /// The weighted mean of the squared errors of all cells, plus the penalty.
  ///
  /// - `cells`: what the stored cells contribute; the solver returns it.
  func loss(
    _ x: PaddedMatrix, _ y: PaddedMatrix, ofCells cells: Double, gramX: [Float], gramY: [Float],
    _ interactions: Interactions
  ) throws(Diagnostic) -> Double {
    let everywhere = zip(gramX, gramY).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let penalty =
      isRendle
      ? regularization
        * (try countedNorm(x, interactions.matrix.offsets, of: interactions.itemCount)
          + countedNorm(y, interactions.matrix.columnOffsets(), of: interactions.userCount))
      : regularization * (trace(gramX, x) + trace(gramY, y))
    return (baseLoss + cells + sharedScale * everywhere + penalty) / totalConfidence
  }

  /// ‖X‖², from the diagonal of XᵀX.
  private func trace(_ gram: [Float], _ factors: PaddedMatrix) -> Double {
    (0..<factors.columnCount).reduce(0.0) { $0 + Double(gram[$1 * factors.stride + $1]) }
  }

  /// Σ (nᵣ + α·m)·‖xᵣ‖² over the rows r, where nᵣ counts the interactions of the row and m is `otherCount`.
  private func countedNorm(
    _ factors: PaddedMatrix, _ offsets: [Int], of otherCount: Int
  ) throws(Diagnostic) -> Double {
    let shared = sharedScale * Double(otherCount)
    return try mapChunks(of: factors.rowCount, grain: 4096) { (rows) -> Double in
      rows.reduce(0.0) { sum, row in
        let square = Double(factors.product(row: row, with: factors, row: row))
        return sum + (Double(offsets[row + 1] - offsets[row]) + shared) * square
      }
    }.reduce(0, +)
  }
}
