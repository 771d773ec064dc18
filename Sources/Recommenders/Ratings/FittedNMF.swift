import Diagnostics
import Parallelism
import RandomNumbers

/// P and Q, not negative, after some epochs.
struct FittedNMF: RatingModel, IterativeModel {
  private(set) var nmf: NMF
  let interactions: Interactions
  let ratings: Ratings
  /// Row-major, users × factors and items × factors.
  private(set) var userFactors: [Double]
  private(set) var itemFactors: [Double]
  var history = History(lossMeaning: "RMSE on the training ratings, before each epoch's update")
  var wasInterrupted = false

  var model: any Model { nmf }
  var scale: ClosedRange<Double> { nmf.scale }

  init(startOf model: NMF, _ interactions: Interactions) {
    nmf = model
    self.interactions = interactions
    ratings = Ratings(interactions)
    var random = RandomState(seed: UInt32(model.seed))
    userFactors = random.randomSample(count: ratings.userCount * model.factors)
    itemFactors = random.randomSample(count: ratings.itemCount * model.factors)
  }

  var iterationLimit: Int {
    get { nmf.epochs }
    set { nmf.epochs = newValue }
  }

  /// Numerators and denominators over all ratings in their order, then all factors at once.
  mutating func iterate(of total: Int, walk: Walk?) throws(Diagnostic) {
    let clock = ContinuousClock()
    let start = clock.now
    let (factors, ratings, cancellation) = (nmf.factors, ratings, Cancellation.current)
    var users = Multipliers(count: userFactors.count)
    var items = Multipliers(count: itemFactors.count)
    var squares = 0.0
    for place in 0..<ratings.count {
      if place & 4095 == 0 { try cancellation.check() }
      let (userStart, itemStart) = (Int(ratings.users[place]) * factors, Int(ratings.items[place]) * factors)
      let rating = ratings.values[place]
      var estimate = 0.0
      for factor in 0..<factors { estimate += itemFactors[itemStart + factor] * userFactors[userStart + factor] }
      squares += (rating - estimate) * (rating - estimate)
      for factor in 0..<factors {
        let (p, q) = (userFactors[userStart + factor], itemFactors[itemStart + factor])
        users.add(q * rating, q * estimate, at: userStart + factor)
        items.add(p * rating, p * estimate, at: itemStart + factor)
      }
    }
    let penalty = nmf.regularization
    users.apply(to: &userFactors, penalty, factors) { ratings.ratings(ofUser: $0).count }
    items.apply(to: &itemFactors, penalty, factors) { ratings.ratings(ofItem: $0).count }
    let loss = rootMeanSquare(squares, ratings.count)
    guard loss.isFinite else { throw .diverged(NMF.name) }
    let number = history.iterations.count + 1
    history.append(History.Iteration(number: number, loss: loss, seconds: seconds(clock.now - start)))
    Progress.report("NMF", number, of: total, detail: "epoch \(number) of \(total)")
  }

  func terms(user: Int?, item: Int?) -> [(name: String, value: Double)] {
    guard let user, let item else { return [] }
    return [("product of factors", estimate(user: user, item: item))]
  }

  func estimate(user: Int?, item: Int?) -> Double {
    guard let user, let item else { return ratings.mean }
    let factors = nmf.factors
    return (0..<factors).reduce(0.0) { $0 + itemFactors[item * factors + $1] * userFactors[user * factors + $1] }
  }

  func show(_ number: Int, _ title: String, _ formula: String, _ lookAt: String, _ walk: Walk?) throws(Diagnostic) {
    let factors = nmf.factors
    try walk?.show(
      StepReport(
        number: number, total: 2, title: title, formula: formula,
        shapes: [
          "P is \(ratings.userCount) users × \(factors) factors",
          "Q is \(ratings.itemCount) items × \(factors) factors",
        ], seconds: history.iterations.reduce(0) { $0 + $1.seconds },
        corners: [
          StepReport.Corner("P", rowCount: ratings.userCount, columnCount: factors) { userFactors[$0 * factors + $1] },
          StepReport.Corner("Q", rowCount: ratings.itemCount, columnCount: factors) { itemFactors[$0 * factors + $1] },
        ], lookAt: lookAt))
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
