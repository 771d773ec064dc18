import Diagnostics
import Parallelism

struct FittedTopPopular: ScoringModel {
  let model: any Model
  let interactions: Interactions
  let popularity: [Double]
  let notes: [String]
  /// All items, the most popular first.
  private let ranking: [Int32]
  /// The key of every item for ties: of equally popular items, the one with the smaller key comes first.
  private let ties: [UInt64]

  var givesEveryoneTheSame: Bool { true }

  init(
    _ model: TopPopular, _ interactions: Interactions, popularity: [Double], notes: [String]
  ) throws(Diagnostic) {
    self.model = model
    self.interactions = interactions
    self.popularity = popularity
    self.notes = notes
    let order = try TieOrder(model.ties, interactions, seed: model.seed, of: TopPopular.name)
    ties = popularity.indices.map { order.key(Int32($0), user: -1) }
    ranking = Self.ranking(popularity, ties)
  }

  private static func ranking(_ scores: [Double], _ ties: [UInt64]) -> [Int32] {
    scores.indices.sorted { (scores[$1], ties[$0], $0) < (scores[$0], ties[$1], $1) }.map { Int32($0) }
  }

  func writeScores(of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>) {
    var place = 0
    for _ in users {
      for item in items {
        scores[place] = Float(popularity[item])
        place += 1
      }
    }
  }

  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) {
    for item in 0..<itemCount { scores[item] = Float(popularity[item]) }
  }

  /// If nothing is excluded for single users, all users share one list.
  func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    let order = Order(self, request)
    let isCommon = request.seen == .keep && request.candidates == nil
    let blocks = try mapChunks(of: users.count, grain: 4096) { (range) in
      var lists = RankedLists()
      let common = isCommon ? order.list([], request) : nil
      for place in range {
        let seen = request.seen == .drop ? interactions.items(of: users[place]) : []
        let list = common ?? order.list(seen, request.forList(place))
        lists.append(list.items, isTied: list.isTied)
      }
      return lists
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
  }

  func recommend(basket: Basket, _ request: RecommendationRequest) -> RankedLists {
    let list = Order(self, request).list(request.seen == .drop ? basket.items[...] : [], request.forList(0))
    var lists = RankedLists()
    lists.append(list.items, isTied: list.isTied)
    return lists
  }

  func recommend(
    strangers seeds: [Int64], _ request: RecommendationRequest
  ) throws(Diagnostic) -> RankedLists? {
    if request.seen == .drop, interactions.totals != nil {
      throw Diagnostic(
        "the model has no users, so nobody knows what they have seen", hint: "`recommend basket=` says it for each list"
      )
    }
    let order = Order(self, request)
    let common = request.candidates == nil ? order.list([], request) : nil
    var lists = RankedLists()
    for place in seeds.indices {
      let list = common ?? order.list([], request.forList(place))
      lists.append(list.items, isTied: list.isTied)
    }
    return lists
  }

  /// All items in the order of a request, from which every list is taken.
  private struct Order {
    let scores: [Double]
    let items: [Int32]

    init(_ model: FittedTopPopular, _ request: RecommendationRequest) {
      guard request.divisors != nil else {
        (scores, items) = (model.popularity, model.ranking)
        return
      }
      scores = model.popularity.enumerated().map { request.compared($1, of: Int32($0)) }
      items = FittedTopPopular.ranking(scores, model.ties)
    }

    func list(
      _ seen: ArraySlice<Int32>, _ request: RecommendationRequest
    ) -> (items: [ScoredItem], isTied: Bool) {
      let seen = Set(seen)
      var list: [ScoredItem] = []
      for item in items where !seen.contains(item) && request.allows(item) {
        if list.count == request.top {
          return (list, list.last.map { scores[Int($0.item)] == scores[Int(item)] } ?? false)
        }
        list.append(ScoredItem(item: item, score: Float(scores[Int(item)])))
      }
      return (list, false)
    }
  }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let score = popularity[Int(item)]
    return Explanation(score: score, terms: [Explanation.Term(.part("popularity of the item"), score)])
  }
}
