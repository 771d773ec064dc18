import Diagnostics
import Foundation
import Generators
import Recommenders
import Testing

/// Lists and scores of published code on made-up baskets, by `Scripts/reference/item-and-basket-models.py`.
@Suite struct BasketReferenceTests {
  struct Lists: Decodable, Sendable {
    let items: [[Int32]]
    let scores: [[Double]]
  }

  struct Fixture: Decodable {
    let users: [Int32]
    let items: [Int32]
    let days: [Int64]
    let half_life: [Double]
    let puresvd_values: [Double]
    let slim_weights: [Double]
    let personal, personal_recent, rp3beta, rp3beta_small, rp3beta_plain, slim, slim_sparse, puresvd, upcf, upcf_counts,
      tifuknn, tifuknn_far, markov, markov_second: Lists

    static func read() throws -> Fixture { try Checkout.json("Tests/RecommendersTests/Fixtures/baskets.json") }

    var interactions: Interactions {
      get throws(Diagnostic) {
        try Interactions(
          users: users, items: items, baskets: RowTimes(ticks: days, ticksPerDay: 1),
          userCount: Int(users.max() ?? 0) + 1, itemCount: Int(items.max() ?? 0) + 1)
      }
    }
  }

  /// A model, its parameters, and where the fixture has its lists.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let arguments: [ParameterArgument]
    let lists: @Sendable (Fixture) -> Lists
    var tolerance = 1e-5

