public import Diagnostics
import Parallelism
public import Recommenders
public import Tables

/// A search for the best values of some parameters, scored on held-out interactions: a grid of all combinations, or
/// random ones.
///
/// All combinations are scored on the same users. Combinations that differ only in the number of iterations are one
/// model whose fit is continued. Computations that models share (`SharedAlgebra`) are done once.
public struct ParameterSearch: Sendable {
  /// A parameter and the values to try.
  public struct Axis: Sendable {
    /// The values of a parameter to try.
    public enum Values: Sendable {
      case list([ParameterValue])
      /// Uniform between two numbers, or uniform in their logarithms.
      case range(ClosedRange<Double>, isLogarithmic: Bool, isWhole: Bool)
    }

    public var name: String
    public var values: Values

    public init(_ name: String, _ values: [ParameterValue]) { self.init(name, .list(values)) }

    public init(_ name: String, _ values: Values) {
      self.name = name
      self.values = values
    }
  }

  /// The data for one fit: to train and to score.
  public struct Part: Sendable {
    public var train: Dataset
    /// One row per user with the list of held-out items, as `Dataset.heldOut` makes it. For metrics of ratings, the
    /// rows with the held-out ratings.
    public var heldOut: Table

    public init(train: Dataset, heldOut: Table) {
      self.train = train
      self.heldOut = heldOut
    }
  }

  /// The kind of model to fit.
  public var kind: any Model.Type
  /// The parameters with the same value in all combinations.
  public var fixed: [ParameterArgument]
  /// The parameters to search over.
  public var axes: [Axis]
  /// How many combinations are drawn at random; nil stands for all of them.
  public var draws: Int?
  /// The seed of random combinations.
  public var seed: UInt32 = 0
  /// Early stopping: how many iterations without improvement end a fit. Nil means no early stopping.
  public var patience: Int?
  /// Whether a fit begins at the model of the combination before: see `WarmStart`. Only the first combination then has
  /// the score of a fit by itself.
  public var startsWarm = false

  public init(_ kind: any Model.Type, fixed: [ParameterArgument] = [], axes: [Axis]) {
    self.kind = kind
    self.fixed = fixed
    self.axes = axes
  }

  /// Runs the search with one part: see `run(on:_:_:)`.
  public func run(
    on train: Dataset, users: Table, _ options: RecommendationOptions, _ evaluation: Evaluation
  ) throws(Diagnostic) -> ResultTable {
    try run(on: [Part(train: train, heldOut: users)], options, evaluation)
  }

  /// Runs the search. Returns one row per combination, the best first by the evaluation's first metric: the parameters,
  /// the metrics, and the seconds of the fits. With one part, metrics have half intervals, and there is a count of
  /// users. With several parts, metrics are means over the parts, with the standard deviation between them.
  ///
  /// An interruption ends the search; the result then has the combinations that were tried.
  ///
  /// - Throws: bad parameters; nothing to try; an interruption before the first score; errors of the evaluation.
  public func run(
    on parts: [Part], _ options: RecommendationOptions, _ evaluation: Evaluation
  ) throws(Diagnostic) -> ResultTable {
    let combinations = try self.combinations
    guard let metric = evaluation.metrics.first, !combinations.isEmpty, !parts.isEmpty else { throw .noMetrics }
    // Reports mistakes in any combination before the first fit.
    for combination in combinations { _ = try kind.configured(fixed + combination) }
    if patience != nil { try requireIterations() }
    if startsWarm { try requireWarmStart() }
    var trials: [SearchTrial] = []
    var notes: [String] = []
    if startsWarm, combinations.count > 1 {
      notes.append(
        "each fit began at the factors of the one before it: a fit by itself, from random factors, ends near these "
          + "scores, not exactly at them")
    }
    if let part = parts.first, metric.needs != .ratings {
      notes += try evaluation.seenAnswersNote(part.heldOut, in: part.train)
    }
    let runner = SearchRunner(search: self, options: options, evaluation: evaluation, parts: parts)
    var models: [SearchRunner.Reached?] = parts.map { _ in nil }
    let progress = SearchProgress(title: "tune \(kind.name)", fits: combinations.count * parts.count)
    for (done, place) in order(of: combinations).enumerated() {
      do throws(Diagnostic) {
        let combination = combinations[place]
        progress.begin("\(done + 1) of \(combinations.count): " + Self.text(combination))
        trials.append(try runner.trial(place, combination, &models, progress))
      } catch {
        guard error.kind == .interruption, !trials.isEmpty else { throw error }
        notes.append("interrupted: \(trials.count) of \(counted(combinations.count, "combination")) tried")
        break
      }
    }
    // After an interruption, the result table is still made: a new cancellation replaces the requested one.
    let cancellation = trials.count == combinations.count ? Cancellation.current : Cancellation()
    let table = Cancellation.$current.withValue(cancellation) {
      Swift.Result { () throws(Diagnostic) in try SearchTrial.table(trials, self, best: metric, parts: parts.count) }
    }
    return ResultTable(try table.get(), notes: notes)
  }

  private func requireIterations() throws(Diagnostic) {
    guard let name = kind.iterationsName else { throw .noPatience(kind.name) }
    if axes.contains(where: { $0.name == name }) { throw .patienceDecides(name) }
  }

  private func requireWarmStart() throws(Diagnostic) {
    guard kind.startsWarm else { throw .noWarmStart(kind.name) }
    // With patience, the number of iterations is the result, and it would be that of the warm start.
    if patience != nil { throw .warmStartHidesIterations }
  }

  /// The order in which combinations run, as their positions. Those that continue the same model follow each other,
  /// with more and more iterations; those of which one contains the others follow each other, the largest first.
  private func order(of combinations: [[ParameterArgument]]) -> [Int] {
    guard let name = kind.iterationsName ?? kind.nestedName else { return Array(combinations.indices) }
    let sign = kind.iterationsName == nil ? -1.0 : 1
    var firstOfRest: [String: Int] = [:]
    let keys = combinations.enumerated().map { place, combination -> (first: Int, size: Double) in
      let rest = Self.text(combination.filter { $0.name != name })
      let first = firstOfRest[rest, default: place]
      firstOfRest[rest] = first
      return (first, sign * (combination.first { $0.name == name }?.value.number ?? 0))
    }
    return combinations.indices.sorted { (keys[$0].first, keys[$0].size) < (keys[$1].first, keys[$1].size) }
  }

  /// The parameters as they are written for `fit`.
  static func text(_ arguments: [ParameterArgument]) -> String {
    arguments.map { ($0.name.map { $0 + "=" } ?? "") + $0.value.text }.joined(separator: " ")
  }
}

extension ParameterValue {
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }
}
