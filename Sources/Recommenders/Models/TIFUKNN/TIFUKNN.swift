public import Diagnostics

/// Next-basket prediction from the item frequencies of a user, where older baskets count less, and of the nearest
/// users.
///
/// The n baskets of a user are divided into m groups of consecutive baskets; the first (m − n mod m) groups are one
/// basket shorter than the others. If n < m, every basket is a group. Basket t has the weight rᵇ^(n−t), and the vector
/// of a group is the mean of its weighted baskets. With M groups,
///
///     Vᵤ = Σ rᵍ^(m−1−g) · (group vector g) / M,  g = 0, …, M − 1
///     s(u, ·) = α·Vᵤ + (1 − α)·(mean V of the k nearest other users by Euclidean distance)
///
/// - Complexity: O(rows · log rows) time for the fit; O(users + Σ of the users of the user's items) per recommended
///   user.
/// - Source: Hu, He, Gao, Zhang, *Modeling Personalized Item Frequency Information for Next-basket Recommendation*,
///   SIGIR 2020; by default as in their published code.
public struct TIFUKNN: Model {
  /// Whether the age of a basket is counted in the whole history or within its group.
  public enum Decay: String, Sendable, CaseIterable {
    case history, group
  }

  /// With fewer than m groups: whether the first group has the exponent m − 1, or the last group has the exponent 0.
  public enum Anchor: String, Sendable, CaseIterable {
    case first, last
  }

  public static let name = "TIFUKNN"
  public static let aliases = ["TIFU-KNN", "TIFU"]
  public static let summary =
    "predicts the next basket from the item frequencies of the user and of near users, recent ones weighted more"
  public static let help = [
    "Describes each user by a vector of item weights in which older baskets count less: within a group of baskets by `basket_decay`, from group to group by `group_decay`. The score mixes the user's own vector (with weight `own`) and the mean of the `neighbors` nearest users by Euclidean distance.",
    "The defaults are those published for Ta-Feng. For Dunnhumby: `groups=3 group_decay=0.6 own=0.2 neighbors=900`; for ValuedShopper: `groups=3 own=0.9 neighbors=900`. `own=1` needs no neighbours.",
    "`decay=history` counts the age of a basket over the whole history, as in the authors' code; `decay=group` counts it within each group, as in the formula of the paper. If there are fewer baskets than groups, `anchor=first` gives the newest basket the factor of its number (the authors' code), and `anchor=last` gives the newest group the factor 1.",
    "Users with few small baskets have short vectors and are near to everyone. Squared distances are compared to twelve decimals; of equal ones the smaller user id comes first. Scores have double precision and are compared to twelve digits. Lists can be short. A basket is the rows of one user and time, or of one `basket=`; an item counts once in it.",
    TieRule.helpOfScores,
    "The model is that of Hu, He, Gao, Zhang, *Modeling Personalized Item Frequency Information for Next-basket Recommendation*, SIGIR 2020; the authors' code is HaojiHu/TIFUKNN on GitHub.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("groups", \.groups, in: 1...10_000, "m, the number of groups of a user's baskets"),
    .real("basket_decay", \.basketDecay, in: 0.0001...1, "the weight of a basket relative to the next one"),
    .real("group_decay", \.groupDecay, in: 0.0001...1, "the weight of a group relative to the next one"),
    .real("own", \.own, in: 0...1, "α, the weight of the user's own vector"),
    .integer("neighbors", \.neighbors, in: 1...10_000_000, "k, the number of nearest users"),
    .word("decay", \.decay, "whether the age of a basket counts within the whole history or within its group"),
    .word("anchor", \.anchor, "which factors apply if there are fewer baskets than groups"),
    .word("ties", \.ties, "which of several items with equal scores comes first"),
    .integer("seed", \.seed, in: 0...Int(UInt32.max), "the seed for `ties=random`"),
  ]
  public static let steps = ["user vectors", "neighbours"]

  public var groups = 7
  public var basketDecay = 0.9
  public var groupDecay = 0.7
  public var own = 0.7
  public var neighbors = 300
  public var decay = Decay.history
  public var anchor = Anchor.first
  public var ties = TieRule.id
  public var seed = 0

  public init() {}

  public var readsRows: RowReading { .counted }
  public var readsWeights: Bool { false }
  public var readsTimes: TimeReading { .baskets }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    var watch = Stopwatch()
    let baskets = try interactions.requireBaskets(TIFUKNN.name)
    let fitted = try FittedTIFUKNN(self, interactions, baskets)
    guard let walk else { return fitted }
    try walk.show(
      StepReport(
        of: TIFUKNN.self, "user vectors", formula: "Vᵤ = Σ rᵍ^(m−1−g) · Σₜ rᵇ^(n−t)·bₜ / |group g| / M",
        shapes: [baskets.shape("V", interactions)], seconds: watch.lap(),
        corners: [
          StepReport.Corner("V", of: interactions) { fitted.value($0, $1) }
        ], lookAt: "an item of an old basket is small; what comes again and again is large"))
    watch.resume()
    let first = interactions.busyUsers(1).indices.first ?? 0
    let nearest = fitted.neighbors(of: first)
    try walk.show(
      StepReport(
        of: TIFUKNN.self, "neighbours", formula: "s(u, ·) = α·Vᵤ + (1 − α)·mean of V over the k nearest",
        shapes: ["\(counted(nearest.count, "neighbour")), found when they are needed"], subjects: [.users([first])],
        seconds: watch.lap(),
        corners: [
          StepReport.Corner("|Vᵤ − Vᵥ|²", count: nearest.count, at: .users(nearest.prefix(5).map(\.index))) { other in
            nearest.first { $0.index == other }.map { max(0, -$0.score) } ?? 0
          }
        ], lookAt: "users are near if they had the same items, or only few items"))
    return fitted
  }
}
