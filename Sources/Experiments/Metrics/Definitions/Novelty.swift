extension Metric {
  /// How surprising it is that a user knows a recommended item: the mean inverse user frequency.
  ///
  /// - Source: RecTools' `MeanInvUserFreq`.
  public static let novelty = Metric(
    "novelty", aliases: ["miuf"], "how unknown the recommended items are, in bits",
    formula:
      "MIUF@k = mean over the list of −log₂(users of the item / users); an item not in train counts as of one user",
    edges: "a user with an empty list is left out", needs: .train,
    .mean { outcome, facts in outcome.mean { facts.surprise[$0] } })
}
