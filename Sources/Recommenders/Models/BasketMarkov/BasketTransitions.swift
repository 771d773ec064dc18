import Diagnostics
import Parallelism

/// How often items were in the basket after one with another item.
struct BasketTransitions: Sendable {
  /// nₗᵢ: row l, column i.
  let counts: PreciseRows
  /// nₗ.
  let totals: [Double]

  init(_ baskets: Baskets, itemCount: Int, order: Int) throws(Diagnostic) {
    // For every item l, the baskets that have l in one of the baskets before them.
    var starts = [Int](repeating: 0, count: itemCount + 1)
    try Self.forEachContext(baskets, order) { items, _ in for item in items { starts[Int(item) + 1] += 1 } }
    for item in 0..<itemCount { starts[item + 1] += starts[item] }
    var next = starts
    var followers = [Int32](repeating: 0, count: starts[itemCount])
    try Self.forEachContext(baskets, order) { items, basket in
      for item in items {
        followers[next[Int(item)]] = Int32(basket)
        next[Int(item)] += 1
      }
    }
    let (bounds, following) = (starts, followers)
    let parts = try mapChunks(of: itemCount, grain: 64) { (items) -> PreciseRows in
      var scores = PreciseScores(itemCount: itemCount)
      var rows = PreciseRows()
      for item in items {
        for place in bounds[item]..<bounds[item + 1] {
          for follower in baskets.itemSet(of: Int(following[place])) { scores.add(1, to: follower) }
        }
        rows.append(scores.items.map { (column: $0, value: scores.sums[Int($0)]) })
        scores.clear()
      }
      return rows
    }
    counts = parts.reduce(into: PreciseRows()) { $0.append($1) }
    totals = (0..<itemCount).map { Double(bounds[$0 + 1] - bounds[$0]) }
  }

  /// Calls `body` with every basket but the first of a user, and with the distinct items of the `order` baskets before
  /// it.
  private static func forEachContext(
    _ baskets: Baskets, _ order: Int, _ body: (_ items: [Int32], _ basket: Int) -> Void
  ) throws(Diagnostic) {
    try forEachRange(of: baskets.userCount, by: 4096) { (users) in
      for user in users {
        let own = baskets.baskets(of: user)
        for basket in own.dropFirst() {
          body(baskets.itemSet(of: max(own.lowerBound, basket - order)..<basket), basket)
        }
      }
    }
  }

  func count(from item: Int32, to other: Int32) -> Double {
    counts.cells(ofRow: Int(item)).first { counts.columns[$0] == other }.map { counts.values[$0] } ?? 0
  }
}

extension Baskets {
  /// The distinct items of consecutive baskets, ascending.
  func itemSet(of range: Range<Int>) -> [Int32] {
    if range.count == 1 { return itemSet(of: range.lowerBound) }
    return Set(items[offsets[range.lowerBound]..<offsets[range.upperBound]]).sorted()
  }

  /// For each item, the share of all baskets that have it.
  func shares(itemCount: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: itemCount)
    for basket in 0..<count { for item in itemSet(of: basket) { counts[Int(item)] += 1 } }
    return counts.map { $0 / Double(max(1, count)) }
  }
}
