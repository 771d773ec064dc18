import Diagnostics
import Parallelism
import RandomNumbers

/// The non-negative factors P and Q after some epochs.
struct FittedNMF: FactorModel, EpochModel {
  var nmf: NMF
  let interactions: Interactions
  let ratings: Ratings
  var factors: RatingFactors
  var history = History(lossMeaning: "RMSE on the training ratings, before each epoch's update")
  var wasInterrupted = false

  var model: any Model { nmf }
  var scale: ClosedRange<Double> { nmf.scale }

  var iterationLimit: Int {
    get { nmf.epochs }
    set { nmf.epochs = newValue }
  }

  /// The model before it has learned anything.
  init(_ model: NMF, _ interactions: consuming Interactions) throws(Diagnostic) {
    nmf = model
    ratings = try interactions.becomeRatings(byItem: false)
    self.interactions = interactions
    factors = RatingFactors(count: model.factors, ratings, mean: nil)
  }

  init(startOf model: NMF, _ interactions: consuming Interactions) throws(Diagnostic) {
    try self.init(model, interactions)
    var random = RandomState(seed: UInt32(model.seed))
    factors.users = random.randomSample(count: ratings.userCount * model.factors)
    factors.items = random.randomSample(count: ratings.itemCount * model.factors)
  }

  mutating func visitState(_ state: inout StateVisitor) throws(Diagnostic) {
    try factors.visit(&state, ratings)
  }

  /// Adds up numerators and denominators over all ratings in order, then updates the factors: those of a user after the
  /// user's ratings, those of all items at the end.
  mutating func runEpoch(_ number: Int, of total: Int) throws(Diagnostic) -> Double {
    let (count, ratings, cancellation) = (nmf.factors, ratings, Cancellation.current)
    let penalty = nmf.regularization
    var own = Multipliers(count: count)
    var items = Multipliers(count: factors.items.count)
    var squares = 0.0
    for user in 0..<ratings.userCount {
      let userStart = user * count
      for place in ratings.ratings(ofUser: user) {
        if place & 4095 == 0 { try cancellation.check() }
        let itemStart = Int(ratings.items[place]) * count
        let rating = ratings.values[place]
        var estimate = 0.0
        for factor in 0..<count { estimate += factors.items[itemStart + factor] * factors.users[userStart + factor] }
        squares += (rating - estimate) * (rating - estimate)
        for factor in 0..<count {
          let (p, q) = (factors.users[userStart + factor], factors.items[itemStart + factor])
          own.add(q * rating, q * estimate, at: factor)
          items.add(p * rating, p * estimate, at: itemStart + factor)
        }
      }
      // Ratings of other users do not read this user's factors, so they can change now.
      own.apply(to: &factors.users, row: user, from: 0, penalty, count, ratings: ratings.ratings(ofUser: user).count)
      own.reset()
    }
    for item in 0..<ratings.itemCount {
      items.apply(
        to: &factors.items, row: item, from: item * count, penalty, count,
        ratings: ratings.ratings(ofItem: item).count)
    }
    return rootMeanSquare(squares, ratings.count)
  }

  func show(
    _ title: String, _ formula: String, _ lookAt: String, _ seconds: Double, _ walk: Walk?
  ) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        of: NMF.self, title, formula: formula, shapes: factors.shapes + history.shapes,
        seconds: seconds, corners: factors.corners, lookAt: lookAt))
  }
}

/// The numerators (from the ratings) and denominators (from the predictions) of the multiplicative updates.
private struct Multipliers {
  private var wanted: [Double]
  private var said: [Double]

  init(count: Int) {
    wanted = [Double](repeating: 0, count: count)
    said = wanted
  }

  mutating func add(_ wanted: Double, _ said: Double, at place: Int) {
    self.wanted[place] += wanted
    self.said[place] += said
  }

  mutating func reset() {
    for place in wanted.indices { (wanted[place], said[place]) = (0, 0) }
  }

  /// Multiplies the factors of a row by their quotients; factors that are zero stay zero. The sums of the row begin at
  /// `start`; `ratings` is the number of its ratings.
  func apply(
    to factors: inout [Double], row: Int, from start: Int, _ penalty: Double, _ columns: Int, ratings: Int
  ) {
    for column in 0..<columns where factors[row * columns + column] != 0 {
      let factor = factors[row * columns + column]
      factors[row * columns + column] =
        factor * (wanted[start + column] / (said[start + column] + Double(ratings) * penalty * factor))
    }
  }
}
