extension Metric {
  /// The fraction of the held-out items that were recommended.
  public static let recall = Metric(
    "recall", "the fraction of the held-out items that are in the list",
    formula: "recall@k = |hits@k| / |T|",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { $0.truthCount > 0 ? Double($0.hits) / Double($0.truthCount) : nil },
    variants: [
      .rendle: Metric.Variant(
        "|hits@k| / min(k, |T|)", .mean { $0.truthCount > 0 ? Double($0.hits) / Double($0.attainable) : nil }),
      .rectools: Metric.Variant(
        "hits and T count rows if held-out items repeat; an item that the list repeats is a hit each time",
        .mean { $0.truthRows > 0 ? Double($0.repeatedHitRows.reduce(0, +)) / Double($0.joinedTruthRows) : nil }),
    ])
}
