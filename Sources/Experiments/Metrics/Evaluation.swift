public import Diagnostics
public import Tables

/// What to measure, and how; the measuring itself is in `metrics(of:)` and `comparison(of:)`.
///
/// Every model is scored on the same users by the same policy. A user without held-out items is left out.
public struct Evaluation: Sendable {
  /// What becomes of users whom a model has no list for.
  public enum ColdPolicy: String, Sendable, CaseIterable {
    /// They are scored as if their list were empty.
    case zero
    /// They are left out, for every model alike, if any compared model cannot serve them.
    case skip
  }

  public var metrics: [Metric]
  /// The columns of lists or predictions; nil means all whose names end in `_recs` (or `_prediction`).
  public var columns: [String]?
  /// The values of k; every metric of lists is computed at each of them.
  public var cutoffs = [10]
  /// The column of held-out items, or of ratings.
  public var truth = "ids"
  public var user = "user_id"
  public var cold = ColdPolicy.zero
  public var dialect = MetricDialect.lectern
  /// Of the bootstrap behind every interval.
  public var seed: UInt64 = 0
  /// The table the models were fitted to, for metrics that look at it.
  public var train: Dataset?
  /// Categories, for diversity.
  public var labels: ItemLabels?

  public init(metrics: [Metric] = [.recall, .precision], columns: [String]? = nil) {
    self.metrics = metrics
    self.columns = columns
  }

  /// A row a model: `model`, then every metric at every cutoff with its half interval (95 %, bootstrap over users), then how many users
  /// were scored, `users`, `of` how many.
  ///
  /// - Throws: columns that are missing or of the wrong type, metrics that need what is not given.
  public func metrics(of table: Table) throws(Diagnostic) -> ResultTable {
    let scores = try scores(of: table)
    let replicates = try Bootstrap(groups: scores.groupCount, seed: seed).figures(of: scores)
    var columns = [(name: "model", column: Column(scores.models))]
    for (place, name) in measured.map(label).enumerated() {
      columns.append((name, Column(scores.models.indices.map { scores.figure($0, place).finite })))
      if scores.isResampled(place) {
        let halves = scores.models.indices.map { replicates.interval(of: scores.index($0, place)).map(\.half) }
        columns.append((name + " ±", Column(halves)))
      }
    }
    let unit = metrics.contains { $0.needs == .ratings } ? "rows" : "users"
    columns.append((unit, Column(scores.models.map { _ in scores.scored })))
    columns.append(("of", Column(scores.models.map { _ in table.rowCount })))
    return ResultTable(Table(columns), notes: scores.notes)
  }

  /// The figures alone: every metric at every cutoff of the first model, then of the next. NaN where there is none.
  func figures(of table: Table) throws(Diagnostic) -> [Double] {
    let scores = try scores(of: table)
    return scores.models.indices.flatMap { model in scores.metrics.indices.map { scores.figure(model, $0) } }
  }

  /// A row for each metric and each pair of models: how much `model` is above `other`, from where to where with 95 %
  /// confidence, and how likely so much would be if the two were alike.
  ///
  /// Models are compared user by user. The interval is a paired bootstrap's; `p` is two-sided, from a permutation test
  /// that swaps the two models' users at random; `p_adjusted` is Holm's correction over the pairs of a metric.
  ///
  /// - Throws: as `metrics(of:)`, and where there are fewer than two models.
  public func comparison(of table: Table) throws(Diagnostic) -> ResultTable {
    let scores = try scores(of: table)
    guard scores.models.count > 1 else { throw .nothingToCompare(scores.models) }
    let replicates = try Bootstrap(groups: scores.groupCount, seed: seed).figures(of: scores)
    var rows: [PairedDifference] = []
    for (place, name) in measured.map(label).enumerated() where scores.isResampled(place) {
      rows += PairedDifference.adjusted(
        try PairedDifference.all(scores, metric: place, name: name, replicates, seed: seed))
    }
    return ResultTable(
      Table([
        ("metric", Column(rows.map(\.metric))), ("model", Column(rows.map { scores.models[$0.model] })),
        ("other", Column(rows.map { scores.models[$0.other] })), ("difference", Column(rows.map(\.difference.finite))),
        ("from", Column(rows.map(\.interval?.low))), ("to", Column(rows.map(\.interval?.high))),
        ("p", Column(rows.map(\.p))), ("p_adjusted", Column(rows.map(\.adjusted))),
      ]), notes: scores.notes)
  }

  /// A metric at a cutoff, which is a column of the result; a metric of ratings has no cutoff.
  struct Measured: Sendable {
    let metric: Metric
    let cutoff: Int
  }

  /// What is computed: each metric at each cutoff, once each.
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

  private func scores(of table: Table) throws(Diagnostic) -> EvaluationScores {
    if let cutoff = cutoffs.first(where: { $0 < 1 }) { throw .badTop(cutoff) }
    guard !cutoffs.isEmpty else { throw .noCutoffs }
    guard let first = metrics.first else { throw .noMetrics }
    let ofRatings = first.needs == .ratings
    if let other = metrics.first(where: { ($0.needs == .ratings) != ofRatings }) {
      throw .mixedMetrics(first.name, other.name)
    }
    return ofRatings ? try ratingScores(of: table) : try listScores(of: table)
  }

  /// The columns to measure with the names of their models.
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
  /// The number, or nil where there is none.
  var finite: Double? { isFinite ? self : nil }
}
