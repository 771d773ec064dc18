import Diagnostics
import LinearAlgebra
import Parallelism

/// The factors and deviations with which a factorisation predicts ratings:
///
///     r̂ᵤᵢ = μ + bᵤ + bᵢ + pᵤ·qᵢ
///
/// For a user or an item without ratings, the terms that need it are left out. Without a mean and deviations, the
/// prediction is pᵤ·qᵢ alone.
///
/// - Shape: P is users × factors, Q is items × factors, both row-major.
struct RatingFactors: Sendable {
  let count: Int
  var users: [Double]
  var items: [Double]
  var userDeviations: [Double]
  var itemDeviations: [Double]
  /// μ; nil for a model without a mean and deviations.
  let mean: Double?

  /// With deviations of zero.
  init(count: Int, users: [Double], items: [Double], mean: Double?) {
    self.count = count
    self.users = users
    self.items = items
    self.mean = mean
    userDeviations = [Double](repeating: 0, count: users.count / count)
    itemDeviations = [Double](repeating: 0, count: items.count / count)
  }

  /// Nothing learned yet: no factors, deviations of zero.
  init(count: Int, _ ratings: Ratings, mean: Double?) {
    (self.count, self.mean) = (count, mean)
    (users, items) = ([], [])
    userDeviations = [Double](repeating: 0, count: ratings.userCount)
    itemDeviations = [Double](repeating: 0, count: ratings.itemCount)
  }

  /// - Parameter derivesUsers: whether P is computed from other arrays of the model. A backup then leaves it out.
  mutating func visit(
    _ state: inout StateVisitor, _ ratings: Ratings, derivesUsers: Bool = false
  ) throws(Diagnostic) {
    if !(derivesUsers && state.isBackup) { try state.visit("userFactors", &users, count: ratings.userCount * count) }
    try state.visit("itemFactors", &items, count: ratings.itemCount * count)
    guard mean != nil else { return }
    try state.visit("userDeviations", &userDeviations, count: ratings.userCount)
    try state.visit("itemDeviations", &itemDeviations, count: ratings.itemCount)
  }

  /// pᵤ·qᵢ.
  func product(_ user: Int, _ item: Int) -> Double {
    dotProduct(
      users.span.extracting(user * count..<(user + 1) * count), items.span.extracting(item * count..<(item + 1) * count)
    )
  }

  /// The terms of a prediction; empty if nothing is known of the pair.
  func terms(user: Int?, item: Int?) -> [(name: String, value: Double)] {
    guard let mean else {
      guard let user, let item else { return [] }
      return [("product of factors", product(user, item))]
    }
    var terms = [("mean of all ratings", mean)]
    if let user { terms.append(("the user's deviation", userDeviations[user])) }
    if let item { terms.append(("the item's deviation", itemDeviations[item])) }
    if let user, let item { terms.append(("product of factors", product(user, item))) }
    return terms
  }

  /// The sum of the terms, or nil if there are none.
  func estimate(user: Int?, item: Int?) -> Double? {
    guard let user, let item else {
      let terms = terms(user: user, item: item)
      return terms.isEmpty ? nil : terms.reduce(0) { $0 + $1.value }
    }
    guard let mean else { return product(user, item) }
    return mean + userDeviations[user] + itemDeviations[item] + product(user, item)
  }

  /// The corners of P and Q.
  var corners: [StepReport.Corner] {
    [
      StepReport.Corner("P", rowCount: users.count / count, columnCount: count) { users[$0 * count + $1] },
      StepReport.Corner("Q", rowCount: items.count / count, columnCount: count) { items[$0 * count + $1] },
    ]
  }

  /// The shapes of P and Q, for a walk.
  var shapes: [String] {
    [
      "P is \(users.count / count) users × \(count) factors", "Q is \(items.count / count) items × \(count) factors",
    ]
  }
}

extension RatingFactors {
  /// The cosine of the factors of two items; 0 if those of one are all zero.
  func cosine(_ item: Int, _ other: Int) -> Double {
    let (p, q) = (items[item * count..<(item + 1) * count], items[other * count..<(other + 1) * count])
    let product = zip(p, q).reduce(0.0) { $0 + $1.0 * $1.1 }
    let lengths = p.reduce(0.0) { $0 + $1 * $1 } * q.reduce(0.0) { $0 + $1 * $1 }
    return lengths > 0 ? product / lengths.squareRoot() : 0
  }
}

/// A model of ratings that predicts by factors.
protocol FactorModel: RatingModel, FactorizedModel {
  var factors: RatingFactors { get }
}

extension FactorModel {
  var factorCount: Int { factors.count }

  func factor(_ index: Int, of side: FactorSide) -> [Float] {
    let values = side == .users ? factors.users : factors.items
    return stride(from: index, to: values.count, by: factors.count).map { Float(values[$0]) }
  }

  func terms(user: Int?, item: Int?) -> [(name: String, value: Double)] { factors.terms(user: user, item: item) }

  /// The most similar items by the cosine of their factors.
  func similar(to item: Int32, top: Int) throws(Diagnostic) -> [ScoredItem] {
    guard let number = ratings.number(ofItem: item) else { return [] }
    var selection = TopSelection(capacity: min(top, itemCount))
    for other in 0..<Int32(itemCount) where other != item {
      if let place = ratings.number(ofItem: other) { selection.offer(other, Float(factors.cosine(number, place))) }
    }
    return selection.ranked()
  }

  func estimate(user: Int?, item: Int?) -> Double { factors.estimate(user: user, item: item) ?? ratings.mean }
}
