extension Metric {
  /// How much of the catalogue is recommended to anyone at all.
  public static let coverage = Metric(
    "coverage", "the fraction of the items in train that are recommended to anyone",
    formula: "coverage@k = |distinct items of train in all lists| / |items in train|",
    edges: "an empty list adds nothing", needs: .train,
    .distinctItems { items, facts in
      Double(items.count { facts.popularityRank[Int($0)] != nil }) / Double(facts.itemCount)
    },
    variants: [
      .rectools: Metric.Variant("|distinct items in all lists|", .distinctItems { items, _ in Double(items.count) })
    ])
}
