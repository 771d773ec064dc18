import Diagnostics
import Experiments
import Foundation
import Parallelism
import Tables
import Testing

@Suite struct MetricTests {
  private func lists(_ lists: [[Int64]?]) throws -> Column {
    try Column(listsOf: .i64, lists.map { $0.map { $0.map { .integer(Int128($0)) } } })
  }

  private func users(_ truth: [[Int64]?], _ models: [(String, [[Int64]?])]) throws -> Table {
    var columns = [(name: "user_id", column: Column(truth.indices.map { Int32($0) }))]
    columns.append(("ids", try lists(truth)))
    for (name, recommended) in models { columns.append((name + "_recs", try lists(recommended))) }
    return Table(columns)
  }

  private func value(_ table: Table, _ column: String, _ row: Int = 0) -> Double {
    table.column(column)?[row].number ?? .nan
  }

  private func isNear(_ found: Double, _ expected: Double, within tolerance: Double = 1e-12) -> Bool {
    abs(found - expected) < tolerance
  }

  @Test func whatRecToolsAndNumpySay() throws {
    let golden = try Golden.read()
    let table = try users(golden.truth, [("made", golden.lists)])
    let train = Table([
      ("user_id", Column(golden.train.map { $0[0] })), ("product_id", Column(golden.train.map { $0[1] })),
    ])
    let products = Table([
      ("product_id", Column((0..<33).map { Int64($0) })), ("category_id", Column((0..<33).map { Int32($0 % 4) })),
    ])
    var evaluation = Evaluation(metrics: Metrics.all.filter { $0.needs != .ratings })
    evaluation.train = try Dataset(train)
    evaluation.labels = try ItemLabels(products)
    var checked: Set<String> = []
    for dialect in MetricDialect.allCases {
      evaluation.dialect = dialect
      let figures = try evaluation.metrics(of: table).table
      for (name, expected) in golden.values {
        let parts = name.split(separator: " ", maxSplits: 1)
        let column = ([parts[0] + "@10"] + parts.dropFirst()).joined(separator: " ")
        guard figures.column(column) != nil else { continue }
        checked.insert(name)
        #expect(isNear(value(figures, column), expected), "\(column)")
      }
    }
    #expect(checked == Set(golden.values.keys))
  }

  /// Of the held-out items some stand there several times: RecTools counts rows, implicit items.
  @Test func whatRecToolsAndImplicitSayOfRepeats() throws {
    let golden = try Golden.read()
    let table = try users(golden.repeated, [("made", golden.lists)])
    let all = Table([
      ("user_id", Column((0..<golden.items).map { $0 })), ("product_id", Column((0..<golden.items).map { $0 })),
    ])
    var evaluation = Evaluation(
      metrics: [.recall, .precision, .rPrecision, .f1, .hitRate, .mrr, .ndcg, .map, .auc])
    evaluation.train = try Dataset(all)
    var checked: Set<String> = []
    for dialect in [MetricDialect.rectools, .implicit] {
      evaluation.dialect = dialect
      let figures = try evaluation.metrics(of: table).table
      for (name, expected) in golden.rows {
        let parts = name.split(separator: " ", maxSplits: 1)
        let column = ([parts[0] + "@10"] + parts.dropFirst()).joined(separator: " ")
        guard figures.column(column) != nil else { continue }
        checked.insert(name)
        #expect(isNear(value(figures, column), expected), "\(column)")
      }
    }
    #expect(checked == Set(golden.rows.keys))
    evaluation.train = nil
    evaluation.dialect = .implicit
    let error = #expect(throws: Diagnostic.self) { try evaluation.metrics(of: table) }
    #expect(error?.message == "`auc@10 (implicit)` needs the table the models were fitted to")
  }

