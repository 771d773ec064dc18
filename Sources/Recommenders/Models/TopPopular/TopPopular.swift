public import Diagnostics
import Parallelism

/// The same list for everyone: the most popular items first.
public struct TopPopular: Model {
  /// What counts as popular.
  public enum Measure: String, Sendable, CaseIterable {
    case rows, users, weight
  }

  public static let name = "TopPopular"
  public static let aliases = ["Popularity", "MostPopular"]
  public static let summary = "the most popular items, the same list for everyone"
  public static let help = [
    "Counts, for every item, its rows (`by=rows`: a product bought ten times by one user counts ten) or its users (`by=users`), or adds up its weights (`by=weight`), and ranks by that. Equal counts are ordered by item id.",
    "Weights have a part in it only where that is said: `weight=quantity` names their column and means `by=weight`; a column that is merely called weight or rating does not. A weight below zero counts against its item.",
    "The baseline that any personal model has to beat. The score is the count, or the sum.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .word("by", \.by, "what is counted for an item: its rows, repeats included, its distinct users, or its weight")
  ]
  public static let steps = ["count"]

  public var by = Measure.rows

  public init() {}

  public var readsRows: RowReading { by == .rows ? .counted : .never }
  public var readsWeights: Bool { by == .weight }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let counts =
      switch by {
      case .rows: interactions.rowsPerItem().map { Double($0) }
      case .users: interactions.usersPerItem().map { Double($0) }
      case .weight: interactions.weightPerItem()
      }
    let formula =
      switch by {
      case .rows: "cⱼ = |{rows with item j}|"
      case .users: "cⱼ = |{u : xᵤⱼ ≠ 0}|"
      case .weight: "cⱼ = Σᵤ xᵤⱼ"
      }
    try walk?.show(
      StepReport(
        of: TopPopular.self, "count",
        formula: formula,
        shapes: ["c has \(interactions.itemCount) items"], seconds: watch.seconds,
        corners: [
          StepReport.Corner("c", count: counts.count, at: interactions.commonItems()) { counts[Int($0)] }
        ],
        lookAt: "the head: a few items have a large share of the rows"))
    return FittedTopPopular(
      model: self, interactions: interactions, popularity: counts.map { Float($0) },
      notes: by == .weight ? interactions.negativeWeightNotes : [])
  }
}

struct FittedTopPopular: ScoringModel {
  let model: any Model
  let interactions: Interactions
  let popularity: [Float]
  let notes: [String]

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
    let blocks = try mapChunks(of: users.count, grain: 4096) { (range) in
      RankedLists(
        users[range].lazy.map { user in
          let seen = dropsSeen ? interactions.items(of: user) : []
          return Array(list.lazy.filter { !seen.contains($0.item) }.prefix(request.top))
        })
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
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
