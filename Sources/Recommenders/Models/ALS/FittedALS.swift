import Diagnostics
import LinearAlgebra
import Parallelism
import RandomNumbers

/// An ALS model after some iterations: μ, the deviations and the factors.
struct FittedALS: FactorModel, IterativeModel {
  var als: ALS
  let interactions: Interactions
  let ratings: Ratings
  var factors: RatingFactors
  var history = History(
    lossMeaning: "RMSE on the training ratings", columns: ["loss_after_users"])
  var wasInterrupted = false

  var model: any Model { als }
  var scale: ClosedRange<Double> { als.clip }

  var iterationLimit: Int {
    get { als.iterations }
    set { als.iterations = newValue }
  }

  /// The model before it has learned anything.
  init(_ model: ALS, _ interactions: consuming Interactions) throws(Diagnostic) {
    als = model
    ratings = try interactions.becomeRatings()
    self.interactions = interactions
    factors = RatingFactors(count: model.factors, ratings, mean: ratings.mean)
  }

  init(startOf model: ALS, _ interactions: consuming Interactions) throws(Diagnostic) {
    try self.init(model, interactions)
    factors.users = [Double](repeating: 0, count: ratings.userCount * model.factors)
    factors.items = startOfItems(model)
    if model.hasBiases {
      let deviations = try RatingDeviations(ratings)
      factors.userDeviations = deviations.users
      factors.itemDeviations = deviations.items
    }
  }

  /// The factors of the items before the first iteration. Those of the users follow from them.
  private func startOfItems(_ model: ALS) -> [Double] {
    let count = ratings.itemCount * model.factors
    if let other = WarmStart.current?.model as? FittedALS, other.als.factors == model.factors,
      other.factors.items.count == count
    {
      return other.factors.items
    }
    var random = RandomState(seed: UInt32(model.seed))
    return (0..<count).map { _ in random.normal(0, 0.1) }
  }

  mutating func visitState(_ state: inout StateVisitor) throws(Diagnostic) {
    try factors.visit(&state, ratings)
  }

  mutating func iterate(of total: Int, walk: Walk?) throws(Diagnostic) {
    let number = history.iterations.count + 1
    try showEquations(walk)
    var watch = Stopwatch()
    // The solution does not depend on the old factors, so their memory is freed before the new ones are allocated.
    factors.users = []
    factors.users = try users.solutions(als, fixed: factors.items)
    let half = try trainingError()
    try showHalf("users", watch.lap(), half, walk)
    watch.resume()
    factors.items = []
    factors.items = try items.solutions(als, fixed: factors.users)
    let loss = try trainingError()
    guard loss.isFinite else { throw .diverged(ALS.name) }
    let taken = watch.lap()
    history.append(
      History.Iteration(number: number, loss: loss, seconds: watch.total, measured: [half]))
    Progress.report(
      ALS.name, number, of: total, detail: "iteration \(number) of \(total), RMSE \((loss * 1e4).rounded() / 1e4)")
    try showHalf("items", taken, loss, walk)
  }

  /// The least squares problems of the users, given the factors of their items.
  private var users: RatingRegressions {
    RatingRegressions(
      starts: ratings.userStarts, others: ratings.items, values: ratings.values, mean: ratings.mean,
      deviations: factors.userDeviations, othersDeviations: factors.itemDeviations)
  }

  private var items: RatingRegressions {
    RatingRegressions(
      starts: ratings.itemStarts, others: ratings.raters, values: ratings.ratersValues, mean: ratings.mean,
      deviations: factors.itemDeviations, othersDeviations: factors.userDeviations)
  }
}

/// The least squares problem of every user (or item), given the factors of all items (or users).
struct RatingRegressions: Sendable {
  /// The ratings of row r are at `starts[r]..<starts[r + 1]` of `others` and `values`.
  let starts: [Int]
  let others: [Int32]
  let values: RatingValues
  let mean: Double
  let deviations: [Double]
  let othersDeviations: [Double]

