import Diagnostics
import Generators
import Recommenders

/// Boards, made-up orders and the values real libraries got for them.
enum MadeUp {
  /// User u had every item of his own colour but item u: implicit's checkerboard, whose answer for u is u.
  static func checkerboard(size: Int32) throws(Diagnostic) -> Interactions {
    var users: [Int32] = []
    var items: [Int32] = []
    for user in 0..<size {
      for item in 0..<size where (user + item) % 2 == 0 && user != item {
        users.append(user)
        items.append(item)
      }
    }
    return try Interactions(users: users, items: items, userCount: Int(size), itemCount: Int(size))
  }

  /// Random rows with repeats and a popular head, some of them of one day; seeds are given so that `Random` has ids to
  /// add to.
  static func orders(users userCount: Int = 50, items itemCount: Int = 70, rows: Int = 700) throws(Diagnostic)
    -> Interactions
  {
    var state: UInt64 = 12345
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var users: [Int32] = []
    var items: [Int32] = []
    var weights: [Double] = []
    for _ in 0..<rows {
      let user = next(userCount)
      users.append(Int32(user))
      items.append(Int32(min(next(itemCount), (next(itemCount) + user) % itemCount)))
      weights.append(Double(1 + next(5)))
    }
    let days = RowTimes(ticks: (0..<rows).map { Int64($0 * 7919 % 61) }, ticksPerDay: 1)
    return try Interactions(
      users: users, items: items, weights: weights, baskets: days, userCount: userCount, itemCount: itemCount,
      duplicates: .last,
      keepingRows: true, userSeeds: (0..<userCount).map { Int64(100 * $0) })
  }

  struct Fixture: Decodable {
    struct Lists: Decodable {
      let items: [[Int32]]
      let scores: [[Float]]
      let losses: [Double]?
    }

    let users: [Int32]
    let items: [Int32]
    let als_cg, als_cholesky, ease_rectools, ease_paper, knn_cosine, knn_tfidf, knn_bm25: Lists
  }

  /// Made by `Scripts/reference/recommenders.py`.
  static func fixture() throws -> Fixture { try Checkout.json("Tests/RecommendersTests/Fixtures/orders.json") }
}

extension MadeUp.Fixture {
  var interactions: Interactions {
    get throws(Diagnostic) {
      try Interactions(
        users: users, items: items, userCount: Int(users.max() ?? 0) + 1, itemCount: Int(items.max() ?? 0) + 1)
    }
  }
}

extension ParameterArgument {
  static func integer(_ name: String, _ value: Int) -> ParameterArgument { ParameterArgument(name, .integer(value)) }
  static func real(_ name: String, _ value: Double) -> ParameterArgument { ParameterArgument(name, .real(value)) }
  static func word(_ name: String, _ value: String) -> ParameterArgument { ParameterArgument(name, .word(value)) }
}
