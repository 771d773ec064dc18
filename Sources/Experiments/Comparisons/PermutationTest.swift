import Diagnostics
import Parallelism

/// How likely a difference as large as the one seen would be if the two models of a pair were alike: the results of
/// users are swapped between the models, and the share of such swaps that differ as much is counted.
///
/// With up to 11 groups of users all swaps are tried, and p is exact. With more they are drawn, as many as
/// `DifferenceTest.draws` says.
///
/// - Complexity: O(draws · (models · groups + pairs)): the users of a draw are swapped for all pairs alike.
/// - Source: Smucker, Allan, Carterette, *A Comparison of Statistical Significance Tests for Information Retrieval
///   Evaluation*, CIKM 2007; the observed assignment counts as one of the swaps.
struct PermutationTest: Sendable {
  static let mostGroupsToTryAll = 11

  let scores: EvaluationScores
  let metric: Int
  let pairs: [(model: Int, other: Int)]
  private let bits: KeyedBits
  /// The sums of every model over all groups.
  private let totals: [MetricSums]

  init(scores: EvaluationScores, metric: Int, pairs: [(model: Int, other: Int)], seed: UInt64) {
    self.scores = scores
    self.metric = metric
    self.pairs = pairs
    bits = KeyedBits(key: seed).forked(1)
    totals = scores.models.indices.map { scores.groups(of: scores.index($0, metric)).reduce(.zero, +) }
  }

  private var triesAll: Bool { scores.groupCount <= Self.mostGroupsToTryAll }

  private var draws: Int {
    triesAll ? 1 << scores.groupCount : DifferenceTest.draws(forPairs: pairs.count)
  }

  /// The two-sided p of every pair; nil where a figure is missing.
  func pValues() throws(Diagnostic) -> [Double?] {
    let observed = pairs.map { abs(difference($0, moved: .zero)) }
    let counts = try mapChunks(of: draws, grain: 64) { (range) in asExtreme(range, observed) }
    // Among all swaps is the one that swaps nobody; beside those drawn it counts as one more.
    let own = triesAll ? 0 : 1
    return pairs.indices.map { pair in
      observed[pair].isFinite
        ? Double(counts.reduce(own) { $0 + $1[pair] }) / Double(draws + own) : nil
    }
  }

  /// How many of some draws differ at least as much as what was observed, for every pair.
  private func asExtreme(_ range: Range<Int>, _ observed: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: pairs.count)
    for draw in range {
      let words = swappedGroups(draw)
      let moved = scores.models.indices.map { sum(of: $0, over: words.span) }
      for (place, pair) in pairs.enumerated() {
        let difference = abs(difference(pair, moved: moved[pair.other] - moved[pair.model]))
        if difference >= observed[place] - tolerance { counts[place] += 1 }
      }
    }
    return counts
  }

  /// Sums in another order differ by this much at most, for figures up to one.
  private var tolerance: Double { 1e-12 }

  /// The figure of a pair's model less that of the other, after some sums have moved from the other to the model.
  private func difference(_ pair: (model: Int, other: Int), moved: MetricSums) -> Double {
    scores.figure(of: totals[pair.model] + moved, metric) - scores.figure(of: totals[pair.other] - moved, metric)
  }

  /// A bit for every group: whether its users are swapped.
  private func swappedGroups(_ draw: Int) -> [UInt64] {
    if triesAll { return [UInt64(draw)] }
    let draws = bits.forked(draw)
    return (0..<(scores.groupCount + 63) / 64).map { draws.bits(UInt64($0)) }
  }

  /// What a model's groups whose bit is set add up to.
  private func sum(of model: Int, over words: Span<UInt64>) -> MetricSums {
    let groups = scores.groups(of: scores.index(model, metric)).span
    var sum = MetricSums.zero
    for block in words.indices {
      var word = words[block]
      for group in block * 64..<min(groups.count, (block + 1) * 64) {
        sum += word & 1 == 1 ? groups[group] : .zero
        word >>= 1
      }
    }
    return sum
  }
}
