import Generators
import RandomNumbers
import Recommenders
import Testing

/// What Surprise 1.1.5 makes of the same ratings, from `Scripts/reference/surprise-models.py`.
@Suite struct SurpriseTests {
  private struct MadeUpRatings: Decodable {
    let users, items: [Int32]
    let ratings: [Double]
    let pairs: [[Int32]]
    let predictions: [String: [Double]]
  }

  private struct MovieLensErrors: Decodable {
    struct Folds: Decodable {
      let rmse, mae: [Double]
    }

    struct Split: Decodable {
      let rmse, mae: Double
    }

    let folds: [String: Folds]
    let split: [String: Split]
  }

  private static func read<Value: Decodable>(_ name: String) throws -> Value {
    try Checkout.json("Tests/RecommendersTests/Fixtures/\(name)")
  }

  /// `KIND name=value …`.
  private func fit(_ text: String, on interactions: Interactions) throws -> any FittedModel {
    let words = text.split(separator: " ").map(String.init)
    let arguments = words.dropFirst().map { word in
      let parts = word.split(separator: "=").map(String.init)
      if let flag = Bool(parts[1]) { return ParameterArgument(parts[0], .flag(flag)) }
      return Int(parts[1]).map { ParameterArgument.integer(parts[0], $0) } ?? .word(parts[0], parts[1])
    }
    return try Models.fit(words[0], arguments, on: interactions)
  }

  /// Half stars, repeated rows, users and items without ratings; ALS against numpy.
  @Test func predictionsOnMadeUpRatings() throws {
    let fixture: MadeUpRatings = try Self.read("ratings.json")
    let interactions = try Interactions(
      users: fixture.users, items: fixture.items, weights: fixture.ratings, userCount: 24, itemCount: 30,
      duplicates: .last, keepingRows: true)
    for (name, expected) in fixture.predictions {
      let model = try fit(name, on: interactions)
      let found = try model.predict(
        users: fixture.pairs.map { $0[0] < 24 ? $0[0] : -1 }, items: fixture.pairs.map { $0[1] < 30 ? $0[1] : -1 })
      let alone = model.predict(user: fixture.pairs[20][0], item: fixture.pairs[20][1])
      #expect(alone == found[20], "\(name)")
      let worst = zip(found, expected).map { abs(($0 ?? .nan) - $1) }.max() ?? .nan
      #expect(worst < 1e-9, "\(name)")
    }
  }

  private func errors(
    _ name: String, train: [(user: Int32, item: Int32, rating: Double)],
    test: [(user: Int32, item: Int32, rating: Double)]
  ) throws -> (rmse: Double, mae: Double) {
    let interactions = try Interactions(
      users: train.map(\.user), items: train.map(\.item), weights: train.map(\.rating), userCount: 943,
      itemCount: 1682, duplicates: .last, keepingRows: true)
    let found = try fit(name, on: interactions).predict(users: test.map(\.user), items: test.map(\.item))
    let errors = zip(found, test).map { ($0 ?? .nan) - $1.rating }
    let count = Double(errors.count)
    return (
      (errors.reduce(0) { $0 + $1 * $1 } / count).squareRoot(), errors.reduce(0) { $0 + abs($1) } / count
    )
  }

  /// `KFold(n_splits=5, random_state=0)`, every model with `random_state=0`.
  @Test(.enabled(if: MovieLens.isThere, "needs ../shared")) func fiveFoldsOfMovieLens() throws {
    let rows = try MovieLens.rows()
    let expected: MovieLensErrors = try Self.read("surprise.json")
    var random = RandomState(seed: 0)
    let order = random.permutation(rows.count)
    for (name, folds) in expected.folds {
      for fold in 0..<5 {
        let held = fold * 20_000..<(fold + 1) * 20_000
        let found = try errors(
          name, train: (order[..<held.lowerBound] + order[held.upperBound...]).map { rows[$0] },
          test: order[held].map { rows[$0] })
        #expect(abs(found.rmse - folds.rmse[fold]) < 1e-9, "\(name), fold \(fold)")
        #expect(abs(found.mae - folds.mae[fold]) < 1e-9, "\(name), fold \(fold)")
      }
    }
  }

  /// `train_test_split(.25, random_state=0)`, to twelve places.
  @Test(.enabled(if: MovieLens.isThere, "needs ../shared")) func aQuarterOfMovieLens() throws {
    let rows = try MovieLens.rows()
    let expected: MovieLensErrors = try Self.read("surprise.json")
    var random = RandomState(seed: 0)
    let order = random.permutation(rows.count)
    for (name, split) in expected.split {
      let found = try errors(
        name, train: order.prefix(75_000).map { rows[$0] }, test: order.suffix(25_000).map { rows[$0] })
      #expect(abs(found.rmse - split.rmse) < 1e-12, "\(name)")
      #expect(abs(found.mae - split.mae) < 1e-12, "\(name)")
    }
  }
}
