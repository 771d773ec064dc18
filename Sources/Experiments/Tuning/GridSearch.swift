public import Diagnostics
import Parallelism
public import Recommenders
public import Tables

/// A search over every combination of some parameters' values, scored on held-out interactions.
///
/// Combinations run in the order of nested loops, the first parameter outermost, as scikit-learn's and Surprise's grids
/// do; all are scored on the same users by the same policy.
public struct GridSearch: Sendable {
  /// A parameter and the values to try.
  public struct Axis: Sendable {
    public var name: String
    public var values: [ParameterValue]

    public init(_ name: String, _ values: [ParameterValue]) {
      self.name = name
      self.values = values
    }
  }

  public var kind: any Model.Type
  /// Parameters that stay as they are.
  public var fixed: [ParameterArgument]
  public var axes: [Axis]

  public init(_ kind: any Model.Type, fixed: [ParameterArgument] = [], axes: [Axis]) {
    self.kind = kind
    self.fixed = fixed
    self.axes = axes
  }

  /// Every combination, in order.
  var combinations: [[ParameterArgument]] {
    axes.reduce([fixed]) { combinations, axis in
      combinations.flatMap { combination in
        axis.values.map { combination + [ParameterArgument(axis.name, $0)] }
      }
    }
  }

  /// A row a combination, best first by the evaluation's first metric: the parameters, the metrics with their half
  /// intervals, the users, and the seconds the fit took.
  ///
  /// - `users`: a row a user with the list of held-out items, as `Dataset.heldOut` makes it; for metrics of ratings, the
  ///   held-out rows themselves.
  /// - Throws: parameters that do not work, nothing to try, whatever evaluating throws.
  public func run(
    on train: Dataset, users: Table, _ options: RecommendationOptions, _ evaluation: Evaluation
  ) throws(Diagnostic) -> ResultTable {
    let combinations = self.combinations
    guard let metric = evaluation.metrics.first, !combinations.isEmpty else { throw .noMetrics }
    // All mistakes in parameters come out before the first fit.
    for combination in combinations { _ = try kind.configured(combination) }
    var figures: [Table] = []
    var seconds: [Double] = []
    let clock = ContinuousClock()
    for (place, combination) in combinations.enumerated() {
      let model = try progressing(place, of: combinations) { () throws(Diagnostic) in
        let start = clock.now
        let model = try Models.fit(kind, combination, on: train.interactions)
        seconds.append((clock.now - start) / .seconds(1))
        return model
      }
      if model.wasInterrupted { throw .interrupted }
      let tuned = [NamedRecommender("tuned", Recommender(model, train))]
      var only = evaluation
      let isOfRatings = metric.needs == .ratings
      only.columns = ["tuned" + (isOfRatings ? NamedRecommender.predictionSuffix : NamedRecommender.listSuffix)]
      let answers = isOfRatings ? try predict(users, tuned) : try recommend(users, tuned, options)
      figures.append(try only.metrics(of: answers.table).table)
    }
    var columns: [(name: String, column: Column)] = []
    for (place, axis) in axes.enumerated() {
      columns.append((axis.name, Column(combinations.map { $0[fixed.count + place].value })))
    }
    let scores = try concat(figures)
    columns += zip(scores.schema.names, scores.columns).dropFirst().map { ($0, $1) }
    columns.append(("seconds", Column(seconds)))
    let figure = scores.columns[1]
    let best = figures.indices.sorted { left, right in
      let (a, b) = (figure[left].number ?? .nan, figure[right].number ?? .nan)
      if a.isNaN || b.isNaN || a == b { return a.isNaN == b.isNaN ? left < right : b.isNaN }
      return metric.isBetterHigher ? a > b : a < b
    }
    return ResultTable(try gather(Table(columns), rows: best.map { UInt32($0) }))
  }
}

extension GridSearch {
  /// Runs the fit of one combination; its progress becomes that of the whole search.
  private func progressing<Result>(
    _ place: Int, of combinations: [[ParameterArgument]], _ fit: () throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    let (title, total) = ("tune \(kind.name)", combinations.count)
    let tried = combinations[place].dropFirst(fixed.count).map { "\($0.name ?? "")=\($0.value.text)" }
    let detail = "\(place + 1) of \(total): " + tried.joined(separator: " ")
    guard let outer = Progress.current else { return try fit() }
    // In thousandths of a fit.
    @Sendable func report(_ done: Int) {
      outer.report(Progress.Snapshot(title: title, completed: place * 1000 + done, total: total * 1000, detail: detail))
    }
    report(0)
    let inner = Progress { moment in report(1000 * moment.completed / max(1, moment.total)) }
    return try Progress.$current.withValue(inner) { Swift.Result { () throws(Diagnostic) in try fit() } }.get()
  }
}

extension Dataset {
  /// A row a user with the distinct items the user has: `user_id, ids`, what metrics hold lists against.
  public func heldOut() throws(Diagnostic) -> Table {
    var offsets = [0]
    var held: [Int32] = []
    for user in 0..<Int32(users.count) {
      held += interactions.items(of: user)
      offsets.append(held.count)
    }
    let ids = try items.ids(at: held)
    let lists = ListValues(offsets: Buffer(offsets), child: ids)
    return Table([(userColumn, users.ids), ("ids", Column(.list(ids.type), .list(lists)))])
  }
}

extension Column {
  /// The values of one parameter: whole numbers, numbers, or words.
  fileprivate init(_ values: [ParameterValue]) {
    let integers = values.compactMap { if case .integer(let value) = $0 { value } else { nil } }
    let numbers = values.compactMap { (value) -> Double? in
      switch value {
      case .integer(let value): Double(value)
      case .real(let value): value
      default: nil
      }
    }
    if integers.count == values.count {
      self.init(integers)
    } else if numbers.count == values.count {
      self.init(numbers)
    } else {
      self.init(values.map(\.text))
    }
  }
}
