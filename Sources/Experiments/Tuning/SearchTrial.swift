import Diagnostics
import Recommenders
import Tables

/// The result of one combination of parameters.
struct SearchTrial: Sendable {
  /// Its position among all combinations.
  var place: Int
  var combination: [ParameterArgument]
  /// A row of metrics for each part.
  var figures: [Table]
  var seconds: Double
  /// The number of iterations with the best metric; nil without early stopping.
  var iterations: Int?

  /// One row per trial, the best first; equal ones in the order of the combinations.
  static func table(
    _ trials: [SearchTrial], _ search: ParameterSearch, best metric: Metric, parts: Int
  ) throws(Diagnostic) -> Table {
    let trials = trials.sorted { $0.place < $1.place }
    var columns: [(name: String, column: Column)] = []
    for (place, axis) in search.axes.enumerated() {
      columns.append((axis.name, Column(trials.map { $0.combination[place].value })))
    }
    if search.patience != nil, let name = search.kind.iterationsName {
      columns.append((name, Column(trials.map { $0.iterations ?? 0 })))
    }
    let scores =
      try parts == 1 ? concat(trials.map { $0.figures[0] }) : Table(means(of: trials))
    let shown = parts == 1 ? Array(scores.columns.indices.dropFirst()) : Array(scores.columns.indices)
    columns += shown.map { (scores.schema[$0].name, scores.columns[$0]) }
    columns.append(("seconds", Column(trials.map(\.seconds))))
    let figure = scores.columns[shown[0]]
    let order = trials.indices.sorted { left, right in
      let (a, b) = (figure[left].number ?? .nan, figure[right].number ?? .nan)
      if a.isNaN || b.isNaN || a == b { return a.isNaN == b.isNaN ? left < right : b.isNaN }
      return metric.isBetterHigher ? a > b : a < b
    }
    return try gather(Table(columns), rows: order.map { UInt32($0) })
  }

  /// For every metric, its mean over the parts and the standard deviation between them.
  private static func means(of trials: [SearchTrial]) -> [(name: String, column: Column)] {
    guard let first = trials.first?.figures.first else { return [] }
    var columns: [(name: String, column: Column)] = []
    for (place, field) in first.schema.fields.enumerated()
    where place > 0 && field.type == .f64 && !field.name.hasSuffix(" ±") {
      let numbers = trials.map { trial in trial.figures.map { $0.columns[place][0].number ?? .nan } }
      let means = numbers.map { $0.reduce(0, +) / Double($0.count) }
      let deviations = zip(numbers, means).map { numbers, mean in
        (numbers.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count - 1)).squareRoot()
      }
      columns.append((field.name, Column(means.map(\.finite))))
      columns.append((field.name + " sd", Column(deviations.map(\.finite))))
    }
    return columns
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
