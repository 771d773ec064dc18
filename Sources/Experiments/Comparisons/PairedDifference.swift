import Diagnostics
import Parallelism
import Tables

/// One model's figure less another's, over the same users.
struct PairedDifference: Sendable {
  var metric: String
  var isBetterHigher: Bool
  var model: String
  var other: String
  /// The value of the column that results are apart by; nil where there is none.
  var segment: Value?
  var difference: Double
  var interval: Replicates.Interval?
  /// Two-sided; nil where there is no difference to speak of.
  var p: Double?
  /// After Holm's correction.
  var adjusted: Double?

  /// Every pair of models on one metric, in their order.
  static func all(
    _ scores: EvaluationScores, metric: Int, name: String, isBetterHigher: Bool, _ replicates: Replicates,
    _ test: DifferenceTest, seed: UInt64
  ) throws(Diagnostic) -> [PairedDifference] {
    let models = scores.models.indices
    let pairs = models.flatMap { model in models[(model + 1)...].map { (model, $0) } }
    let p = try test.pValues(scores, metric: metric, pairs: pairs, seed: seed)
    return try mapIndices(of: pairs.count) { (pair) throws(Diagnostic) in
      let (model, other) = pairs[pair]
      return PairedDifference(
        metric: name, isBetterHigher: isBetterHigher, model: scores.models[model], other: scores.models[other],
        difference: scores.figure(model, metric) - scores.figure(other, metric),
        interval: replicates.interval(of: scores.index(model, metric), minus: scores.index(other, metric)),
        p: p[pair])
    }
  }

  /// The differences with p corrected for the number of those on the same metric: the least times n, the next times
  /// n − 1, never decreasing.
  ///
  /// - Source: Holm, *A Simple Sequentially Rejective Multiple Test Procedure*, 1979.
  static func adjusted(_ differences: [PairedDifference]) -> [PairedDifference] {
    var adjusted = differences
    for metric in Set(differences.map(\.metric)) {
      let tested = differences.indices.filter { differences[$0].p != nil && differences[$0].metric == metric }
        .sorted { (differences[$0].p ?? 1, $0) < (differences[$1].p ?? 1, $1) }
      var largest = 0.0
      for (place, index) in tested.enumerated() {
        largest = max(largest, min(1, (differences[index].p ?? 1) * Double(tested.count - place)))
        adjusted[index].adjusted = largest
      }
    }
    return adjusted
  }
}
