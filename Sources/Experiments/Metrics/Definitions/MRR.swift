extension Metric {
  /// Mean reciprocal rank: 1 divided by the rank of the first hit.
  public static let mrr = Metric(
    "mrr", "the reciprocal rank of the first hit",
    formula: "MRR@k = 1 / rank of the first hit, 0 if there is none within k",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { $0.truthCount > 0 ? $0.hitRanks.first.map { 1 / Double($0) } ?? 0 : nil })
}
