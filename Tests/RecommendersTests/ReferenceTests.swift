import Recommenders
import Testing

/// Lists, scores and losses of implicit 0.7.3 and RecTools 0.19.0 on made-up orders.
@Suite struct ReferenceTests {
  private func share(_ found: RankedLists, equals expected: [[Int32]]) -> Double {
    let positions = expected.reduce(0) { $0 + $1.count }
    let equal = expected.indices.reduce(0) { $0 + zip(found.items(of: $1), expected[$1]).count { $0 == $1 } }
    return Double(equal) / Double(positions)
  }

  @Test(arguments: ["dual", "primal"], ["paper", "rectools"]) func ease(form: String, orientation: String) throws {
    let fixture = try MadeUp.fixture()
    let interactions = try fixture.interactions
    let model = try Models.fit(
      "EASE", [.real("regularization", 20), .word("form", form), .word("orientation", orientation)], on: interactions)
    let lists = try model.recommend(
      (0..<Int32(interactions.userCount)).map { $0 }, RecommendationRequest(top: 5))
    let expected = orientation == "paper" ? fixture.ease_paper : fixture.ease_rectools
    #expect(share(lists, equals: expected.items) >= 0.995)
    for (found, score) in zip(lists.scores, expected.scores.joined()) { #expect(abs(found - score) < 2e-5) }
  }

  @Test(arguments: ["cg", "cholesky"]) func implicitALS(solver: String) throws {
    let fixture = try MadeUp.fixture()
    let interactions = try fixture.interactions
    let expected = solver == "cg" ? fixture.als_cg : fixture.als_cholesky
    let model = try Models.fit(
      "iALS",
      [
        .integer("factors", 8), .real("regularization", 1), .real("alpha", 3), .integer("iterations", 4),
        .integer("seed", 11), .word("solver", solver),
      ], on: interactions)
    for (iteration, loss) in zip(model.history.iterations, try #require(expected.losses)) {
      #expect(abs((iteration.loss ?? 0) - loss) <= 1e-5 * loss)
    }
    let lists = try model.recommend(
      (0..<Int32(interactions.userCount)).map { $0 }, RecommendationRequest(top: 5, seen: .drop))
    #expect(share(lists, equals: expected.items) >= 0.995)
    for (found, score) in zip(lists.scores, expected.scores.joined()) { #expect(abs(found - score) < 1e-3) }
  }

  @Test(arguments: ["cosine", "tfidf", "bm25"]) func itemKNN(similarity: String) throws {
    let fixture = try MadeUp.fixture()
    let interactions = try fixture.interactions
    let expected = ["cosine": fixture.knn_cosine, "tfidf": fixture.knn_tfidf, "bm25": fixture.knn_bm25][similarity]
    let model = try Models.fit(
      "ItemKNN", [.word("similarity", similarity), .integer("neighbors", 100)], on: interactions)
    let lists = try model.recommend(
      (0..<Int32(interactions.userCount)).map { $0 }, RecommendationRequest(top: 5))
    #expect(share(lists, equals: try #require(expected).items) >= 0.98, "ties go the other way in implicit")
    for (found, score) in zip(lists.scores, try #require(expected).scores.joined()) {
      #expect(abs(found - score) < 1e-4 * max(1, score))
    }
  }

  /// numpy's `RandomState(8_063_800).choice(16451, 10, replace=False, p=[1/n]*n)`.
  @Test func random() throws {
    let interactions = try Interactions(
      users: [0], items: [0], userCount: 1, itemCount: 16451, userSeeds: [8_063_800])
    let model = try Models.fit("Random", on: interactions)
    #expect(
      try model.recommend([0], RecommendationRequest(top: 10)).items
        == [4108, 10631, 10574, 10452, 12191, 1115, 7686, 13207, 3275, 7969])
  }
}

/// What implicit 0.7.3 printed for MovieLens 100k, all ones, ids sorted; needs the reference data.
@Suite(.enabled(if: MovieLens.isThere, "needs ../shared")) struct MovieLensTests {
  private func movieLens() throws -> Interactions {
    let rows = try MovieLens.rows()
    return try Interactions(
      users: rows.map(\.user), items: rows.map(\.item), userCount: 943, itemCount: 1682)
  }

  @Test func conjugateGradients() throws {
    let interactions = try movieLens()
    let model = try Models.fit(
      "iALS", [.integer("factors", 32), .integer("iterations", 3), .integer("seed", 42)], on: interactions)
    for (iteration, loss) in zip(model.history.iterations, [0.0366525, 0.0309310, 0.0297286]) {
      #expect(abs((iteration.loss ?? 0) - loss) < 1e-5 * loss)
    }
    let list = try model.recommend([0], RecommendationRequest(top: 10, seen: .drop))
    #expect(list.items == [402, 285, 474, 454, 356, 366, 434, 567, 275, 482])
    for (score, expected) in zip(list.scores, [1.0549, 0.9036, 0.8521] as [Float]) {
      #expect(abs(score - expected) < 1e-3)
    }
  }

  @Test func cholesky() throws {
    let interactions = try movieLens()
    let model = try Models.fit(
      "iALS",
      [.integer("factors", 32), .integer("iterations", 3), .integer("seed", 42), .word("solver", "cholesky")],
      on: interactions)
    for (iteration, loss) in zip(model.history.iterations, [0.0364038, 0.0303419, 0.0294212]) {
      #expect(abs((iteration.loss ?? 0) - loss) < 1e-5 * loss)
    }
    let confident = try Models.fit(
      "iALS",
      [
        .integer("factors", 8), .real("regularization", 0.05), .real("alpha", 40), .integer("seed", 7),
        .word("solver", "cholesky"),
      ], on: interactions)
    let losses = confident.history.iterations.compactMap(\.loss)
    #expect(abs(try #require(losses.first) - 0.1164969) < 1e-5 * 0.1164969)
    #expect(abs(try #require(losses.last) - 0.0713270) < 1e-5 * 0.0713270)
  }
}
