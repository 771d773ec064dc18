extension Metric {
  /// The chance that one of the user's items ranks above one of the k best ranked others.
  ///
  /// Looks at the whole list, so lists should be longer than k by as many items as users took.
  ///
  /// - Source: RecTools' `PartialAUC`.
  public static let auc = Metric(
    "auc", aliases: ["pauc", "partial_auc"], "the chance that a hit ranks above one of the k best misses",
    formula: "pAUC@k = Σ_{hits h} max(k − misses above h, 0) / (k·|T|), over the whole list",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { outcome in
      guard outcome.truthCount > 0 else { return nil }
      let pairs = outcome.allHitRanks.enumerated().reduce(0) { sum, hit in
        sum + max(0, outcome.cutoff - (hit.element - 1 - hit.offset))
      }
      return Double(pairs) / Double(outcome.cutoff * outcome.truthCount)
    })
}
