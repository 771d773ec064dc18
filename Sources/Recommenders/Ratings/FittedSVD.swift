import Diagnostics
import LinearAlgebra
import Parallelism
import RandomNumbers

/// μ, the deviations and the factors after some epochs.
struct FittedSVD: FactorModel, EpochModel {
  var svd: SVD
  let interactions: Interactions
  let ratings: Ratings
  var factors: RatingFactors
  var history = History(lossMeaning: "RMSE on the training ratings, as each was reached")
  var wasInterrupted = false

  var model: any Model { svd }
  var scale: ClosedRange<Double> { svd.scale }

  var iterationLimit: Int {
    get { svd.epochs }
    set { svd.epochs = newValue }
  }

  init(startOf model: SVD, _ interactions: Interactions) throws(Diagnostic) {
    svd = model
    self.interactions = interactions
    ratings = try Ratings(interactions, byItem: false)
    var random = RandomState(seed: UInt32(model.seed))
    factors = RatingFactors(
      count: model.factors,
      users: try random.normalFactors(rows: ratings.userCount, factors: model.factors, deviation: model.deviation),
      items: try random.normalFactors(rows: ratings.itemCount, factors: model.factors, deviation: model.deviation),
      mean: model.isBiased ? ratings.mean : nil)
  }

  mutating func runEpoch(_ number: Int, of total: Int) throws(Diagnostic) -> Double {
    let cancellation = Cancellation.current
    var squares = 0.0
    for users in stride(from: 0, to: ratings.userCount, by: 256) {
      try cancellation.check()
      visit(ratings.userStarts[users]..<ratings.userStarts[min(users + 256, ratings.userCount)], &squares)
    }
    return rootMeanSquare(squares, ratings.count)
  }

  /// Follows the gradient of the ratings at `places`, one after the other: Surprise's bits.
  private mutating func visit(_ places: Range<Int>, _ squares: inout Double) {
    let (ratings, mean, isBiased) = (ratings, factors.mean ?? 0, svd.isBiased)
    let (rate, penalty, count) = (svd.learningRate, svd.regularization, svd.factors)
    descend(&factors.users, &factors.items, &factors.userDeviations, &factors.itemDeviations)

    func descend(
      _ userFactors: inout [Double], _ itemFactors: inout [Double], _ userDeviations: inout [Double],
      _ itemDeviations: inout [Double]
    ) {
      let descent = FactorDescent(factors: count, rate: rate, penalty: penalty)
      var p = userFactors.mutableSpan
      var q = itemFactors.mutableSpan
      for place in places {
        let (user, item) = (Int(ratings.users[place]), Int(ratings.items[place]))
        let error = descent.step(
          towards: ratings.values[place], from: mean + userDeviations[user] + itemDeviations[item], &p, row: user, &q,
          row: item)
        squares += error * error
        if isBiased {
          userDeviations[user] += rate * (error - penalty * userDeviations[user])
          itemDeviations[item] += rate * (error - penalty * itemDeviations[item])
        }
      }
    }
  }
}

extension FittedSVD {
  func showStart(_ seconds: Double, _ walk: Walk?) throws(Diagnostic) {
    guard let walk else { return }
    try walk.show(
      StepReport(
        number: 1, total: 3, title: "start", formula: "pᵤ, qᵢ ~ N(0, \(svd.deviation)), bᵤ = bᵢ = 0",
        shapes: factors.shapes, seconds: seconds, corners: factors.corners,
        lookAt: "small random numbers: all predictions are near the mean"))
    let watch = Stopwatch()
    let (user, item, count) = (Int(ratings.users[0]), Int(ratings.items[0]), svd.factors)
    var after = self
    var squares = 0.0
    after.visit(0..<1, &squares)
    let (before, moved, rating) = (factors, after.factors, ratings.values[0])
    let said = factors.estimate(user: user, item: item) ?? ratings.mean
    let terms = factors.terms(user: user, item: item).map { shortText($0.value) }.joined(separator: " + ")
    try walk.show(
      StepReport(
        number: 2, total: 3, title: "one update", formula: "e = r − r̂;  pᵤ += γ(e·qᵢ − λpᵤ);  qᵢ += γ(e·pᵤ − λqᵢ)",
        shapes: [
          "the first rating: r̂ = \(terms) = \(shortText(said)), r = \(shortText(rating)), e = \(shortText(rating - said))",
          "γ = \(svd.learningRate), λ = \(svd.regularization)",
        ],
        subjects: ratings.subjects(user: user, item: item), seconds: watch.seconds,
        corners: [
          StepReport.Corner("pᵤ before", count: count) { before.users[user * count + $0] },
          StepReport.Corner("pᵤ after", count: count) { moved.users[user * count + $0] },
          StepReport.Corner("qᵢ before", count: count) { before.items[item * count + $0] },
          StepReport.Corner("qᵢ after", count: count) { moved.items[item * count + $0] },
        ], lookAt: "how little one rating moves: it takes many passes"))
  }

  func showEnd(_ walk: Walk?) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        number: 3, total: 3, title: "epochs", formula: "r̂ᵤᵢ = μ + bᵤ + bᵢ + pᵤ·qᵢ",
        shapes: history.shapes,
        seconds: history.seconds, corners: factors.corners,
        lookAt: "the training RMSE keeps falling; whether that helps, only other ratings tell"))
  }
}
