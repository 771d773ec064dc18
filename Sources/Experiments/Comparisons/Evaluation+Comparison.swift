public import Diagnostics
public import Tables

extension Evaluation {
  /// A row for each metric and each pair of models: the difference `model` − `other`, its 95 % interval (`from`, `to`),
  /// and p, the probability of such a difference if the models were equal. The notes say the same in sentences.
  ///
  /// Models are compared on the same users. The interval is that of a paired bootstrap; `p` is two-sided and belongs to
  /// the chosen test; `p_adjusted` is Holm's correction over the rows of a metric.
  ///
  /// - Throws: the errors of `metrics(of:)`; fewer than two models.
  public func comparison(of table: Table) throws(Diagnostic) -> ResultTable {
    var rows: [PairedDifference] = []
    var notes: [String] = []
    let segments = try segments(of: table)
    for segment in segments {
      let scores = try scores(of: segment.table)
      guard scores.models.count > 1 else { throw .nothingToCompare(scores.models) }
      let replicates = try Bootstrap(groups: scores.groupCount, seed: seed).figures(of: scores)
      for (place, figure) in measured.enumerated() where scores.isResampled(place) {
        let pairs = try PairedDifference.all(
          scores, metric: place, name: label(figure), isBetterHigher: figure.metric.isBetterHigher, replicates, test,
          segments: segments.count, seed: seed)
        rows += pairs.map { pair in
          var pair = pair
          pair.segment = segment.value
          return pair
        }
      }
      notes += (scores.notes + fewUsersNote(scores, "intervals and p")).map(segment.prefixed)
    }
    rows = PairedDifference.adjusted(rows)
    notes += try seenAnswersNote(table, in: train ?? learned)
    var columns = [
      (name: "metric", column: Column(rows.map(\.metric))), ("model", Column(rows.map(\.model))),
      ("other", Column(rows.map(\.other))), ("difference", Column(rows.map(\.difference.finite))),
      ("from", Column(rows.map(\.interval?.low))), ("to", Column(rows.map(\.interval?.high))),
      ("p", Column(rows.map(\.p))), ("p_adjusted", Column(rows.map(\.adjusted))),
    ]
    if let by {
      let values = try Column(table.requireColumn(by).type, rows.map { $0.segment ?? .null })
      columns.insert((segmentName(by), values), at: 1)
    }
    return ResultTable(Table(columns), notes: shortened(notes) + ComparisonText(differences: rows).sentences)
  }
}