  /// Random lists with every awkward case, against the libraries of each dialect.
  @Test func whatOtherLibrariesSay() throws {
    for (number, golden) in try GoldenDialects.read().enumerated() {
      let train = Table([
        ("user_id", Column(golden.train.map { $0[0] })), ("product_id", Column(golden.train.map { $0[1] })),
      ])
      let table = try users(golden.truth, [("made", golden.lists)])
      var evaluation = Evaluation()
      evaluation.train = try Dataset(train)
      evaluation.cutoffs = [golden.top]
      for expected in golden.values {
        evaluation.metrics = [try Metrics.named(expected.metric)]
        evaluation.dialect = try #require(MetricDialect(rawValue: expected.dialect))
        let figures = try evaluation.metrics(of: table).table
        let found = figures.columns[1][0].number
        #expect(
          expected.value.map { isNear(found ?? .nan, $0, within: 1e-9) } ?? (found == nil),
          "case \(number): \(figures.schema.names[1]) is \(found ?? .nan), \(expected.value ?? .nan) there")
      }
    }
  }

  /// An item that stands twice in a list is one hit; a null is no item. Both take up a place.
  @Test func repeatsAndNullsInListsTakeUpPlaces() throws {
    let lists: [[Value]] = [[.integer(1), .null, .integer(1), .integer(2)], [.null, .null]]
    let table = Table([
      ("user_id", Column([Int64(1), 2])), ("ids", try self.lists([[1, 2], [1]])),
      ("a_recs", try Column(listsOf: .i64, lists)),
    ])
    var evaluation = Evaluation(metrics: Metrics.all.filter { $0.needs != .ratings })
    evaluation.cutoffs = [4]
    let ids = Column([Int64(1), 2, 3])
    evaluation.train = try Dataset(Table([("user_id", ids), ("product_id", ids)]))
    evaluation.labels = try ItemLabels(Table([("product_id", ids), ("category", Column(["a", "b", "c"]))]))
    for dialect in MetricDialect.allCases {
      evaluation.dialect = dialect
      let figures = try evaluation.metrics(of: table).table
      #expect(figures.rowCount == 1)
    }
    evaluation.dialect = .lectern
    let figures = try evaluation.metrics(of: table).table
    #expect(value(figures, "recall@4") == 0.5)
    #expect(value(figures, "precision@4") == 0.25)
    #expect(value(figures, "mrr@4") == 0.5)
    #expect(isNear(value(figures, "map@4"), (1.0 + 2 / 4.0) / 2 / 2))
    #expect(value(figures, "coverage@4") == 2 / 3.0)
    // Of the items alone: 1, 1, 2, of whose three pairs one is of the same item; the second list has none.
    #expect(isNear(value(figures, "diversity@4"), 2 / 3.0))
    #expect(value(figures, "popularity@4") == 1)
    #expect(isNear(value(figures, "novelty@4"), 1.584962500721156))
  }

  /// What stands beyond k is not recommended.
  @Test func coverageIsOfTheFirstK() throws {
    let table = Table([("ids", try lists([[1]])), ("a_recs", try lists([[1, 2, 3]]))])
    let ids = Column([Int64(1), 2, 3])
    var evaluation = Evaluation(metrics: [.coverage])
    evaluation.train = try Dataset(Table([("user_id", ids), ("product_id", ids)]))
    for top in 1...3 {
      evaluation.cutoffs = [top]
      #expect(value(try evaluation.metrics(of: table).table, "coverage@\(top)") == Double(top) / 3)
    }
  }

  /// Several cutoffs are as many columns, with the figures of each by itself, whatever the order.
  @Test func severalCutoffsAreThoseOfEach() throws {
    let golden = try Golden.read()
    let table = try users(golden.truth, [("made", golden.lists), ("turned", golden.lists.reversed())])
    let train = Table([
      ("user_id", Column(golden.train.map { $0[0] })), ("product_id", Column(golden.train.map { $0[1] })),
    ])
    var evaluation = Evaluation(metrics: [.recall, .ndcg, .auc, .coverage, .serendipity])
    evaluation.train = try Dataset(train)
    evaluation.cutoffs = [10, 3, 10, 5]
    let all = try evaluation.metrics(of: table).table
    #expect(
      Array(all.schema.names.prefix(7)) == [
        "model", "recall@10", "recall@10 ±", "recall@3", "recall@3 ±", "recall@5", "recall@5 ±",
      ])
    let pairs = try evaluation.comparison(of: table).table
    #expect(pairs.rowCount == 12)
    for cutoff in [3, 5, 10] {
      evaluation.cutoffs = [cutoff]
      let one = try evaluation.metrics(of: table).table
      for name in one.schema.names where name.contains("@") {
        #expect(value(one, name, 0) == value(all, name, 0), "\(name)")
        #expect(value(one, name, 1) == value(all, name, 1), "\(name)")
      }
    }
    for cutoffs in [[], [0], [5, -1]] {
      evaluation.cutoffs = cutoffs
      #expect(throws: Diagnostic.self) { try evaluation.metrics(of: table) }
    }
  }

  /// Places beyond the longest list are misses at every larger cutoff, and that is said.
  @Test func cutoffsBeyondTheListsAreSaid() throws {
    var evaluation = Evaluation(metrics: [.recall])
    evaluation.cutoffs = [1, 5]
    let result = try evaluation.metrics(of: users([[1], [2]], [("a", [[1, 2], [3]])]))
    #expect(result.notes.first == "no list has more than 2 items: places up to 5 count as misses")
    #expect(result.notes.dropFirst() == ["warning: intervals are unreliable with only 2 users"])
  }

  @Test func whatSurpriseSays() throws {
    let golden = try Golden.read()
    let table = Table([
      ("user_id", Column(golden.rated.map { Int64($0[0]) })), ("rating", Column(golden.rated.map { $0[2] })),
      ("made_prediction", Column(golden.rated.map { $0[3] })),
    ])
    var evaluation = Evaluation(metrics: [.rmse, .mse, .mae, .fcp])
    evaluation.truth = "rating"
    let figures = try evaluation.metrics(of: table).table
    for (name, expected) in golden.ratings { #expect(isNear(value(figures, name), expected), "\(name)") }
    #expect(value(figures, "rows") == Double(golden.rated.count))
  }

  @Test func theEdgesOfLists() throws {
    let table = try users(
      [[1, 2, 2], [1], [5], [], nil, [7]],
      [("a", [[2, 2, 9], [], nil, [1], [1], [6, 7, 8, 9]]), ("b", [[1, 2], [1], [5], [1], [1], [9]])])
    var evaluation = Evaluation(metrics: [.recall, .precision, .hitRate])
    evaluation.cutoffs = [3]
    let zero = try evaluation.metrics(of: table)
    #expect(value(zero.table, "recall@3") == 1.5 / 4)
    #expect(isNear(value(zero.table, "precision@3"), 1 / 6.0))
    #expect(value(zero.table, "users") == 4)
    #expect(value(zero.table, "of") == 6)
    #expect(
      zero.notes == [
        "2 users without held-out items left out", "a: 1 user without a list scored 0 (`cold=zero`)",
        "warning: intervals are unreliable with only 4 users",
      ])
    evaluation.cold = .skip
    let skip = try evaluation.metrics(of: table)
    #expect(value(skip.table, "recall@3") == 0.5)
    #expect(value(skip.table, "users") == 3)
    #expect(isNear(value(skip.table, "recall@3", 1), 2 / 3.0))
  }

  @Test func idsOfOtherWidthsMeet() throws {
    var columns = [(name: "ids", column: try lists([[1, 2]]))]
    columns.append(("a_recs", try Column(listsOf: .i32, [[.integer(1)]])))
    #expect(value(try Evaluation().metrics(of: Table(columns)).table, "recall@10") == 0.5)
    columns.append(("b_recs", try Column(listsOf: .string, [[.text("1")]])))
    #expect(throws: Diagnostic.self) { try Evaluation().metrics(of: Table(columns)) }
  }

  @Test func valuesThatAreNoIDsAreNamed() throws {
    let days = try Column(listsOf: .date, [[.date(1)]])
    let table = Table([("ids", days), ("a_recs", try lists([[1]]))])
    #expect(
      throws: Diagnostic(
        "item ids are `date`, and have to be whole numbers or text",
        hint: "`test | group_by user_id agg ids = unique(product_id)` makes lists of ids")
    ) { try Evaluation().metrics(of: table) }
  }

  @Test func tablesWithoutUsers() throws {
    let table = try users([], [("a", [])])
    let figures = try Evaluation().metrics(of: table).table
    #expect(figures.row(0)[1] == .null)
    #expect(value(figures, "users") == 0)
  }

  @Test func whatIsMissingIsAskedFor() throws {
    let table = try users([[1]], [("a", [[1]])])
    #expect(throws: Diagnostic.self) { try Evaluation(metrics: [.novelty]).metrics(of: table) }
    #expect(throws: Diagnostic.self) { try Evaluation(metrics: [.diversity]).metrics(of: table) }
    #expect(throws: Diagnostic.self) { try Evaluation(metrics: [.recall, .rmse]).metrics(of: table) }
    #expect(throws: Diagnostic.self) { try Evaluation(columns: ["user_id"]).metrics(of: table) }
    #expect(throws: Diagnostic.self) { try Evaluation().comparison(of: table) }
    #expect(throws: Diagnostic.self) { try Metrics.named("recal") }
    var evaluation = Evaluation()
    evaluation.truth = "user_id"
    #expect(throws: Diagnostic.self) { try evaluation.metrics(of: table) }
  }

  @Test func intervalsCoverTheMeanOfCoins() throws {
    // 400 coins: the standard error is 0.025, so the half interval is near 1.96 of it.
    let truth = (0..<400).map { _ in [Int64(1)] }
    let coins = (0..<400).map { [Int64($0 % 2)] }
    let table = try users(truth, [("coin", coins), ("none", truth.map { _ in [0] })])
    let evaluation = Evaluation(metrics: [.recall])
    let half = value(try evaluation.metrics(of: table).table, "recall@10 ±")
    #expect(isNear(half, 0.047562, within: 1e-5))
    // Each end by itself.
    let difference = try evaluation.comparison(of: table).table
    #expect(isNear(value(difference, "from"), 0.452437, within: 1e-5))
    #expect(isNear(value(difference, "to"), 0.547562, within: 1e-5))
  }

  @Test func comparisonsTellChanceFromDifference() throws {
    let truth = (0..<300).map { _ in [Int64(1)] }
    let half = (0..<300).map { [Int64($0 % 2)] }
    let other = (0..<300).map { [Int64(($0 + 1) % 2)] }
    let better = (0..<300).map { [Int64($0 % 5 == 0 ? 0 : 1)] }
    let table = try users(truth, [("half", half), ("other", other), ("better", better)])
    let rows = try Evaluation(metrics: [.recall]).comparison(of: table).table
    #expect(rows.rowCount == 3)
    #expect(value(rows, "difference", 0) == 0)
    #expect(value(rows, "p", 0) == 1)
    #expect(value(rows, "p", 1) < 0.001)
    #expect(value(rows, "p_adjusted", 1) < 0.002)
    #expect(isNear(value(rows, "difference", 1), -0.3))
    #expect(value(rows, "from", 1) < -0.3)
    #expect((-0.3..<0).contains(value(rows, "to", 1)))
  }

  /// The least p is multiplied by the number of pairs, the next by one less; none is below the one before it.
  @Test func holmsCorrectionStepsDown() throws {
    let truth = (0..<200).map { _ in [Int64(1)] }
    func hits(_ gained: Range<Int>, _ lost: Range<Int>) -> [[Int64]] {
      (0..<200).map { user in
        [(user < 100 && !lost.contains(user)) || gained.contains(user) ? 1 : 0]
      }
    }
    let models = [("a", hits(0..<0, 0..<0)), ("b", hits(100..<108, 0..<3)), ("c", hits(100..<130, 0..<2))]
    let rows = try Evaluation(metrics: [.recall]).comparison(of: users(truth, models)).table
    let p = (0..<3).map { value(rows, "p", $0) }
    let order = [0, 1, 2].sorted { p[$0] < p[$1] }
    #expect(p[order[0]] < 0.001 && p[order[1]] < 0.01 && (0.1..<0.5).contains(p[order[2]]))
    var least = 0.0
    for (place, pair) in order.enumerated() {
      least = max(least, p[pair] * Double(3 - place))
      #expect(isNear(value(rows, "p_adjusted", pair), least))
    }
    #expect(value(rows, "p_adjusted", order[2]) == p[order[2]])
    #expect(value(rows, "p_adjusted", order[0]) == 3 * p[order[0]])
  }

  /// With 105 pairs of models what is plain to see stays significant.
  @Test func manyModelsLeaveRoomForTheCorrection() throws {
    let truth = (0..<60).map { _ in [Int64(1)] }
    let models = (0..<15).map { model in
      ("m\(model)", (0..<60).map { user in [Int64(model == 0 ? (user < 53 ? 1 : 0) : (user == model ? 1 : 0))] })
    }
    let rows = try Evaluation(metrics: [.recall]).comparison(of: users(truth, models)).table
    #expect(rows.rowCount == 105)
    #expect(value(rows, "difference", 0) > 0.8)
    #expect(value(rows, "p_adjusted", 0) < 0.01)
    #expect(value(rows, "p_adjusted", 104) == 1)
  }

  /// Few users can be swapped in few ways, and all of them are tried: of 16, two are as extreme as all against none.
  @Test func fewUsersAreTestedExactly() throws {
    let truth = (0..<4).map { _ in [Int64(1)] }
    let rows = try Evaluation(metrics: [.recall]).comparison(
      of: users(truth, [("all", truth), ("none", truth.map { _ in [] })])
    ).table
    #expect(value(rows, "p") == 2 / 16.0)
    #expect(value(rows, "p_adjusted") == 2 / 16.0)
  }

  @Test func coresDoNotMatter() throws {
    let golden = try Golden.read()
    let table = try users(golden.truth, [("made", golden.lists), ("turned", golden.lists.reversed())])
    let seen = try [1, 2, 5].map { cores in
      try Cores.limited(to: cores) {
        let figures = try Evaluation().metrics(of: table).table
        let tests = try Evaluation().comparison(of: table).table
        return [figures.row(0), figures.row(1), tests.row(0)]
      }
    }
    #expect(seen[0] == seen[1] && seen[0] == seen[2])
  }
}
