import Diagnostics
import Recommenders
import Testing

/// When rows happened: baskets, recency, half-lives, and who comes first among equals.
@Suite struct BasketTests {
  /// User 0: day 1: 2 2 0; day 5: 0 1; day 9: 3. User 1: day 3: 1; day 9: 2. The rows are out of order.
  private func interactions(_ times: RowTimes? = nil, duplicates: DuplicatePolicy = .sum) throws -> Interactions {
    try Interactions(
      users: [0, 0, 1, 0, 0, 0, 1, 0], items: [3, 0, 1, 2, 2, 1, 2, 0], weights: [1, 2, 1, 4, 1, 1, 1, 1],
      baskets: times ?? RowTimes(ticks: [9, 5, 3, 1, 1, 5, 9, 1], ticksPerDay: 1), userCount: 2, itemCount: 5,
      duplicates: duplicates)
  }

  private func scores(_ name: String, _ arguments: ParameterArgument..., user: Int32 = 0) throws -> [Float] {
    try Models.fit(name, arguments, on: interactions()).scores(for: user)
  }

  private func list(
    _ name: String, _ arguments: ParameterArgument..., top: Int = 5, times: RowTimes? = nil
  ) throws -> RankedLists {
    try Models.fit(name, arguments, on: interactions(times)).recommend([0], RecommendationRequest(top: top))
  }

  @Test func rowsBasketsAndUsersAreCounted() throws {
    #expect(try scores("TopPopular") == [2, 2, 3, 1, 0])
    #expect(try scores("TopPopular", .word("by", "baskets")) == [2, 2, 2, 1, 0])
    #expect(try scores("TopPopular", .word("by", "users"), .integer("recency", 9)) == [1, 2, 2, 1, 0])
    #expect(try scores("PersonalTopPopular") == [2, 1, 2, 1, 0])
    #expect(try scores("PersonalTopPopular", .word("by", "baskets")) == [2, 1, 1, 1, 0])
  }

  @Test func recencyIsInBaskets() throws {
    #expect(try scores("PersonalTopPopular", .integer("recency", 2)) == [1, 1, 0, 1, 0])
    #expect(try scores("PersonalTopPopular", .integer("recency", 1)) == [0, 0, 0, 1, 0])
    #expect(try list("PersonalTopPopular", .integer("recency", 2)).items == [0, 1, 3])
    #expect(try scores("TopPopular", .integer("recency", 1)) == [0, 0, 1, 1, 0])
    #expect(try scores("TopPopular", .integer("recency", 2), .word("by", "weight")) == [2, 2, 1, 1, 0])
  }

  /// The last row of all is of day 9; after four days a row counts half.
  @Test func halfLivesCountDays() throws {
    let half = ParameterArgument.integer("half_life", 4)
    #expect(try scores("PersonalTopPopular", half) == [0.75, 0.5, 0.5, 1, 0])
    #expect(try scores("PersonalTopPopular", half, .word("by", "weight")) == [1.25, 0.5, 1.25, 1, 0])
    let (user, once) = (Float(0.5 + 0.353_553_39), Float(1.25))
    let popular = try scores("TopPopular", half, .word("by", "baskets"))
    for (found, expected) in zip(popular, [0.75, user, once, 1, 0]) { #expect(abs(found - expected) < 1e-6) }
    // A user counts as the last row with the item.
    #expect(try scores("TopPopular", half, .word("by", "users"))[0] == 0.5)
    let error = #expect(throws: Diagnostic.self) {
      try Models.fit("TopPopular", [half, .word("by", "weight")], on: interactions(duplicates: .last))
    }
    #expect(error?.hint == "leave out `duplicates`, or `by=rows`")
  }

