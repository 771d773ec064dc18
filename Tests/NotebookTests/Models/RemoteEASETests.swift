import Diagnostics
import Experiments
import Notebook
import Query
import Recommenders
import Tables
import Testing

/// Products of items as an engine sums them, with the plan run here: they give the model that is fitted to the rows.
@Suite struct RemoteEASETests {
  private static let users: [Int64?] = [3, 1, 3, nil, 1, 2, 3, 2, 7, 1, 5, 5, 8, 8, 8]
  private static let items: [Int64?] = [10, 20, 10, 10, 20, nil, 30, 10, 10, 30, 40, 10, 20, 30, 40]
  private static let weights: [Int64?] = [1, 2, 3, 4, 5, 6, 7, 8, nil, 2, 0, 9, 1, -1, 3]

  private static func table(weighted: Bool) -> Table {
    let columns = [("user_id", Column(users)), ("product_id", Column(items))]
    return Table(columns + (weighted ? [("weight", Column(weights))] : []))
  }

  private static func ease(_ weights: InteractionWeights) -> EASE {
    var model = EASE()
    (model.regularization, model.form, model.weights) = (5, .primal, weights)
    return model
  }

  /// The fit to products of a table, as `fit` of a remote table does it.
  private func fitted(
    _ ease: EASE, _ rows: Table, _ duplicates: Recommenders.DuplicatePolicy
  ) throws -> (model: any FittedModel, dataset: Dataset) {
    let counting = try #require(
      try CountedRows(rows.schema, roles: ColumnRoles(), duplicates: duplicates, reading: .never, times: .never))
    let plan = Plan.table(rows, name: "orders")
    let cells = try Query.execute(counting.cells(over: plan)).table
    let dataset = try Dataset(
      items: cells.columns[1], users: .i64, counting: counting, rowCount: 12, of: rows.rowCount)
    let products = try Query.execute(counting.itemProducts(over: plan, ease.weights)).table
    return (try ease.fit(ItemProducts(products, of: dataset.items), dataset.interactions), dataset)
  }

  @Test(arguments: [InteractionWeights.counts, .binary, .log], [Recommenders.DuplicatePolicy.sum, .binary, .max])
  func `products give the model of the rows`(
    weights: InteractionWeights, duplicates: Recommenders.DuplicatePolicy
  ) throws {
    for isWeighted in [false, true] {
      let (rows, ease) = (Self.table(weighted: isWeighted), Self.ease(weights))
      let local = try Dataset(rows, duplicates: duplicates)
      let expected = try ease.fit(local.interactions, walk: nil)
      let (found, dataset) = try fitted(ease, rows, duplicates)
      #expect(
        (0..<dataset.items.count).map { dataset.items.ids[$0] } == (0..<local.items.count).map { local.items.ids[$0] })
      #expect(found.userCount == 0)
      let request = RecommendationRequest(top: local.items.count)
      let restored = try Recommender(restoring: Recommender(found, dataset).archive).model
      for item in 0..<Int32(local.items.count) {
        let mine = try found.recommend(basket: Basket([item]), request).scores
        #expect(try restored.recommend(basket: Basket([item]), request).scores == mine)
        let theirs = try expected.recommend(basket: Basket([item]), request).scores
        // Whole numbers have no order of additions; logarithms do.
        if weights == .log {
          for (one, other) in zip(mine, theirs) { #expect(abs(one - other) < 1e-5) }
        } else {
          #expect(mine == theirs)
        }
      }
    }
  }

  @Test func `dropped rows are said`() throws {
    let (_, dataset) = try fitted(Self.ease(.binary), Self.table(weighted: true), .sum)
    #expect(dataset.notes == ["3 rows without `user_id` or `product_id` or `weight` dropped"])
    #expect(dataset.droppedRows == 3)
  }

  @Test func `a matrix that cannot be inverted is said with a regularization that helps`() throws {
    var ease = Self.ease(.counts)
    ease.regularization = 0
    let products = ItemProducts(items: [0, 1, 1], others: [0, 0, 1], sums: [4, 4, 4])
    let items = Interactions(itemCount: 2, rowCount: 4, itemSeeds: nil)
    do throws(Diagnostic) {
      _ = try ease.fit(products, items)
      Issue.record("a singular matrix was inverted")
    } catch { #expect(error.hint == "a larger one: `regularization=1`") }
    #expect(throws: Diagnostic.self) {
      try ease.fit(ItemProducts(items: [0], others: [0], sums: [.infinity]), items)
    }
  }
}
