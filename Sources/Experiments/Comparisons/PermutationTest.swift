import Diagnostics
import Parallelism

/// The permutation test: the probability of a difference as large as the observed one if the models were equal. It
/// swaps the results of users between the two models; p is the share of swaps with a difference at least as large.
///
/// With up to 11 groups of users it tries all swaps, and p is exact. With more it draws random swaps;
/// `DifferenceTest.draws` says how many.
///
/// - Complexity: O(draws · (models · groups + pairs)), because a draw swaps the same users for all pairs.
/// - Source: Smucker, Allan, Carterette, *A Comparison of Statistical Significance Tests for Information Retrieval
///   Evaluation*, CIKM 2007; the observed assignment counts as one of the swaps.
struct PermutationTest: Sendable {
  static let mostGroupsToTryAll = 11

  let scores: EvaluationScores
  let metric: Int
  let pairs: [(model: Int, other: Int)]
  let family: Int
  private let bits: KeyedBits
  /// The sums of every model over all groups.
  private let totals: [MetricSums]

  init(scores: EvaluationScores, metric: Int, pairs: [(model: Int, other: Int)], family: Int, seed: UInt64) {
    self.scores = scores
    self.metric = metric
    self.pairs = pairs
    self.family = family
    bits = KeyedBits(key: seed).forked(1)
    totals = scores.models.indices.map { scores.groups(of: scores.index($0, metric)).reduce(.zero, +) }
  }

  private var triesAll: Bool { scores.groupCount <= Self.mostGroupsToTryAll }

  /// The two-sided p of every pair; nil if the metric of a model is missing.
  func pValues() throws(Diagnostic) -> [Double?] {
    let observed = pairs.map { abs(difference($0, moved: .zero)) }
    let shares: [Double]
    if triesAll {
      // The observed assignment swaps nobody: it is one of all swaps.
      let all = 1 << scores.groupCount
      let every = Array(pairs.indices)
      let counts = try mapChunks(of: all, grain: 64) { (range) in asExtreme(range, every, observed) }
      shares = every.map { pair in Double(counts.reduce(0) { $0 + $1[pair] }) / Double(all) }
    } else {
      shares = try DifferenceTest.shares(ofPairs: pairs.count, family: family) { asExtreme($0, $1, observed) }
    }
    return pairs.indices.map { observed[$0].isFinite ? shares[$0] : nil }
  }

  /// For each of some pairs, how many of the draws have a difference at least as large as the observed one.
  private func asExtreme(_ range: Range<Int>, _ chosen: [Int], _ observed: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: chosen.count)
    let models = Set(chosen.flatMap { [pairs[$0].model, pairs[$0].other] })
    // The largest rounding error of sums in another order.
    let tolerance = 1e-12 * scores.magnitude(of: metric)
    for draw in range {
      let words = swappedGroups(draw)
      let moved = scores.models.indices.map { models.contains($0) ? sum(of: $0, over: words.span) : .zero }
      for (place, number) in chosen.enumerated() {
        let pair = pairs[number]
        let difference = abs(difference(pair, moved: moved[pair.other] - moved[pair.model]))
        if difference >= observed[number] - tolerance { counts[place] += 1 }
      }
    }
    return counts
  }

  /// The difference of the metric between the models of a pair, after `moved` was taken from the sums of `other` and
  /// added to those of `model`.
  private func difference(_ pair: (model: Int, other: Int), moved: MetricSums) -> Double {
    scores.figure(of: totals[pair.model] + moved, metric) - scores.figure(of: totals[pair.other] - moved, metric)
  }

  /// One bit for every group: whether the draw swaps its users.
  private func swappedGroups(_ draw: Int) -> [UInt64] {
    if triesAll { return [UInt64(draw)] }
    let draws = bits.forked(draw)
    return (0..<(scores.groupCount + 63) / 64).map { draws.bits(UInt64($0)) }
  }

  /// The sum over the groups of a model whose bits are set.
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
