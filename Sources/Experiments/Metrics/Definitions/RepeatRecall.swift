extension Metric {
  /// Recall of the held-out items that the user already has in train.
  ///
  /// - Source: Li et al., *A Next Basket Recommendation Reality Check*, ACM TOIS 41, 2023.
  public static let repeatRecall = Metric(
    "repeat_recall", "recall of the items that the user had in train before",
    formula: "|hits@k ∩ H| / |T ∩ H|, H the user's items in train",
    edges: "0 for an empty list; a user who took nothing again is left out", needs: .history,
    .mean { outcome, facts in recallOfFitting(outcome) { facts.isKnown($0, in: outcome.history) } })
}

/// Recall of only the held-out items for which `fits` is true; nil if there are none.
func recallOfFitting(_ outcome: RankedOutcome, of fits: (Int32) -> Bool) -> Double? {
  let wanted = outcome.truth.count(where: fits)
  return wanted > 0 ? Double(outcome.hitItems.count(where: fits)) / Double(wanted) : nil
}
