extension Metric {
  /// Mean average precision: the precision at each hit, divided by the largest possible number of hits.
  public static let map = Metric(
    "map", "the precision at each hit, averaged over the highest possible number of hits",
    formula: "AP@k = Σ_{j-th hit at rank r ≤ k} j/r / min(k, |T|), averaged over users",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { $0.truthCount > 0 ? precisionSum($0.hitRanks) / Double($0.attainable) : nil },
    variants: [
      .rectools: Metric.Variant(
        "divided by |T|; hits and T count rows if held-out items repeat",
        .mean {
          $0.truthRows > 0
            ? precisionSum($0.repeatedHitRanks, rows: $0.repeatedHitRows) / Double($0.joinedTruthRows) : nil
        }),
      .replay: Metric.Variant(
        "an item that repeats in the list is a hit as often; |T| in rows",
        .mean { $0.truthRows > 0 ? precisionSum($0.repeatedHitRanks) / Double(min($0.cutoff, $0.truthRows)) : nil }),
      .ranx: Metric.Variant(
        "divided by |T|, also where k places cannot hold so many",
        .mean { $0.truthCount > 0 ? precisionSum($0.hitRanks) / Double($0.truthCount) : nil }),
    ])
}

private func precisionSum(_ hitRanks: ArraySlice<Int>) -> Double {
  hitRanks.enumerated().reduce(0) { $0 + Double($1.offset + 1) / Double($1.element) }
}

/// The sum of precisions if every hit counts as often as it has rows.
private func precisionSum(_ hitRanks: ArraySlice<Int>, rows: ArraySlice<Int>) -> Double {
  var (sum, hits) = (0.0, 0)
  for (rank, rows) in zip(hitRanks, rows) {
    hits += rows
    sum += Double(hits) / Double(rank)
  }
  return sum
}