  /// Sets `equations` to the normal equations of a row.
  func add(_ row: Int, _ model: ALS, fixed: Span<Double>, to equations: inout NormalEquations) {
    let places = starts[row]..<starts[row + 1]
    equations.reset(ridge: model.regularization * (model.scale == .count ? Double(places.count) : 1))
    for place in places {
      let other = Int(others[place])
      let target = values[place] - mean - deviations[row] - othersDeviations[other]
      equations.add(fixed, at: other * equations.order, target: target)
    }
  }

  /// The factors of all rows, solved in parallel. Shape: rows × factors, row-major.
  func solutions(_ model: ALS, fixed: [Double]) throws(Diagnostic) -> [Double] {
    let (count, rows, block) = (model.factors, starts.count - 1, 32)
    return try buildArray(count: rows * count, grain: block * count) { (range, solutions) throws(Diagnostic) in
      var equations = NormalEquations(order: count)
      let first = range.lowerBound / count
      for row in first..<first + range.count / count {
        add(row, model, fixed: fixed.span, to: &equations)
        guard equations.solve() else { throw .singularRatings(regularization: model.regularization) }
        for factor in 0..<count { solutions[(row - first) * count + factor] = equations.right[factor] }
      }
    }
  }
}

extension FittedALS {
  func showStart(_ seconds: Double, _ walk: Walk?) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        of: ALS.self, "start", formula: "qᵢ ~ N(0, 0.1), bᵤ and bᵢ as in Baseline",
        shapes: factors.shapes,
        seconds: seconds, corners: [factors.corners[1]],
        lookAt: "only the items need a start: the users follow from them"))
  }

  /// Shows the numbers in the system of the first user.
  private func showEquations(_ walk: Walk?) throws(Diagnostic) {
    guard let walk else { return }
    let count = als.factors
    let watch = Stopwatch()
    var equations = NormalEquations(order: count)
    users.add(0, als, fixed: factors.items.span, to: &equations)
    let (a, b) = (equations.matrix, equations.right)
    guard equations.solve() else { throw .singularRatings(regularization: als.regularization) }
    try walk.show(
      StepReport(
        of: ALS.self, "normal equations",
        formula: "(Σᵢ qᵢqᵢᵀ + λ·\(als.scale == .count ? "|Iᵤ|" : "1")·I)·pᵤ = Σᵢ (rᵤᵢ − μ − bᵤ − bᵢ)·qᵢ",
        shapes: ["\(counted(ratings.ratings(ofUser: 0).count, "rating")) of one user: A is \(count) × \(count)"],
        subjects: ratings.subjects(user: 0), seconds: watch.seconds,
        corners: [
          StepReport.Corner("A", rowCount: count, columnCount: count) { a[min($0, $1) * count + max($0, $1)] },
          StepReport.Corner("b", count: count) { b[$0] },
          StepReport.Corner("pᵤ = A⁻¹b", count: count) { equations.right[$0] },
        ],
        lookAt: "λ on the diagonal: without it a user of fewer items than factors has no unique answer"))
  }

  private func showHalf(
    _ title: String, _ seconds: Double, _ loss: Double, _ walk: Walk?
  ) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        of: ALS.self, title,
        formula: title == "users"
          ? "pᵤ = (Σᵢ qᵢqᵢᵀ + λsI)⁻¹ · Σᵢ (rᵤᵢ − μ − bᵤ − bᵢ)·qᵢ"
          : "qᵢ = (Σᵤ pᵤpᵤᵀ + λsI)⁻¹ · Σᵤ (rᵤᵢ − μ − bᵤ − bᵢ)·pᵤ",
        shapes: ["RMSE \(shortText(loss)) on the training ratings"], seconds: seconds, corners: factors.corners,
        lookAt: "each half can only lower the penalised error"))
  }

  func showEnd(_ walk: Walk?) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        of: ALS.self, "iterations", formula: "r̂ᵤᵢ = μ + bᵤ + bᵢ + pᵤ·qᵢ",
        shapes: [
          "\(counted(history.iterations.count, "iteration")), RMSE \(shortText(history.iterations.last?.loss ?? 0))"
        ],
        seconds: history.seconds, corners: factors.corners,
        lookAt: "the training RMSE keeps falling; whether that helps, only other ratings tell"))
  }
}
