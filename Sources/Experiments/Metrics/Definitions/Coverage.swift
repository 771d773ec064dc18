extension Metric {
  /// The fraction of the catalogue that is recommended to at least one user.
  public static let coverage = Metric(
    "coverage", "the fraction of the items in train that are recommended to anyone",
    formula: "coverage@k = |distinct items of train in all lists| / |items in train|",
    edges: "an empty list adds nothing, nor does the list of a user without held-out items", needs: .train,
    .items { counts, facts in
      Double(counts.indices.count { counts[$0] > 0 && facts.isInTrain(Int32($0)) }) / Double(facts.itemCount)
    },
    variants: [
      .rectools: Metric.Variant(
        "|distinct items in all lists|", .items { counts, _ in Double(counts.count { $0 > 0 }) }),
      .recbole: Metric.Variant(
        "|distinct items in all lists| / (|items in train| + 1): RecBole counts its padding as an item",
        .items { counts, facts in Double(counts.count { $0 > 0 }) / Double(facts.itemCount + 1) }),
    ])
}
