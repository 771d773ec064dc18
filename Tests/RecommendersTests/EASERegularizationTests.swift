import Diagnostics
import Recommenders
import Testing

/// What EASE says where its matrix cannot be inverted in single precision: what it proposes has to work.
@Suite struct EASERegularizationTests {
  /// Two items that the same users have, with weights of a million, and others.
  private func interactions(weight: Double) throws -> Interactions {
    var (users, items, weights): ([Int32], [Int32], [Double]) = ([], [], [])
    for user in 0..<Int32(40) {
      for item in [0, 1, 2 + user % 7] as [Int32] {
        users.append(user)
        items.append(item)
        weights.append(item < 2 ? weight : 1)
      }
    }
    return try Interactions(users: users, items: items, weights: weights, userCount: 40, itemCount: 9)
  }

  @Test(arguments: ["primal", "dual"]) func largeWeightsAreAnsweredByOnes(form: String) throws {
    let interactions = try interactions(weight: 1_000_000)
    let arguments: [ParameterArgument] = [.real("regularization", 2000), .word("form", form)]
    let error = try #require(
      #expect(throws: Diagnostic.self) { try Models.fit("EASE", arguments, on: interactions) })
    #expect(error.hint?.hasPrefix("`weights=binary`, or `regularization=") == true)
    #expect(error.notes.first?.contains("up to 1000000") == true)
    _ = try Models.fit("EASE", arguments + [.word("weights", "binary")], on: interactions)
    let larger = try #require(error.hint?.firstMatch(of: #/regularization=([0-9]+)/#).flatMap { Double($0.1) })
    #expect(larger > 20_000)
    _ = try Models.fit("EASE", [.real("regularization", larger), .word("form", form)], on: interactions)
  }

  @Test func ofOnesALargerOneIsTheAnswer() throws {
    let interactions = try interactions(weight: 1)
    let error = try #require(
      #expect(throws: Diagnostic.self) {
        try Models.fit("EASE", [.real("regularization", 1e-7), .word("form", "primal")], on: interactions)
      })
    let larger = try #require(
      error.hint?.firstMatch(of: #/^a larger one: `regularization=([0-9]+)`$/#).flatMap { Double($0.1) })
    _ = try Models.fit("EASE", [.real("regularization", larger), .word("form", "primal")], on: interactions)
  }

  /// Beyond single precision λ would be infinite and every weight zero.
  @Test(arguments: ["EASE", "iALS"], [1e13, 1e30, 1e300, 1e308, .greatestFiniteMagnitude])
  func penaltiesBeyondSinglePrecisionAreRefused(model: String, penalty: Double) throws {
    let interactions = try interactions(weight: 1)
    #expect(throws: Diagnostic.self) {
      try Models.fit(model, [.real("regularization", penalty)], on: interactions)
    }
  }

  /// The largest λ still tells items apart, in both forms.
  @Test(arguments: ["primal", "dual"]) func theLargestPenaltyHasWeights(form: String) throws {
    let interactions = try interactions(weight: 1)
    let model = try Models.fit("EASE", [.real("regularization", 1e12), .word("form", form)], on: interactions)
    let list = try model.recommend([0], RecommendationRequest(top: 9))[0]
    #expect(list.first.map { $0.score > 0 } == true)
  }
}
