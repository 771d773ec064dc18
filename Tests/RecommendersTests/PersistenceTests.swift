import Diagnostics
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
    let file = ForgedFile(try bytes(Models.fit("TopPopular", on: interactions)))
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
    let file = ForgedFile(try bytes(candidate.fit(MadeUp.orders(users: 12, items: 15, rows: 80))))
    var random = RepeatableRandom(state: 42)
    var refused = 0
    for _ in 0..<150 {
      do throws(Diagnostic) {
        let model = try restored(file.forged(&random))
        let users = [Int32(0), Int32(model.userCount - 1)]
        _ = try model.recommend(users, RecommendationRequest(top: 5, seen: .drop))
        _ = try model.recommend(basket: Basket([0]), RecommendationRequest(top: 5))
        _ = model.predict(user: 0, item: Int32(model.itemCount - 1))
      } catch {
        refused += 1
      }
    }
    #expect(refused > 20)
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

/// A small generator: fuzzing has to be repeatable.
private struct RepeatableRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}

/// A file whose arrays can be changed, checksums and all.
private struct ForgedFile {
  private let bytes: [UInt8]
  /// Where in the directory each array's element count, offset and checksum begin, and its bytes.
  private var arrays: [(record: Int, bytes: Range<Int>)] = []
  private let directory: Range<Int>

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    directory = 24..<24 + Int(Self.number(bytes, at: 12, size: 4))
    var place = directory.lowerBound
    while place < directory.upperBound {
      let record = place + 2 + Int(Self.number(bytes, at: place, size: 2)) + 1
      let size = [1, 4, 8, 4, 8][Int(bytes[record - 1])]
      let start = Int(Self.number(bytes, at: record + 8, size: 8))
      arrays.append((record, start..<start + size * Int(Self.number(bytes, at: record, size: 8))))
      place = record + 24
    }
  }

  /// A copy with some bytes of one array changed, or an array's length.
  func forged(_ random: inout some RandomNumberGenerator) -> [UInt8] {
    var copy = bytes
    let array = arrays.filter { !$0.bytes.isEmpty }.randomElement(using: &random) ?? arrays[0]
    if Int.random(in: 0..<6, using: &random) == 0 {
      let count = UInt64.random(in: 0...UInt64.max, using: &random) >> UInt64.random(in: 0..<64, using: &random)
      put(count, at: array.record, in: &copy)
    } else {
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: array.bytes, using: &random)
        copy[place] = [0, 1, 0x7F, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
      put(copy[array.bytes].withUnsafeBytes { XXHash64.hash($0) }, at: array.record + 16, in: &copy)
    }
    let checksum = copy[directory].withUnsafeBytes { XXHash64.hash($0, seed: 2 << 32 | UInt64(directory.count)) }
    put(checksum, at: 16, in: &copy)
    return copy
  }

  /// A copy in which the first `Float` of that value is another, checksums right again.
  func replacing(float value: Float, by other: Float) -> [UInt8] {
    var copy = bytes
    for array in arrays where array.bytes.count % 4 == 0 {
      for place in stride(from: array.bytes.lowerBound, to: array.bytes.upperBound, by: 4)
      where Self.number(bytes, at: place, size: 4) == UInt64(value.bitPattern) {
        for byte in 0..<4 { copy[place + byte] = UInt8(truncatingIfNeeded: other.bitPattern >> UInt32(8 * byte)) }
        put(copy[array.bytes].withUnsafeBytes { XXHash64.hash($0) }, at: array.record + 16, in: &copy)
        let checksum = copy[directory].withUnsafeBytes { XXHash64.hash($0, seed: 2 << 32 | UInt64(directory.count)) }
        put(checksum, at: 16, in: &copy)
        return copy
      }
    }
    return copy
  }

  private static func number(_ bytes: [UInt8], at place: Int, size: Int) -> UInt64 {
    bytes[place..<place + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func put(_ number: UInt64, at place: Int, in bytes: inout [UInt8]) {
    for index in 0..<8 { bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index)) }
  }
}
