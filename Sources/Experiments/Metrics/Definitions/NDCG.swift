import ElementaryFunctions

extension Metric {
  /// Normalized discounted cumulative gain: hits discounted by rank, divided by the value of the best possible list.
  ///
  /// - Source: Järvelin, Kekäläinen, *Cumulated Gain-Based Evaluation of IR Techniques*, ACM TOIS 20, 2002.
  public static let ndcg = Metric(
    "ndcg", "hits discounted by rank, over the best possible value",
    formula: "nDCG@k = Σ_{hits} 1/log₂(rank + 1) / Σ_{i=1…min(k,|T|)} 1/log₂(i + 1)",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { $0.truthCount > 0 ? gain($0.hitRanks) / idealGain($0.attainable) : nil },
    variants: [
      .rectools: Metric.Variant(
        "the ideal is k hits, even for a user with fewer items; a repeated item gains repeatedly",
        .mean { outcome in
          guard outcome.truthCount > 0 else { return nil }
          let ranks = zip(outcome.repeatedHitRanks, outcome.repeatedHitRows).lazy.flatMap {
            repeatElement($0, count: $1)
          }
          return gain(ranks) / idealGain(outcome.cutoff)
        }),
      .replay: Metric.Variant(
        "an item that repeats in the list gains as often; |T| in rows",
        .mean { $0.truthRows > 0 ? gain($0.repeatedHitRanks) / idealGain(min($0.cutoff, $0.truthRows)) : nil }),
    ])
}

private func gain(_ ranks: some Sequence<Int>) -> Double {
  let known = Discounts.first
  return ranks.reduce(0) { $0 + ($1 <= known.count ? known[$1 - 1] : Discounts.at($1)) }
}

/// The gain where all of the first ranks are hits.
private func idealGain(_ ranks: Int) -> Double {
  ranks < Discounts.sums.count ? Discounts.sums[ranks] : gain(1...ranks)
}

/// What a hit at a rank gains. Those of the first ranks are computed once: there is one a hit, user and cutoff.
private enum Discounts {
  static let first = (1...256).map(at)
  /// Of the first n ranks, at place n.
  static let sums = first.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }

  static func at(_ rank: Int) -> Double { 1 / Elementary.log2(Double(rank + 1)) }
}
