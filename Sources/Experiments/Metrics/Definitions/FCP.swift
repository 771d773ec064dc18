extension Metric {
  /// The fraction of concordant pairs: for two items with different ratings by a user, how often the predictions have
  /// the same order. As in Surprise, concordant pairs are averaged over the users who have any, and so are discordant
  /// pairs.
  ///
  /// - Source: Koren, Sill, *Collaborative Filtering on Ordinal User Feedback*, IJCAI 2013; Surprise's `accuracy.fcp`.
  public static let fcp = Metric(
    "fcp", "the fraction of a user's pairs of ratings that predictions order correctly",
    formula:
      "c / (c + d), with the concordant and discordant pairs c and d of a user, averaged over the users who have any",
    edges: "a user without two different ratings has no pair", needs: .ratings,
    .ratings(
      { actual, predicted in
        var concordant = 0.0
        var discordant = 0.0
        for i in actual.indices {
          for j in actual.indices where actual[i] > actual[j] {
            if predicted[i] > predicted[j] { concordant += 1 } else { discordant += 1 }
          }
        }
        return MetricSums(concordant, concordant > 0 ? 1 : 0, discordant, discordant > 0 ? 1 : 0)
      },
      { sums in
        let concordant = sums[1] > 0 ? sums[0] / sums[1] : 0
        let discordant = sums[3] > 0 ? sums[2] / sums[3] : 0
        return concordant / (concordant + discordant)
      }))
}