    var testDescription: String {
      ([name] + arguments.map { "\($0.name ?? "")=\($0.value.text)" }).joined(separator: " ")
    }
  }

  private static let cases: [Case] = [
    Case(name: "PersonalTopPopular", arguments: [.word("by", "baskets")], lists: { $0.personal }),
    Case(
      name: "PersonalTopPopular", arguments: [.word("by", "baskets"), .integer("recency", 4)],
      lists: { $0.personal_recent }),
    Case(name: "RP3beta", arguments: [], lists: { $0.rp3beta }),
    Case(
      name: "RP3beta", arguments: [.real("alpha", 0.7), .real("beta", 0.3), .integer("neighbors", 9)],
      lists: { $0.rp3beta_small }),
    Case(
      name: "RP3beta",
      arguments: [
        .real("beta", 0.4), .integer("neighbors", 1000), ParameterArgument("normalize", .flag(false)),
      ], lists: { $0.rp3beta_plain }),
    Case(name: "SLIM", arguments: [], lists: { $0.slim }, tolerance: 1e-4),
    Case(
      name: "SLIM", arguments: [.real("strength", 0.01), .real("l1_ratio", 0.5), .integer("neighbors", 5)],
      lists: { $0.slim_sparse }, tolerance: 1e-4),
    Case(name: "PureSVD", arguments: [.integer("factors", 12)], lists: { $0.puresvd }),
    Case(name: "UPCF", arguments: [], lists: { $0.upcf }),
    Case(
      name: "UPCF",
      arguments: [
        .integer("recency", 3), .real("asymmetry", 0.4), .integer("locality", 2), .integer("neighbors", 15),
        .real("shrinkage", 2.5), .word("vectors", "counts"),
      ], lists: { $0.upcf_counts }),
    Case(name: "TIFUKNN", arguments: [.integer("neighbors", 30)], lists: { $0.tifuknn }),
    Case(
      name: "TIFUKNN",
      arguments: [
        .integer("groups", 3), .real("group_decay", 0.6), .real("own", 0.2), .integer("neighbors", 50),
      ], lists: { $0.tifuknn_far }),
    Case(name: "BasketMarkov", arguments: [], lists: { $0.markov }),
    Case(
      name: "BasketMarkov", arguments: [.integer("order", 2), .integer("smoothing", 0)], lists: { $0.markov_second }),
  ]

  @Test(arguments: cases) func listsAreThoseOfPublishedCode(_ reference: Case) throws {
    let fixture = try Fixture.read()
    let interactions = try fixture.interactions
    let model = try Models.fit(reference.name, reference.arguments, on: interactions)
    let expected = reference.lists(fixture)
    let lists = try model.recommend(
      (0..<Int32(interactions.userCount)).map { $0 }, RecommendationRequest(top: 6))
    var (equal, all) = (0, 0)
    for user in expected.items.indices {
      let list = lists[user]
      #expect(list.count == expected.items[user].count)
      all += expected.items[user].count
      equal += zip(list, expected.items[user]).count { $0.item == $1 }
      for (entry, score) in zip(list, expected.scores[user]) {
        #expect(abs(Double(entry.score) - score) < reference.tolerance * max(1, abs(score)))
      }
    }
    #expect(Double(equal) >= 0.99 * Double(all), "\(equal) of \(all) positions")
  }

  /// `help` says which paper a model is from, and when that appeared.
  @Test(arguments: ["EASE", "SLIM", "RP3beta", "PureSVD", "iALS", "ALS", "UPCF", "TIFUKNN", "BasketMarkov"])
  func helpNamesThePaper(_ name: String) throws {
    let help = try Models.named(name).help
    #expect(help.contains { $0.contains(/, \*[A-Z].+\*, .*20[0-9]{2}/) })
  }

  @Test func halfLivesAreThoseOfTheDefinition() throws {
    let fixture = try Fixture.read()
    let model = try Models.fit("TopPopular", [.real("half_life", 12.5)], on: fixture.interactions)
    for (score, expected) in zip(try model.scores(for: 0), fixture.half_life) {
      #expect(abs(Double(score) - expected) < 1e-5 * expected)
    }
  }

  /// As many weights as scikit-learn's, with the same sum.
  @Test func slimHasTheWeightsOfScikitLearn() throws {
    let fixture = try Fixture.read()
    let model = try Models.fit("SLIM", on: fixture.interactions)
    let weights = try (0..<Int32(model.itemCount)).flatMap { try model.similar(to: $0, top: 100).map(\.score) }
    #expect(Double(weights.count) == fixture.slim_weights[0])
    #expect(abs(weights.reduce(0.0) { $0 + Double($1) } - fixture.slim_weights[1]) < 1e-3)
  }

  /// A basket vector in groups, by hand: seven baskets, three groups of 2, 2 and 3.
  @Test func groupsOfBasketsWeighWhatThePaperSays() throws {
    var users: [Int32] = []
    var items: [Int32] = []
    var days: [Int64] = []
    for basket in 0..<7 {
      users.append(0)
      items.append(Int32(basket))
      days.append(Int64(basket))
    }
    users.append(1)
    items.append(0)
    days.append(0)
    let interactions = try Interactions(
      users: users, items: items, baskets: RowTimes(ticks: days), userCount: 2, itemCount: 7)
    let base: [ParameterArgument] = [
      .integer("groups", 3), .real("basket_decay", 0.5), .real("group_decay", 0.1), .integer("own", 1),
    ]
    func weights(_ more: ParameterArgument..., user: Int32 = 0) throws -> [Float] {
      try Models.fit("TIFUKNN", base + more, on: interactions).scores(for: user)
    }
    func expected(_ group: Int, _ size: Double, age: Double) -> Float {
      Float(pow(0.1, Double(2 - group)) * pow(0.5, age) / size / 3)
    }
    let sizes: [(group: Int, size: Double)] = [(0, 2), (0, 2), (1, 2), (1, 2), (2, 3), (2, 3), (2, 3)]
    for (item, weight) in try weights().enumerated() {
      #expect(abs(weight - expected(sizes[item].group, sizes[item].size, age: Double(6 - item))) < 1e-8)
    }
    for (item, weight) in try weights(.word("decay", "group")).enumerated() {
      let age = [1.0, 0, 1, 0, 2, 1, 0][item]
      #expect(abs(weight - expected(sizes[item].group, sizes[item].size, age: age)) < 1e-8)
    }
    // One basket in three groups: its factor is that of the first group, or whole.
    #expect(abs(try weights(user: 1)[0] - 0.01) < 1e-8)
    #expect(try weights(.word("anchor", "last"), user: 1)[0] == 1)
  }

  /// Neighbours vanish in single precision beside a user's own habits, and decide all the same.
  @Test func neighboursDecideWhereOwnHabitsTie() throws {
    // User 0 has items 0 and 1; user 1 shares one of twenty items with him, and has item 1 twice.
    let users = [Int32](repeating: 0, count: 2) + [Int32](repeating: 1, count: 21)
    let items: [Int32] = [0, 1] + [1, 1] + (2..<21).map { $0 }
    let days: [Int64] = [1, 1] + [1, 2] + [Int64](repeating: 2, count: 19)
    let interactions = try Interactions(
      users: users, items: items, baskets: RowTimes(ticks: days), userCount: 2, itemCount: 21)
    let model = try Models.fit("UPCF", [.integer("locality", 16)], on: interactions)
    let list = try model.recommend([0], RecommendationRequest(top: 21))[0]
    #expect(list.count == 21 && list.prefix(2).map(\.item) == [1, 0])
    #expect(list[0].score == list[1].score, "equal in single precision")
  }

  @Test func modelsOfBasketsNeedTimes() throws {
    let untimed = try Interactions(users: [0, 0, 1], items: [0, 1, 1], userCount: 2, itemCount: 2)
    for name in ["UPCF", "TIFUKNN", "BasketMarkov"] {
      let error = #expect(throws: Diagnostic.self) { try Models.fit(name, on: untimed) }
      #expect(error?.message == "\(name) has to know when rows happened")
    }
  }

  @Test func aPenaltyThatLeavesNothingIsSaid() throws {
    let fixture = try Fixture.read()
    let model = try Models.fit("SLIM", [.integer("strength", 10)], on: fixture.interactions)
    #expect(model.notes.count == 1 && model.notes[0].contains("makes every weight zero"))
    let lists = try model.recommend([0, 1], RecommendationRequest(top: 3))
    #expect(lists.count == 2 && lists.items.isEmpty)
    let error = #expect(throws: Diagnostic.self) {
      try Models.fit(
        "SLIM", [.word("weights", "counts")],
        on: Interactions(users: [0, 1], items: [0, 0], weights: [1, -1], userCount: 2, itemCount: 1))
    }
    #expect(error?.message == "SLIM needs weights that are not negative")
  }

  /// The start is drawn, and does not matter.
  @Test func anySeedOfPureSVDGivesTheSameLists() throws {
    let interactions = try Fixture.read().interactions
    let lists = try [0, 1, 77].map { seed in
      try Models.fit("PureSVD", [.integer("factors", 9), .integer("seed", seed)], on: interactions)
        .recommend([0, 5, 40], RecommendationRequest(top: 20))
    }
    for other in lists.dropFirst() {
      #expect(other.items == lists[0].items)
      for (score, known) in zip(other.scores, lists[0].scores) { #expect(abs(score - known) < 1e-6) }
    }
  }

  @Test func singularValuesOfLowRankAreFoundWhole() throws {
    // Two groups of users with two items each: rank two, and both values the same.
    let interactions = try Interactions(
      users: [0, 0, 1, 1, 2, 2, 3, 3], items: [0, 1, 0, 1, 2, 3, 2, 3], userCount: 4, itemCount: 4)
    let model = try Models.fit("PureSVD", [.integer("factors", 3)], on: interactions)
    #expect(model.notes == ["the matrix has rank 2: 2 factors instead of 3"])
    for user in Int32(0)..<4 {
      for (item, score) in try model.scores(for: user).enumerated() {
        #expect(abs(score - (item / 2 == Int(user) / 2 ? 1 : 0)) < 1e-6)
      }
    }
  }
}
