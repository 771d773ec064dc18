import Diagnostics
import Parallelism

/// Wilcoxon's signed-rank test of two models, user by user: whether the users who do better with one model outweigh, by
/// number and by rank, those who do better with the other.
///
/// It uses the ranks of the differences, not their sizes. So a few users with large differences have less influence
/// than in a test of means, and the test may find a difference where the means have none. Users with equal results are
/// left out. With up to 50 differences and no ties, p is exact; otherwise it is the normal approximation with a
/// correction for ties.
///
/// - Complexity: O(pairs · users · log users).
/// - Source: Wilcoxon, *Individual Comparisons by Ranking Methods*, Biometrics Bulletin 1, 1945; the numbers are those
///   of `scipy.stats.wilcoxon` with `zero_method="wilcox"` and without a continuity correction.
struct WilcoxonTest: Sendable {
  static let mostToCount = 50

  let scores: EvaluationScores
  let metric: Int
  let pairs: [(model: Int, other: Int)]

  /// The two-sided p of every pair; nil if the metric of a model is missing.
  func pValues() throws(Diagnostic) -> [Double?] {
    try mapIndices(of: pairs.count) { (pair) in
      let (model, other) = pairs[pair]
      guard (scores.figure(model, metric) - scores.figure(other, metric)).isFinite else { return nil }
      let (own, others) = (scores.users(of: model, metric), scores.users(of: other, metric))
      // In the largest result, at least 1, so that rounding errors are as small for any metric.
      let unit = (Array(own) + others).lazy.filter(\.isFinite).map { abs($0) }.reduce(1, max)
      return WilcoxonTest.pValue(zip(own, others).map { ($0 - $1) / unit })
    }
  }

  /// The two-sided p of differences of results up to 1; those that are NaN or zero do not count.
  static func pValue(_ differences: [Double]) -> Double {
    // Rounding errors must not separate differences that are equal.
    let rounded = differences.filter(\.isFinite).map { ($0 * 1e12).rounded() / 1e12 }.filter { $0 != 0 }
    let ranked = rounded.sorted { abs($0) < abs($1) }
    let count = ranked.count
    guard count > 0 else { return 1 }
    var (positive, ties) = (0.0, 0.0)
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, abs(ranked[end]) == abs(ranked[start]) { end += 1 }
      // Tied differences share the mean of their ranks, `start + 1` to `end`.
      let rank = Double(start + 1 + end) / 2
      positive += rank * Double(ranked[start..<end].count { $0 > 0 })
      let size = Double(end - start)
      ties += size * size * size - size
      start = end
    }
    let n = Double(count)
    let least = min(positive, n * (n + 1) / 2 - positive)
    if count <= mostToCount, ties == 0 { return exact(least: Int(least), count: count) }
    let variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    return normalTails((positive - n * (n + 1) / 4) / variance.squareRoot())
  }

  /// Twice the share of all assignments of signs whose sum of ranks is at most `least`.
  private static func exact(least: Int, count: Int) -> Double {
    // The number of assignments with each sum, adding one rank at a time. Below 2⁵³, so exact in double precision.
    var ways = [Double](repeating: 0, count: count * (count + 1) / 2 + 1)
    ways[0] = 1
    for rank in 1...count {
      for sum in stride(from: rank * (rank + 1) / 2, through: rank, by: -1) { ways[sum] += ways[sum - rank] }
    }
    let all = ways.reduce(0, +)
    return min(1, 2 * ways[...least].reduce(0, +) / all)
  }
}
