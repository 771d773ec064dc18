import Diagnostics
import Parallelism

/// The bootstrap test: the probability of a difference as large as the observed one if the models were equal. It draws
/// users with replacement. p is the share of draws whose difference is at least as far from the observed one as that is
/// from zero.
///
/// `DifferenceTest.draws` says how many draws there are.
///
/// - Complexity: O(draws · (models · groups + pairs)).
/// - Source: Efron, Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 16; Sakai, *Evaluating Evaluation
///   Metrics based on the Bootstrap*, SIGIR 2006. The observed difference counts as one of the draws.
struct BootstrapTest: Sendable {
  let scores: EvaluationScores
  let metric: Int
  let pairs: [(model: Int, other: Int)]
  let family: Int
  private let bootstrap: Bootstrap

  init(scores: EvaluationScores, metric: Int, pairs: [(model: Int, other: Int)], family: Int, seed: UInt64) {
    self.scores = scores
    self.family = family
    self.metric = metric
    self.pairs = pairs
    bootstrap = Bootstrap(groups: scores.groupCount, seed: seed)
  }

  /// The two-sided p of every pair; nil if the metric of a model is missing.
  func pValues() throws(Diagnostic) -> [Double?] {
    let figures = scores.models.indices.map { scores.figure($0, metric) }
    let seen = pairs.map { figures[$0.model] - figures[$0.other] }
    if scores.groupCount == 0 { return seen.map { $0.isFinite ? 1 : nil } }
    let shares = try DifferenceTest.shares(ofPairs: pairs.count, family: family) { asFar($0, $1, seen) }
    return pairs.indices.map { seen[$0].isFinite ? shares[$0] : nil }
  }

  /// For each of some pairs, how many of the draws are at least as far from the observed difference as that is from
  /// zero.
  private func asFar(_ range: Range<Int>, _ chosen: [Int], _ seen: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: chosen.count)
    let tolerance = 1e-12 * scores.magnitude(of: metric)
    for draw in range {
      let drawn = bootstrap.counts(of: draw)
      let figures = scores.models.indices.map { scores.figure($0, metric, drawn: drawn) }
      for (place, number) in chosen.enumerated() {
        let difference = figures[pairs[number].model] - figures[pairs[number].other]
        // The tolerance covers rounding: the sums have another order.
        if abs(difference - seen[number]) >= abs(seen[number]) - tolerance { counts[place] += 1 }
      }
    }
    return counts
  }
}
