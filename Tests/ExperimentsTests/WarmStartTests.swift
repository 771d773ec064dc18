import Diagnostics
import Experiments
import RandomNumbers
import Recommenders
import Tables
import Testing

/// A search whose fits begin at the model before.
@Suite struct WarmStartTests {
  /// Ratings of 40 users of 25 items, about a third of the cells.
  private var rated: Table {
    var random = PCG64(seed: 11)
    var (users, items, ratings): ([Int32], [Int64], [Double]) = ([], [], [])
    for user in 0..<40 {
      for item in 0..<25 where random.next64() % 3 == 0 {
        users.append(Int32(user))
        items.append(Int64(item))
        ratings.append(Double(1 + (user * item + user + Int(random.next64() % 2)) % 5))
      }
    }
    return Table([("user_id", Column(users)), ("product_id", Column(items)), ("rating", Column(ratings))])
  }

  private static func arguments(_ penalty: Double, iterations: Int) -> [ParameterArgument] {
    [
      ParameterArgument("factors", .integer(3)), ParameterArgument("regularization", .real(penalty)),
      ParameterArgument("iterations", .integer(iterations)),
    ]
  }

  private func scores(_ model: any FittedModel, users: Int) throws -> [[Float]] {
    try (0..<Int32(users)).map { try model.scores(for: $0) }
  }

  /// Few iterations from a neighbouring model come nearer to where a fit ends than as many from random factors. The
  /// two fits need not end at the same place.
  @Test(arguments: ["ALS", "iALS"]) func aNeighborIsABetterStart(_ name: String) throws {
    let kind = try Models.named(name)
    let data = try Dataset(rated, reading: .always)
    let (users, interactions) = (data.users.count, data.interactions)
    func distanceToTheEnd(from start: WarmStart?) throws -> Float {
      let model = try WarmStart.$current.withValue(start) {
        try Models.fit(kind, Self.arguments(0.1, iterations: 2), on: interactions)
      }
      let (now, end) = (try scores(model, users: users), try scores(model.step(200), users: users))
      return zip(now, end).reduce(0) { sum, rows in
        sum + zip(rows.0, rows.1).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
    }
    let neighbor = try Models.fit(kind, Self.arguments(0.2, iterations: 200), on: interactions)
    #expect(try distanceToTheEnd(from: WarmStart(at: neighbor)) < 0.5 * distanceToTheEnd(from: nil))
  }

  /// The second combination of a search has the scores of a fit that begins at the first, the first those of its own.
  @Test(arguments: ["ALS", "iALS"]) func aSearchHandsItsModelsOn(_ name: String) throws {
    let kind = try Models.named(name)
    let data = try Dataset(rated, reading: .always)
    let held = try data.heldOut()
    var evaluation = Evaluation(metrics: [.ndcg])
    evaluation.cutoffs = [5]
    var search = ParameterSearch(
      kind, fixed: [ParameterArgument("factors", .integer(3)), ParameterArgument("iterations", .integer(1))],
      axes: [ParameterSearch.Axis("regularization", [.real(1), .real(0.01)])])
    search.startsWarm = true
    let result = try search.run(on: data, users: held, RecommendationOptions(top: 5), evaluation)
    #expect(result.notes.contains { $0.hasPrefix("each fit began at the factors of the one before it") })
    let first = try Models.fit(kind, Self.arguments(1, iterations: 1), on: data.interactions)
    let second = try WarmStart.$current.withValue(WarmStart(at: first)) {
      try Models.fit(kind, Self.arguments(0.01, iterations: 1), on: data.interactions)
    }
    for (penalty, model) in [(1, first), (0.01, second)] {
      let answers = try recommend(
        held, [NamedRecommender("m", Recommender(model, data))], RecommendationOptions(top: 5))
      evaluation.columns = ["m" + NamedRecommender.listSuffix]
      let expected = try evaluation.metrics(of: answers.table).table.columns[1][0]
      let rows = (0..<2).map { result.table.row($0) }
      #expect(rows.first { $0[0].number == penalty }?[1] == expected)
    }
  }

  /// A model of other shapes is no start: the fit is then one by itself.
  @Test func otherShapesAreIgnored() throws {
    let data = try Dataset(rated, reading: .always)
    let other = try Models.fit("ALS", [ParameterArgument("factors", .integer(2))], on: data.interactions)
    let own = Self.arguments(0.1, iterations: 1)
    let alone = try Models.fit("ALS", own, on: data.interactions)
    let together = try WarmStart.$current.withValue(WarmStart(at: other)) {
      try Models.fit("ALS", own, on: data.interactions)
    }
    #expect(try scores(alone, users: 40) == scores(together, users: 40))
  }

  @Test func whatCannotStartWarmIsSaid() throws {
    let data = try Dataset(rated, reading: .always)
    let part = ParameterSearch.Part(train: data, heldOut: try data.heldOut())
    var search = ParameterSearch(EASE.self, axes: [ParameterSearch.Axis("regularization", [.real(1)])])
    search.startsWarm = true
    let error = #expect(throws: Diagnostic.self) {
      try search.run(on: [part], RecommendationOptions(), Evaluation(metrics: [.ndcg]))
    }
    #expect(error?.hint == "leave `warm_start` out; it is for iALS and ALS")
    search = ParameterSearch(ALS.self, axes: [])
    (search.startsWarm, search.patience) = (true, 2)
    #expect(throws: Diagnostic.self) {
      try search.run(on: [part], RecommendationOptions(), Evaluation(metrics: [.ndcg]))
    }
  }
}
