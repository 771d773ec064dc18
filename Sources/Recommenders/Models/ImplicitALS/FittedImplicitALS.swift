import Diagnostics
import LinearAlgebra
import Parallelism
import RandomNumbers

/// An iALS model after some iterations: the factors of users and items.
struct FittedImplicitALS: ScoringModel, IterativeModel {
  var ials: ImplicitALS
  let interactions: Interactions
  let problem: ImplicitALSProblem
  /// X, users × factors.
  var userFactors: PaddedMatrix
  /// Y, items × factors.
  var itemFactors: PaddedMatrix
  var history = History(lossMeaning: "mean weighted squared error of all cells, plus the penalty")
  var wasInterrupted = false

  var model: any Model { ials }
  var scoringBlock: Int { 256 }
  var scoringTile: Int { 512 }

  /// The model before it has learned anything.
  init(_ model: ImplicitALS, _ interactions: Interactions) {
    ials = model
    self.interactions = interactions
    problem = ImplicitALSProblem(model, interactions)
    userFactors = PaddedMatrix(rowCount: 0, columnCount: model.factors)
    itemFactors = userFactors
  }

  /// The start, before any iteration: random, or at another model.
  init(startOf model: ImplicitALS, _ interactions: Interactions, walk: Walk?) throws(Diagnostic) {
    let watch = Stopwatch()
    self.init(model, interactions)
    if let other = WarmStart.current?.model as? FittedImplicitALS, other.hasShape(of: self) {
      (userFactors, itemFactors) = (other.userFactors, other.itemFactors)
    } else {
      let random = PCG64(seed: UInt64(model.seed))
      userFactors = try randomFactors(interactions.userCount, model.factors, random, after: 0)
      itemFactors = try randomFactors(
        interactions.itemCount, model.factors, random, after: interactions.userCount * model.factors)
    }
    try showStart(watch.seconds, walk)
  }

  private func hasShape(of other: FittedImplicitALS) -> Bool {
    ials.factors == other.ials.factors && userCount == other.userCount && itemCount == other.itemCount
  }

  var iterationLimit: Int {
    get { ials.iterations }
    set { ials.iterations = newValue }
  }

  mutating func visitState(_ state: inout StateVisitor) throws(Diagnostic) {
    try state.visit("userFactors", &userFactors, rowCount: userCount, columnCount: ials.factors)
    try state.visit("itemFactors", &itemFactors, rowCount: itemCount, columnCount: ials.factors)
  }

  /// Solves for all users, then for all items, both in place, and measures the loss.
  mutating func iterate(of total: Int, walk: Walk?) throws(Diagnostic) {
    var watch = Stopwatch()
    let number = history.iterations.count + 1
    let solver: WeightedLeastSquares.Solver =
      switch ials.solver {
      case .cg: .conjugateGradient(steps: ials.conjugateGradientSteps)
      case .cholesky: .cholesky
      case .block: .blocks(size: ials.block)
      }
    let report = ProgressReport(
      iteration: number, of: total, rows: userCount + itemCount, history.iterations.last?.loss)
    do throws(Diagnostic) {
      let gramOfItems = try itemFactors.gram()
      try showGram(gramOfItems, watch.lap(), walk)
      try showEquations(gramOfItems, walk)
      watch.resume()
      let matrix = interactions.matrix
      _ = try problem.users.solve(&userFactors, rowsOf: matrix, itemFactors, gram: gramOfItems, by: solver) {
        report.at($0)
      }
      try showFactors(userFactors, of: .users, watch.lap(), walk)
      watch.resume()
      let gramOfUsers = try userFactors.gram()
      let before = userCount
      let cellLoss = try problem.items.solve(
        &itemFactors, columnsOf: matrix, userFactors, gram: gramOfUsers, by: solver
      ) { report.at(before + $0) }
      try showFactors(itemFactors, of: .items, watch.lap(), walk)
      watch.resume()
      let loss =
        ials.measuresLoss
        ? try problem.loss(
          userFactors, itemFactors, ofCells: cellLoss, gramX: gramOfUsers, gramY: itemFactors.gram(), interactions)
        : nil
      guard itemFactorsAreFinite, loss?.isFinite ?? true else {
        throw Diagnostic.notFinite(regularization: ials.regularization)
      }
      let taken = watch.lap()
      history.append(History.Iteration(number: number, loss: loss, seconds: watch.total))
      report.finished(loss)
      try showLoss(loss, taken, walk)
    } catch {
      throw error.isNotPositiveDefinite ? Diagnostic.singularRow(regularization: ials.regularization) : error
    }
  }

