import Diagnostics
import LinearAlgebra
import Parallelism

extension FittedImplicitALS {
  enum Side { case users, items }

  func showStart(_ seconds: Double, _ walk: Walk?) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        of: ImplicitALS.self, "start", formula: "X, Y ~ U[0, 0.01)",
        shapes: [
          "X is \(userCount) users × \(ials.factors) factors", "Y is \(itemCount) items × \(ials.factors) factors",
        ], seconds: seconds, corners: [corner("X", userFactors), corner("Y", itemFactors)],
        lookAt: "small and all positive: at first all users get the same recommendations"))
  }

  func showGram(_ gram: [Float], _ seconds: Double, _ walk: Walk?) throws(Diagnostic) {
    let stride = itemFactors.stride
    try walk?.show(
      StepReport(
        of: ImplicitALS.self, "Gram matrix", formula: "YᵀY = Σᵢ yᵢ·yᵢᵀ",
        shapes: ["YᵀY is \(ials.factors) × \(ials.factors), shared by all users"], seconds: seconds,
        corners: [
          StepReport.Corner("YᵀY", rowCount: ials.factors, columnCount: ials.factors) { Double(gram[$0 * stride + $1]) }
        ], lookAt: "this one matrix covers all empty cells, so their number does not matter"))
  }

  /// Shows the numbers in the system of one user: the first with 3 to 30 items.
  func showEquations(_ gram: [Float], _ walk: Walk?) throws(Diagnostic) {
    guard let walk else { return }
    let matrix = interactions.matrix
    let user = (0..<userCount).first { (3...30).contains(matrix.cells(ofRow: $0).count) } ?? 0
    let (columns, values) = (matrix.columns(ofRow: user), matrix.values(ofRow: user))
    let watch = Stopwatch()
    let equations = problem.users.normalEquations(columns: columns, values: values, itemFactors, gram: gram)
    let solution = try problem.users.solve(columns: columns, values: values, itemFactors, gram: gram)
    let taken = watch.seconds
    let (factors, stride) = (ials.factors, itemFactors.stride)
    try walk.show(
      StepReport(
        of: ImplicitALS.self, "normal equations",
        formula: "A·xᵤ = b,  A = YᵀY + Σ (cᵤᵢ − 1)·yᵢyᵢᵀ + λI,  b = Σ cᵤᵢ·yᵢ",
        shapes: [
          "the user has \(counted(columns.count, "item")): the sums have that many terms",
          "A is \(factors) × \(factors), solved exactly here"
            + (ials.solver == .cg ? "; the fit takes \(ials.conjugateGradientSteps) conjugate gradient steps" : ""),
        ], subjects: [.users([Int32(user)])], seconds: taken,
        corners: [
          StepReport.Corner("A", rowCount: factors, columnCount: factors) {
            Double(equations.matrix[$0 * stride + $1])
          },
          StepReport.Corner("b", count: factors) { Double(equations.right[$0]) },
          StepReport.Corner("xᵤ", count: factors) { Double(solution[$0]) },
        ],
        lookAt: "A differs from YᵀY only by the user's items, and not at all for items with c = 1: see alpha"))
  }

  func showFactors(_ factors: PaddedMatrix, of side: Side, _ seconds: Double, _ walk: Walk?) throws(Diagnostic) {
    let isUsers = side == .users
    try walk?.show(
      StepReport(
        of: ImplicitALS.self, isUsers ? "users" : "items",
        formula: isUsers
          ? "xᵤ = (YᵀY + Yᵀ(Cᵤ − I)Y + λI)⁻¹ · Yᵀ·Cᵤ·pᵤ" : "yᵢ = (XᵀX + Xᵀ(Cᵢ − I)X + λI)⁻¹ · Xᵀ·Cᵢ·pᵢ",
        shapes: [
          "\(isUsers ? "X" : "Y") is \(factors.rowCount) × \(factors.columnCount), a least squares problem a row"
        ],
        seconds: seconds, corners: [corner(isUsers ? "X" : "Y", factors)],
        lookAt: isUsers
          ? "the users begin to differ, by the items they had"
          : "no longer all positive: factors can now raise and lower a score"))
  }

  func showLoss(_ loss: Double?, _ seconds: Double, _ walk: Walk?) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        of: ImplicitALS.self, "loss", formula: "L = Σ c·(p − xᵤᵀyᵢ)² + λ(‖X‖² + ‖Y‖²), divided by Σ c",
        shapes: loss.map { ["L is \(shortText($0)) after one iteration"] } ?? ["not measured: loss=false"],
        seconds: seconds, corners: [],
        lookAt: "it falls with every iteration, fast at first; the other iterations are not shown"))
  }

  private func corner(_ name: String, _ factors: PaddedMatrix) -> StepReport.Corner {
    StepReport.Corner(name, rowCount: factors.rowCount, columnCount: factors.columnCount) { Double(factors[$0, $1]) }
  }
}

/// Reports progress in rows, over all iterations.
struct ProgressReport: Sendable {
  private let iteration: Int
  private let iterations: Int
  private let rows: Int
  private let detail: String

  init(iteration: Int, of iterations: Int, rows: Int, _ lastLoss: Double?) {
    self.iteration = iteration
    self.iterations = iterations
    self.rows = rows
    detail = Self.text(iteration, iterations, lastLoss)
  }

  func at(_ row: Int) {
    Progress.report("iALS", (iteration - 1) * rows + row, of: iterations * rows, detail: detail)
  }

  func finished(_ loss: Double?) {
    Progress.report(
      "iALS", iteration * rows, of: iterations * rows, detail: Self.text(iteration, iterations, loss))
  }

  private static func text(_ iteration: Int, _ iterations: Int, _ loss: Double?) -> String {
    let place = "iteration \(iteration) of \(iterations)"
    guard let loss else { return place }
    return "\(place), loss \((loss * 1e6).rounded() / 1e6)"
  }
}
