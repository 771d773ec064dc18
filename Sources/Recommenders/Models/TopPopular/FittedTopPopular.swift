import Diagnostics
import Parallelism

struct FittedTopPopular: ScoringModel {
  let model: any Model
  let interactions: Interactions
  let popularity: [Double]
  let notes: [String]
  /// All items, the most popular first.
  private let ranking: [Int32]

  var givesEveryoneTheSame: Bool { true }

  init(
    _ model: TopPopular, _ interactions: Interactions, popularity: [Double], notes: [String]
  ) throws(Diagnostic) {
    self.model = model
    self.interactions = interactions
    self.popularity = popularity
    self.notes = notes
    let order = try TieOrder(model.ties, interactions, seed: model.seed, of: TopPopular.name)
    let keys = popularity.indices.map { order.key(Int32($0), user: -1) }
    ranking = popularity.indices.sorted { (popularity[$1], keys[$0], $0) < (popularity[$0], keys[$1], $1) }
      .map { Int32($0) }
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

  /// One list serves everyone who may have everything.
  func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    let blocks = try mapChunks(of: users.count, grain: 4096) { (range) in
      var lists = RankedLists()
      let common = request.seen == .keep ? list([], request) : nil
      for user in users[range] {
        let list = common ?? list(interactions.items(of: user), request)
        lists.append(list.items, isTied: list.isTied)
      }
      return lists
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
  }

  func recommend(basket: Basket, _ request: RecommendationRequest) -> RankedLists {
    let list = list(request.seen == .drop ? basket.items[...] : [], request)
    var lists = RankedLists()
    lists.append(list.items, isTied: list.isTied)
    return lists
  }

  func recommend(
    strangers seeds: [Int64], _ request: RecommendationRequest
  ) throws(Diagnostic) -> RankedLists? {
    let list = list([], request)
    var lists = RankedLists()
    for _ in seeds { lists.append(list.items, isTied: list.isTied) }
    return lists
  }

  private func list(
    _ seen: ArraySlice<Int32>, _ request: RecommendationRequest
  ) -> (items: [ScoredItem], isTied: Bool) {
    let seen = Set(seen)
    var list: [ScoredItem] = []
    for item in ranking where !seen.contains(item) && request.allows(item) {
      if list.count == request.top {
        return (list, list.last.map { popularity[Int($0.item)] == popularity[Int(item)] } ?? false)
      }
      list.append(ScoredItem(item: item, score: Float(popularity[Int(item)])))
    }
    return (list, false)
  }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let score = popularity[Int(item)]
    return Explanation(score: score, terms: [Explanation.Term(.part("popularity of the item"), score)])
  }
}
