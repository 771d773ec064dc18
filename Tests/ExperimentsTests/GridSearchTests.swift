import Diagnostics
import Experiments
import Recommenders
import Tables
import Testing

@Suite struct GridSearchTests {
  /// By rows item 10 comes first (a tie, by id), by users item 20; item 10 is held out.
  let train = Table([
    ("user_id", Column([Int32(1), 1, 1, 1, 2, 3])), ("product_id", Column([Int64(10), 10, 10, 20, 20, 20])),
  ])
  let valid = Table([("user_id", Column([Int32(1), 1])), ("product_id", Column([Int64(10), 10]))])

  private func search(_ words: [String]) throws -> Table {
    let grid = GridSearch(TopPopular.self, axes: [GridSearch.Axis("by", words.map { .word($0) })])
    var evaluation = Evaluation(metrics: [.mrr])
    evaluation.top = 2
    let users = try Dataset(valid).heldOut()
    return try grid.run(on: Dataset(train), users: users, RecommendationOptions(top: 2), evaluation).table
  }

  @Test func everyCombinationIsARowBestFirst() throws {
    let table = try search(["users", "rows"])
    #expect(table.schema.names == ["by", "mrr@2", "mrr@2 ±", "users", "of", "seconds"])
    #expect(table.rowCount == 2)
    #expect(Array(table.row(0)[...1]) == [.text("rows"), .float(1)])
    #expect(Array(table.row(1)[...1]) == [.text("users"), .float(0.5)])
  }

  @Test func mistakesComeOutBeforeTheFirstFit() {
    #expect(throws: Diagnostic.self) { try search(["rows", "columns"]) }
    #expect(throws: Diagnostic.self) { try search([]) }
  }
}
