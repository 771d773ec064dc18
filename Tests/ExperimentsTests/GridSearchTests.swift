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
    evaluation.cutoffs = [2]
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

  /// Combinations that are as good stand in the order they were tried in.
  @Test(arguments: [["dual", "primal"], ["primal", "dual"]]) func tiesStayInOrder(_ forms: [String]) throws {
    let grid = GridSearch(EASE.self, axes: [GridSearch.Axis("form", forms.map { .word($0) })])
    let users = try Dataset(valid).heldOut()
    let table = try grid.run(
      on: Dataset(train), users: users, RecommendationOptions(top: 2), Evaluation(metrics: [.recall])
    ).table
    let tried: [Value] = (0..<2).map { table.row($0)[0] }
    #expect(tried == forms.map { Value.text(Text($0)) })
    #expect(table.row(0)[1] == table.row(1)[1])
  }

  /// Of errors the least is best.
  @Test func theLeastErrorIsBest() throws {
    let users = (0..<40).map { Int32($0 % 8) }
    let items = (0..<40).map { Int64($0 % 5) }
    let ratings = zip(users, items).map { Double(1 + (Int($0) + Int($1)) % 5) }
    let rated = Table([("user_id", Column(users)), ("product_id", Column(items)), ("rating", Column(ratings))])
    let grid = GridSearch(SVD.self, axes: [GridSearch.Axis("epochs", [.integer(1), .integer(60), .integer(10)])])
    var evaluation = Evaluation(metrics: [.rmse])
    evaluation.truth = "rating"
    let dataset = try Dataset(rated, reading: .always)
    let table = try grid.run(on: dataset, users: rated, RecommendationOptions(), evaluation).table
    let epochs: [Value] = (0..<3).map { table.row($0)[0] }
    #expect(epochs == [.integer(60), .integer(10), .integer(1)])
    let errors: [Double] = (0..<3).compactMap { table.row($0)[1].number }
    #expect(errors == errors.sorted() && errors.count == 3)
  }

  @Test func mistakesComeOutBeforeTheFirstFit() {
    #expect(throws: Diagnostic.self) { try search(["rows", "columns"]) }
    #expect(throws: Diagnostic.self) { try search([]) }
  }
}
