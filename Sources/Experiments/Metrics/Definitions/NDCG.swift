import ElementaryFunctions

extension Metric {
  /// Normalized discounted cumulative gain: hits discounted by rank, divided by the value of the best possible list.
  ///
  /// - Source: Järvelin, Kekäläinen, *Cumulated Gain-Based Evaluation of IR Techniques*, ACM TOIS 20, 2002.
  public static let ndcg = Metric(
    "ndcg", "hits discounted by rank, over the best possible value",
    formula: "nDCG@k = Σ_{hits} 1/log₂(rank + 1) / Σ_{i=1…min(k,|T|)} 1/log₂(i + 1)",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { $0.truthCount > 0 ? gain($0.hitRanks) / gain(1...$0.attainable) : nil },
    variants: [
      .rectools: Metric.Variant(
        "the ideal is k hits, even for a user with fewer items; a repeated item gains repeatedly",
        .mean { outcome in
          guard outcome.truthCount > 0 else { return nil }
          let ranks = zip(outcome.repeatedHitRanks, outcome.repeatedHitRows).lazy.flatMap {
            repeatElement($0, count: $1)
          }
          return gain(ranks) / gain(1...outcome.cutoff)
        }),
      .replay: Metric.Variant(
        "an item that repeats in the list gains as often; |T| in rows",
        .mean { $0.truthRows > 0 ? gain($0.repeatedHitRanks) / gain(1...min($0.cutoff, $0.truthRows)) : nil }),
    ])
}

private func gain(_ ranks: some Sequence<Int>) -> Double {
  ranks.reduce(0) { $0 + 1 / Elementary.log2(Double($1 + 1)) }
}
