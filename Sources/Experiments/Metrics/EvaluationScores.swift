import Diagnostics

/// The sums of every metric for every model, by groups of users.
///
/// Up to 4,096 users are a group each. More users are distributed over 4,096 groups, and resampling draws groups
/// instead of users: the variance of the mean is the same, and the cost does not grow with the number of users.
struct EvaluationScores: Sendable {
  static let mostGroups = 4096

  let models: [String]
  let metrics: [Metric.Measure]
  let facts: EvaluationFacts
  let groupCount: Int
  /// The number of scored users (for metrics of ratings: rows).
  let scored: Int
  /// The number of scored users.
  let userCount: Int
  /// `sums[index(model, metric) * groupCount + group]`.
  let sums: [MetricSums]
  /// How often each item is in a model's lists, for each figure that is made of that; else empty.
  let itemCounts: [[Int]]
  /// `userFigures[index(model, metric) * userCount + user]`: every user's own figure, for tests that rank users; else empty.
  let userFigures: [Double]
  let notes: [String]

  /// The position of a model and a metric (at a cutoff) among all values.
  func index(_ model: Int, _ metric: Int) -> Int { model * metrics.count + metric }

  /// The sums of all groups for one value.
  func groups(of index: Int) -> ArraySlice<MetricSums> { sums[index * groupCount..<(index + 1) * groupCount] }

  /// The value of every single scored user; NaN for users that the metric leaves out.
  func users(of model: Int, _ metric: Int) -> ArraySlice<Double> {
    let start = index(model, metric) * userCount
    return userFigures.isEmpty ? [] : userFigures[start..<start + userCount]
  }

  /// Whether the metric is computed from sums over users, so that it can be resampled.
  func isResampled(_ metric: Int) -> Bool {
    if case .items = metrics[metric] { return false }
    return true
  }

  func figure(_ model: Int, _ metric: Int) -> Double {
    switch metrics[metric] {
    case .items(let figure): figure(itemCounts[index(model, metric)], facts)
    default: self.figure(of: groups(of: index(model, metric)).reduce(.zero, +), metric)
    }
  }

  /// The value if every group is drawn as often as `counts` says.
  func figure(_ model: Int, _ metric: Int, drawn counts: [Double]) -> Double {
    var sum = MetricSums.zero
    let groups = groups(of: index(model, metric)).span
    for group in groups.indices { sum += groups[group] * counts[group] }
    return figure(of: sum, metric)
  }

  /// The largest figure of any model, at least 1: what rounding errors are measured against.
  func magnitude(of metric: Int) -> Double {
    models.indices.map { abs(figure($0, metric)) }.filter(\.isFinite).reduce(1, max)
  }

  /// The value of a metric from sums; NaN for a metric without sums.
  func figure(of sums: MetricSums, _ metric: Int) -> Double {
    switch metrics[metric] {
    case .lists(_, let figure), .ratings(_, let figure): figure(sums)
    case .items: .nan
    }
  }
}

/// The sums of one group of users, and the values of its single users.
struct GroupScores: Sendable {
  /// One for each model and metric.
  let sums: [MetricSums]
  /// All values of the group's first user, then of the next; empty if no test ranks users.
  let userFigures: [Double]

  /// The values of all users: for each model and metric, the users group by group.
  static func userFigures(_ groups: [GroupScores], figures: Int, users: Int) -> [Double] {
    guard groups.contains(where: { !$0.userFigures.isEmpty }) else { return [] }
    var all: [Double] = []
    all.reserveCapacity(figures * users)
    for figure in 0..<figures {
      for group in groups {
        all += stride(from: figure, to: group.userFigures.count, by: figures).lazy.map { group.userFigures[$0] }
      }
    }
    return all
  }
}

extension Evaluation {
  /// Whether the values of single users are needed.
  var ranksUsers: Bool { test == .wilcoxon }
}
