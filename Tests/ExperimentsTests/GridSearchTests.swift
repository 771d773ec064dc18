import Diagnostics
import Experiments
import Parallelism
import RandomNumbers
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
    let grid = ParameterSearch(TopPopular.self, axes: [ParameterSearch.Axis("by", words.map { .word($0) })])
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
    let grid = ParameterSearch(EASE.self, axes: [ParameterSearch.Axis("form", forms.map { .word($0) })])
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
    let grid = ParameterSearch(
      SVD.self, axes: [ParameterSearch.Axis("epochs", [.integer(1), .integer(60), .integer(10)])])
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

  private func evaluation(_ metric: Metric = .recall, top: Int = 2) -> Evaluation {
    var evaluation = Evaluation(metrics: [metric])
    evaluation.cutoffs = [top]
    return evaluation
  }

  /// Combinations that differ in the number of iterations alone are one model that goes on: as good as fits of their own.
  @Test func iterationsGoOn() throws {
    let values: [ParameterValue] = [.integer(5), .integer(1), .integer(3)]
    var search = ParameterSearch(ImplicitALS.self, axes: [ParameterSearch.Axis("iterations", values)])
    search.fixed = [ParameterArgument("factors", .integer(2))]
    let dataset = try Dataset(train)
    let users = try Dataset(valid).heldOut()
    let options = RecommendationOptions(top: 2)
    let together = try search.run(on: dataset, users: users, options, evaluation(.mrr)).table
    #expect(together.rowCount == 3)
    for row in 0..<3 {
      search.axes = [ParameterSearch.Axis("iterations", [.integer(Int(together.row(row)[0].number ?? 0))])]
      let alone = try search.run(on: dataset, users: users, options, evaluation(.mrr)).table
      #expect(Array(alone.row(0)[...2]) == Array(together.row(row)[...2]))
    }
  }

  /// Draws are the same for a seed, within their range, whole where the parameter is, and each tried once.
  @Test func drawsAreWithinTheirRange() throws {
    var search = ParameterSearch(
      ImplicitALS.self,
      axes: [
        ParameterSearch.Axis("regularization", .range(0.001...10, isLogarithmic: true, isWhole: false)),
        ParameterSearch.Axis("factors", .range(1...3, isLogarithmic: false, isWhole: true)),
      ])
    search.fixed = [ParameterArgument("iterations", .integer(1))]
    search.draws = 8
    search.seed = 7
    func drawn() throws -> [[Value]] {
      let table = try search.run(
        on: Dataset(train), users: Dataset(valid).heldOut(), RecommendationOptions(top: 2), evaluation()
      ).table
      return (0..<table.rowCount).map { Array(table.row($0)[...1]) }
    }
    let first = try drawn()
    #expect(first.count == 8)
    #expect(try drawn() == first)
    let penalties = first.compactMap { $0[0].number }
    #expect(penalties.allSatisfy { (0.001...10).contains($0) } && penalties.contains { $0 < 0.1 })
    #expect(first.allSatisfy { (1...3).contains($0[1].number ?? 0) })
    search.draws = nil
    let error = #expect(throws: Diagnostic.self) { try drawn() }
    #expect(error?.hint == "`draws=20`, or a list of values")
  }

  /// Of several parts the figures are means, with the deviation between them.
  @Test func foldsAreAveraged() throws {
    let search = ParameterSearch(TopPopular.self, axes: [ParameterSearch.Axis("by", [.word("rows"), .word("users")])])
    let part = ParameterSearch.Part(train: try Dataset(train), heldOut: try Dataset(valid).heldOut())
    let other = Table([("user_id", Column([Int32(2)])), ("product_id", Column([Int64(20)]))])
    let parts = [part, ParameterSearch.Part(train: part.train, heldOut: try Dataset(other).heldOut())]
    let table = try search.run(on: parts, RecommendationOptions(top: 2), evaluation(.mrr)).table
    #expect(table.schema.names == ["by", "mrr@2", "mrr@2 sd", "seconds"])
    #expect(table.row(0)[1] == .float(0.75) && table.row(1)[1] == .float(0.75))
    #expect(abs((table.row(0)[2].number ?? 0) - 0.125.squareRoot()) < 1e-12)
  }

  /// A fit ends when nothing has become better for a while, and the best number of iterations is what is reported.
  @Test func patienceEndsAFit() throws {
    var search = ParameterSearch(ImplicitALS.self, axes: [ParameterSearch.Axis("factors", [.integer(2)])])
    search.fixed = [ParameterArgument("iterations", .integer(50))]
    search.patience = 2
    let part = ParameterSearch.Part(train: try Dataset(train), heldOut: try Dataset(valid).heldOut())
    let table = try search.run(on: [part], RecommendationOptions(top: 2), evaluation(.mrr)).table
    #expect(Array(table.schema.names[...1]) == ["factors", "iterations"])
    #expect((1...48).contains(table.row(0)[1].number ?? 0))
    search.axes = [ParameterSearch.Axis("iterations", [.integer(2)])]
    #expect(throws: Diagnostic.self) { try search.run(on: [part], RecommendationOptions(), evaluation()) }
    search = ParameterSearch(EASE.self, axes: [])
    search.patience = 1
    #expect(throws: Diagnostic.self) { try search.run(on: [part], RecommendationOptions(), evaluation()) }
  }

  /// The progress of a search never goes back, though every fit reports from its own beginning.
  @Test(arguments: [nil, 2]) func progressNeverGoesBack(_ patience: Int?) throws {
    var search = ParameterSearch(
      ImplicitALS.self, axes: [ParameterSearch.Axis("factors", [.integer(2), .integer(3)])])
    search.fixed = [ParameterArgument("iterations", .integer(4))]
    search.patience = patience
    let part = ParameterSearch.Part(train: try Dataset(train), heldOut: try Dataset(valid).heldOut())
    let parts = patience == nil ? [part, part] : [part]
    let heard = Mutex<[Progress.Snapshot]>([])
    let listener = Progress { moment in heard.withLock { $0.append(moment) } }
    _ = try Progress.$current.withValue(listener) {
      try search.run(on: parts, RecommendationOptions(top: 2), evaluation(.mrr))
    }
    let moments = heard.withLock { $0 }
    let completed = moments.map(\.completed)
    #expect(completed == completed.sorted() && Set(completed).count > 4)
    #expect(moments.allSatisfy { $0.total == 2000 * parts.count && $0.completed <= $0.total })
    #expect(moments.last?.title == "tune \(ImplicitALS.name)" && moments.last?.detail == "2 of 2: factors=3")
  }

  /// Ctrl-C ends a search, and what was tried stands.
  @Test func whatWasTriedStands() throws {
    let search = ParameterSearch(
      EASE.self, axes: [ParameterSearch.Axis("regularization", (1...6).map { .integer($0) })])
    let dataset = try Dataset(train)
    let users = try Dataset(valid).heldOut()
    let counter = Cancellation(requestedAtCheck: .max)
    let all = try Cancellation.$current.withValue(counter) {
      try search.run(on: dataset, users: users, RecommendationOptions(top: 2), evaluation())
    }
    let warning = "warning: every held-out item is one that its user has in train: models have seen the answers"
    #expect(all.table.rowCount == 6 && all.notes == [warning])
    let cut = try Cancellation.$current.withValue(Cancellation(requestedAtCheck: counter.checkCount / 2)) {
      try search.run(on: dataset, users: users, RecommendationOptions(top: 2), evaluation())
    }
    #expect((1...5).contains(cut.table.rowCount))
    #expect(cut.notes == [warning, "interrupted: \(cut.table.rowCount) of 6 combinations tried"])
    #expect(throws: Diagnostic.self) {
      try Cancellation.$current.withValue(Cancellation(requestedAtCheck: 1)) {
        try search.run(on: dataset, users: users, RecommendationOptions(top: 2), evaluation())
      }
    }
  }

  /// EASE's λ are tried with one Gram matrix, and the models are those of separate fits, bit for bit.
  @Test func oneGramServesAllPenalties() throws {
    let dataset = try Dataset(train)
    let shared = SharedAlgebra()
    for penalty in [1.0, 10, 250] {
      let arguments = [ParameterArgument("regularization", .real(penalty)), ParameterArgument("form", .word("primal"))]
      let alone = try Models.fit(EASE.self, arguments, on: dataset.interactions)
      let together = try SharedAlgebra.$current.withValue(shared) {
        try Models.fit(EASE.self, arguments, on: dataset.interactions)
      }
      for user in 0..<Int32(dataset.users.count) { #expect(try alone.scores(for: user) == together.scores(for: user)) }
    }
    #expect(shared.madeCount == 1)
  }

  /// Orders of 30 users over 20 items, so that there are more factors and neighbours than are kept.
  private var orders: Table {
    var random = PCG64(seed: 3)
    let rows = (0..<400).map { _ in (user: Int32(random.next64() % 30), item: Int64(random.next64() % 20)) }
    return Table([("user_id", Column(rows.map(\.user))), ("product_id", Column(rows.map(\.item)))])
  }

  /// Fewer factors of PureSVD are the first of more: the scores are those of a separate fit to six digits.
  @Test func fewerFactorsAreTheFirstOfMore() throws {
    let dataset = try Dataset(orders)
    let shared = SharedAlgebra()
    for factors in [9, 2, 5, 9] {
      let arguments = [ParameterArgument("factors", .integer(factors))]
      let alone = try Models.fit(PureSVD.self, arguments, on: dataset.interactions)
      let together = try SharedAlgebra.$current.withValue(shared) {
        try Models.fit(PureSVD.self, arguments, on: dataset.interactions)
      }
      #expect(together.model.settings.first { $0.name == "factors" }?.value.text == "\(factors)")
      for user in 0..<Int32(dataset.users.count) {
        let scores = zip(try alone.scores(for: user), try together.scores(for: user))
        #expect(scores.allSatisfy { abs($0 - $1) < 1e-5 })
      }
    }
    #expect(shared.madeCount == 1)
  }

  /// Fewer neighbours of SLIM are the largest of more: the same bits as a separate fit.
  @Test func fewerNeighborsAreTheLargestOfMore() throws {
    let dataset = try Dataset(orders)
    let shared = SharedAlgebra()
    for neighbors in [8, 3, 1] {
      let arguments = [
        ParameterArgument("neighbors", .integer(neighbors)), ParameterArgument("strength", .real(0.0001)),
      ]
      let alone = try Models.fit(SLIM.self, arguments, on: dataset.interactions)
      let together = try SharedAlgebra.$current.withValue(shared) {
        try Models.fit(SLIM.self, arguments, on: dataset.interactions)
      }
      for user in 0..<Int32(dataset.users.count) { #expect(try alone.scores(for: user) == together.scores(for: user)) }
    }
    #expect(shared.madeCount == 1)
  }

  /// A search tries the largest value first, and its table has the rows that separate searches have.
  @Test(arguments: ["PureSVD", "SLIM"]) func aSearchSharesWhatIsNested(_ name: String) throws {
    let kind = try Models.named(name)
    let declared = kind.nestedName
    let nested = try #require(declared)
    let dataset = try Dataset(orders)
    let users = try dataset.heldOut()
    let weights: [ParameterValue] = [.word("binary"), .word("counts")]
    var search = ParameterSearch(
      kind,
      axes: [
        ParameterSearch.Axis(nested, [.integer(2), .integer(6), .integer(4)]),
        ParameterSearch.Axis("weights", weights),
      ])
    let together = try search.run(on: dataset, users: users, RecommendationOptions(top: 2), evaluation(.ndcg)).table
    #expect(together.rowCount == 6)
    for row in 0..<6 {
      search.axes = [
        ParameterSearch.Axis(nested, [.integer(Int(together.row(row)[0].number ?? 0))]),
        ParameterSearch.Axis("weights", [.word(together.row(row)[1].description)]),
      ]
      let alone = try search.run(on: dataset, users: users, RecommendationOptions(top: 2), evaluation(.ndcg)).table
      #expect(Array(alone.row(0)[...2]) == Array(together.row(row)[...2]))
    }
  }
}
