import Diagnostics
import Parallelism
import RandomNumbers

/// P and Q, not negative, after some epochs.
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

  init(startOf model: NMF, _ interactions: Interactions) throws(Diagnostic) {
    nmf = model
    self.interactions = interactions
    ratings = try Ratings(interactions, byItem: false)
    var random = RandomState(seed: UInt32(model.seed))
    factors = RatingFactors(
      count: model.factors, users: random.randomSample(count: ratings.userCount * model.factors),
      items: random.randomSample(count: ratings.itemCount * model.factors), mean: nil)
  }

  /// Numerators and denominators over all ratings in their order, then all factors at once.
  mutating func runEpoch(_ number: Int, of total: Int) throws(Diagnostic) -> Double {
    let (count, ratings, cancellation) = (nmf.factors, ratings, Cancellation.current)
    var users = Multipliers(count: factors.users.count)
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
          users.add(q * rating, q * estimate, at: userStart + factor)
          items.add(p * rating, p * estimate, at: itemStart + factor)
        }
      }
    }
    let penalty = nmf.regularization
    users.apply(to: &factors.users, penalty, count) { ratings.ratings(ofUser: $0).count }
    items.apply(to: &factors.items, penalty, count) { ratings.ratings(ofItem: $0).count }
    return rootMeanSquare(squares, ratings.count)
  }

  func show(
    _ number: Int, _ title: String, _ formula: String, _ lookAt: String, _ seconds: Double, _ walk: Walk?
  ) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        number: number, total: 2, title: title, formula: formula, shapes: factors.shapes + history.shapes,
        seconds: seconds, corners: factors.corners, lookAt: lookAt))
  }
}

/// What the factors should have said over what they said.
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

  /// Multiplies all factors that are not zero; `count` is how many ratings a row has.
  func apply(to factors: inout [Double], _ penalty: Double, _ columns: Int, count: (Int) -> Int) {
    for row in 0..<factors.count / columns {
      let ratings = Double(count(row))
      for place in row * columns..<(row + 1) * columns where factors[place] != 0 {
        factors[place] *= wanted[place] / (said[place] + ratings * penalty * factors[place])
      }
    }
  }
}
