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
  private let bootstrap: Bootstrap

  init(scores: EvaluationScores, metric: Int, pairs: [(model: Int, other: Int)], seed: UInt64) {
    self.scores = scores
    self.metric = metric
    self.pairs = pairs
    bootstrap = Bootstrap(groups: scores.groupCount, seed: seed)
  }

  /// The two-sided p of every pair; nil if the metric of a model is missing.
  func pValues() throws(Diagnostic) -> [Double?] {
    let figures = scores.models.indices.map { scores.figure($0, metric) }
    let seen = pairs.map { figures[$0.model] - figures[$0.other] }
    let draws = scores.groupCount == 0 ? 0 : DifferenceTest.draws(forPairs: pairs.count)
    let counts = try mapChunks(of: draws, grain: 64) { (range) in asFar(range, seen) }
    return pairs.indices.map { pair in
      seen[pair].isFinite ? Double(counts.reduce(1) { $0 + $1[pair] }) / Double(draws + 1) : nil
    }
  }

  /// For every pair, how many of the draws are at least as far from the observed difference as that is from zero.
  private func asFar(_ range: Range<Int>, _ seen: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: pairs.count)
    let tolerance = 1e-12 * scores.magnitude(of: metric)
    for draw in range {
      let drawn = bootstrap.counts(of: draw)
      let figures = scores.models.indices.map { scores.figure($0, metric, drawn: drawn) }
      for (place, pair) in pairs.enumerated() {
        let difference = figures[pair.model] - figures[pair.other]
        // The tolerance covers rounding: the sums have another order.
        if abs(difference - seen[place]) >= abs(seen[place]) - tolerance { counts[place] += 1 }
      }
    }
    return counts
  }
}
