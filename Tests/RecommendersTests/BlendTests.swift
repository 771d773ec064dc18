import Diagnostics
import Parallelism
import Recommenders
import Synchronization
import Testing

/// Blends of blends.
@Suite struct BlendTests {
  private func blend(_ parts: [(String, any FittedModel)], on interactions: Interactions) throws -> any FittedModel {
    let references = parts.map { ModelReference.fitted($0.1, name: $0.0) }
    return try Models.fit("Blend", [ParameterArgument(nil, .models(references))], on: interactions)
  }

  /// A model made twice from itself, forty times over, is as fast as the model, and as small a file.
  @Test func aBlendOfItselfIsItself() throws {
    let interactions = try MadeUp.orders()
    let first = try Models.fit("Blend", on: interactions)
    var nested = first
    for _ in 0..<40 { nested = try blend([("b", nested), ("b", nested)], on: interactions) }
    let users = Array(0..<Int32(50))
    for seen in [SeenPolicy.keep, .drop] {
      let request = RecommendationRequest(top: 20, seen: seen)
      let (lists, expected) = (try nested.recommend(users, request), try first.recommend(users, request))
      #expect(lists.items == expected.items && lists.scores == expected.scores)
    }
    #expect(nested.model.settings.map(\.value.text) == ["[PersonalTopPopular, TopPopular]"])
    #expect(ModelArchive(nested).byteCount == ModelArchive(first).byteCount)
  }

  /// The list of a blend of blends is the chain of all its models.
  @Test func aBlendOfBlendsIsAChain() throws {
    let interactions = try MadeUp.orders()
    let personal = try Models.fit("PersonalTopPopular", on: interactions)
    let ease = try Models.fit("EASE", on: interactions)
    let random = try Models.fit("Random", on: interactions)
    let inner = try blend([("own", personal), ("ease", ease)], on: interactions)
    let outer = try blend([("inner", inner), ("own", personal), ("random", random)], on: interactions)
    let flat = try blend([("own", personal), ("ease", ease), ("random", random)], on: interactions)
    #expect(outer.model.settings.map(\.value.text) == ["[own, ease, random]"])
    let users = Array(0..<Int32(50))
    for top in [1, 10, 70] {
      let request = RecommendationRequest(top: top)
      let (lists, expected) = (try outer.recommend(users, request), try flat.recommend(users, request))
      #expect(lists.items == expected.items && lists.scores == expected.scores)
      let basket = Basket([3, 9])
      #expect(try outer.recommend(basket: basket, request).items == flat.recommend(basket: basket, request).items)
    }
    let restored = try Models.restored(from: ModelArchive(outer))
    let request = RecommendationRequest(top: 10)
    #expect(try restored.recommend(users, request).items == outer.recommend(users, request).items)
    // The same kind with other parameters is another model.
    let stronger = try Models.fit("EASE", [.real("regularization", 5)], on: interactions)
    let both = try blend([("weak", ease), ("strong", stronger)], on: interactions)
    #expect(both.model.settings.map(\.value.text) == ["[weak, strong]"])
  }

  /// Every part and the chaining of the lists check whether they are to stop.
  @Test func aBlendStopsAtTheNextCheck() throws {
    let interactions = try MadeUp.orders(users: 3000, items: 40, rows: 9000)
    let model = try Models.fit("Blend", on: interactions)
    func recommend(_ cancellation: Cancellation) throws {
      try Cancellation.$current.withValue(cancellation) {
        try Cores.limited(to: 1) {
          _ = try model.recommend(Array(0..<3000), RecommendationRequest(top: 10))
        }
      }
    }
    let all = Cancellation(requestedAtCheck: .max)
    try recommend(all)
    #expect(all.checkCount >= 5)
    for number in 1...all.checkCount {
      let asked = Cancellation(requestedAtCheck: number)
      #expect(throws: Diagnostic.interrupted) { try recommend(asked) }
      #expect(asked.checkCount == number)
    }
  }
}
