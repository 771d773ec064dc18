import Diagnostics
import LinearAlgebra

extension FittedMatrixFactorization {
  func showStart(_ walk: Walk?) throws(Diagnostic) {
    guard let walk else { return }
    let f = factorization.factors
    try walk.show(
      StepReport(
        number: 1, total: 3, title: "start", formula: "pᵤ, qᵢ, bᵤ, bᵢ ~ N(0, 1), g = 0",
        shapes: [
          "P is \(userCount) users × \(f) factors", "Q is \(itemCount) items × \(f) factors",
          "\(stepsPerEpoch) steps an epoch",
        ],
        seconds: 0, corners: [corner("P", users), corner("Q", items)],
        lookAt: "as large as a rating itself: the first predictions are noise"))
    var after = self
    var batch = Batch(factors: f, stride: users.stride)
    let rows = interactions.rows ?? InteractionRows(cellsOf: interactions.matrix)
    batch.append(rows.users[0], rows.items[0], Float(rows.weights?[0] ?? 1))
    let schedule = AdamRows.Schedule(
      steps: 1, learningRate: factorization.learningRate, weightDecay: factorization.weightDecay)
    let square = after.take(&batch, number: 1, schedule)
    let (before, moved, user) = (users, after.users, Int(rows.users[0]))
    try walk.show(
      StepReport(
        number: 2, total: 3, title: "one update",
        formula: "m ← 0.9m + 0.1g;  v ← 0.999v + 0.001g²;  w ← w − γ·m̂ / (√v̂ + ε)",
        shapes: ["the first row alone: an error of \(square.squareRoot()), γ = \(factorization.learningRate)"],
        seconds: 0,
        corners: [
          StepReport.Corner("pᵤ before", rowCount: 1, columnCount: f) { Double(before[user, $1]) },
          StepReport.Corner("pᵤ after", rowCount: 1, columnCount: f) { Double(moved[user, $1]) },
        ],
        lookAt:
          "every weight moves by about γ, however large its gradient: that is Adam, and the reason why decay kills what is not shown"
      ))
  }

  func showEnd(_ walk: Walk?) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        number: 3, total: 3, title: "epochs", formula: "r̂ᵤᵢ = pᵤ·qᵢ + bᵤ + bᵢ + g",
        shapes: [
          "\(history.iterations.count) epochs, RMSE \(history.iterations.last?.loss ?? 0)", "g = \(constant[0, 0])",
        ],
        seconds: history.iterations.reduce(0) { $0 + $1.seconds }, corners: [corner("P", users), corner("Q", items)],
        lookAt: "what is left of the factors, and what g says alone"))
  }

  private func corner(_ name: String, _ weights: AdamRows) -> StepReport.Corner {
    StepReport.Corner(name, rowCount: weights.rowCount, columnCount: factorization.factors) { Double(weights[$0, $1]) }
  }
}
