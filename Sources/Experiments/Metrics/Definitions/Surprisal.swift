import ElementaryFunctions

extension Metric {
  /// Novelty between 0 and 1: as a share of the surprise of an item that a single user has.
  ///
  /// - Source: RePlay's `Surprisal`.
  public static let surprisal = Metric(
    "surprisal", "how few users know the recommended items, 1 where it is one user",
    formula: "novelty@k / log₂(users): mean over the list of log₂(users / users of the item) / log₂(users)",
    edges: "a user with an empty list is left out", needs: .train,
    .mean { outcome, facts in
      outcome.mean { facts.surprise[$0] / Elementary.log2(Double(facts.userCount)) }
    })
}
