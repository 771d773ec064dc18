import Diagnostics
import Parallelism

/// The significance test for the difference between two models.
public enum DifferenceTest: String, Sendable, CaseIterable {
  /// Swaps the results of users between the two models.
  case permutation
  /// Draws users with replacement and measures how much the difference varies.
  case bootstrap
  /// Ranks the differences of users: it uses their signs and order, not their sizes.
  case wilcoxon

  /// The two-sided p of every pair on one metric; nil if the metric of a model is missing.
  ///
  /// - Parameter family: the number of p that are corrected together: those of all pairs in all segments.
  func pValues(
    _ scores: EvaluationScores, metric: Int, pairs: [(model: Int, other: Int)], family: Int, seed: UInt64
  ) throws(Diagnostic) -> [Double?] {
    switch self {
    case .permutation:
      try PermutationTest(scores: scores, metric: metric, pairs: pairs, family: family, seed: seed).pValues()
    case .bootstrap:
      try BootstrapTest(scores: scores, metric: metric, pairs: pairs, family: family, seed: seed).pValues()
    case .wilcoxon: try WilcoxonTest(scores: scores, metric: metric, pairs: pairs).pValues()
    }
  }

  /// The number of random draws of a test. The smallest possible p is about 1 / draws, and it has to stay small after
  /// Holm's correction, so more pairs need more draws.
  static func draws(forPairs pairs: Int) -> Int { max(2000, 200 * pairs) }

  /// The share of random draws that are at least as extreme as what was observed, for every pair. What was observed
  /// counts as one of the draws.
  ///
  /// There are as many draws as these pairs need. If p of more pairs are corrected together, a pair that few of those
  /// draws exceed gets as many as the whole family needs, a million at most.
  ///
  /// - Parameter count: for each of some pairs, how many of some draws are as extreme.
  static func shares(
    ofPairs pairCount: Int, family: Int, _ count: @Sendable (_ draws: Range<Int>, _ pairs: [Int]) -> [Int]
  ) throws(Diagnostic) -> [Double] {
    func counts(_ draws: Range<Int>, _ pairs: [Int]) throws(Diagnostic) -> [Int] {
      let parts = try mapChunks(of: draws.count, grain: 64) { (range) in
        count(draws.lowerBound + range.lowerBound..<draws.lowerBound + range.upperBound, pairs)
      }
      return pairs.indices.map { place in parts.reduce(0) { $0 + $1[place] } }
    }
    let first = draws(forPairs: pairCount)
    let pairs = Array(0..<pairCount)
    var found = try counts(0..<first, pairs)
    var made = [Int](repeating: first, count: pairCount)
    let most = min(1_000_000, draws(forPairs: family))
    let undecided = pairs.filter { found[$0] < fewExceeding }
    if most > first, !undecided.isEmpty {
      for (pair, more) in zip(undecided, try counts(first..<most, undecided)) {
        found[pair] += more
        made[pair] = most
      }
    }
    return pairs.map { Double(found[$0] + 1) / Double(made[$0] + 1) }
  }

  /// With so many of the first draws as extreme, p is not small enough for a larger family.
  private static var fewExceeding: Int { 10 }
}
