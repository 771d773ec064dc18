import Diagnostics
import Recommenders
import Testing

/// Models that count rows, and what weights are to them.
@Suite struct CountingTests {
  /// Item 0: three rows of weight 1; item 1: one row of weight 10; item 2: two of weight −4.
  private func interactions(weightsAreNamed: Bool = false) throws -> Interactions {
    try Interactions(
      users: [0, 0, 1, 1, 0, 2], items: [0, 0, 0, 1, 2, 2], weights: [1, 1, 1, 10, -4, -4], userCount: 3, itemCount: 4,
      weightsAreNamed: weightsAreNamed)
  }

  private func scores(_ name: String, _ arguments: [ParameterArgument] = [], named: Bool = false) throws -> [Float] {
    try Models.fit(name, arguments, on: interactions(weightsAreNamed: named)).scores(for: 0)
  }

  @Test func popularityIsOfRowsUsersOrWeights() throws {
    #expect(try scores("TopPopular") == [3, 1, 2, 0])
    #expect(try scores("TopPopular", [.word("by", "users")]) == [2, 1, 2, 0])
    #expect(try scores("TopPopular", [.word("by", "weight")]) == [3, 10, -8, 0])
    #expect(try scores("PersonalTopPopular") == [2, 0, 1, 0])
    #expect(try scores("PersonalTopPopular", [.word("by", "weight")]) == [2, 0, -4, 0])
  }

  /// A column of weights that somebody named is counted by, unless it is said by what else.
  @Test func namedWeightsAreHonoured() throws {
    #expect(try scores("TopPopular", named: true) == [3, 10, -8, 0])
    #expect(try scores("TopPopular", [.word("by", "rows")], named: true) == [3, 1, 2, 0])
    #expect(try scores("PersonalTopPopular", named: true) == [2, 0, -4, 0])
    // Random has another `by`, in which weights have no part.
    #expect(try Models.fit("Random", on: interactions(weightsAreNamed: true)).model.settings[0].value.text == "uniform")
    let blend = try Models.fit("Blend", on: interactions(weightsAreNamed: true))
    #expect(try blend.recommend([1], RecommendationRequest(top: 4))[0].map(\.item) == [1, 0, 3, 2])
  }

  @Test func weightsBelowZeroAreSaid() throws {
    for name in ["TopPopular", "PersonalTopPopular"] {
      let notes = try Models.fit(name, on: interactions(weightsAreNamed: true)).notes
      #expect(notes == ["2 cells of a user and an item with a negative weight, which counts against the item"])
      #expect(try Models.fit(name, on: interactions()).notes.isEmpty)
    }
  }

  @Test func explanationsAreOfWhatCounts() throws {
    let personal = try Models.fit("PersonalTopPopular", on: interactions(weightsAreNamed: true))
    #expect(try personal.explain(0, 2) == -4)
    #expect(try personal.explain(0, 1).terms.isEmpty)
    #expect(try Models.fit("PersonalTopPopular", on: interactions()).explain(0, 0) == 2)
  }
}

private func == (explanation: Explanation, score: Double) -> Bool {
  explanation.score == score && explanation.terms.map(\.contribution) == [score]
}
