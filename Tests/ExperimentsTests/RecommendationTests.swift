import Diagnostics
import Experiments
import Recommenders
import Tables
import Testing

@Suite struct RecommendationTests {
  let train = Table([
    ("user_id", Column([Int32(1), 1, 1, 2, 2, 3])), ("product_id", Column([Int64(30), 30, 10, 20, 30, 10])),
  ])
  let options = RecommendationOptions(top: 2)

  private func fitted(_ kind: any Model.Type) throws -> Recommender { try Recommender(fitting: kind, to: train) }

  private func rows(_ table: Table) -> [[Value]] { (0..<table.rowCount).map { table.row($0) } }

  @Test func aUsersListIsATableOfRanks() throws {
    let result = try fitted(PersonalTopPopular.self).recommend(user: .integer(1), options)
    #expect(result.table.schema.summary == "user_id i32, rank i32, product_id i64, score f32")
    let expected: [[Value]] = [
      [.integer(1), .integer(1), .integer(30), .float(2)], [.integer(1), .integer(2), .integer(10), .float(1)],
    ]
    #expect(rows(result.table) == expected)
  }

  @Test func aStrangerIsRefusedByModelsThatMustKnowThem() throws {
    #expect(throws: Diagnostic.self) { try fitted(PersonalTopPopular.self).recommend(user: .integer(9), options) }
    let popular = try fitted(TopPopular.self).recommend(user: .integer(9), options)
    #expect(rows(popular.table).map { $0[2] } == [.integer(30), .integer(10)])
    let some = try fitted(PersonalTopPopular.self).recommend(users: [.integer(9), .integer(3)], options)
    #expect(some.notes == ["1 user not in train: 9", "1 of 2 items: there are no more to recommend"])
    #expect(rows(some.table).map { $0[0] } == [.integer(3)])
  }

  @Test func onlyAndExcept() throws {
    let popular = try fitted(TopPopular.self)
    var narrow = options
    narrow.only = [.integer(20), .integer(10), .integer(99)]
    let only = try popular.recommendAll(narrow)
    #expect(rows(only.table).map { $0[1] } == [.integer(10), .integer(20)])
    #expect(only.notes == ["1 id of `only` not in train"])
    narrow.only = [.integer(99)]
    #expect(throws: Diagnostic.self) { try popular.recommendAll(narrow) }
    var without = options
    without.except = [.integer(30)]
    #expect(rows(try popular.recommendAll(without).table).map { $0[1] } == [.integer(10), .integer(20)])
    #expect(throws: Diagnostic.self) { try popular.recommendAll(RecommendationOptions(top: 0)) }
  }

