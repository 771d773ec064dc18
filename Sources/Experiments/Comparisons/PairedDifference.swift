import Diagnostics
import Parallelism
import Tables

/// The difference of one metric between two models, over the same users.
struct PairedDifference: Sendable {
  var metric: String
  var isBetterHigher: Bool
  var model: String
  var other: String
  /// The segment: a value of the column `by`; nil if there are no segments.
  var segment: Value?
  var difference: Double
  var interval: Replicates.Interval?
  /// The two-sided p; nil if the metric of a model is missing.
  var p: Double?
  /// p after Holm's correction.
  var adjusted: Double?

  /// The differences of every pair of models on one metric, in the order of the models.
  ///
  /// - Parameter segments: how many segments are tested; p of all are corrected together.
  static func all(
    _ scores: EvaluationScores, metric: Int, name: String, isBetterHigher: Bool, _ replicates: Replicates,
    _ test: DifferenceTest, segments: Int, seed: UInt64
  ) throws(Diagnostic) -> [PairedDifference] {
    let models = scores.models.indices
    let pairs = models.flatMap { model in models[(model + 1)...].map { (model, $0) } }
    let p = try test.pValues(scores, metric: metric, pairs: pairs, family: pairs.count * segments, seed: seed)
    return try mapIndices(of: pairs.count) { (pair) throws(Diagnostic) in
      let (model, other) = pairs[pair]
      return PairedDifference(
        metric: name, isBetterHigher: isBetterHigher, model: scores.models[model], other: scores.models[other],
        difference: scores.figure(model, metric) - scores.figure(other, metric),
        interval: replicates.interval(of: scores.index(model, metric), minus: scores.index(other, metric)),
        p: p[pair])
    }
  }

  /// The differences with p corrected for the number n of differences on the same metric: the smallest p times n, the
  /// next times n − 1, and so on; at most 1, and never smaller than the one before.
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
