/// The similarity of two items (or two users).
///
/// For two items a and b with ratings r, over the users y who rated both:
///
/// - `cosine`: Σ rₐ·r_b / √(Σ rₐ² · Σ r_b²)
/// - `msd`: 1 / (1 + the mean of (rₐ − r_b)²)
/// - `pearson`: the correlation of rₐ and r_b
/// - `pearson_baseline`: the correlation around the baselines μ + bₐ + b_y instead of the means, times
///   (n − 1)/(n − 1 + 100) for n common users
///
/// `tfidf` and `bm25`, and also `cosine` if neighbors vote, are products of weighted columns; see `CellWeights`.
public enum NeighborSimilarity: String, Sendable, CaseIterable {
  case cosine, msd, pearson
  case pearsonBaseline = "pearson_baseline"
  case tfidf, bm25

  /// Whether it can be computed from weighted columns.
  var weighsCells: Bool { self == .cosine || self == .tfidf || self == .bm25 }
}

/// The value from which the ratings of neighbors are measured.
public enum NeighborCentering: String, Sendable, CaseIterable {
  case none, means, zscore, baseline
}
