import Diagnostics

/// How likely a difference between two models would be if they were alike: which test says so.
public enum DifferenceTest: String, Sendable, CaseIterable {
  /// Swaps the results of users between the two models.
  case permutation
  /// Draws users with replacement, and sees how far the difference moves.
  case bootstrap
  /// Ranks the differences of users: their signs and order, not their sizes.
  case wilcoxon

  /// The two-sided p of every pair on one metric; nil where there is no figure.
  func pValues(
    _ scores: EvaluationScores, metric: Int, pairs: [(model: Int, other: Int)], seed: UInt64
  ) throws(Diagnostic) -> [Double?] {
    switch self {
    case .permutation: try PermutationTest(scores: scores, metric: metric, pairs: pairs, seed: seed).pValues()
    case .bootstrap: try BootstrapTest(scores: scores, metric: metric, pairs: pairs, seed: seed).pValues()
    case .wilcoxon: try WilcoxonTest(scores: scores, metric: metric, pairs: pairs).pValues()
    }
  }

  /// Draws of a test by chance: the least p is one of so many, and has to stay small after Holm's correction.
  static func draws(forPairs pairs: Int) -> Int { max(2000, 200 * pairs) }
}
