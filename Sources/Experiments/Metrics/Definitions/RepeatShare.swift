extension Metric {
  /// The fraction of the list that the user already has in train.
  public static let repeatShare = Metric(
    "repeat_share", "the share of the list that the user had in train",
    formula: "|list@k ∩ H| / |list@k|, H the user's items in train",
    edges: "a user with an empty list or without held-out items is left out", isBetterHigher: false, needs: .history,
    .mean { outcome, facts in
      outcome.mean { facts.isKnown(Int32($0), in: outcome.history) ? 1 : 0 }
    })
}
