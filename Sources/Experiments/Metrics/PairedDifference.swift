import Diagnostics
import Parallelism

/// One model's figure less another's, over the same users.
struct PairedDifference: Sendable {
  static let permutations = 2000

  var metric: String
  var model: Int
  var other: Int
  var difference: Double
  var interval: Replicates.Interval?
  /// Two-sided; nil where there is no difference to speak of.
  var p: Double?
  /// After Holm's correction.
  var adjusted: Double?

  /// Every pair of models, in their order.
  static func all(
    _ scores: EvaluationScores, metric: Int, name: String, _ replicates: Replicates, seed: UInt64
  ) throws(Diagnostic) -> [PairedDifference] {
    let models = scores.models.indices
    let pairs = models.flatMap { model in models[(model + 1)...].map { (model, $0) } }
    let bits = KeyedBits(key: seed).forked(1)
    return try mapIndices(of: pairs.count) { (pair) throws(Diagnostic) in
      let (model, other) = pairs[pair]
      let own = scores.index(model, metric)
      let others = scores.index(other, metric)
      return PairedDifference(
        metric: name, model: model, other: other,
        difference: scores.figure(model, metric) - scores.figure(other, metric),
        interval: replicates.interval(of: own, minus: others),
        p: try permutationTest(scores, metric, own, others, bits))
    }
  }

  /// The share of random swaps of the two models' users that differ as much as the models do.
  ///
  /// - Source: Smucker, Allan, Carterette, *A Comparison of Statistical Significance Tests for Information Retrieval
  ///   Evaluation*, CIKM 2007; the observed assignment counts as one of the permutations.
  private static func permutationTest(
    _ scores: EvaluationScores, _ metric: Int, _ model: Int, _ other: Int, _ bits: KeyedBits
  ) throws(Diagnostic) -> Double? {
    let groups = scores.groups(of: model).span
    let others = scores.groups(of: other).span
    let total = scores.groups(of: model).reduce(.zero, +)
    let otherTotal = scores.groups(of: other).reduce(.zero, +)
    let observed = abs(scores.figure(of: total, metric) - scores.figure(of: otherTotal, metric))
    guard observed.isFinite else { return nil }
    let cancellation = Cancellation.current
    var asExtreme = 1
    for permutation in 0..<permutations {
      if permutation % 64 == 0 { try cancellation.check() }
      let draws = bits.forked(permutation)
      var moved = MetricSums.zero
      var word: UInt64 = 0
      for group in groups.indices {
        if group % 64 == 0 { word = draws.bits(UInt64(group / 64)) }
        if word & 1 == 1 { moved += others[group] - groups[group] }
        word >>= 1
      }
      let swapped = abs(scores.figure(of: total + moved, metric) - scores.figure(of: otherTotal - moved, metric))
      if swapped >= observed - 1e-12 { asExtreme += 1 }
    }
    return Double(asExtreme) / Double(permutations + 1)
  }

  /// The differences with p corrected for their number: the least times n, the next times n − 1, never decreasing.
  ///
  /// - Source: Holm, *A Simple Sequentially Rejective Multiple Test Procedure*, 1979.
  static func adjusted(_ differences: [PairedDifference]) -> [PairedDifference] {
    var adjusted = differences
    let tested = differences.indices.filter { differences[$0].p != nil }
      .sorted { (differences[$0].p ?? 1, $0) < (differences[$1].p ?? 1, $1) }
    var largest = 0.0
    for (place, index) in tested.enumerated() {
      largest = max(largest, min(1, (differences[index].p ?? 1) * Double(tested.count - place)))
      adjusted[index].adjusted = largest
    }
    return adjusted
  }
}
