import ElementaryFunctions

extension Metric {
  /// Novelty scaled to 0…1: divided by the novelty of an item that only one user has.
  ///
  /// - Source: RePlay's `Surprisal`.
  public static let surprisal = Metric(
    "surprisal", "how few users know the recommended items, 1 where it is one user",
    formula: "novelty@k / log₂(users): mean over the list of log₂(users / users of the item) / log₂(users)",
    edges: "a user with an empty list or without held-out items is left out", needs: .train,
    .mean { outcome, facts in
      outcome.mean { facts.surprise[$0] / Elementary.log2(Double(facts.userCount)) }
    })
}
