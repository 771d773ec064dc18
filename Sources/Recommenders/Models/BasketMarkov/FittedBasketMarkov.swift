import Diagnostics

/// The transitions between items, and the baskets of the users.
struct FittedBasketMarkov: NextBasketModel {
  private let markov: BasketMarkov
  let interactions: Interactions
  let ties: TieOrder
  private let baskets: Baskets
  /// pᵢ.
  private let shares: [Double]
  private let transitions: BasketTransitions

  var model: any Model { markov }

  init(
    _ model: BasketMarkov, _ interactions: Interactions, _ baskets: Baskets, _ shares: [Double],
    _ transitions: BasketTransitions
  ) throws(Diagnostic) {
    markov = model
    self.interactions = interactions
    ties = try TieOrder(model.ties, interactions, seed: model.seed, of: BasketMarkov.name)
    self.baskets = baskets
    self.shares = shares
    self.transitions = transitions
  }

  func score(_ users: ArraySlice<Int32>, _ each: (_ user: Int32, _ scores: PreciseScores) -> Void) {
    var scores = PreciseScores(itemCount: itemCount)
    for user in users {
      add(context(of: user), to: &scores)
      each(user, scores)
      scores.clear()
    }
  }

  func score(_ basket: Basket) -> PreciseScores {
    var scores = PreciseScores(itemCount: itemCount)
    add(basket.items, to: &scores)
    return scores
  }

  /// The items of a user's last baskets.
  private func context(of user: Int32) -> [Int32] {
    let own = baskets.baskets(of: Int(user))
    return own.isEmpty ? [] : baskets.itemSet(of: max(own.lowerBound, own.upperBound - markov.order)..<own.upperBound)
  }

  /// Adds the mean of P(i | l) over the items l of `context`. Without a basket, the scores are the shares pᵢ.
  private func add(_ context: [Int32], to scores: inout PreciseScores) {
    let share = 1 / Double(max(1, context.count))
    var common = context.isEmpty && markov.smoothing > 0 ? 1.0 : 0
    for item in context {
      let total = transitions.totals[Int(item)] + markov.smoothing
      if total == 0 { continue }
      common += share * markov.smoothing / total
      for cell in transitions.counts.cells(ofRow: Int(item)) {
        scores.add(share * transitions.counts.values[cell] / total, to: transitions.counts.columns[cell])
      }
    }
    if common > 0 { for item in shares.indices { scores.add(common * shares[item], to: Int32(item)) } }
  }

  /// One term for each item of the last baskets, and one for the smoothing.
  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let context = context(of: user)
    let share = 1 / Double(max(1, context.count))
    var terms: [Explanation.Term] = []
    var common = 0.0
    for own in context {
      let total = transitions.totals[Int(own)] + markov.smoothing
      if total == 0 { continue }
      common += share * markov.smoothing / total * shares[Int(item)]
      let count = transitions.count(from: own, to: item)
      if count > 0 { terms.append(Explanation.Term(.item(own), share * count / total)) }
    }
    if common > 0 { terms.append(Explanation.Term(.part("how common the item is"), common)) }
    return Explanation(score: terms.reduce(0) { $0 + $1.contribution }, terms: terms)
  }
}
