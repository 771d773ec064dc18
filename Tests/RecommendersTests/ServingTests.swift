import Diagnostics
import LinearAlgebra
import Recommenders
import Testing

/// Folding in, comparing items, explaining.
@Suite struct ServingTests {
  /// What a user's own items ask for is what the user gets: exactly for EASE and the neighbours, but for rounding.
  @Test(arguments: [
    Candidate(name: "EASE", arguments: [.integer("regularization", 5), .word("form", "dual")]),
    Candidate(name: "EASE", arguments: [.integer("regularization", 5), .word("form", "primal")]),
    Candidate(name: "EASE", arguments: [.integer("regularization", 5), .word("orientation", "rectools")]),
    Candidate(name: "EASE", arguments: [.integer("regularization", 5), .word("weights", "binary")]),
    Candidate(name: "ItemKNN"), Candidate(name: "ItemKNN", arguments: [.word("similarity", "tfidf")]),
    Candidate(name: "ItemKNN", arguments: [.word("similarity", "bm25")]),
    Candidate(name: "EASE", arguments: [.integer("regularization", 5), .word("weights", "log")]),
    Candidate(name: "SLIM", arguments: [.word("weights", "counts"), .real("strength", 0.1)]),
    Candidate(name: "RP3beta", arguments: [.word("weights", "log")]),
    Candidate(name: "PureSVD", arguments: [.integer("factors", 9)]),
    Candidate(
      name: "iALS",
      arguments: [.integer("factors", 6), .real("alpha", 3), .integer("iterations", 60), .word("solver", "cholesky")]),
  ])
  func aBasketOfAUsersItemsIsServedAsTheUser(_ candidate: Candidate) throws {
    let interactions = try MadeUp.orders()
    let model = try candidate.fit(interactions)
    for user in [Int32(0), 17, 49] {
      let cells = interactions.matrix.cells(ofRow: Int(user))
      let basket = Basket(
        Array(interactions.matrix.columns[cells]), weights: Array(interactions.matrix.values[cells]))
      let served = try model.recommend(basket: basket, RecommendationRequest(top: 70))[0]
      let scores = try model.scores(for: user)
      let tolerance: Float = candidate.name == "iALS" ? 0.02 : 1e-4
      #expect(served.count == scores.count { $0 > -.infinity })
      for entry in served { #expect(abs(entry.score - scores[Int(entry.item)]) < tolerance) }
    }
  }

  /// A user is his own best neighbour, so his basket is served as by a fit that has never seen him.
  @Test func neighboursOfABasketAreThoseOfItsUser() throws {
    let all = try MadeUp.orders()
    let model = try Models.fit("UserKNN", on: all)
    for user in [Int32(0), 17, 49] {
      let rows = try #require(all.rows)
      let others = rows.users.indices.filter { rows.users[$0] != user }
      let without = try Interactions(
        users: others.map { rows.users[$0] }, items: others.map { rows.items[$0] },
        weights: rows.weights.map { weights in others.map { weights[$0] } }, userCount: all.userCount,
        itemCount: all.itemCount, duplicates: .last, keepingRows: true)
      let cells = all.matrix.cells(ofRow: Int(user))
      let basket = Basket(Array(all.matrix.columns[cells]), weights: Array(all.matrix.values[cells]))
      let served = try Models.fit("UserKNN", on: without).recommend(basket: basket, RecommendationRequest(top: 70))[0]
      let own = try model.recommend([user], RecommendationRequest(top: 70))[0]
      #expect(served.map(\.item) == own.map(\.item))
      for (entry, known) in zip(served, own) { #expect(abs(entry.score - known.score) < 1e-4) }
    }
  }

  @Test(arguments: candidates) func similarItemsAreOthersBestFirst(_ candidate: Candidate) throws {
    let model = try candidate.fit(MadeUp.orders())
    let compares = [
      "EASE", "iALS", "ItemKNN", "SVD", "SVDpp", "NMF", "ALS", "BPR", "MatrixFactorization", "SLIM",
      "RP3beta", "PureSVD",
    ].contains(candidate.name)
    guard compares else {
      #expect(throws: Diagnostic.self, "`\(candidate.name)` compares items: it belongs in the list above") {
        try model.similar(to: 3, top: 5)
      }
      return
    }
    let nearest = try model.similar(to: 3, top: 5)
    #expect(!nearest.isEmpty && nearest.count <= 5)
    #expect(Set(nearest.map(\.item)).count == nearest.count)
    #expect(!nearest.contains { $0.item == 3 })
    for (better, worse) in zip(nearest, nearest.dropFirst()) {
      #expect((-better.score, better.item) < (-worse.score, worse.item))
    }
  }

  /// Who has had everything likes nothing less: what is left of a score is the item's bias.
  @Test func aBasketOfEverythingTeachesBPRNothing() throws {
    let model = try Models.fit("BPR", [.integer("factors", 8), .integer("epochs", 5)], on: MadeUp.orders())
    let lists = try model.recommend(basket: Basket(Array(0..<70)), RecommendationRequest(top: 70))
    #expect(lists.items.count == 70)
    for entry in lists[0] {
      let terms = try model.explain(0, entry.item).terms
      let bias = try #require(terms.first { $0.source == .part("the item's bias") }).contribution
      #expect(abs(Double(entry.score) - bias) < 1e-6)
    }
  }

  @Test func aBlendExplainsByTheModelAnItemComesFrom() throws {
    let interactions = try MadeUp.orders()
    let blend = try Models.fit("Blend", on: interactions)
    let own = interactions.items(of: 4).first ?? 0
    let other = (0..<Int32(70)).first { !interactions.items(of: 4).contains($0) } ?? 0
    #expect(try blend.explain(4, own).terms.map(\.source) == [.item(own)])
    for entry in try blend.recommend([4], RecommendationRequest(top: 20))[0] {
      #expect(try blend.explain(4, entry.item).score == Double(entry.score))
    }
    #expect(try blend.explain(4, other).terms.map(\.source) == [.part("popularity of the item")])
  }
}
