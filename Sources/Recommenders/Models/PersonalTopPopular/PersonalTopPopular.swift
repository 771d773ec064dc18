public import Diagnostics

/// Recommends to each user the items that this user had most often.
///
/// - Source: `by=baskets` is P-TopFreq of Li et al., *A Next Basket Recommendation Reality Check*, ACM TOIS 41, 2023.
public struct PersonalTopPopular: Model {
  /// The count by which a user's items are ranked.
  public enum Measure: String, Sendable, CaseIterable {
    case rows, weight, baskets
  }

  public static let name = "PersonalTopPopular"
  public static let aliases = ["PersonalTop", "Personal"]
  public static let summary = "recommends the items the user had most often; nothing to users without a history"
  public static let help = [
    "Ranks a user's own items by their number of rows (`by=rows`), by the number of the user's baskets they are in (`by=baskets`), or by their weight (`by=weight`, which `weight=quantity` implies).",
    "`recency=5` uses only the last five baskets of the user. With `half_life=30` a row counts half if its basket began thirty days before the last basket of the table. A basket is the rows of one user and time, or of one `basket=`.",
    TieRule.help,
    "A list is at most as long as the user's history. Short lists are not padded; `Blend [PersonalTopPopular, TopPopular]` fills them. With `seen=drop` nothing is left.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .word("by", \.by, "what ranks a user's items: their number of rows, their weight, or their number of baskets"),
    .real(
      "half_life", \.halfLife, in: 0.001...1_000_000, orWord: "none",
      "the number of days after which a row counts half, from the last row back"),
    .integer("recency", \.recency, in: 1...1_000_000, orWord: "all", "how many of the user's last baskets to use"),
    .word("ties", \.ties, "which of a user's equal items comes first"),
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
    let fitted = try FittedPersonalTopPopular(
      self, interactions, cellScores: cellScores(interactions),
      notes: by == .weight ? interactions.negativeWeightNotes : [])
    try walk?.show(
      StepReport(
        of: PersonalTopPopular.self, "count",
        formula: formula,
        shapes: [
          "C is \(interactions.userCount) users × \(interactions.itemCount) items, \(fitted.countedCells) not zero"
        ] + (recency.map { ["of the last \(counted($0, "basket")) of every user"] } ?? []),
        seconds: watch.seconds,
        corners: [
          StepReport.Corner("C", of: interactions) { fitted.score($0, $1) ?? 0 }
        ], lookAt: "most cells are 0 or 1; larger ones are repeats"))
    return fitted
  }

  /// The score of each cell of the matrix; nil if it is the number of rows or the weight of the cell.
  private func cellScores(_ interactions: Interactions) throws(Diagnostic) -> [Double]? {
    guard readsTimes > .order else { return nil }
    guard let baskets = interactions.baskets else { throw .needsTimes(PersonalTopPopular.name) }
    if by == .weight, interactions.duplicates != .sum, interactions.repeatedRows > 0 {
      throw .daysNeedSums(PersonalTopPopular.name, interactions.duplicates)
    }
    let measure: BasketCounts.Measure =
      switch by {
      case .rows: .rows
      case .weight: .weight
      case .baskets: .baskets
      }
    return try BasketCounts(baskets: baskets, measure: measure, halfLife: halfLife, recency: recency)
      .cells(of: interactions)
  }

  private var formula: String {
    let decay = halfLife == nil ? "" : "2^(−age/h)"
    return switch by {
    case .rows:
      decay.isEmpty ? "cᵤⱼ = |{rows of user u with item j}|" : "cᵤⱼ = Σ over rows of u with item j of \(decay)"
    case .weight:
      decay.isEmpty ? "cᵤⱼ = xᵤⱼ, the weight of item j for user u" : "cᵤⱼ = Σ over rows of u with item j of x·\(decay)"
    case .baskets:
      decay.isEmpty ? "cᵤⱼ = |{baskets of user u with item j}|" : "cᵤⱼ = Σ over baskets of u with item j of \(decay)"
    }
  }
}
