import Diagnostics
import Parallelism

/// The biases bᵤ of users and bᵢ of items: how far their ratings lie above the mean μ of all ratings. Fitted by
/// alternating least squares with L2 penalties.
struct RatingDeviations: Sendable {
  private(set) var users: [Double]
  private(set) var items: [Double]

  init(users: [Double], items: [Double]) {
    self.users = users
    self.items = items
  }

  mutating func visit(_ state: inout StateVisitor, _ ratings: Ratings) throws(Diagnostic) {
    try state.visit("users", &users, count: ratings.userCount)
    try state.visit("items", &items, count: ratings.itemCount)
  }

  /// All zero.
  init(startOf ratings: Ratings) {
    users = [Double](repeating: 0, count: ratings.userCount)
    items = [Double](repeating: 0, count: ratings.itemCount)
  }

  /// The deviations after some epochs.
  init(
    _ ratings: Ratings, epochs: Int = 10, userRegularization: Double = 15, itemRegularization: Double = 10
  ) throws(Diagnostic) {
    self.init(startOf: ratings)
    for _ in 0..<epochs {
      try runEpoch(ratings, userRegularization: userRegularization, itemRegularization: itemRegularization)
    }
  }

  /// Updates all items, then all users:
  ///
  ///     bᵢ = Σᵤ (rᵤᵢ − μ − bᵤ) / (λᵢ + nᵢ),   bᵤ = Σᵢ (rᵤᵢ − μ − bᵢ) / (λᵤ + nᵤ)
  mutating func runEpoch(
    _ ratings: Ratings, userRegularization: Double, itemRegularization: Double
  ) throws(Diagnostic) {
    let cancellation = Cancellation.current
    for item in 0..<ratings.itemCount {
      if item & 1023 == 0 { try cancellation.check() }
      var sum = 0.0
      for place in ratings.ratings(ofItem: item) {
        sum += ratings.ratersValues[place] - ratings.mean - users[Int(ratings.raters[place])]
      }
      items[item] = sum / (itemRegularization + Double(ratings.ratings(ofItem: item).count))
    }
    for user in 0..<ratings.userCount {
      if user & 1023 == 0 { try cancellation.check() }
      var sum = 0.0
      for place in ratings.ratings(ofUser: user) {
        sum += ratings.values[place] - ratings.mean - items[Int(ratings.items[place])]
      }
      users[user] = sum / (userRegularization + Double(ratings.ratings(ofUser: user).count))
    }
  }
}
