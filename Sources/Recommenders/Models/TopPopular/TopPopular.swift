public import Diagnostics
import Parallelism

/// Recommends the most popular items: the same list for all users.
///
/// - Source: a common baseline; `by=baskets` is G-TopFreq of Li et al., *A Next Basket Recommendation Reality Check*,
///   ACM TOIS 41, 2023.
public struct TopPopular: Model {
  /// The count by which items are ranked.
  public enum Measure: String, Sendable, CaseIterable {
    case rows, users, weight, baskets
  }

  public static let name = "TopPopular"
  public static let aliases = ["Popularity", "MostPopular"]
  public static let summary = "recommends the most popular items, the same list to everyone"
  public static let help = [
    "Ranks items by their number of rows (`by=rows`: ten purchases by one user count ten), by their number of users (`by=users`), by the number of baskets they are in (`by=baskets`), or by the sum of their weights (`by=weight`).",
    "Weights count only on request: `weight=quantity` names their column and implies `by=weight`. A column that just happens to be called weight or rating does not. A negative weight counts against its item.",
    "With `half_life=7` a row counts half if its basket began seven days before the last basket of the table, and a quarter if it began fourteen days before: this ranks what is popular now. With `by=users` a user counts like the user's last row with the item. `recency=5` uses only the last five baskets of each user. A basket is the rows of one user and time, or of one `basket=`.",
    TieRule.help,
    "This is the baseline that a personal model has to beat. The score is the count, or the sum of weights.",
  ]
  public static var servesWithoutUsers: Bool { true }
  public static let parameters: [Parameter<Self>] = [
    .word(
      "by", \.by, "what to count for an item: its rows with repetitions, its distinct users, its weight or its baskets"),
    .real(
      "half_life", \.halfLife, in: 0.001...1_000_000, orWord: "none",
      "the number of days after which a row counts half, from the last row back"),
    .integer("recency", \.recency, in: 1...1_000_000, orWord: "all", "how many of each user's last baskets to use"),
    .word("ties", \.ties, "which of equally popular items comes first"),
    .integer("seed", \.seed, in: 0...Int(UInt32.max), "the seed for `ties=random`"),
  ]
  public static let steps = ["count"]

  public var by = Measure.rows
  public var halfLife: Double?
  public var recency: Int?
  public var ties = TieRule.id
  public var seed = 0

  public init() {}

  public var readsRows: RowReading { by == .rows || readsTimes > .order ? .counted : .never }
  public var readsWeights: Bool { by == .weight }
  public var readsTimes: TimeReading {
    halfLife != nil ? .days : recency != nil || by == .baskets ? .baskets : ties.readsTimes
  }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let counts = try counts(interactions)
    try walk?.show(
      StepReport(
        of: TopPopular.self, "count",
        formula: formula,
        shapes: ["c has \(interactions.itemCount) items"]
          + (recency.map { ["of the last \(counted($0, "basket")) of every user"] } ?? []), seconds: watch.seconds,
        corners: [
          StepReport.Corner("c", count: counts.count, at: interactions.commonItems()) { counts[Int($0)] }
        ],
        lookAt: "the head: a few items have a large share of the rows"))
    return try FittedTopPopular(
      self, interactions, popularity: counts, notes: by == .weight ? interactions.negativeWeightNotes : [])
  }

  private func counts(_ interactions: Interactions) throws(Diagnostic) -> [Double] {
    guard readsTimes <= .order else {
      guard let baskets = interactions.baskets else { throw .needsTimes(TopPopular.name) }
      if by == .weight, interactions.duplicates != .sum, interactions.repeatedRows > 0 {
        throw .daysNeedSums(TopPopular.name, interactions.duplicates)
      }
      let measure: BasketCounts.Measure =
        switch by {
        case .rows: .rows
        case .users: .users
        case .weight: .weight
        case .baskets: .baskets
        }
      return try BasketCounts(baskets: baskets, measure: measure, halfLife: halfLife, recency: recency)
        .totals(itemCount: interactions.itemCount)
    }
    return switch by {
    case .rows, .baskets: interactions.rowsPerItem().map { Double($0) }
    case .users: interactions.usersPerItem().map { Double($0) }
    case .weight: interactions.weightPerItem()
    }
  }

  private var formula: String {
    let decay = halfLife == nil ? "" : "2^(−age/h)"
    return switch by {
    case .rows: decay.isEmpty ? "cⱼ = |{rows with item j}|" : "cⱼ = Σ over rows with item j of \(decay)"
    case .users: decay.isEmpty ? "cⱼ = |{u : xᵤⱼ ≠ 0}|" : "cⱼ = Σ over users with item j of \(decay)"
    case .weight: decay.isEmpty ? "cⱼ = Σᵤ xᵤⱼ" : "cⱼ = Σ over rows with item j of x·\(decay)"
    case .baskets: decay.isEmpty ? "cⱼ = |{baskets with item j}|" : "cⱼ = Σ over baskets with item j of \(decay)"
    }
  }
}
