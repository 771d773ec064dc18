import Diagnostics
import Parallelism

/// Wilcoxon's signed-rank test of two models, user by user: whether users whose figure is higher with one model are
/// more, or differ more, than those with the other.
///
/// It looks at the order of the differences, not at their sizes: a few users with large differences decide less than in
/// a test of means, and so it may find a difference where the means have none. Users with equal figures are left out.
/// Up to 50 differences without ties are counted exactly; else the normal approximation stands, corrected for ties.
///
/// - Complexity: O(pairs · users · log users).
/// - Source: Wilcoxon, *Individual Comparisons by Ranking Methods*, Biometrics Bulletin 1, 1945; the numbers are those
///   of `scipy.stats.wilcoxon` with `zero_method="wilcox"` and without a continuity correction.
struct WilcoxonTest: Sendable {
  static let mostToCount = 50

  let scores: EvaluationScores
  let metric: Int
  let pairs: [(model: Int, other: Int)]

  /// The two-sided p of every pair; nil where a figure is missing.
  func pValues() throws(Diagnostic) -> [Double?] {
    try mapIndices(of: pairs.count) { (pair) in
      let (model, other) = pairs[pair]
      guard (scores.figure(model, metric) - scores.figure(other, metric)).isFinite else { return nil }
      let (own, others) = (scores.users(of: model, metric), scores.users(of: other, metric))
      return WilcoxonTest.pValue(zip(own, others).map { $0 - $1 })
    }
  }

  /// The two-sided p of some differences; those that are missing do not count.
  static func pValue(_ differences: [Double]) -> Double {
    // Equal differences of sums of unequal terms may be some units in the last place apart.
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
    // How many assignments have each sum, a rank more at a time; exact in double precision, for they are below 2⁵³.
    var ways = [Double](repeating: 0, count: count * (count + 1) / 2 + 1)
    ways[0] = 1
    for rank in 1...count {
      for sum in stride(from: rank * (rank + 1) / 2, through: rank, by: -1) { ways[sum] += ways[sum - rank] }
    }
    let all = ways.reduce(0, +)
    return min(1, 2 * ways[...least].reduce(0, +) / all)
  }
}
