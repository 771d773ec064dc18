import Diagnostics
import Experiments
import Recommenders
import Tables
import Testing

/// Columns of candidates and of baskets, caps and debiased scores, in ids.
@Suite struct CandidateTests {
  let train = Table([
    ("user_id", Column([Int32(1), 1, 1, 2, 2, 3])), ("product_id", Column([Int64(30), 30, 10, 20, 30, 10])),
  ])

  private func fitted(_ kind: any Model.Type) throws -> Recommender { try Recommender(fitting: kind, to: train) }

  /// Lists of ids, end to end; nil where there is none.
  private func lists(_ rows: [[Int64]?]) -> Column {
    var offsets = [0]
    for row in rows { offsets.append(offsets[offsets.count - 1] + (row?.count ?? 0)) }
    let child = Column(rows.flatMap { $0 ?? [] })
    return Column(
      .list(child.type), .list(ListValues(offsets: Buffer(offsets), child: child)),
      validity: Bitmap(rows.map { $0 != nil }))
  }

  private func values(_ table: Table, _ name: String) throws -> [Value] {
    let column = try #require(table.column(name))
    return (0..<column.count).map { column[$0] }
  }

  private func list(_ ids: Int...) -> Value { .list(ids.map { .integer(Int128($0)) }) }

  @Test func everyUserHasCandidates() throws {
    let users = Table([
      ("user_id", Column([Int64(1), 9, 2, 3])), ("mine", lists([[20, 10, 10], [30, 99], nil, []])),
    ])
    let result = try recommend(
      users, [NamedRecommender("tp", try fitted(TopPopular.self))], RecommendationOptions(top: 2), only: "mine")
    #expect(try values(result.table, "tp_recs") == [list(10, 20), list(30), .null, list()])
    #expect(
      result.notes
        == [
          "tp: 1 id of `only` not in train", "tp: 1 row where `only` is null: no list",
          "tp: 2 lists shorter than 2, of 3 lists",
        ])
    #expect(throws: Diagnostic.self) {
      try recommend(
        users, [NamedRecommender("tp", try fitted(TopPopular.self))], RecommendationOptions(), only: "user_id")
    }
  }

  @Test func newUsersAreServedByTheirBaskets() throws {
    let users = Table([
      ("user_id", Column([Int64(1), 8, 9])), ("had", lists([[20], [20, 77], [77]])),
    ])
    let mine = NamedRecommender("mine", try fitted(PersonalTopPopular.self))
    let result = try recommend(users, [mine], RecommendationOptions(top: 1), basket: "had")
    #expect(try values(result.table, "mine_recs") == [list(30), list(20), .null])
    #expect(
      result.notes == [
        "mine: 1 list by `basket`, of users not in train", "mine: 1 id of `basket` not in train",
        "mine: 1 user not in train",
      ])
    let baskets = Table([("had", lists([[20], nil]))])
    let nobody = try recommend(baskets, [mine], RecommendationOptions(top: 1), basket: "had")
    #expect(try values(nobody.table, "mine_recs") == [list(20), .null])
  }

  @Test func aListHasFewOfACategory() throws {
    let products = Table([
      ("product_id", Column([Int64(10), 20, 30])), ("category", Column(["a", "b", "a"])),
    ])
    var options = RecommendationOptions(top: 3)
    options.cap = .init(try ItemLabels(products, label: "category"), limit: 1)
    let popular = try fitted(TopPopular.self)
    let result = try popular.recommendAll(options)
    #expect(try values(result.table, "product_id") == [.integer(30), .integer(20)])
    #expect(result.notes == ["2 of 3 items: there are no more to recommend"])
    options.cap = .init(
      try ItemLabels(Table([("product_id", Column([Int64(10), 30])), ("category", Column(["a", "a"]))])), limit: 1)
    let open = try popular.recommendAll(options)
    #expect(try values(open.table, "product_id") == [.integer(30), .integer(20)])
    #expect(open.notes.first == "1 item without a category: `limit` does not count them")
    options.cap = .init(
      try ItemLabels(Table([("product_id", Column([Int64(99)])), ("category", Column(["a"]))])), limit: 1)
    #expect(throws: Diagnostic.self) { try popular.recommendAll(options) }
  }

  @Test func popularityIsDividedOut() throws {
    var options = RecommendationOptions(top: 3)
    options.debias = 1
    let popular = try fitted(TopPopular.self).recommendAll(options)
    #expect(try values(popular.table, "product_id") == [.integer(10), .integer(20), .integer(30)])
    #expect(try values(popular.table, "score") == [.float(1), .float(1), .float(1)])
    options.debias = 0.5
    let half = try fitted(PersonalTopPopular.self).recommend(user: .integer(1), options)
    // 30: two rows of three; 10: one of two.
    #expect(try values(half.table, "product_id") == [.integer(30), .integer(10)])
    options.debias = 2
    let more = try fitted(PersonalTopPopular.self).recommend(user: .integer(1), options)
    #expect(try values(more.table, "product_id") == [.integer(10), .integer(30)])
    #expect(try values(more.table, "score") == [.float(0.25), .float(Double(Float(2.0 / 9)))])
  }
}
