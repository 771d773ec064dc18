import Diagnostics
import Parallelism
import RandomNumbers

/// An SVD++ model after some epochs: the factors of users and items, and the implicit factors of items.
///
/// A rating changes the yⱼ of every item that its user rated. Done directly, that costs O(|Iᵤ|²·f) per user. But each
/// rating of a user multiplies all yⱼ of the user's items by the same number and adds the same vector:
///
///     yⱼ ← a·yⱼ + γ·e·qᵢ/√|Iᵤ|,  a = 1 − γλ
///
/// So yⱼ = α·yⱼ⁰ + s, with one α and one s for all of them, and their sum is α·Σyⱼ⁰ + |Iᵤ|·s. The yⱼ are written after
/// the last rating of the user. An item that the user rated m times is updated m times per rating, so items are grouped
/// by m, and every group has its own α and s.
struct FittedSVDpp: FactorModel, EpochModel {
  var svd: SVDpp
  let interactions: Interactions
  let ratings: Ratings
  /// pᵤ without the sum over the user's items; `factors.users` includes that sum.
  var ownFactors: [Double]
  /// Y, items × factors.
  var impliedFactors: [Double]
  var factors: RatingFactors
  var history = History(lossMeaning: "RMSE on the training ratings, each measured before its update")
  var wasInterrupted = false

  var model: any Model { svd }
  var scale: ClosedRange<Double> { svd.scale }

  var iterationLimit: Int {
    get { svd.epochs }
    set { svd.epochs = newValue }
  }

  /// The model before it has learned anything.
  init(_ model: SVDpp, _ interactions: consuming Interactions) throws(Diagnostic) {
    svd = model
    ratings = try interactions.becomeRatings(byItem: false)
    self.interactions = interactions
    (ownFactors, impliedFactors) = ([], [])
    factors = RatingFactors(count: model.factors, ratings, mean: ratings.mean)
  }

  init(startOf model: SVDpp, _ interactions: consuming Interactions) throws(Diagnostic) {
    try self.init(model, interactions)
    var random = RandomState(seed: UInt32(model.seed))
    func draw(_ rows: Int) throws(Diagnostic) -> [Double] {
      try random.normalFactors(rows: rows, factors: model.factors, deviation: model.deviation)
    }
    ownFactors = try draw(ratings.userCount)
    factors.items = try draw(ratings.itemCount)
    impliedFactors = try draw(ratings.itemCount)
    factors.users = try usersWithImplied()
  }

  mutating func visitState(_ state: inout StateVisitor) throws(Diagnostic) {
    try factors.visit(&state, ratings, derivesUsers: true)
    try state.visit("ownFactors", &ownFactors, count: ratings.userCount * svd.factors)
    try state.visit("impliedFactors", &impliedFactors, count: ratings.itemCount * svd.factors)
  }

  mutating func runEpoch(_ number: Int, of total: Int) throws(Diagnostic) -> Double {
    let cancellation = Cancellation.current
    var squares = 0.0
    for user in 0..<ratings.userCount {
      if user & 63 == 0 { try cancellation.check() }
      var moves = ImpliedFactorUpdates(ratings, user, impliedFactors, svd)
      visit(user, &moves, &squares)
      moves.write(to: &impliedFactors)
    }
    factors.users = []
    factors.users = try usersWithImplied()
    return rootMeanSquare(squares, ratings.count)
  }

  /// Takes a step for every rating of a user, in order.
  private mutating func visit(_ user: Int, _ moves: inout ImpliedFactorUpdates, _ squares: inout Double) {
    let (rate, penalty, count, mean) = (svd.learningRate, svd.regularization, svd.factors, ratings.mean)
    let userStart = user * count
    for place in ratings.ratings(ofUser: user) {
      let item = Int(ratings.items[place])
      let itemStart = item * count
      var product = 0.0
      for factor in 0..<count {
        product += factors.items[itemStart + factor] * (ownFactors[userStart + factor] + moves.implied[factor])
      }
      let error = ratings.values[place] - (mean + factors.userDeviations[user] + factors.itemDeviations[item] + product)
      squares += error * error
      factors.userDeviations[user] += rate * (error - penalty * factors.userDeviations[user])
      factors.itemDeviations[item] += rate * (error - penalty * factors.itemDeviations[item])
      moves.begin(factors.items.span.extracting(itemStart..<itemStart + count))
      Self.descend(svd, error, userStart, itemStart, moves.implied, &ownFactors, &factors.items)
      moves.finish(error)
    }
  }

  /// Updates pᵤ and qᵢ, both from their old values.
  private static func descend(
    _ svd: SVDpp, _ error: Double, _ userStart: Int, _ itemStart: Int, _ implied: [Double],
    _ userFactors: inout [Double], _ itemFactors: inout [Double]
  ) {
    let (rate, penalty) = (svd.learningRate, svd.regularization)
    var p = userFactors.mutableSpan
    var q = itemFactors.mutableSpan
    for factor in implied.indices {
      let (before, other) = (p[userStart + factor], q[itemStart + factor])
      p[userStart + factor] += rate * (error * other - penalty * before)
      q[itemStart + factor] += rate * (error * (before + implied[factor]) - penalty * other)
    }
  }

  mutating func releaseDerived() { factors.users = [] }

  mutating func restoreDerived() {
    // The cancellation that ended the iteration must not stop this: a new one takes its place.
    Cancellation.$current.withValue(Cancellation()) { if let users = try? usersWithImplied() { factors.users = users } }
  }

  /// The users' factors pᵤ + |Iᵤ|^−½ · Σ yⱼ.
  private func usersWithImplied() throws(Diagnostic) -> [Double] {
    let count = svd.factors
    return try buildArray(count: ratings.userCount * count, grain: 256 * count) { (range, users) in
      let (own, implied, items) = (ownFactors.span, impliedFactors.span, ratings.items.span)
      for start in stride(from: range.lowerBound, to: range.upperBound, by: count) {
        let (places, first) = (ratings.ratings(ofUser: start / count), start - range.lowerBound)
        let root = Double(places.count).squareRoot()
        for factor in 0..<count { users[first + factor] = 0 }
        for place in places {
          let itemStart = Int(items[place]) * count
          for factor in 0..<count { users[first + factor] += implied[itemStart + factor] }
        }
        for factor in 0..<count { users[first + factor] = own[start + factor] + users[first + factor] / root }
      }
    }
  }

  func show(
    _ title: String, _ formula: String, _ lookAt: String, _ seconds: Double, _ walk: Walk?
  ) throws(Diagnostic) {
    let count = svd.factors
    let implied = StepReport.Corner("Y", rowCount: ratings.itemCount, columnCount: count) {
      impliedFactors[$0 * count + $1]
    }
    try walk?.show(
      StepReport(
        of: SVDpp.self, title, formula: formula,
        shapes: factors.shapes + history.shapes + ["Y is \(ratings.itemCount) items × \(count) factors"],
        seconds: seconds, corners: factors.corners + [implied], lookAt: lookAt)
    )
  }
}