  @Test func aTableOfUsersGetsAListColumnAModel() throws {
    let users = Table([("user_id", Column([Int64(3), 9, nil, 1]))])
    let models = [
      NamedRecommender("mine", try fitted(PersonalTopPopular.self)),
      NamedRecommender("tp", try fitted(TopPopular.self)),
      NamedRecommender("blend", try fitted(Blend.self)),
    ]
    let result = try recommend(users, models, options)
    #expect(
      result.table.schema.summary
        == "user_id i64, mine_recs list[i64], tp_recs list[i64], blend_recs list[i64]")
    let popular = Value.list([.integer(30), .integer(10)])
    let one = Value.list([.integer(10)])
    let filled = Value.list([.integer(10), .integer(30)])
    let expected: [[Value]] = [
      [.integer(3), one, popular, filled], [.integer(9), .null, popular, popular], [.null, .null, .null, .null],
      [.integer(1), popular, popular, popular],
    ]
    #expect(rows(result.table) == expected)
    #expect(result.notes == ["mine: 1 user not in train", "mine: 1 list shorter than 2, of 2 lists"])
    let again = try recommend(result.table, [models[1]], RecommendationOptions(top: 1))
    #expect(again.table.columnCount == 4)
  }

  @Test func basketsAndAllUsers() throws {
    let mine = try fitted(PersonalTopPopular.self)
    let basket = try mine.recommend(basket: [.integer(20), .integer(77)], options)
    #expect(rows(basket.table).map { $0[1] } == [.integer(20)])
    #expect(basket.notes.first == "1 id of `basket` not in train")
    #expect(throws: Diagnostic.self) { try mine.recommend(basket: [.integer(77)], options) }
    let everyone: [Value] = [.integer(1), .integer(1), .integer(2), .integer(2), .integer(3)]
    #expect(rows(try mine.recommendAll(options).table).map { $0[0] } == everyone)
    #expect(try fitted(TopPopular.self).recommendAll(options).table.rowCount == 2)
  }

  @Test func whatAModelCannotDoItSays() throws {
    let popular = try fitted(TopPopular.self)
    #expect(throws: Diagnostic.self) { try popular.history() }
    #expect(throws: Diagnostic.self) { try popular.similar(to: .integer(30), top: 3) }
    #expect(
      try predict(train, [NamedRecommender("tp", popular)]).notes == ["tp: scores that order items, not ratings"])
    #expect(throws: Diagnostic.self) { try popular.explain(user: .integer(9), item: .integer(30)) }
    let explained = try popular.explain(user: .integer(1), item: .integer(30))
    #expect(explained.terms.row(0) == [.null, .text("popularity of the item"), .float(3)])
    #expect(explained.terms.schema.summary == "product_id i64, part str, contribution f32")
    #expect(explained.score == 3 && explained.subject == "30 for 1")
  }

  /// A table of strangers alone says nothing of the model: it is no error.
  @Test func predictionsOfUnknownPairsAreNull() throws {
    let popular = try fitted(TopPopular.self)
    let strangers = Table([("user_id", Column([Int32(8), 1])), ("product_id", Column([Int64(30), 77]))])
    let result = try predict(strangers, [NamedRecommender("tp", popular)])
    #expect(rows(result.table).map { $0[2] } == [.null, .null])
    #expect(result.notes == ["tp: 1 row with a user not in train", "tp: 1 row with an item not in train"])
  }

  /// One user who has had everything once has equal scores: that says nothing of the model.
  @Test func equalScoresOfOneUserAreNoAlarm() throws {
    let personal = try fitted(PersonalTopPopular.self)
    #expect(try personal.warnings().isEmpty)
    let (users, items): ([Int32], [Int64]) = ([1, 1, 1, 2, 2], [10, 20, 30, 10, 10])
    let first = try Recommender(
      fitting: PersonalTopPopular.self, to: Table([("user_id", Column(users)), ("product_id", Column(items))]))
    #expect(Set(try first.model.scores(for: 0)).count == 1)
    #expect(try first.warnings().isEmpty)
    let flat = try Recommender(
      fitting: TopPopular.self,
      to: Table([("user_id", Column(Array(users.prefix(3)))), ("product_id", Column(Array(items.prefix(3))))]))
    #expect(try flat.warnings().isEmpty, "one user alone is not looked at")
    let same = try Recommender(
      fitting: TopPopular.self,
      to: Table([("user_id", Column([Int32(1), 2, 3])), ("product_id", Column([Int64(10), 20, 30]))]))
    #expect(
      try same.warnings() == [
        "every item has the same score for all of 3 users looked at: lists are in the order of the ids and mean nothing"
      ])
  }

  @Test func repeatedRowsAreCountedBySomeModels() throws {
    #expect(try fitted(TopPopular.self).dataset.notes == ["1 repeated (user, item) row counted"])
    #expect(try fitted(PersonalTopPopular.self).dataset.notes == ["1 repeated (user, item) row counted"])
    #expect(try fitted(Random.self).dataset.notes == ["1 repeated (user, item) row counted"])
    #expect(try fitted(Blend.self).dataset.notes == ["1 repeated (user, item) row counted"])
    #expect(try fitted(EASE.self).dataset.notes == ["1 repeated (user, item) row merged: weights summed"])
    #expect(try fitted(SVD.self).dataset.notes == ["1 repeated (user, item) row kept: the model learns row by row"])
    let byUsers = try Recommender(fitting: TopPopular.self, [ParameterArgument("by", .word("users"))], to: train)
    #expect(byUsers.dataset.notes == ["1 repeated (user, item) row merged: weights summed"])
  }

  @Test func namedWeightsAreWhatIsCounted() throws {
    let weighted = Table([
      ("user_id", Column([Int32(1), 1, 2])), ("product_id", Column([Int64(10), 10, 20])),
      ("quantity", Column([Int64(1), 1, 7])), ("weight", Column([Int64(1), 1, 1])),
    ])
    func best(_ kind: any Model.Type, _ roles: ColumnRoles) throws -> [Value] {
      try Recommender(fitting: kind, to: weighted, roles: roles).recommendAll(options).table.row(0)
    }
    let quantity = ColumnRoles(weight: "quantity")
    #expect(try best(TopPopular.self, quantity) == [.integer(1), .integer(20), .float(7)])
    #expect(try best(TopPopular.self, ColumnRoles()) == [.integer(1), .integer(10), .float(2)])
    let personal = try Recommender(fitting: PersonalTopPopular.self, to: weighted, roles: quantity)
    #expect(rows(try personal.recommendAll(options).table).map { $0[3] } == [.float(2), .float(7)])
    #expect(personal.dataset.notes == ["1 repeated (user, item) row merged: weights summed"])
  }

  @Test func aBasketsOwnItemsAreDropped() throws {
    var fresh = options
    fresh.seen = .drop
    for kind in [TopPopular.self, EASE.self, Blend.self, ItemKNN.self] as [any Model.Type] {
      let list = try fitted(kind).recommend(basket: [.integer(30), .integer(10)], fresh).table
      #expect(rows(list).allSatisfy { $0[1] == .integer(20) }, "\(kind.name)")
    }
  }

  /// A pair without a score is counted, and so is said where every prediction is the same.
  @Test func predictionsThatSayNothingAreSaid() throws {
    let orders = Table([
      ("user_id", Column([Int32(1), 1, 2, 2, 3])), ("product_id", Column([Int64(10), 20, 10, 20, 30])),
    ])
    let pairs = Table([("user_id", Column([Int32(1), 1])), ("product_id", Column([Int64(20), 30]))])
    func notes(_ kind: any Model.Type) throws -> [String] {
      try predict(pairs, [NamedRecommender("m", try Recommender(fitting: kind, to: orders))]).notes
    }
    #expect(
      try notes(SLIM.self) == [
        "m: scores that order items, not ratings",
        "m: 1 row without a score: the model does not recommend that item to that user",
      ])
    let same = try notes(UserKNN.self)
    #expect(same.count == 1 && same[0].hasPrefix("m: every row has the prediction 1"))
  }

  /// Predictions are cut to a scale at both of its ends, and stay what they are between.
  @Test func predictionsAreCutToTheScale() throws {
    let rated = Table([
      ("user_id", Column([Int32(1), 1, 2, 2, 3, 3])), ("product_id", Column([Int64(10), 20, 10, 30, 20, 30])),
      ("rating", Column([1.0, 5, 1, 5, 5, 4])),
    ])
    let model = NamedRecommender("m", try Recommender(fitting: Baseline.self, to: rated))
    func predictions(_ clip: ClosedRange<Double>?) throws -> [Double] {
      let column = try #require(try predict(rated, [model], clip: clip).table.column("m_prediction"))
      return (0..<6).compactMap { column[$0].number }
    }
    let free = try predictions(nil)
    let (least, most) = (try #require(free.min()), try #require(free.max()))
    #expect(free.count == 6 && least < most)
    let scale = least + (most - least) / 4...most - (most - least) / 4
    #expect(try predictions(scale) == free.map { min(max($0, scale.lowerBound), scale.upperBound) })
    #expect(try predictions(scale) != free)
  }
}
