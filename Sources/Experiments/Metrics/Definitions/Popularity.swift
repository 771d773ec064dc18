extension Metric {
  /// Average recommendation popularity: the mean number of rows in train of the recommended items.
  public static let popularity = Metric(
    "popularity", aliases: ["arp"], "the mean number of rows in train of the recommended items",
    formula: "ARP@k = mean over the list of the item's rows in train",
    edges: "a user with an empty list or without held-out items is left out", isBetterHigher: false, needs: .train,
    .mean { outcome, facts in outcome.mean { Double(facts.rowsOfItem[$0]) } })
}
