public import Diagnostics

/// What a user had lately, and what similar users had lately.
///
///     π(u, i) = share of u's last r baskets with item i
///     w(u, v) = |Iᵤ ∩ Iᵥ| / (|Iᵤ|^α · |Iᵥ|^(1−α) + h),  w(u, u) = 1
///     s(u, i) = Σᵥ w(u, v)^q · π(v, i) over u and the nearest users v
///
/// - Complexity: nothing at the fit; O(Σ of users per own item) a user.
/// - Source: Faggioli, Polato, Aiolli, *Recency Aware Collaborative Filtering for Next Basket Recommendation*, UMAP 2020.
public struct UPCF: Model {
  /// What two users are compared by.
  public enum Vectors: String, Sendable, CaseIterable {
    case binary, counts
  }

  public static let name = "UPCF"
  public static let aliases = ["UP-CF", "RACF"]
  public static let summary = "next basket: what the user and similar users had in their last baskets"
  public static let help = [
    "Scores an item by the share of a user's last `recency` baskets that hold it, and adds the shares of similar users, times similarity to the power `locality`. Users are alike by all items they ever had, not by the window alone. A strong baseline for groceries, where people buy the same again.",
    "`recency` counts baskets, not days; who has fewer uses all. Larger shops took up to 25, and `all` is plain popularity of a user's own items. `asymmetry` is α: at 0.5 the similarity is the cosine, at 1 it is the share of the user's own items that the other has. `locality` is q: the larger, the more only the nearest count; up to 100 was best on some data. `shrinkage` is added to the denominator.",
    "`neighbors` of the most similar users count, besides the user himself; of equally similar ones the smaller id, compared to twelve decimals. `vectors=counts` compares by how many baskets hold an item rather than by whether any does.",
    "A basket is the rows of one user and time, or of one `basket=`; an item counts once in it. Scores are of double precision and compared to twelve digits. Items that neither the user nor a neighbour had lately are not recommended, so lists can be short. `recommend basket=[…]` takes one basket of somebody new.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("recency", \.recency, in: 1...1_000_000, orWord: "all", "how many of a user's last baskets count"),
    .real("asymmetry", \.asymmetry, in: 0...1, "α: how much the user's own number of items counts in a similarity"),
    .real("locality", \.locality, in: 0.001...1000, "q, the power of similarities"),
    .integer(
      "neighbors", \.neighbors, in: 1...10_000_000, orWord: "all", "how many of the most similar users count"),
    .real("shrinkage", \.shrinkage, in: 0...1_000_000_000, "what is added to the denominator of similarities"),
    .word("vectors", \.vectors, "users are compared by what they had, or by how many baskets had it"),
  ]
  public static let steps = ["popularity", "similar users"]

  public var recency: Int? = 10
  public var asymmetry = 0.75
  public var locality = 10.0
  public var neighbors: Int? = 100
  public var shrinkage = 0.0
  public var vectors = Vectors.binary

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
          StepReport.Corner(
            "π", rowCount: interactions.userCount, columnCount: interactions.itemCount, rows: interactions.busyUsers(),
            columns: interactions.commonItems()
          ) { fitted.share(Int($0), $1) }
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
        ], lookAt: "to the power q hardly anything is left of all but the nearest"))
    return fitted
  }
}
