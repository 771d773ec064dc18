import Diagnostics
import Experiments
import Foundation
import Generators
import Simulations
import Tables
import Testing

/// What `Scripts/reference/comparisons.py` found.
private struct Reference: Decodable {
  struct Pair: Decodable {
    var model, other: String
    var difference, permutation, wilcoxon, bootstrap, from, to: Double
    var permutation_holm, wilcoxon_holm: Double
  }
  struct Case: Decodable {
    var models: [String: [[Int64]]]
    var pairs: [Pair]
  }
  struct Errors: Decodable {
    var ratings, first, second: [Double]
    var wilcoxon: Double
  }
  var few, many: Case
  var errors: [Errors]

  static func read() throws -> Reference { try Checkout.json("Tests/ExperimentsTests/Goldens/comparisons.json") }
}

@Suite struct ComparisonTests {
  private func lists(_ lists: [[Int64]]) throws -> Column {
    try Column(listsOf: .i64, lists.map { $0.map { .integer(Int128($0)) } })
  }

  private func table(_ models: [(String, [[Int64]])]) throws -> Table {
    let users = models[0].1.count
    var columns = [(name: "user_id", column: Column((0..<users).map { Int32($0) }))]
    columns.append(("ids", try lists([[Int64]](repeating: [1], count: users))))
    for (name, recommended) in models { columns.append((name + "_recs", try lists(recommended))) }
    return Table(columns)
  }

