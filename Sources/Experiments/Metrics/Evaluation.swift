public import Diagnostics
public import Tables

/// The options of an evaluation; `metrics(of:)` and `comparison(of:)` run it.
///
/// All models are scored on the same users. A user without held-out items is left out.
public struct Evaluation: Sendable {
  /// How to treat users for whom a model has no list.
  public enum ColdPolicy: String, Sendable, CaseIterable {
    /// They are scored as if their list were empty.
    case zero
    /// A user is left out for all models if any of them has no list for the user.
    case skip
  }

  /// The metrics to compute: all of lists, or all of ratings.
  public var metrics: [Metric]
  /// The columns of lists or predictions; nil stands for all whose names end in `_recs` (or `_prediction`).
  public var columns: [String]?
  /// The cutoffs k; every metric of lists is computed at each of them.
  public var cutoffs = [10]
  /// The column of held-out items, or of ratings.
  public var truth = "ids"
  /// The column of users.
  public var user = "user_id"
  public var cold = ColdPolicy.zero
  /// The library whose definitions of metrics are used.
  public var dialect = MetricDialect.lectern
  /// The seed of the bootstrap and of random tests.
  public var seed: UInt64 = 0
  /// Whether `metrics(of:)` computes intervals.
  public var hasIntervals = true
  /// The test that gives p.
  public var test = DifferenceTest.permutation
  /// The column whose values divide the users into segments; nil means one segment.
  public var by: String?
  /// The table to which the models were fitted, for metrics that read it.
  public var train: Dataset?
  /// The data to which the models were fitted, if known; it is used for warnings if `train` is not given.
  public var learned: Dataset?
  /// The categories of items, for diversity.
  public var labels: ItemLabels?

  public init(metrics: [Metric] = [.recall, .precision], columns: [String]? = nil) {
    self.metrics = metrics
    self.columns = columns
  }

  /// One row per model: `model`, then every metric at every cutoff with half of its 95 % interval (bootstrap over
  /// users), then `users`, the number of scored users, and `of`, the number of all rows.
  ///
  /// - Throws: columns that are missing or of the wrong type; metrics that need data which is not given.
  public func metrics(of table: Table) throws(Diagnostic) -> ResultTable {
    let segments = try segments(of: table)
    var parts: [Table] = []
    var notes: [String] = []
    for segment in segments {
      let scores = try scores(of: segment.table)
      let replicates = hasIntervals ? try Bootstrap(groups: scores.groupCount, seed: seed).figures(of: scores) : nil
      parts.append(figureTable(scores, replicates, of: segment.table.rowCount))
      notes += (scores.notes + (hasIntervals ? fewUsersNote(scores, "intervals") : [])).map(segment.prefixed)
    }
    var result = parts.isEmpty ? Table([]) : try concat(parts)
    if let by {
      let values = zip(segments, parts).flatMap { segment, part in
        (0..<part.rowCount).map { _ in segment.value ?? .null }
      }
      var columns = Array(zip(result.schema.names, result.columns)).map { (name: $0.0, column: $0.1) }
      columns.insert((segmentName(by), try Column(table.requireColumn(by).type, values)), at: min(1, columns.count))
      result = Table(columns)
    }
    return ResultTable(result, notes: shortened(notes))
  }

  /// One row per model; without intervals if `replicates` is nil.
  private func figureTable(_ scores: EvaluationScores, _ replicates: Replicates?, of rowCount: Int) -> Table {
    var columns = [(name: "model", column: Column(scores.models))]
    for (place, name) in measured.map(label).enumerated() {
      columns.append((name, Column(scores.models.indices.map { scores.figure($0, place).finite })))
      if let replicates, scores.isResampled(place) {
        let halves = scores.models.indices.map { replicates.interval(of: scores.index($0, place)).map(\.half) }
        columns.append((name + " ±", Column(halves)))
      }
    }
    let unit = metrics.contains { $0.needs == .ratings } ? "rows" : "users"
    columns.append((unit, Column(scores.models.map { _ in scores.scored })))
    columns.append(("of", Column(scores.models.map { _ in rowCount })))
    return Table(columns)
  }

  /// Only the values: every metric at every cutoff for the first model, then for the next. NaN for a missing value.
  func figures(of table: Table) throws(Diagnostic) -> [Double] {
    let scores = try scores(of: table)
    return scores.models.indices.flatMap { model in scores.metrics.indices.map { scores.figure(model, $0) } }
  }

  /// A metric at a cutoff: one column of the result. A metric of ratings ignores the cutoff.
  struct Measured: Sendable {
    let metric: Metric
    let cutoff: Int
  }

  /// The columns of the result: each metric at each cutoff, without repeats.
  var measured: [Measured] {
    var seen: Set<String> = []
    return metrics.flatMap { metric in cutoffs.map { Measured(metric: metric, cutoff: $0) } }
      .filter { seen.insert(label($0)).inserted }
  }

  /// `ndcg@10`, `ndcg@10 (rectools)`, `rmse`.
  func label(_ measured: Measured) -> String {
    let metric = measured.metric
    let name = metric.needs == .ratings ? metric.name : "\(metric.name)@\(measured.cutoff)"
    return metric.dialects[dialect] == nil ? name : "\(name) (\(dialect.rawValue))"
  }

  func scores(of table: Table) throws(Diagnostic) -> EvaluationScores {
    if let cutoff = cutoffs.first(where: { $0 < 1 }) { throw .badTop(cutoff) }
    guard !cutoffs.isEmpty else { throw .noCutoffs }
    guard let first = metrics.first else { throw .noMetrics }
    let ofRatings = first.needs == .ratings
    if let other = metrics.first(where: { ($0.needs == .ratings) != ofRatings }) {
      throw .mixedMetrics(first.name, other.name)
    }
    return ofRatings ? try ratingScores(of: table) : try listScores(of: table)
  }

  /// The columns to measure, with the names of their models.
  func modelColumns(
    of table: Table, suffix: String, fits: (DataType) -> Bool
  ) throws(Diagnostic) -> [(model: String, column: Column)] {
    let names = columns ?? table.schema.fields.filter { $0.name.hasSuffix(suffix) && fits($0.type) }.map(\.name)
    guard !names.isEmpty else { throw .noModelColumns(suffix: suffix, table.schema) }
    var found: [(model: String, column: Column)] = []
    for name in names {
      let column = try table.requireColumn(name)
      guard fits(column.type) else { throw .notMeasurable(name, column.type, suffix: suffix) }
      found.append((name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name, column))
    }
    return found
  }
}

extension Double {
  /// The number, or nil if it is NaN or infinite.
  var finite: Double? { isFinite ? self : nil }
}
