import Diagnostics
import Parallelism

/// Resamples users with replacement. All models and metrics use the same samples, so that differences are paired.
///
/// - Source: Efron, Tibshirani, *An Introduction to the Bootstrap*, 1993: percentile intervals.
struct Bootstrap: Sendable {
  static let replicates = 1000

  let groups: Int
  let bits: KeyedBits

  init(groups: Int, seed: UInt64) {
    self.groups = groups
    bits = KeyedBits(key: seed).forked(0)
  }

  /// The value of every metric and model in every replicate.
  func figures(of scores: EvaluationScores) throws(Diagnostic) -> Replicates {
    let figureCount = scores.models.count * scores.metrics.count
    let figures = try mapIndices(of: groups == 0 ? 0 : Bootstrap.replicates) { (replicate) throws(Diagnostic) in
      let counts = counts(of: replicate)
      return (0..<figureCount).map { figure in
        scores.figure(figure / scores.metrics.count, figure % scores.metrics.count, drawn: counts)
      }
    }
    return Replicates(figures: figures)
  }

  /// How often each group is drawn in a replicate.
  func counts(of replicate: Int) -> [Double] {
    let draws = bits.forked(replicate)
    var counts = [Double](repeating: 0, count: groups)
    for draw in 0..<groups { counts[draws.below(groups, UInt64(draw))] += 1 }
    return counts
  }
}

/// The values of all metrics and models in every replicate of a bootstrap.
struct Replicates: Sendable {
  let figures: [[Double]]

  struct Interval: Sendable {
    var low: Double
    var high: Double
    var half: Double { (high - low) / 2 }
  }

  /// The 95 % percentile interval of a value.
  func interval(of figure: Int) -> Interval? { Replicates.interval(figures.map { $0[figure] }) }

  /// The 95 % percentile interval of the difference of two values.
  func interval(of figure: Int, minus other: Int) -> Interval? {
    Replicates.interval(figures.map { $0[figure] - $0[other] })
  }

  private static func interval(_ values: [Double]) -> Interval? {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return nil }
    let interval = Interval(low: quantile(0.025, of: sorted), high: quantile(0.975, of: sorted))
    // If all users have the same value, replicates differ only by rounding errors.
    let rounding = 1e-12 * max(abs(interval.low), abs(interval.high))
    guard interval.high - interval.low > rounding else {
      let middle = quantile(0.5, of: sorted)
      return Interval(low: middle, high: middle)
    }
    return interval
  }

  /// The quantile by linear interpolation between the two nearest values.
  private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
  }
}
