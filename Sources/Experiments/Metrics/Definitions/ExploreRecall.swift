extension Metric {
  /// Recall of the held-out items that the user does not have in train.
  ///
  /// - Source: Li et al., *A Next Basket Recommendation Reality Check*, ACM TOIS 41, 2023.
  public static let exploreRecall = Metric(
    "explore_recall", "recall of the items that the user did not have in train",
    formula: "|hits@k \\ H| / |T \\ H|, H the user's items in train",
    edges: "0 for an empty list; a user who took nothing new is left out", needs: .history,
    .mean { outcome, facts in recallOfFitting(outcome) { !facts.isKnown($0, in: outcome.history) } })
}
