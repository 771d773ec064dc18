/// How alike two items (or two users) are.
///
/// Over the users y who had to do with both a and b, with ratings r:
///
/// - `cosine`: Σ rₐ·r_b / √(Σ rₐ² · Σ r_b²)
/// - `msd`: 1 / (1 + the mean of (rₐ − r_b)²)
/// - `pearson`: the correlation of rₐ and r_b
/// - `pearson_baseline`: the same around the baseline μ + bₐ + b_y instead of means, times (n − 1)/(n − 1 + 100)
///
/// `tfidf` and `bm25` are products of weighted columns, and so is `cosine` where neighbours vote; see `CellWeights`.
public enum NeighborSimilarity: String, Sendable, CaseIterable {
  case cosine, msd, pearson
  case pearsonBaseline = "pearson_baseline"
  case tfidf, bm25

  /// Whether it is made of weighted columns.
  var weighsCells: Bool { self == .cosine || self == .tfidf || self == .bm25 }
}

/// What a neighbour's rating is taken relative to.
public enum NeighborCentering: String, Sendable, CaseIterable {
  case none, means, zscore, baseline
}
