import Diagnostics
import Parallelism
import RandomNumbers

/// P, Q and the deviations after some epochs.
struct FittedSVD: RatingModel, IterativeModel {
  private(set) var svd: SVD
  let interactions: Interactions
  let ratings: Ratings
  /// Row-major, users × factors and items × factors.
  private(set) var userFactors: [Double]
  private(set) var itemFactors: [Double]
  private(set) var userDeviations: [Double]
  private(set) var itemDeviations: [Double]
  var history = History(lossMeaning: "RMSE on the training ratings, as each was reached")
  var wasInterrupted = false

  var model: any Model { svd }
  var scale: ClosedRange<Double> { svd.scale }
  private var mean: Double { svd.isBiased ? ratings.mean : 0 }

  init(startOf model: SVD, _ interactions: Interactions) {
    svd = model
    self.interactions = interactions
    ratings = Ratings(interactions)
    var random = RandomState(seed: UInt32(model.seed))
    userFactors = (0..<ratings.userCount * model.factors).map { _ in random.normal(0, model.deviation) }
    itemFactors = (0..<ratings.itemCount * model.factors).map { _ in random.normal(0, model.deviation) }
    userDeviations = [Double](repeating: 0, count: ratings.userCount)
    itemDeviations = [Double](repeating: 0, count: ratings.itemCount)
  }

  var iterationLimit: Int {
    get { svd.epochs }
    set { svd.epochs = newValue }
  }

  mutating func iterate(of total: Int, walk: Walk?) throws(Diagnostic) {
    let clock = ContinuousClock()
    let start = clock.now
    let cancellation = Cancellation.current
    var squares = 0.0
    for users in stride(from: 0, to: ratings.userCount, by: 256) {
      try cancellation.check()
      visit(ratings.userStarts[users]..<ratings.userStarts[min(users + 256, ratings.userCount)], &squares)
    }
    let loss = rootMeanSquare(squares, ratings.count)
    guard loss.isFinite else { throw .diverged(SVD.name) }
    let number = history.iterations.count + 1
    history.append(History.Iteration(number: number, loss: loss, seconds: seconds(clock.now - start)))
    Progress.report(
      "SVD", number, of: total, detail: "epoch \(number) of \(total), RMSE \((loss * 1e4).rounded() / 1e4)")
  }

  func terms(user: Int?, item: Int?) -> [(name: String, value: Double)] {
    if !svd.isBiased {
      guard let user, let item else { return [] }
      return [("product of factors", product(user, item))]
    }
    var terms = [("mean of all ratings", ratings.mean)]
    if let user { terms.append(("the user's deviation", userDeviations[user])) }
    if let item { terms.append(("the item's deviation", itemDeviations[item])) }
    if let user, let item { terms.append(("product of factors", product(user, item))) }
    return terms
  }

  func estimate(user: Int?, item: Int?) -> Double {
    guard let user, let item else {
      let terms = terms(user: user, item: item)
      return terms.isEmpty ? ratings.mean : terms.reduce(0) { $0 + $1.value }
    }
    return svd.isBiased
      ? ratings.mean + userDeviations[user] + itemDeviations[item] + product(user, item) : product(user, item)
  }

  private func product(_ user: Int, _ item: Int) -> Double {
    let p = userFactors.span
    let q = itemFactors.span
    let (userStart, itemStart) = (user * svd.factors, item * svd.factors)
    var sums = SIMD8<Double>(repeating: 0)
    var factor = 0
    while factor + 8 <= svd.factors {
      for lane in 0..<8 { sums[lane] += p[userStart + factor + lane] * q[itemStart + factor + lane] }
      factor += 8
    }
    var sum = sums.sum()
    while factor < svd.factors {
      sum += p[userStart + factor] * q[itemStart + factor]
      factor += 1
    }
    return sum
  }

