import Diagnostics

/// The sums of every metric for every model, in groups of users.
///
/// Up to 4,096 users are a group each; more are distributed over as many groups, which resampling then draws instead of
/// users: the spread of the mean is the same, and it costs no more for a million users.
struct EvaluationScores: Sendable {
  static let mostGroups = 4096

  let models: [String]
  let metrics: [Metric.Measure]
  let facts: EvaluationFacts
  let groupCount: Int
  /// Users (or rows) that were scored.
  let scored: Int
  /// `sums[index(model, metric) * groupCount + group]`.
  let sums: [MetricSums]
  /// Distinct items of a model's lists, for each figure that is made of them; else empty.
  let distinctItems: [Set<Int32>]
  let notes: [String]

  /// The place of a model's metric at a cutoff among all figures.
  func index(_ model: Int, _ metric: Int) -> Int { model * metrics.count + metric }

  /// The sums of the groups of one figure.
  func groups(of index: Int) -> ArraySlice<MetricSums> { sums[index * groupCount..<(index + 1) * groupCount] }

  /// Whether the metric is made of what users add.
  func isResampled(_ metric: Int) -> Bool {
    if case .distinctItems = metrics[metric] { return false }
    return true
  }

  func figure(_ model: Int, _ metric: Int) -> Double {
    switch metrics[metric] {
    case .distinctItems(let figure): figure(distinctItems[index(model, metric)], facts)
    default: self.figure(of: groups(of: index(model, metric)).reduce(.zero, +), metric)
    }
  }

  /// What some sums come to; NaN for a metric without sums.
  func figure(of sums: MetricSums, _ metric: Int) -> Double {
    switch metrics[metric] {
    case .lists(_, let figure), .ratings(_, let figure): figure(sums)
    case .distinctItems: .nan
    }
  }
}
