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
  /// - `users`: a row a user with the list of held-out items, as `Dataset.heldOut` makes it.
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
      Progress.report("tune \(kind.name)", place, of: combinations.count)
      let start = clock.now
      let model = try Models.fit(kind, combination, on: train.interactions)
      seconds.append((clock.now - start) / .seconds(1))
      let lists = try recommend(users, [NamedRecommender("tuned", Recommender(model, train))], options)
      var only = evaluation
      only.columns = ["tuned" + NamedRecommender.listSuffix]
      figures.append(try only.metrics(of: lists.table).table)
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
