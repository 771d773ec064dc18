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
    #expect(throws: Diagnostic.self) { try predict(train, [NamedRecommender("tp", popular)]) }
    #expect(throws: Diagnostic.self) { try popular.explain(user: .integer(9), item: .integer(30)) }
    let explained = try popular.explain(user: .integer(1), item: .integer(30))
    #expect(explained.table.row(0) == [.null, .text("popularity of the item"), .float(3)])
  }
}
