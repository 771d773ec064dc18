import Diagnostics
import Parallelism

/// A sparse accumulator of item scores in double precision: only items with a score are listed.
struct PreciseScores {
  private(set) var sums: [Double]
  /// The items with a score, in the order in which they got it.
  private(set) var items: [Int32] = []

  init(itemCount: Int) { sums = [Double](repeating: 0, count: itemCount) }

  /// Adds an amount above zero. An amount of zero, for example after underflow, gives the item no score.
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

/// A fitted model that predicts the next basket of a user from the user's earlier baskets.
///
/// Scores are not negative. An item with a score of zero is not recommended, so lists can be short. Scores are compared
/// in double precision to twelve digits: in single precision the small contributions of neighbors would be lost next to
/// the large scores of the user's own items.
protocol NextBasketModel: FittedModel {
  /// Which of several items with equal scores comes first.
  var ties: TieOrder { get }
  /// Calls `each` with the scores of every user, one after the other.
  func score(_ users: ArraySlice<Int32>, _ each: (_ user: Int32, _ scores: PreciseScores) -> Void)
  /// The scores of a user whom the model has not seen, from one basket (fold-in).
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
          append(scores, of: Int64(user), to: &lists, &selection, own, seen: interactions.items(of: user))
        }
        return lists
      }
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
  }

  func recommend(basket: Basket, _ request: RecommendationRequest) -> RankedLists {
    var lists = RankedLists()
    var selection = PreciseSelection(capacity: min(request.top, itemCount))
    append(score(basket), of: -1, to: &lists, &selection, request.forList(0), seen: basket.items[...])
    return lists
  }

  /// Selects the best items and appends them as a list.
  private func append(
    _ scores: PreciseScores, of user: Int64, to lists: inout RankedLists, _ selection: inout PreciseSelection,
    _ request: RecommendationRequest, seen: ArraySlice<Int32>
  ) {
    let struck = request.seen == .drop ? Set(seen) : []
    for item in scores.items where request.allows(item) && !struck.contains(item) {
      selection.offer(item, request.compared(scores.sums[Int(item)], of: item), tie: ties.key(item, user: user))
    }
    let isTied = selection.isTied
    lists.append(selection.ranked(), isTied: isTied)
  }
}

extension Interactions {
  /// The baskets.
  ///
  /// - Throws: interactions without baskets, with `model` in the message.
  func requireBaskets(_ model: String) throws(Diagnostic) -> Baskets {
    guard let baskets else { throw .needsTimes(model) }
    return baskets
  }
}

extension Baskets {
  /// `X is 10 users × 20 items, from 30 baskets`, for a walk.
  func shape(_ letter: String, _ interactions: Interactions) -> String {
    "\(letter) is \(interactions.userCount) users × \(interactions.itemCount) items, from \(counted(count, "basket"))"
  }
}
