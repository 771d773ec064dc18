extension Metric {
  /// Mean inverse user frequency: how few users have the recommended items.
  ///
  /// - Source: RecTools' `MeanInvUserFreq`.
  public static let novelty = Metric(
    "novelty", aliases: ["miuf"], "how unknown the recommended items are, in bits",
    formula:
      "MIUF@k = mean over the list of −log₂(users of the item / users); an item not in train counts as of one user",
    edges: "a user with an empty list or without held-out items is left out", needs: .train,
    .mean { outcome, facts in outcome.mean { facts.surprise[$0] } },
    variants: [
      .replay: Metric.Variant(
        "the share of the distinct items of the list that the user does not have in train; 1 without a list or train",
        .mean { outcome, facts in
          let places = outcome.places.count
          guard places > 0, !outcome.history.isEmpty else { return 1 }
          let known = Set(outcome.items.filter { facts.isKnown($0, in: outcome.history) }).count
          return 1 - Double(known) / Double(places)
        }, needs: .history)
    ])
}
