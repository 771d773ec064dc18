import Diagnostics
import Parallelism

/// Scores of items while they are added up, in double precision; items without a score are not looked at.
struct PreciseScores {
  private(set) var sums: [Double]
  /// Those with a score, in the order in which they came up.
  private(set) var items: [Int32] = []

  init(itemCount: Int) { sums = [Double](repeating: 0, count: itemCount) }

  /// Adds an amount above zero; what is zero, or has become it for lack of digits, says nothing.
  @inline(__always)
  mutating func add(_ amount: Double, to item: Int32) {
    guard amount > 0 else { return }
    if sums[Int(item)] == 0 { items.append(item) }
    sums[Int(item)] += amount
  }

  mutating func clear() {
    for item in items { sums[Int(item)] = 0 }
    items.removeAll(keepingCapacity: true)
  }
}

/// A fitted model of what comes next to users of whom baskets are known.
///
/// Scores are not negative, and an item with a score of zero is not recommended, so lists can be short. They are compared
/// to twelve digits in double precision: in single precision what neighbours say vanishes beside a user's own habits.
protocol NextBasketModel: FittedModel {
  /// Calls `each` with the scores of every user in turn.
  func score(_ users: ArraySlice<Int32>, _ each: (_ user: Int32, _ scores: PreciseScores) -> Void)
  /// The scores of somebody new, whose only basket this is.
  func score(_ basket: Basket) -> PreciseScores
}

extension NextBasketModel {
  func scores(for user: Int32) -> [Float] {
    var row = [Float](repeating: -.infinity, count: itemCount)
    score([user]) { _, scores in
      for item in scores.items { row[Int(item)] = Float(scores.sums[Int(item)]) }
    }
    return row
  }

  func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    let blocks = try Progress.ofLoops("\(kind): recommend") { () throws(Diagnostic) in
      try mapChunks(of: users.count, grain: 64) { (range) in
        var lists = RankedLists()
        var selection = PreciseSelection(capacity: min(request.top, itemCount))
        score(users[range]) { user, scores in
          let own = request.forList(range.lowerBound + lists.count)
          append(scores, to: &lists, &selection, own, seen: interactions.items(of: user))
        }
        return lists
      }
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
  }

  func recommend(basket: Basket, _ request: RecommendationRequest) -> RankedLists {
    var lists = RankedLists()
    var selection = PreciseSelection(capacity: min(request.top, itemCount))
    append(score(basket), to: &lists, &selection, request.forList(0), seen: basket.items[...])
    return lists
  }

  /// The best items as a list.
  private func append(
    _ scores: PreciseScores, to lists: inout RankedLists, _ selection: inout PreciseSelection,
    _ request: RecommendationRequest, seen: ArraySlice<Int32>
  ) {
    let struck = request.seen == .drop ? Set(seen) : []
    for item in scores.items where request.allows(item) && !struck.contains(item) {
      selection.offer(item, request.compared(scores.sums[Int(item)], of: item))
    }
    lists.append(selection.ranked())
  }
}

extension Interactions {
  /// The baskets that a model cannot do without.
  func requireBaskets(_ model: String) throws(Diagnostic) -> Baskets {
    guard let baskets else { throw .needsTimes(model) }
    return baskets
  }
}

extension Baskets {
  /// `X is 10 users × 20 items, 30 baskets`, for a walk.
  func shape(_ letter: String, _ interactions: Interactions) -> String {
    "\(letter) is \(interactions.userCount) users × \(interactions.itemCount) items, from \(counted(count, "basket"))"
  }
}
