import Diagnostics
import Generators
import Parallelism
import Recommenders
import Testing

/// Models as files: what comes back is what was kept, and nothing else is believed.
@Suite struct PersistenceTests {
  private func bytes(_ model: any FittedModel) throws(Diagnostic) -> [UInt8] {
    var bytes: [UInt8] = []
    try ModelArchive(model).write { bytes += $0 }
    return bytes
  }

  private func restored(_ bytes: [UInt8]) throws(Diagnostic) -> any FittedModel {
    let archive = bytes.withUnsafeBytes { buffer in
      Result { () throws(Diagnostic) in try ModelArchive(reading: buffer) }
    }
    return try Models.restored(from: archive.get())
  }

  @Test(arguments: candidates) func comesBackBitForBit(_ candidate: Candidate) throws {
    let model = try candidate.fit(MadeUp.orders())
    try expectSame(restored(bytes(model)), model)
  }

  @Test(arguments: candidates.filter(\.hasIterations)) func goesOnAsIfItHadNeverBeenAway(_ candidate: Candidate) throws
  {
    let interactions = try MadeUp.orders()
    let model = try candidate.fit(interactions)
    try expectSame(restored(bytes(model)).step(2), model.step(2))
  }

  @Test func aBlendKeepsModelsFittedBefore() throws {
    let interactions = try MadeUp.orders()
    let ials = try Models.fit("iALS", [.integer("factors", 4), .integer("iterations", 2)], on: interactions)
    let own = try Models.fit("PersonalTopPopular", on: MadeUp.orders(rows: 300))
    let parts: [ModelReference] = [.fitted(own, name: "own"), .fitted(ials, name: "als"), .named("TopPopular")]
    let blend = try Models.fit("Blend", [ParameterArgument(nil, .models(parts))], on: interactions)
    let again = try restored(bytes(blend))
    try expectSame(again, blend)
    #expect(again.model.settings.first?.value.text == "[own, als, TopPopular]")
    try expectSame(restored(bytes(again)), blend)
  }

