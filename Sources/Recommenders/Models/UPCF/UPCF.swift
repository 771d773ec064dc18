public import Diagnostics

/// Next-basket prediction from the recent baskets of the user and of similar users.
///
///     π(u, i) = share of u's last r baskets with item i
///     w(u, v) = |Iᵤ ∩ Iᵥ| / (|Iᵤ|^α · |Iᵥ|^(1−α) + h),  w(u, u) = 1
///     s(u, i) = Σᵥ w(u, v)^q · π(v, i) over u and the nearest users v
///
/// - Complexity: O(rows · log rows) time for the fit; O(Σ of the users of the user's items) per recommended user.
/// - Source: Faggioli, Polato, Aiolli, *Recency Aware Collaborative Filtering for Next Basket Recommendation*, UMAP
///   2020.
public struct UPCF: Model {
  /// The values by which two users are compared: 1 for each item, or the number of baskets with it.
  public enum Vectors: String, Sendable, CaseIterable {
    case binary, counts
  }

  public static let name = "UPCF"
  public static let aliases = ["UP-CF", "RACF"]
  public static let summary = "predicts the next basket from the last baskets of the user and of similar users"
  public static let help = [
    "Scores an item by the fraction of the user's last `recency` baskets that contain it, plus the same fraction for similar users, times their similarity to the power `locality`. The similarity compares all items that users ever had. It is a strong baseline for groceries, where people buy the same items again.",
    "`recency` counts baskets, not days; for a user with fewer baskets all count. Published settings go up to 25; `all` is the plain popularity of a user's own items. `asymmetry` is α: with 0.5 the similarity is the cosine, with 1 the fraction of the user's items that the other user has. `locality` is q: the larger it is, the more the nearest users dominate; on some data 100 was best. `shrinkage` is added to the denominator.",
    "The `neighbors` most similar users count, in addition to the user; of equally similar ones (to twelve decimals) those with the smaller id. `vectors=counts` compares how many baskets contain an item, not only whether any does.",
    "A basket is the rows of one user and time, or of one `basket=`; an item counts once in it. Scores have double precision and are compared to twelve digits. Items that neither the user nor a neighbour had recently are not recommended, so lists can be short. `recommend basket=[…]` takes one basket of a new user.",
    TieRule.helpOfScores,
    "The formula is that of Faggioli, Polato, Aiolli, *Recency Aware Collaborative Filtering for Next Basket Recommendation*, UMAP 2020, where `vectors` is `binary`. The code published with it takes one basket more than `recency` says.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("recency", \.recency, in: 1...1_000_000, orWord: "all", "how many of a user's last baskets to use"),
    .real("asymmetry", \.asymmetry, in: 0...1, "α: the weight of the user's own number of items in the similarity"),
    .real("locality", \.locality, in: 0.001...1000, "q, the power of similarities"),
    .integer(
      "neighbors", \.neighbors, in: 1...10_000_000, orWord: "all", "how many of the most similar users to use"),
    .real("shrinkage", \.shrinkage, in: 0...1_000_000_000, "a number added to the denominator of similarities"),
    .word("vectors", \.vectors, "what to compare: which items users had, or in how many baskets"),
    .word("ties", \.ties, "which of several items with equal scores comes first"),
    .integer("seed", \.seed, in: 0...Int(UInt32.max), "the seed for `ties=random`"),
  ]
  public static let steps = ["popularity", "similar users"]

  public var recency: Int? = 10
  public var asymmetry = 0.75
  public var locality = 10.0
  public var neighbors: Int? = 100
  public var shrinkage = 0.0
  public var vectors = Vectors.binary
  public var ties = TieRule.id
  public var seed = 0

  public init() {}

  public var readsRows: RowReading { .counted }
  public var readsWeights: Bool { false }
  public var readsTimes: TimeReading { .baskets }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    var watch = Stopwatch()
    let baskets = try interactions.requireBaskets(UPCF.name)
    let fitted = try FittedUPCF(self, interactions, baskets)
    guard let walk else { return fitted }
    try walk.show(
      StepReport(
        of: UPCF.self, "popularity", formula: "π(u, i) = |{last r baskets of u with i}| / r",
        shapes: [baskets.shape("π", interactions)], seconds: watch.lap(),
        corners: [
          StepReport.Corner("π", of: interactions) { fitted.share(Int($0), $1) }
        ], lookAt: "1 is an item of every recent basket; most are 0"))
    watch.resume()
    let first = interactions.busyUsers(1).indices.first ?? 0
    let nearest = fitted.neighbors(of: first)
    try walk.show(
      StepReport(
        of: UPCF.self, "similar users",
        formula: "w(u, v) = |Iᵤ ∩ Iᵥ| / (|Iᵤ|^α·|Iᵥ|^(1−α) + h),  s = Σᵥ w^q·π",
        shapes: ["\(counted(nearest.count, "neighbour")) with something in common, found when they are needed"],
        subjects: [.users([first])], seconds: watch.lap(),
        corners: [
          StepReport.Corner("w(u, ·)", count: nearest.count, at: .users(nearest.prefix(5).map(\.index))) { other in
            nearest.first { $0.index == other }?.score ?? 0
          }
        ], lookAt: "raised to the power q, only the similarities of the nearest users stay large"))
    return fitted
  }
}
