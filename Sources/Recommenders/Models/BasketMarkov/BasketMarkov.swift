public import Diagnostics

/// A Markov chain over baskets: how often an item was in the basket after one with another item.
///
///     P(i | l) = (nₗᵢ + s·pᵢ) / (nₗ + s)
///     s(u, i) = mean of P(i | l) over the items l of the user's last baskets
///
/// nₗ counts the baskets that have l in one of the `order` baskets before them; nₗᵢ counts those of them with i; pᵢ is
/// the share of all baskets with i; s is `smoothing`.
///
/// - Complexity: O(Σ over pairs of successive baskets of (items of the one)·(items of the other)) for the fit.
/// - Source: the Markov chain over baskets of Rendle, Freudenthaler, Schmidt-Thieme, *Factorizing Personalized Markov
///   Chains for Next-Basket Recommendation*, WWW 2010, before it is factorised.
public struct BasketMarkov: Model {
  public static let name = "BasketMarkov"
  public static let aliases = ["MarkovChain", "Markov"]
  public static let summary = "predicts the next basket from what users buy after the items of the last basket"
  public static let help = [
    "Counts over all users which items are in the basket after a basket with a given item. The score of an item is the mean of these fractions over the items of the user's last basket. It uses the order of baskets and nothing else; earlier baskets count only through `order`.",
    "`order` is the number of previous baskets: with 2, the items of the last two baskets count, both baskets equally. `smoothing` mixes in that many average baskets, so that an item that occurred once does not decide. With 0, an item that no basket ever followed has no effect, and lists can be short.",
    "A basket is the rows of one user and time, or of one `basket=`; an item counts once in it.",
    TieRule.helpOfScores,
    "It is the Markov chain over baskets of Rendle, Freudenthaler, Schmidt-Thieme, *Factorizing Personalized Markov Chains for Next-Basket Recommendation*, WWW 2010, before it is factorised.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .integer("order", \.order, in: 1...1000, "how many of the previous baskets to use"),
    .real("smoothing", \.smoothing, in: 0...1_000_000, "how many average baskets to mix in"),
    .word("ties", \.ties, "which of several items with equal scores comes first"),
    .integer("seed", \.seed, in: 0...Int(UInt32.max), "the seed for `ties=random`"),
  ]
  public static let steps = ["baskets", "transitions"]

  public var order = 1
  public var smoothing = 1.0
  public var ties = TieRule.id
  public var seed = 0

  public init() {}

  public var readsRows: RowReading { .counted }
  public var readsWeights: Bool { false }
  public var readsTimes: TimeReading { .baskets }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    var watch = Stopwatch()
    let baskets = try interactions.requireBaskets(BasketMarkov.name)
    let shares = baskets.shares(itemCount: interactions.itemCount)
    try walk?.show(
      StepReport(
        of: BasketMarkov.self, "baskets", formula: "pᵢ = |{baskets with i}| / |{baskets}|",
        shapes: ["p has \(interactions.itemCount) items, over \(counted(baskets.count, "basket"))"],
        seconds: watch.lap(),
        corners: [StepReport.Corner("p", count: shares.count, at: interactions.commonItems()) { shares[Int($0)] }],
        lookAt: "what every basket holds with some probability, whatever came before"))
    watch.resume()
    let transitions = try BasketTransitions(baskets, itemCount: interactions.itemCount, order: order)
    let fitted = try FittedBasketMarkov(self, interactions, baskets, shares, transitions)
    try walk?.show(
      StepReport(
        of: BasketMarkov.self, "transitions", formula: "P(i | l) = (nₗᵢ + s·pᵢ) / (nₗ + s)",
        shapes: [
          "N is \(interactions.itemCount) items × \(interactions.itemCount), \(transitions.counts.values.count) not zero"
        ], seconds: watch.lap(),
        corners: [
          StepReport.Corner(
            "N", rowCount: interactions.itemCount, columnCount: interactions.itemCount,
            rows: interactions.commonItems(),
            columns: interactions.commonItems()
          ) { transitions.count(from: $0, to: $1) }
        ], lookAt: "the diagonal: how often an item comes again at once"))
    return fitted
  }
}