  private func table(_ models: [String: [[Int64]]]) throws -> Table {
    try table(models.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  private func rows(_ table: Table, _ column: String) -> [Double] {
    (0..<table.rowCount).map { table.column(column)?[$0].number ?? .nan }
  }

  private func comparison(_ models: [String: [[Int64]]], _ test: DifferenceTest) throws -> Table {
    var evaluation = Evaluation(metrics: [.mrr])
    evaluation.test = test
    return try evaluation.comparison(of: table(models)).table
  }

  /// Holm's correction is over the pairs of all segments: a model that is better everywhere is found with so many of
  /// them too, because what can still become significant gets as many draws as all pairs need.
  @Test(arguments: [DifferenceTest.permutation, .bootstrap])
  func manySegmentsGetTheDrawsTheyNeed(test: DifferenceTest) throws {
    let (segments, users) = (12, 30)
    let right = [[Int64]](repeating: [1], count: segments * users)
    var models = [("best", right)]
    for model in 0..<5 {
      models.append(("other\(model)", right.indices.map { ($0 / segments * 7 + model * 3) % 4 == 0 ? [1] : [2] }))
    }
    let lists = try table(models)
    let segment = Column((0..<segments * users).map { Int32($0 % segments) })
    let columns = zip(lists.schema.names, lists.columns).map { (name: $0, column: $1) }
    var evaluation = Evaluation(metrics: [.mrr])
    evaluation.test = test
    evaluation.by = "segment"
    let found = try evaluation.comparison(of: Table(columns + [(name: "segment", column: segment)])).table
    let best = (0..<found.rowCount).filter { found.column("model")?[$0] == .text("best") }
    let adjusted = best.map { rows(found, "p_adjusted")[$0] }
    #expect(adjusted.count == segments * 5)
    #expect(adjusted.allSatisfy { $0 < 0.05 }, "\(adjusted.max() ?? .nan)")
  }

  /// Nine users: all 512 swaps are tried, and p is scipy's to the last digits.
  @Test func permutationsOfFewUsersAreScipys() throws {
    let few = try Reference.read().few
    let table = try comparison(few.models, .permutation)
    for (row, pair) in few.pairs.enumerated() {
      #expect(abs(rows(table, "difference")[row] - pair.difference) < 1e-12)
      #expect(abs(rows(table, "p")[row] - pair.permutation) < 1e-12)
      #expect(abs(rows(table, "p_adjusted")[row] - pair.permutation_holm) < 1e-12)
    }
  }

  @Test(arguments: [true, false]) func wilcoxonIsScipys(_ isFew: Bool) throws {
    let reference = try Reference.read()
    let some = isFew ? reference.few : reference.many
    let table = try comparison(some.models, .wilcoxon)
    for (row, pair) in some.pairs.enumerated() {
      #expect(abs(rows(table, "p")[row] - pair.wilcoxon) < 1e-12)
      #expect(abs(rows(table, "p_adjusted")[row] - pair.wilcoxon_holm) < 1e-12)
    }
  }

  /// Up to 50 differences without ties are counted, not approximated.
  @Test func wilcoxonOfRatingsIsExact() throws {
    for errors in try Reference.read().errors {
      let table = Table([
        ("user_id", Column(errors.ratings.indices.map { Int64($0) })), ("rating", Column(errors.ratings)),
        ("a_prediction", Column(errors.first)), ("b_prediction", Column(errors.second)),
      ])
      var evaluation = Evaluation(metrics: [.mae])
      evaluation.truth = "rating"
      evaluation.test = .wilcoxon
      let result = try evaluation.comparison(of: table).table
      #expect(abs(rows(result, "p")[0] - errors.wilcoxon) < 1e-12)
    }
  }

  /// What is drawn is near what scipy draws: within four standard errors of our 2,000 draws, and of 1,000 for the ends.
  @Test func drawnTestsAndIntervalsAreNearScipys() throws {
    let many = try Reference.read().many
    let (permuted, shifted) = (try comparison(many.models, .permutation), try comparison(many.models, .bootstrap))
    for (row, pair) in many.pairs.enumerated() {
      for (table, expected) in [(permuted, pair.permutation), (shifted, pair.bootstrap)] {
        let error = (expected * (1 - expected) / 2000).squareRoot()
        #expect(abs(rows(table, "p")[row] - expected) < 4 * error + 0.002)
      }
      #expect(abs(rows(permuted, "from")[row] - pair.from) < 0.008)
      #expect(abs(rows(permuted, "to")[row] - pair.to) < 0.008)
    }
  }

  @Test func sentencesSayWhoWins() throws {
    let best = (0..<100).map { [Int64($0 % 10 == 0 ? 0 : 1)] }
    let worse = (0..<100).map { [Int64($0 % 2)] }
    let other = (0..<100).map { [Int64(($0 + 1) % 2)] }
    var evaluation = Evaluation(metrics: [.recall])
    let three = try evaluation.comparison(of: table([("ease", best), ("tp", worse), ("ptp", other)]))
    #expect(
      three.notes == [
        "no list has more than 1 item: places up to 10 count as misses",
        "ease beats tp on recall@10 by 0.40 ± 0.10, p = 0.001", "ease beats ptp on recall@10 by 0.40 ± 0.13, p = 0.001",
        "tp and ptp do not differ on recall@10 beyond chance: 0.0 ± 0.2, p = 1.00",
      ])
    let five = [("tp", worse), ("ptp", other), ("ease", best), ("als", worse), ("blend", best)]
    #expect(
      try evaluation.comparison(of: table(five)).notes.dropFirst() == [
        "ease leads on recall@10: it beats 3 of 4 others (p ≤ 0.05); no difference beyond chance to blend"
      ])
    let equal = ["a", "b", "c", "d", "e"].map { ($0, best) }
    #expect(
      try evaluation.comparison(of: table(equal)).notes.dropFirst() == [
        "the models do not differ on recall@10: every difference is 0"
      ])
    evaluation.by = "half"
    var halves = try table([("ease", best), ("tp", worse)])
    let column = Column((0..<100).map { $0 < 60 ? "first" : "second" })
    halves = Table(
      Array(zip(halves.schema.names, halves.columns)).map { (name: $0.0, column: $0.1) } + [("half", column)])
    let apart = try evaluation.comparison(of: halves)
    #expect(apart.table.schema.names.prefix(3) == ["metric", "half", "model"])
    #expect(apart.table.rowCount == 2)
    #expect(apart.notes.contains("second: warning: intervals and p are unreliable with only 40 users"))
    #expect(apart.notes.contains { $0.hasPrefix("ease beats tp on recall@10 of first by 0.40") })
  }

  /// Metrics by segment are those of the segment's users alone.
  @Test func segmentsAreMeasuredApart() throws {
    let hits = (0..<30).map { [Int64($0 < 10 ? 1 : 0)] }
    var users = try table([("a", hits)])
    let column = try Column(.i32, (0..<30).map { $0 < 20 ? .integer(7) : .null })
    users = Table(Array(zip(users.schema.names, users.columns)).map { (name: $0.0, column: $0.1) } + [("age", column)])
    var evaluation = Evaluation(metrics: [.recall])
    evaluation.by = "age"
    let result = try evaluation.metrics(of: users)
    #expect(result.table.schema.names == ["model", "age", "recall@10", "recall@10 ±", "users", "of"])
    #expect(result.table.row(0).prefix(3) == [.text("a"), .integer(7), .float(0.5)])
    #expect(result.table.row(1).prefix(3) == [.text("a"), .null, .float(0)])
    #expect(rows(result.table, "users") == [20, 10])
    evaluation.by = "nobody"
    #expect(throws: Diagnostic.self) { try evaluation.metrics(of: users) }
  }

  @Test func leaksAreSaid() throws {
    func rows(_ users: [Int32], _ items: [Int64], _ days: [String]) throws -> Table {
      Table([
        ("user_id", Column(users)), ("product_id", Column(items)), ("date", try cast(Column(days), to: .date)),
      ])
    }
    let train = try rows([1, 1, 2], [10, 11, 10], ["2024-05-01", "2024-05-02", "2024-06-01"])
    let clean = try rows([1, 2], [10, 12], ["2024-06-02", "2024-06-03"])
    #expect(try Leakage.notes(train: train, test: clean) == [])
    let shared = try rows([1, 2], [10, 12], ["2024-05-01", "2024-06-03"])
    #expect(
      try Leakage.notes(train: train, test: shared) == [
        "warning: 1 row of test (50 %) are also in train: models have seen the answers",
        "warning: train ends 2024-06-01, but test begins 2024-05-01: "
          + "50 % of the test rows are not later than train, so models may know the future",
      ])
    let undated = Table([("user_id", Column([Int32(1)])), ("product_id", Column([Int64(11)]))])
    #expect(
      try Leakage.notes(train: train, test: undated) == [
        "warning: 1 row of test (100 %) are of a user and an item that are in train: repeats, or answers that models have seen"
      ])
  }

  /// Testing on what was learned from is said without being asked.
  @Test func testingOnTrainIsSaid() throws {
    let train = Table([("user_id", Column([Int32(0), 1])), ("product_id", Column([Int64(1), 1]))])
    var evaluation = Evaluation(metrics: [.recall])
    evaluation.learned = try Dataset(train)
    let notes = try evaluation.comparison(of: table([("a", [[1], [1]]), ("b", [[1], [0]])])).notes
    #expect(
      notes.contains("warning: every held-out item is one that its user has in train: models have seen the answers"))
    #expect(notes.contains("warning: intervals and p are unreliable with only 2 users"))
    let others = Table([("user_id", Column([Int32(0), 1])), ("product_id", Column([Int64(1), 2]))])
    evaluation.learned = try Dataset(others)
    #expect(
      try !evaluation.comparison(of: table([("a", [[1], [1]]), ("b", [[1], [0]])])).notes.contains {
        $0.contains("seen the answers")
      })
  }

  /// A small, fixed part of `make simulations`.
  @Test func simulationsInSmall() throws {
    let skewed = ComparisonSimulation.skewed(users: 60, seed: 1)
    #expect(skewed.skewness > 3)
    let coverage = try skewed.coverage(rounds: 12)
    #expect(coverage >= 0.75)
    let equal = ComparisonSimulation.skewed(users: 40, seed: 3)
    #expect(try equal.falseAlarms(models: 4, rounds: 4) <= 0.25)
    #expect(try equal.discoveries(models: 3, better: 0.9, rounds: 2) == 1)
  }
}
