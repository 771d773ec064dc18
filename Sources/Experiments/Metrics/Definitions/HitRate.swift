extension Metric {
  /// The fraction of users with at least one hit.
  public static let hitRate = Metric(
    "hr", aliases: ["hit_rate", "hitrate"], "the fraction of users with at least one hit",
    formula: "HR@k = 1 if |hits@k| > 0, else 0",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { $0.truthCount > 0 ? ($0.hits > 0 ? 1 : 0) : nil })
}