  func showStart(_ walk: Walk?) throws(Diagnostic) {
    guard let walk else { return }
    try walk.show(
      StepReport(
        number: 1, total: 3, title: "start", formula: "pᵤ, qᵢ ~ N(0, \(svd.deviation)), bᵤ = bᵢ = 0",
        shapes: [
          "P is \(ratings.userCount) users × \(svd.factors) factors",
          "Q is \(ratings.itemCount) items × \(svd.factors) factors",
        ], seconds: 0, corners: corners, lookAt: "small random numbers: all predictions are near the mean"))
    let (user, item) = (Int(ratings.users[0]), Int(ratings.items[0]))
    var after = self
    var squares = 0.0
    after.visit(0..<1, &squares)
    let (before, moved) = (self, after)
    let columns = svd.factors
    try walk.show(
      StepReport(
        number: 2, total: 3, title: "one update", formula: "e = r − r̂;  pᵤ += γ(e·qᵢ − λpᵤ);  qᵢ += γ(e·pᵤ − λqᵢ)",
        shapes: [
          "the first rating, \(ratings.values[0]): e = \(squares.squareRoot()) in size, γ = \(svd.learningRate)"
        ],
        seconds: 0,
        corners: [
          StepReport.Corner("pᵤ before", rowCount: 1, columnCount: columns) { before.userFactors[user * columns + $1] },
          StepReport.Corner("pᵤ after", rowCount: 1, columnCount: columns) { moved.userFactors[user * columns + $1] },
          StepReport.Corner("qᵢ after", rowCount: 1, columnCount: columns) { moved.itemFactors[item * columns + $1] },
        ], lookAt: "how little one rating moves: it takes many passes"))
  }

  func showEnd(_ walk: Walk?) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        number: 3, total: 3, title: "epochs", formula: "r̂ᵤᵢ = μ + bᵤ + bᵢ + pᵤ·qᵢ",
        shapes: [
          "\(history.iterations.count) epochs, RMSE \(history.iterations.last?.loss ?? 0) on the training ratings"
        ],
        seconds: history.iterations.reduce(0) { $0 + $1.seconds }, corners: corners,
        lookAt: "the training RMSE keeps falling; whether that helps, only other ratings tell"))
  }

  private var corners: [StepReport.Corner] {
    let columns = svd.factors
    return [
      StepReport.Corner("P", rowCount: ratings.userCount, columnCount: columns) { userFactors[$0 * columns + $1] },
      StepReport.Corner("Q", rowCount: ratings.itemCount, columnCount: columns) { itemFactors[$0 * columns + $1] },
    ]
  }
}

extension FittedSVD {
  /// Follows the gradient of the ratings at `places`, one after the other. Sums run from left to right, products are
  /// not fused: Surprise's bits.
  private mutating func visit(_ places: Range<Int>, _ squares: inout Double) {
    let (ratings, mean, isBiased) = (ratings, mean, svd.isBiased)
    let (rate, penalty, factors) = (svd.learningRate, svd.regularization, svd.factors)
    descend(&userFactors, &itemFactors, &userDeviations, &itemDeviations)

    func descend(
      _ userFactors: inout [Double], _ itemFactors: inout [Double], _ userDeviations: inout [Double],
      _ itemDeviations: inout [Double]
    ) {
      var p = userFactors.mutableSpan
      var q = itemFactors.mutableSpan
      for place in places {
        let (user, item) = (Int(ratings.users[place]), Int(ratings.items[place]))
        let (userStart, itemStart) = (user * factors, item * factors)
        var product = 0.0
        for factor in 0..<factors { product += q[itemStart + factor] * p[userStart + factor] }
        let error = ratings.values[place] - (mean + userDeviations[user] + itemDeviations[item] + product)
        squares += error * error
        if isBiased {
          userDeviations[user] += rate * (error - penalty * userDeviations[user])
          itemDeviations[item] += rate * (error - penalty * itemDeviations[item])
        }
        for factor in 0..<factors {
          let (before, other) = (p[userStart + factor], q[itemStart + factor])
          p[userStart + factor] += rate * (error * other - penalty * before)
          q[itemStart + factor] += rate * (error * before - penalty * other)
        }
      }
    }
  }
}
