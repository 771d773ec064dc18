import Diagnostics
import Recommenders
import Testing

/// Candidates by list, divided scores and caps against what one gets the long way round.
@Suite struct RequestTests {
  private let everyone = (0..<Int32(50)).map { $0 }

  /// Some of the items, others for each user, with repeats and unknown ones.
  private func some(_ user: Int32) -> [Int32] {
    (0..<Int32(70)).filter { ($0 * 7 + user * 13) % 5 < 2 }.reversed() + [user, user, -1]
  }

  @Test(arguments: candidates, SeenPolicy.allCases)
  func candidatesOfAListAreItsOnly(_ candidate: Candidate, _ seen: SeenPolicy) throws {
    let model = try candidate.fit(MadeUp.orders())
    var request = RecommendationRequest(top: 6, seen: seen, except: ItemSet([Int32(4), 8], itemCount: 70))
    request.candidates = CandidateLists(everyone.map(some), itemCount: 70)
    let lists = try model.recommend(everyone, request)
    for user in everyone {
      var alone = request
      alone.candidates = nil
      alone.only = ItemSet(some(user), itemCount: 70)
      #expect(try lists[Int(user)] == model.recommend([user], alone)[0])
    }
    let basket = try model.recommend(basket: Basket([3, 9, 60]), request)
    request.candidates = nil
    request.only = ItemSet(some(0), itemCount: 70)
    #expect(try basket[0] == model.recommend(basket: Basket([3, 9, 60]), request)[0])
  }

  /// Every model but `Random`, which draws, ranks what it gives anyway by the divided score.
  @Test(arguments: candidates.filter(\.keepsPrefixes)) func divisorsChangeTheRanking(_ candidate: Candidate) throws {
    let model = try candidate.fit(MadeUp.orders())
    if candidate.name == "Blend" { return }
    var request = RecommendationRequest(top: 70)
    let plain = try model.recommend(everyone, request)
    let divisors = (0..<70).map { Double(1 + $0 % 9) }
    request.divisors = divisors
    let divided = try model.recommend(everyone, request)
    for user in 0..<50 {
      var scores: [Int32: Float] = [:]
      for entry in plain[user] { scores[entry.item] = entry.score }
      let list = divided[user]
      #expect(Set(list.map(\.item)) == Set(scores.keys))
      for entry in list {
        let expected = Double(scores[entry.item] ?? .nan) / divisors[Int(entry.item)]
        #expect(abs(Double(entry.score) - expected) <= 1e-6 * abs(expected))
      }
      #expect(zip(list, list.dropFirst()).allSatisfy { $0.score >= $1.score })
    }
  }

  @Test(arguments: candidates) func aCapPassesOverWhatIsTooMany(_ candidate: Candidate) throws {
    let model = try candidate.fit(MadeUp.orders())
    let categories = (0..<Int32(70)).map { $0 % 11 == 0 ? -1 : $0 % 4 }
    let cap = CategoryCap(categories: categories, limit: 2)
    for top in [1, 5, 20] {
      let request = RecommendationRequest(top: top, seen: .drop)
      let lists = try cap.lists(50, of: 70, request) { (places, request) throws(Diagnostic) in
        try model.recommend(places.map { Int32($0) }, request)
      }
      let capped = try #require(lists)
      for user in everyone {
        let list = capped[Int(user)]
        for category in Int32(0)..<4 { #expect(list.count { categories[Int($0.item)] == category } <= 2) }
        guard candidate.keepsPrefixes else { continue }
        var taken = [Int32: Int]()
        let whole = try model.recommend([user], RecommendationRequest(top: 70, seen: .drop))[0]
        let naive = whole.filter { entry in
          let category = categories[Int(entry.item)]
          taken[category, default: 0] += 1
          return category < 0 || taken[category, default: 0] <= 2
        }
        #expect(list == Array(naive.prefix(top)))
      }
    }
  }

  @Test func aCapKeepsTheCandidatesOfEveryList() throws {
    let model = try Models.fit("EASE", on: MadeUp.orders())
    var request = RecommendationRequest(top: 9)
    request.candidates = CandidateLists(everyone.map(some), itemCount: 70)
    let cap = CategoryCap(categories: (0..<Int32(70)).map { $0 / 20 }, limit: 3)
    let lists = try cap.lists(50, of: 70, request) { (places, request) throws(Diagnostic) in
      try model.recommend(places.map { Int32($0) }, request)
    }
    let capped = try #require(lists)
    for user in everyone { #expect(Set(capped.items(of: Int(user))).isSubset(of: some(user))) }
    #expect(capped.count == 50 && !capped.items.isEmpty)
  }
}
