extension Metric {
  /// The fraction of the first k positions that are hits. Empty positions of a short list count as misses.
  public static let precision = Metric(
    "precision", "the fraction of the k places that hold a held-out item",
    formula: "precision@k = |hits@k| / k, also for a shorter list",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { $0.truthCount > 0 ? Double($0.hits) / Double($0.cutoff) : nil },
    variants: [
      .implicit: Metric.Variant(
        "Σ|hits@k| / Σ min(k, |T|), summed over users",
        .lists({ outcome, _ in MetricSums(Double(outcome.hits), Double(outcome.attainable), 0, 0) }, ratio)),
      .rectools: Metric.Variant(
        "hits count rows if held-out items repeat; an item that the list repeats is a hit each time",
        .mean { $0.truthCount > 0 ? Double($0.repeatedHitRows.reduce(0, +)) / Double($0.cutoff) : nil }),
    ])
}
