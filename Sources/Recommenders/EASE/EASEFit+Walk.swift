import Diagnostics
import LinearAlgebra

extension EASEFit {
  func showInteractions(_ matrix: SparseMatrix, _ seconds: Double) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        number: 1, total: 5, title: "interactions", formula: model.weights == .binary ? "xᵤᵢ = 1" : "xᵤᵢ = weight",
        shapes: ["X is \(matrix.rowCount) users × \(matrix.columnCount) items, \(matrix.cellCount) not zero"],
        seconds: seconds,
        corners: [
          StepReport.Corner("X", rowCount: matrix.rowCount, columnCount: matrix.columnCount) {
            Double(matrix.value(row: $0, column: Int32($1)) ?? 0)
          }
        ], lookAt: "nearly all cells are empty: that is what makes the next step cheap"))
  }

  func showGram(
    _ gram: TiledSymmetricMatrix, formula: String, shape: String, from start: ContinuousClock.Instant
  ) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        number: 2, total: 5, title: "Gram matrix", formula: formula, shapes: [shape],
        seconds: seconds(ContinuousClock().now - start),
        corners: [
          StepReport.Corner(formula.hasPrefix("G") ? "G" : "K", rowCount: gram.order, columnCount: gram.order) {
            Double(gram.lower($0, $1))
          }
        ], lookAt: "symmetric; λ stands on the diagonal and nowhere else, and makes the matrix invertible"))
  }

  func showWeights(_ fitted: FittedEASE) throws(Diagnostic) {
    guard let walk else { return }
    let clock = ContinuousClock()
    let start = clock.now
    let items = interactions.itemCount
    let corner = StepReport.Corner("B", rowCount: items, columnCount: items) {
      fitted.weight(from: Int32($0), to: Int32($1))
    }
    let formula = model.orientation == .paper ? "Bᵢⱼ = −Pᵢⱼ / Pⱼⱼ, Bⱼⱼ = 0" : "Bᵢⱼ = −Pᵢⱼ / Pᵢᵢ, Bⱼⱼ = 0"
    try walk.show(
      StepReport(
        number: 4, total: 5, title: "weights", formula: formula,
        shapes: ["B is \(items) items × items; only the diagonal of P is kept, B is computed where it is needed"],
        seconds: seconds(clock.now - start), corners: [corner],
        lookAt:
          "the zero diagonal, without which every item would simply recommend itself; row i is what item i says about the others"
      ))
  }

  func showScores(_ fitted: FittedEASE) throws(Diagnostic) {
    guard let walk else { return }
    let clock = ContinuousClock()
    let start = clock.now
    let users = min(5, interactions.userCount)
    var rows: [[Float]] = []
    for user in 0..<users { rows.append(try fitted.scores(for: Int32(user))) }
    let scores = rows
    try walk.show(
      StepReport(
        number: 5, total: 5, title: "scores", formula: "S = X·B",
        shapes: [
          "S is \(interactions.userCount) users × \(interactions.itemCount) items, computed for the users asked for"
        ],
        seconds: seconds(clock.now - start),
        corners: [
          StepReport.Corner("S", rowCount: interactions.userCount, columnCount: interactions.itemCount) {
            Double(scores[$0][$1])
          }
        ], lookAt: "not probabilities: only the order within a row means something"))
  }
}
