extension Metric {
  /// The harmonic mean of a user's precision and recall.
  public static let f1 = Metric(
    "f1", "the harmonic mean of precision and recall of each user",
    formula: "F1@k = 2·|hits@k| / (k + |T|)",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { $0.truthCount > 0 ? 2 * Double($0.hits) / Double($0.cutoff + $0.truthCount) : nil },
    variants: [
      .rectools: Metric.Variant(
        "hits and T count rows if held-out items repeat; an item that the list repeats is a hit each time",
        .mean {
          $0.truthRows > 0 ? 2 * Double($0.repeatedHitRows.reduce(0, +)) / Double($0.cutoff + $0.joinedTruthRows) : nil
        })
    ])
}
