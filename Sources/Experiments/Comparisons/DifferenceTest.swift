import Diagnostics

/// The significance test for the difference between two models.
public enum DifferenceTest: String, Sendable, CaseIterable {
  /// Swaps the results of users between the two models.
  case permutation
  /// Draws users with replacement and measures how much the difference varies.
  case bootstrap
  /// Ranks the differences of users: it uses their signs and order, not their sizes.
  case wilcoxon

  /// The two-sided p of every pair on one metric; nil if the metric of a model is missing.
  func pValues(
    _ scores: EvaluationScores, metric: Int, pairs: [(model: Int, other: Int)], seed: UInt64
  ) throws(Diagnostic) -> [Double?] {
    switch self {
    case .permutation: try PermutationTest(scores: scores, metric: metric, pairs: pairs, seed: seed).pValues()
    case .bootstrap: try BootstrapTest(scores: scores, metric: metric, pairs: pairs, seed: seed).pValues()
    case .wilcoxon: try WilcoxonTest(scores: scores, metric: metric, pairs: pairs).pValues()
    }
  }

  /// The number of random draws of a test. The smallest possible p is about 1 / draws, and it has to stay small after
  /// Holm's correction, so more pairs need more draws.
  static func draws(forPairs pairs: Int) -> Int { max(2000, 200 * pairs) }
}
