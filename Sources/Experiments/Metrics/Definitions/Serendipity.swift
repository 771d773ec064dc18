extension Metric {
  /// Hits weighted by how much higher the list ranks them than a ranking by popularity does.
  ///
  /// The popularity rank of an item is the dense rank of its number of rows in train. For an item that is not in train
  /// the popularity term is 0.
  ///
  /// - Source: RecTools' `Serendipity`.
  public static let serendipity = Metric(
    "serendipity", "hits weighted by how unexpected they are, compared with popularity",
    formula: "mean over the list of max((n + 1 − rank)/n − (n + 1 − popularity rank)/n, 0) · [hit], n items in train",
    edges: "a user with an empty list or without held-out items is left out", needs: .train,
    .mean { outcome, facts in
      let count = outcome.items.count
      guard count > 0, outcome.truthCount > 0 else { return nil }
      let n = Double(facts.itemCount)
      let sum = outcome.hitRanks.reduce(0.0) { sum, rank in
        let item = Int(outcome.places[outcome.places.startIndex + rank - 1])
        let expected = facts.popularityRank[item].map { (n + 1 - Double($0)) / n } ?? 0
        return sum + max((n + 1 - Double(rank)) / n - expected, 0)
      }
      return sum / Double(count)
    })
}
