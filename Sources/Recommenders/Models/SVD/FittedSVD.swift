import Diagnostics
import LinearAlgebra
import Parallelism
import RandomNumbers

/// An SVD model after some epochs: μ, the deviations and the factors.
struct FittedSVD: FactorModel, EpochModel {
  var svd: SVD
  let interactions: Interactions
  let ratings: Ratings
  var factors: RatingFactors
  var history = History(lossMeaning: "RMSE on the training ratings, each measured before its update")
  var wasInterrupted = false

  var model: any Model { svd }
  var scale: ClosedRange<Double> { svd.scale }

  var finishesWhatItBegins: Bool { isQuick }

  var iterationLimit: Int {
    get { svd.epochs }
    set { svd.epochs = newValue }
  }

  /// The model before it has learned anything.
  init(_ model: SVD, _ interactions: consuming Interactions) throws(Diagnostic) {
    svd = model
    ratings = try interactions.becomeRatings(byItem: false)
    self.interactions = interactions
    factors = RatingFactors(count: model.factors, ratings, mean: model.isBiased ? ratings.mean : nil)
  }

  init(startOf model: SVD, _ interactions: consuming Interactions) throws(Diagnostic) {
    try self.init(model, interactions)
    var random = RandomState(seed: UInt32(model.seed))
    func draw(_ rows: Int) throws(Diagnostic) -> [Double] {
      try random.normalFactors(rows: rows, factors: model.factors, deviation: model.deviation)
    }
    factors.users = try draw(ratings.userCount)
    factors.items = try draw(ratings.itemCount)
  }

  mutating func visitState(_ state: inout StateVisitor) throws(Diagnostic) {
    try factors.visit(&state, ratings)
  }

  mutating func runEpoch(_ number: Int, of total: Int) throws(Diagnostic) -> Double {
    let (cancellation, isQuick) = (Cancellation.current, isQuick)
    var tickets = RatingDescent.UpdateTickets(itemCount: ratings.itemCount, longest: ratings.mostOfAUser)
    var squares = 0.0
    var users = 0..<0
    while users.upperBound < ratings.userCount {
      if !isQuick { try cancellation.check() }
      users = ratings.users(from: users.upperBound, withRatings: 1 << 15)
      squares += visit(users, &tickets)
    }
    return rootMeanSquare(squares, ratings.count)
  }

  /// Takes one step of gradient descent, for the first rating.
  private mutating func visitFirst() {
    let descent = RatingDescent(
      rate: svd.learningRate, penalty: svd.regularization, mean: factors.mean ?? 0, movesDeviations: svd.isBiased)
    var tickets = RatingDescent.UpdateTickets(itemCount: ratings.itemCount, longest: 1)
    _ = descent.run(
      0..<1, starts: [0, 1], items: Array(ratings.items.prefix(1)), values: [ratings.values[0]], factors: svd.factors,
      &factors.users, &factors.items, &factors.userDeviations, &factors.itemDeviations, &tickets)
  }

  /// Takes a step for every rating of some users, with the same bits as Surprise. Returns Σe².
  private mutating func visit(_ users: Range<Int>, _ tickets: inout RatingDescent.UpdateTickets) -> Double {
    let descent = RatingDescent(
      rate: svd.learningRate, penalty: svd.regularization, mean: factors.mean ?? 0, movesDeviations: svd.isBiased)
    return descent.run(
      users, starts: ratings.userStarts, items: ratings.items, values: ratings.values.stored, factors: svd.factors,
      &factors.users, &factors.items, &factors.userDeviations, &factors.itemDeviations, &tickets)
  }
}

extension FittedSVD {
  func showStart(_ seconds: Double, _ walk: Walk?) throws(Diagnostic) {
    guard let walk else { return }
    try walk.show(
      StepReport(
        of: SVD.self, "start", formula: "pᵤ, qᵢ ~ N(0, \(svd.deviation)), bᵤ = bᵢ = 0",
        shapes: factors.shapes, seconds: seconds, corners: factors.corners,
        lookAt: "small random numbers: all predictions are near the mean"))
    let watch = Stopwatch()
    let (user, item, count) = (0, Int(ratings.items[0]), svd.factors)
    var after = self
    after.visitFirst()
    let (before, moved, rating) = (factors, after.factors, ratings.values[0])
    let said = factors.estimate(user: user, item: item) ?? ratings.mean
    let terms = factors.terms(user: user, item: item).map { shortText($0.value) }.joined(separator: " + ")
    try walk.show(
      StepReport(
        of: SVD.self, "one update", formula: "e = r − r̂;  pᵤ += γ(e·qᵢ − λpᵤ);  qᵢ += γ(e·pᵤ − λqᵢ)",
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
        of: SVD.self, "epochs", formula: "r̂ᵤᵢ = μ + bᵤ + bᵢ + pᵤ·qᵢ",
        shapes: history.shapes,
        seconds: history.seconds, corners: factors.corners,
        lookAt: "the training RMSE keeps falling; whether that helps, only other ratings tell"))
  }
}
