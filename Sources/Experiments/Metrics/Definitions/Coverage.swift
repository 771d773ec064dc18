extension Metric {
  /// How much of the catalogue is recommended to anyone at all.
  public static let coverage = Metric(
    "coverage", "the share of the items in train that are recommended to anyone",
    formula: "coverage@k = |distinct items in all lists| / |items in train|",
    edges: "an empty list adds nothing", needs: .train,
    .distinctItems { distinct, facts in Double(distinct) / Double(facts.itemCount) },
    variants: [.rectools: ("|distinct items in all lists|", .distinctItems { distinct, _ in Double(distinct) })])
}
