import Diagnostics
import Experiments
import Notebook
import Query
import Recommenders
import Tables
import Testing

/// Totals of items as an engine counts them, with the plan run here: they give the model that is fitted to the rows.
@Suite struct RemotePopularityTests {
  private static let users: [Int64?] = [3, 1, 3, nil, 1, 2, 3, 2, 7, 1, 5, 5, 8, 8, 8]
  private static let items: [Int64?] = [10, 20, 10, 10, 20, nil, 30, 10, 10, 30, 40, 10, 20, 30, 40]
  private static let weights: [Int64?] = [1, 2, 3, 4, 5, 6, 7, 8, nil, 2, 0, 9, 1, -1, 3]

  private static func table(weighted: Bool) -> Table {
    let columns = [("user_id", Column(users)), ("product_id", Column(items))]
    return Table(columns + (weighted ? [("weight", Column(weights))] : []))
  }

  /// The data set of totals, as `fit` of a remote table makes it.
  private func counted(
    _ rows: Table, _ model: TopPopular, _ duplicates: Recommenders.DuplicatePolicy
  ) throws -> Dataset {
    let counting = try #require(
      try CountedRows(
        rows.schema, roles: ColumnRoles(), duplicates: duplicates, reading: model.readsRows, times: .never))
    let totals = try Query.execute(counting.itemTotals(over: .table(rows, name: "orders"))).table
    return try Dataset(totals: totals, users: .i64, counting: counting, of: rows.rowCount)
  }

  @Test(
    arguments: [TopPopular.Measure.rows, .users, .weight], [Recommenders.DuplicatePolicy.sum, .binary, .max])
  func `totals give the model of the rows`(
    measure: TopPopular.Measure, duplicates: Recommenders.DuplicatePolicy
  ) throws {
    for isWeighted in [false, true] {
      for ties in [TieRule.id, .global, .random] {
        var model = TopPopular()
        (model.by, model.ties) = (measure, ties)
        let rows = Self.table(weighted: isWeighted)
        let local = try Dataset(rows, duplicates: duplicates, reading: model.readsRows)
        let expected = try model.fit(local.interactions, walk: nil)
        let dataset = try counted(rows, model, duplicates)
        let found = try model.fit(dataset.interactions, walk: nil)
        let request = RecommendationRequest(top: local.items.count)
        let (mine, theirs) = (
          try #require(try found.recommend(strangers: [1], request)),
          try #require(try expected.recommend(strangers: [1], request))
        )
        #expect(mine.items == theirs.items && mine.scores == theirs.scores)
        #expect(found.notes == expected.notes)
        #expect(dataset.interactions.rowsPerItem() == local.interactions.rowsPerItem())
        #expect(dataset.droppedRows == local.droppedRows)
        #expect(throws: Diagnostic.self) {
          try found.recommend(strangers: [1], RecommendationRequest(top: 2, seen: .drop))
        }
        let restored = try Recommender(restoring: Recommender(found, dataset).archive)
        #expect(try restored.model.recommend(strangers: [1], request)?.scores == mine.scores)
      }
    }
  }

  @Test func `items come where pairs do not fit`() throws {
    let test = TestSession()
    let rows = Self.table(weighted: false)
    test.session.set("far", to: NearEngine(rows, claiming: 1_000_000_000_000_000).value)
    test.session.set("near", to: NearEngine(rows).value)
    #expect(test.run("popular = far | fit TopPopular").contains("near: the pairs of user and item are too many"))
    #expect(test.text.contains("the counts of 4 items came"))
    #expect(test.run("near | fit TopPopular").contains("pairs of user and item came here"))
    // A user's own items are pairs.
    test.run("far | fit PersonalTopPopular")
    #expect(test.diagnostics.first?.message.contains("are available") ?? false)
  }
}