  /// Items 0, 1 and 2 are in two baskets each: first had on day 1 (row 7), day 3, and day 1 (row 3).
  @Test func tiesGoByTheirRule() throws {
    let by = ParameterArgument.word("by", "baskets")
    #expect(try list("TopPopular", by).items == [0, 1, 2, 3, 4])
    #expect(try list("TopPopular", by, .word("ties", "first_seen")).items == [2, 0, 1, 3, 4])
    #expect(try list("TopPopular", by, .word("ties", "global")).items == [2, 0, 1, 3, 4])
    #expect(try list("PersonalTopPopular", by, .word("ties", "first_seen")).items == [0, 2, 1, 3])
    #expect(try list("PersonalTopPopular", by, .word("ties", "global")).items == [0, 2, 1, 3])
    // Where nobody knows the time, the order of the table says what came first.
    #expect(
      try list("PersonalTopPopular", .word("ties", "first_seen"), times: RowTimes()).items == [0, 2, 3, 1])
    let drawn = try (0..<20).map { try list("TopPopular", by, .word("ties", "random"), .integer("seed", $0)).items }
    #expect(Set(drawn).count > 1 && drawn.allSatisfy { $0.prefix(3).sorted() == [0, 1, 2] && $0.suffix(2) == [3, 4] })
  }

  /// With these parameters items 1 and 2 have the same score for user 0, and so has 3 with TIFUKNN.
  @Test(arguments: [
    ("UPCF", [ParameterArgument.word("recency", "all")]),
    ("TIFUKNN", [.integer("own", 1), .integer("basket_decay", 1), .integer("group_decay", 1)]),
  ]) func tiesOfNextBasketsGoByTheirRule(_ name: String, _ arguments: [ParameterArgument]) throws {
    func list(_ rule: String, top: Int = 5, seed: Int = 0) throws -> RankedLists {
      try Models.fit(
        name, arguments + [.word("ties", rule), .integer("seed", seed)], on: interactions()
      ).recommend([0], RecommendationRequest(top: top))
    }
    #expect(try list("id").items == [0, 1, 2, 3])
    #expect(try list("first_seen").items == [0, 2, 1, 3])
    #expect(try list("global").items == [0, 2, 1, 3])
    let drawn = try (0..<20).map { try list("random", seed: $0).items }
    #expect(Set(drawn).count > 1 && drawn.allSatisfy { $0.first == 0 && $0.sorted() == [0, 1, 2, 3] })
    #expect(try list("global", top: 2).items == [0, 2] && list("global", top: 2).tied == [0])
    #expect(try list("id", top: 1).tied.isEmpty && list("id", top: 4).tied.isEmpty)
  }

  /// After item 2, items 0 and 1 came once each.
  @Test func tiesOfTransitionsGoByTheirRule() throws {
    func list(_ rule: String, seed: Int = 0) throws -> RankedLists {
      try Models.fit(
        "BasketMarkov", [.integer("smoothing", 0), .word("ties", rule), .integer("seed", seed)], on: interactions()
      ).recommend([1], RecommendationRequest(top: 1))
    }
    #expect(try list("id").items == [0] && list("id").tied == [0])
    #expect(try Set((0..<20).map { try list("random", seed: $0).items }) == [[0], [1]])
  }

  @Test func decidedListsAreCounted() throws {
    let by = ParameterArgument.word("by", "baskets")
    #expect(try list("TopPopular", by, top: 2).tied == [0])
    #expect(try list("TopPopular", by, top: 3).tied.isEmpty)
    #expect(try list("PersonalTopPopular", by, top: 1).tied.isEmpty)
    #expect(try list("PersonalTopPopular", by, top: 2).tied == [0])
    #expect(try list("PersonalTopPopular", by, top: 4).tied.isEmpty)
    let blend = try Models.fit("Blend", on: interactions())
    // [0, 2 | 1, 3 of the user's own], then item 4 of the popular ones.
    #expect(try (1...5).map { try blend.recommend([0], RecommendationRequest(top: $0)).tied.count } == [1, 0, 1, 0, 0])
  }

  /// With a column of baskets, rows of several times are one, and its first row says when it was.
  @Test func basketsMayHaveAColumn() throws {
    let times = RowTimes(ticks: [9, 5, 3, 1, 2, 5, 9, 6], ticksPerDay: 1, baskets: [7, 8, 4, 6, 6, 8, 5, 6])
    let model = try Models.fit("PersonalTopPopular", [.word("by", "baskets")], on: interactions(times))
    #expect(try model.scores(for: 0) == [2, 1, 1, 1, 0])
    #expect(try list("PersonalTopPopular", .integer("recency", 2), times: times).items == [0, 1, 3])
    let untimed = RowTimes(baskets: times.baskets)
    // By the number of the basket alone 8 is the last.
    #expect(try list("PersonalTopPopular", .integer("recency", 1), times: untimed).items == [0, 1])
  }
}
