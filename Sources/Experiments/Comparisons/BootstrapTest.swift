import Diagnostics
import Parallelism

/// How likely a difference as large as the one seen would be if there were none: users are drawn with replacement, and
/// the share of draws whose difference is as far from the one seen as that is from zero is counted.
///
/// Draws are as many as `DifferenceTest.draws` says.
///
/// - Complexity: O(draws · (models · groups + pairs)).
/// - Source: Efron, Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 16; Sakai, *Evaluating Evaluation
///   Metrics based on the Bootstrap*, SIGIR 2006. What was seen counts as one of the draws.
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

  /// The two-sided p of every pair; nil where a figure is missing.
  func pValues() throws(Diagnostic) -> [Double?] {
    let figures = scores.models.indices.map { scores.figure($0, metric) }
    let seen = pairs.map { figures[$0.model] - figures[$0.other] }
    let draws = scores.groupCount == 0 ? 0 : DifferenceTest.draws(forPairs: pairs.count)
    let counts = try mapChunks(of: draws, grain: 64) { (range) in asFar(range, seen) }
    return pairs.indices.map { pair in
      seen[pair].isFinite ? Double(counts.reduce(1) { $0 + $1[pair] }) / Double(draws + 1) : nil
    }
  }

  /// How many of some draws are as far from what was seen as that is from zero, for every pair.
  private func asFar(_ range: Range<Int>, _ seen: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: pairs.count)
    for draw in range {
      let drawn = bootstrap.counts(of: draw)
      let figures = scores.models.indices.map { scores.figure($0, metric, drawn: drawn) }
      for (place, pair) in pairs.enumerated() {
        let difference = figures[pair.model] - figures[pair.other]
        // Sums in another order differ by rounding alone.
        if abs(difference - seen[place]) >= abs(seen[place]) - 1e-12 { counts[place] += 1 }
      }
    }
    return counts
  }
}
