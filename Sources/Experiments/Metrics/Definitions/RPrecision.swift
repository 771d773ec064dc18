extension Metric {
  /// The number of hits divided by the largest possible number of hits.
  public static let rPrecision = Metric(
    "r_precision", "the number of hits over the highest possible number of hits",
    formula: "r-precision@k = |hits@k| / min(k, |T|)",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { $0.truthCount > 0 ? Double($0.hits) / Double($0.attainable) : nil },
    variants: [
      .rectools: Metric.Variant(
        "hits and T count rows if held-out items repeat; an item that the list repeats is a hit each time",
        .mean { outcome in
          guard outcome.truthRows > 0 else { return nil }
          return Double(outcome.repeatedHitRows.reduce(0, +)) / Double(min(outcome.cutoff, outcome.joinedTruthRows))
        }),
      .ranx: Metric.Variant(
        "hits among the first |T| places, whatever k is, / |T|",
        .mean { outcome in
          guard outcome.truthCount > 0 else { return nil }
          let hits = outcome.allHitRanks.prefix { $0 <= outcome.truthCount }.count
          return Double(hits) / Double(outcome.truthCount)
        }),
    ])
}
