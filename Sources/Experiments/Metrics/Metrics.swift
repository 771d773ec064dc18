public import Diagnostics

/// The registry of metrics.
public enum Metrics {
  /// Every metric, in the order `help metrics` lists them.
  public static let all: [Metric] = [
    .recall, .precision, .f1, .rPrecision, .hitRate, .ndcg, .map, .mrr, .auc, .rocAUC, .repeatRecall, .exploreRecall,
    .repeatShare, .shortLists, .coverage, .gini, .novelty, .surprisal, .popularity, .diversity, .serendipity, .rmse,
    .mae, .mse, .fcp,
  ]

  /// The metric of that name or alias, in upper or lower case.
  public static func named(_ name: String, at span: SourceSpan? = nil) throws(Diagnostic) -> Metric {
    let wanted = name.lowercased()
    guard let metric = all.first(where: { $0.name == wanted || $0.aliases.contains(wanted) }) else {
      throw .unknownMetric(name, at: span)
    }
    return metric
  }
}
