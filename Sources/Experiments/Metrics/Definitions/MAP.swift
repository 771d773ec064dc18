extension Metric {
  /// The precision at each hit, averaged over the hits that k places can hold.
  public static let map = Metric(
    "map", "precision at every hit, averaged over the most hits possible",
    formula: "AP@k = Σ_{j-th hit at rank r ≤ k} j/r / min(k, |T|), averaged over users",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { $0.truthCount > 0 ? precisionSum($0.hitRanks) / Double($0.attainable) : nil },
    variants: [
      .rectools: (
        "divided by |T|", .mean { $0.truthCount > 0 ? precisionSum($0.hitRanks) / Double($0.truthCount) : nil }
      )
    ])
}

private func precisionSum(_ hitRanks: ArraySlice<Int>) -> Double {
  hitRanks.enumerated().reduce(0) { $0 + Double($1.offset + 1) / Double($1.element) }
}
