extension Metric {
  /// The fraction of users whose lists have fewer than k items.
  public static let shortLists = Metric(
    "short_lists", "the share of users with fewer than k items",
    formula: "1 if |list@k| < k, nulls not counted, else 0",
    edges: "1 for an empty list or none; a user without held-out items is left out", isBetterHigher: false,
    .mean { $0.truthCount > 0 ? ($0.items.count < $0.cutoff ? 1 : 0) : nil })
}
