public import Diagnostics

/// The same list for everyone: the most popular items first.
public struct TopPopular: Model {
  /// What counts as popular.
  public enum Measure: String, Sendable, CaseIterable {
    case rows, users
  }

  public static let name = "TopPopular"
  public static let aliases = ["Popularity", "MostPopular"]
  public static let summary = "the most popular items, the same list for everyone"
  public static let help = [
    "Counts, for every item, its rows (`by=rows`: a product bought ten times by one user counts ten) or its users (`by=users`), and ranks by that count. Equal counts are ordered by item id.",
    "The baseline that any personal model has to beat. The score is the count.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .word("by", \.by, "what is counted for an item: its rows, repeats included, or its distinct users")
  ]
  public static let steps = ["count"]

  public var by = Measure.rows

  public init() {}

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let clock = ContinuousClock()
    let start = clock.now
    let counts = by == .rows ? interactions.rowsPerItem() : interactions.usersPerItem()
    try walk?.show(
      StepReport(
        number: 1, total: 1, title: "count",
        formula: by == .rows ? "cⱼ = |{rows with item j}|" : "cⱼ = |{u : xᵤⱼ ≠ 0}|",
        shapes: ["c has \(interactions.itemCount) items"], seconds: seconds(clock.now - start),
        corners: [
          StepReport.Corner("c", count: counts.count, at: interactions.commonItems()) { Double(counts[Int($0)]) }
        ],
        lookAt: "the head: a few items have a large share of the rows"))
    return FittedTopPopular(model: self, interactions: interactions, popularity: counts.map { Float($0) })
  }
}

struct FittedTopPopular: ScoringModel {
  let model: any Model
  let interactions: Interactions
  let popularity: [Float]

  var givesEveryoneTheSame: Bool { true }

  func writeScores(of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>) {
    var place = 0
    for _ in users {
      for item in items {
        scores[place] = popularity[item]
        place += 1
      }
    }
  }

  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) {
    for item in 0..<itemCount { scores[item] = popularity[item] }
  }

  /// One list serves everyone; with `seen=drop` it is longer by what a user may have seen of it.
  func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    let dropsSeen = request.seen == .drop
    let most = dropsSeen ? users.map { interactions.items(of: $0).count }.max() ?? 0 : 0
    var longer = request
    longer.top = min(request.top + most, itemCount)
    let list = try recommend(basket: Basket([]), longer)[0]
    return RankedLists(
      users.lazy.map { user in
        let seen = dropsSeen ? interactions.items(of: user) : []
        return Array(list.lazy.filter { !seen.contains($0.item) }.prefix(request.top))
      })
  }

  func recommend(
    strangers seeds: [Int64], _ request: RecommendationRequest
  ) throws(Diagnostic) -> RankedLists? {
    let list = try recommend(basket: Basket([]), request)[0]
    return RankedLists(repeatElement(list, count: seeds.count))
  }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let score = Double(popularity[Int(item)])
    return Explanation(score: score, terms: [Explanation.Term(.part("popularity of the item"), score)])
  }
}