  private var itemFactorsAreFinite: Bool { itemFactors.values.allSatisfy(\.isFinite) }

  var notes: [String] {
    var notes: [String] = []
    let single = interactions.matrix.values.count { $0 == 1 }
    if ials.weighting == .implicit, ials.alpha == 1, single > 0 {
      let share = Int((100 * Double(single) / Double(interactions.cellCount)).rounded())
      notes.append(
        "alpha=1: the \(share) % of cells with weight 1 have no more confidence than empty ones; try alpha=10 or weighting=hu"
      )
    }
    let diagonal = (0..<ials.factors).map { column in
      (0..<itemCount).reduce(Float(0)) { $0 + itemFactors[$1, column] * itemFactors[$1, column] }
    }
    let penalty = Float(ials.regularization)
    if ials.regularization > 0, diagonal.allSatisfy({ $0 + penalty == $0 }) {
      notes.append(
        "regularization=\(numberText(ials.regularization)) has no effect: "
          + "next to YᵀY it is below single precision; take a larger one"
      )
    }
    if ials.alpha == 0, ials.weighting == .implicit { notes.append("alpha=0: interactions have no confidence at all") }
    return notes
  }

  func writeScores(
    of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>
  ) throws(Diagnostic) {
    userFactors.writeProducts(ofRows: users, with: itemFactors, items, into: &scores)
  }

  /// Fold-in: solves exactly for the new user, with the items' factors fixed.
  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) throws(Diagnostic) {
    let solution = try folded(basket.items[...], basket.weights[...])
    let factors = try PaddedMatrix(rowCount: 1, columnCount: ials.factors) { _, write in
      for (column, value) in solution.enumerated() { write(0, column, value) }
    }
    factors.writeProducts(ofRows: [0], with: itemFactors, 0..<itemCount, into: &scores)
  }

  private func folded(_ items: ArraySlice<Int32>, _ weights: ArraySlice<Float>) throws(Diagnostic) -> [Float] {
    do throws(Diagnostic) {
      return try problem.users.solve(columns: items, values: weights, itemFactors, gram: itemFactors.gram())
    } catch {
      throw error.isNotPositiveDefinite ? Diagnostic.singularRow(regularization: ials.regularization) : error
    }
  }

  func similar(to item: Int32, top: Int) -> [ScoredItem] { itemFactors.nearest(to: item, top: top) }

  /// A term yⱼᵀ·A⁻¹·yᵢ·t(rᵢ) for every item i of the user, and the difference between the fitted score and their sum.
  ///
  /// Conjugate gradients and later updates of the items leave such a difference: the terms belong to an exact solution.
  func explain(_ user: Int32, _ item: Int32) throws(Diagnostic) -> Explanation {
    let columns = interactions.matrix.columns(ofRow: Int(user))
    let weights = interactions.matrix.values(ofRow: Int(user))
    let score = Double(userFactors.product(row: Int(user), with: itemFactors, row: Int(item)))
    let image = try problem.users.solve(
      columns: columns, values: weights, itemFactors, gram: itemFactors.gram(),
      rightHandSide: Array(itemFactors[Int(item)]))
    var terms = zip(columns, weights).map { column, weight in
      let product = zip(image, itemFactors[Int(column)]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      return Explanation.Term(.item(column), product * Double(problem.users.targetWeight(weight)))
    }
    let rest = score - terms.reduce(0) { $0 + $1.contribution }
    terms.append(Explanation.Term(.part("difference to the exact solution"), rest))
    return Explanation(score: score, terms: terms)
  }
}

/// Factors uniform in [0, 0.01), row after row, from the draws of the generator with the numbers `offset`, `offset` +
/// 1, …
private func randomFactors(
  _ rowCount: Int, _ factors: Int, _ random: PCG64, after offset: Int
) throws(Diagnostic) -> PaddedMatrix {
  try PaddedMatrix(rowCount: rowCount, columnCount: factors) { rows, write in
    var generator = random.advanced(by32: UInt64(offset + rows.lowerBound * factors))
    for row in rows { for column in 0..<factors { write(row, column, generator.nextFloat() * 0.01) } }
  }
}

extension FittedImplicitALS: FactorizedModel {
  var factorCount: Int { itemFactors.columnCount }

  func factor(_ index: Int, of side: FactorSide) -> [Float] {
    let matrix = side == .users ? userFactors : itemFactors
    return (0..<matrix.rowCount).map { matrix.values[$0 * matrix.stride + index] }
  }
}
