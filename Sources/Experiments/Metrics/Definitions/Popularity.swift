extension Metric {
  /// The average recommendation popularity: how often the recommended items are in train.
  public static let popularity = Metric(
    "popularity", aliases: ["arp"], "how many rows of train the recommended items have",
    formula: "ARP@k = mean over the list of the item's rows in train",
    edges: "a user with an empty list is left out", isBetterHigher: false, needs: .train,
    .mean { outcome, facts in outcome.mean { Double(facts.rowsOfItem[$0]) } })
}
