import Diagnostics
import LinearAlgebra

extension FittedMatrixFactorization {
  func showStart(_ seconds: Double, _ walk: Walk?) throws(Diagnostic) {
    guard let walk else { return }
    let f = factorization.factors
    let isDense = factorization.variant == .dense
    try walk.show(
      StepReport(
        of: MatrixFactorization.self, "start", formula: "pᵤ, qᵢ, bᵤ, bᵢ ~ N(0, \(isDense ? "1" : "0.1")), g = 0",
        shapes: [
          "P is \(userCount) users × \(f) factors", "Q is \(itemCount) items × \(f) factors",
          "\(counted(stepsPerEpoch, "step")) an epoch",
        ],
        seconds: seconds, corners: [corner("P", users), corner("Q", items)],
        lookAt: isDense
          ? "as large as a rating itself: the first predictions are noise"
          : "small random numbers: the first predictions are near zero"))
    try showUpdate(walk)
  }

  /// Shows a step with the first row alone: its prediction, its gradient, and the update of Adam.
  private func showUpdate(_ walk: Walk) throws(Diagnostic) {
    let watch = Stopwatch()
    let (f, width) = (factorization.factors, users.stride)
    let rows = interactions.rows ?? InteractionRows(cellsOf: interactions)
    let (user, item, rating) = (Int(rows.users[0]), Int(rows.items[0]), rows.weights?[0] ?? 1)
    var after = self
    var batch = Batch(factors: f, stride: width)
    batch.append(rows.users[0], rows.items[0], Float(rating))
    let schedule = try AdamRows.Schedule(
      steps: 1, learningRate: factorization.learningRate, weightDecay: factorization.weightDecay)
    _ = after.take(&batch, number: 1, schedule)
    let (before, moved) = (self, after.users)
    let said = terms(Int32(user), Int32(item))
    let prediction = said.reduce(0) { $0 + $1.contribution }
    let error = prediction - rating
    let decay = factorization.weightDecay
    try walk.show(
      StepReport(
        of: MatrixFactorization.self, "one update",
        formula: "g = 2e·qᵢ + λpᵤ;  m ← 0.9m + 0.1g;  v ← 0.999v + 0.001g²;  pᵤ ← pᵤ − γ·m̂ / (√v̂ + ε)",
        shapes: [
          "the first row alone, r = \(shortText(rating)), with γ = \(factorization.learningRate), λ = \(decay)",
          "r̂ = g + bᵤ + bᵢ + pᵤ·qᵢ = " + said.map { shortText($0.contribution) }.joined(separator: " + ")
            + " = \(shortText(prediction));  e = r̂ − r = \(shortText(error))",
          "m̂ = m / (1 − 0.9) and v̂ = v / (1 − 0.999) in this first step: m̂ / √v̂ is 1 or −1",
        ],
        subjects: [.users([Int32(user)]), .items([Int32(item)])], seconds: watch.seconds,
        corners: [
          StepReport.Corner("pᵤ", count: f) { Double(before.users[user, $0]) },
          StepReport.Corner("qᵢ", count: f) { Double(before.items[item, $0]) },
          StepReport.Corner("g", count: f) {
            2 * error * Double(before.items[item, $0]) + decay * Double(before.users[user, $0])
          },
          StepReport.Corner("m", count: f) { Double(moved.first[user * width + $0]) },
          StepReport.Corner("v", count: f) { Double(moved.second[user * width + $0]) },
          StepReport.Corner("pᵤ after", count: f) { Double(moved[user, $0]) },
        ],
        lookAt:
          "all weights move by γ, however large the gradient; so weight decay drives rows outside of a batch to zero"
      ))
  }

  func showEnd(_ walk: Walk?) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        of: MatrixFactorization.self, "epochs", formula: "r̂ᵤᵢ = pᵤ·qᵢ + bᵤ + bᵢ + g",
        shapes: [
          "\(counted(history.iterations.count, "epoch")), RMSE \(shortText(history.iterations.last?.loss ?? 0))",
          "g = \(shortText(Double(constant[0, 0])))",
        ],
        seconds: history.seconds, corners: [corner("P", users), corner("Q", items)],
        lookAt: "how large the factors still are, and what the constant g predicts alone"))
  }

  private func corner(_ name: String, _ weights: AdamRows) -> StepReport.Corner {
    StepReport.Corner(name, rowCount: weights.rowCount, columnCount: factorization.factors) { Double(weights[$0, $1]) }
  }
}