  /// Rows without weights: a cell's weight is how many there were, and nothing else says it.
  @Test func countsComeBackFromWeights() throws {
    let interactions = try Interactions(
      users: [0, 0, 0, 1, 1, 2], items: [1, 1, 0, 2, 1, 2], userCount: 3, itemCount: 3)
    #expect(interactions.rowsPerItem() == [1, 3, 2] && interactions.rowCount == 6 && interactions.cellCount == 5)
    for name in ["TopPopular", "PersonalTopPopular"] {
      let model = try Models.fit(name, on: interactions)
      let again = try restored(bytes(model))
      #expect(again.interactions.rowsPerItem() == [1, 3, 2])
      #expect(
        try again.recommend([0], RecommendationRequest(top: 3))[0].first
          == ScoredItem(item: 1, score: name == "TopPopular" ? 3 : 2))
    }
    let file = ForgedModelFile(try bytes(Models.fit("TopPopular", on: interactions)), checksum: XXHash64.hash(_:seed:))
    #expect(throws: Diagnostic.self) { try restored(file.replacing(float: 2, by: -1e30)) }
  }

  @Test func checksumsAreXXH64() throws {
    // The values of its documentation.
    for (text, hash) in [
      ("", 0xEF46_DB37_51D8_E999), ("abc", 0x44BC_2CF5_AD77_0999),
      ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ] as [(String, UInt64)] {
      #expect(Array(text.utf8).withUnsafeBytes { XXHash64.hash($0) } == hash)
    }
  }

  /// Every byte is under a checksum or a zero between arrays.
  @Test func everyFlippedByteIsNoticed() throws {
    let whole = try bytes(Models.fit("iALS", [.integer("factors", 2)], on: MadeUp.checkerboard(size: 6)))
    for place in whole.indices {
      var broken = whole
      broken[place] ^= UInt8(1 << (place % 8))
      #expect(throws: Diagnostic.self, "byte \(place) of \(whole.count)") { try restored(broken) }
    }
    for count in stride(from: 0, to: whole.count, by: 7) {
      #expect(throws: Diagnostic.self) { try restored(Array(whole.prefix(count))) }
    }
    #expect(throws: Diagnostic.self) { try restored(whole + [0]) }
  }

  @Test func aNewerFileSaysSo() throws {
    var newer = try bytes(Models.fit("TopPopular", on: MadeUp.orders()))
    newer[8] = 4
    let error = #expect(throws: Diagnostic.self) { try restored(newer) }
    #expect(error?.message == "this model file has format 4, and this Lectern reads up to 3")
    #expect(error?.hint == "it was written by a newer Lectern: update this one")
  }

  /// Files whose checksums are right and whose content is not: whatever comes out, nothing traps.
  @Test(arguments: candidates) func forgedContentIsRefusedOrHarmless(_ candidate: Candidate) throws {
    let file = ForgedModelFile(
      try bytes(candidate.fit(MadeUp.orders(users: 12, items: 15, rows: 80))), checksum: XXHash64.hash(_:seed:))
    var random = SplitMix(state: 42)
    var refused = 0
    for _ in 0..<150 { refused += isRefused(file.forged(&random)) ? 1 : 0 }
    for forged in file.withExtremeEnds() { _ = isRefused(forged) }
    // Some are refused for what they say, some hold together: all got past the checksums.
    #expect(refused > 20 && refused < 150)
  }

  /// Whether a file is refused when it is read, or what it holds when it is used.
  private func isRefused(_ file: [UInt8]) -> Bool {
    do throws(Diagnostic) {
      let model = try restored(file)
      let users = [Int32(0), Int32(model.userCount - 1)]
      _ = try model.recommend(users, RecommendationRequest(top: 5, seen: .drop))
      _ = try model.recommend(basket: Basket([0]), RecommendationRequest(top: 5))
      _ = model.predict(user: 0, item: Int32(model.itemCount - 1))
      return false
    } catch {
      return true
    }
  }

  /// Both sides of ratings are kept: that of the items has to be the users' in another order.
  @Test(arguments: ["UserKNN", "ItemKNN", "SVDpp", "ALS"]) func ratingsAreTheSameFromBothSides(_ name: String) throws {
    let model = try Models.fit(name, on: MadeUp.orders(users: 12, items: 15, rows: 80))
    let file = ForgedModelFile(try bytes(model), checksum: XXHash64.hash(_:seed:))
    let array = "interactions/ratings/raters"
    #expect(throws: Never.self) { try restored(file.changing(array) { _ in }) }
    // Everything was rated by the first user.
    let forged = file.changing(array) { bytes in for place in bytes.indices { bytes[place] = 0 } }
    guard forged != (try bytes(model)) else { return }
    let error = #expect(throws: Diagnostic.self) { try restored(forged) }
    #expect(error?.message.contains("its items have other ratings than its users have") == true)
  }

  /// The same kind, parameters, history, scores, lists and predictions.
  private func expectSame(_ model: any FittedModel, _ other: any FittedModel) throws {
    #expect(model.kind == other.kind)
    #expect(model.model.settings.map(\.value.text) == other.model.settings.map(\.value.text))
    #expect(model.history.iterations.map(\.loss) == other.history.iterations.map(\.loss))
    #expect(model.history.columns == other.history.columns)
    #expect(model.wasInterrupted == other.wasInterrupted)
    #expect(model.notes == other.notes)
    let everyone = (0..<Int32(other.userCount)).map { $0 }
    for seen in SeenPolicy.allCases {
      let request = RecommendationRequest(top: 12, seen: seen)
      let (lists, others) = (try model.recommend(everyone, request), try other.recommend(everyone, request))
      #expect(lists.items == others.items && lists.offsets == others.offsets)
      #expect(lists.scores.map(\.bitPattern) == others.scores.map(\.bitPattern))
      let (basket, otherBasket) = (
        try model.recommend(basket: Basket([1, 2, 5]), request),
        try other.recommend(basket: Basket([1, 2, 5]), request)
      )
      #expect(basket.items == otherBasket.items && basket.scores == otherBasket.scores)
    }
    for user in [0, 3, nil] as [Int32?] {
      for item in [0, 11, nil] as [Int32?] {
        #expect(model.predict(user: user, item: item)?.bitPattern == other.predict(user: user, item: item)?.bitPattern)
      }
    }
  }
}
