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
  /// How many users those are.
  let userCount: Int
  /// `sums[index(model, metric) * groupCount + group]`.
  let sums: [MetricSums]
  /// How often each item is in a model's lists, for each figure that is made of that; else empty.
  let countedItems: [[Int32: Int]]
  /// `userFigures[index(model, metric) * userCount + user]`: every user's own figure, for tests that rank users; else empty.
  let userFigures: [Double]
  let notes: [String]

  /// The place of a model's metric at a cutoff among all figures.
  func index(_ model: Int, _ metric: Int) -> Int { model * metrics.count + metric }

  /// The sums of the groups of one figure.
  func groups(of index: Int) -> ArraySlice<MetricSums> { sums[index * groupCount..<(index + 1) * groupCount] }

  /// The figure of every scored user by itself; NaN for users it leaves out.
  func users(of model: Int, _ metric: Int) -> ArraySlice<Double> {
    let start = index(model, metric) * userCount
    return userFigures.isEmpty ? [] : userFigures[start..<start + userCount]
  }

  /// Whether the metric is made of what users add.
  func isResampled(_ metric: Int) -> Bool {
    if case .items = metrics[metric] { return false }
    return true
  }

  func figure(_ model: Int, _ metric: Int) -> Double {
    switch metrics[metric] {
    case .items(let figure): figure(countedItems[index(model, metric)], facts)
    default: self.figure(of: groups(of: index(model, metric)).reduce(.zero, +), metric)
    }
  }

  /// The figure where every group is drawn so many times.
  func figure(_ model: Int, _ metric: Int, drawn counts: [Double]) -> Double {
    var sum = MetricSums.zero
    let groups = groups(of: index(model, metric)).span
    for group in groups.indices { sum += groups[group] * counts[group] }
    return figure(of: sum, metric)
  }

  /// What some sums come to; NaN for a metric without sums.
  func figure(of sums: MetricSums, _ metric: Int) -> Double {
    switch metrics[metric] {
    case .lists(_, let figure), .ratings(_, let figure): figure(sums)
    case .items: .nan
    }
  }
}

/// What the users of one group come to.
struct GroupScores: Sendable {
  /// One for each figure.
  let sums: [MetricSums]
  /// Every figure of the group's first user, then of its next; empty where nobody ranks users.
  let userFigures: [Double]

  /// All users' figures, figure by figure, the users of a group together.
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
  /// Whether every user's own figure is needed.
  var ranksUsers: Bool { test == .wilcoxon }
}
