/// A measure of the quality of lists or predictions: its name, its definition and its computation.
///
/// A metric is one file in `Definitions` and one line in `Metrics.swift`. Each user contributes up to four numbers, and
/// the value of the metric is computed from their sums. So one pass over the users serves all metrics, and resampling
/// needs only the sums.
public struct Metric: Sendable {
  /// The name, as in papers: `ndcg`.
  public let name: String
  public let aliases: [String]
  /// One line: what it measures.
  public let summary: String
  /// The definition, in Unicode. k is the cutoff, T the user's held-out items, and hits are the list's items in T.
  public let formula: String
  /// The value for an empty list and for a user without held-out items.
  public let edges: String
  public let isBetterHigher: Bool
  public let needs: Needs
  /// The formulas of other libraries that use this name for another definition.
  public let dialects: [MetricDialect: String]

  let measure: Measure
  let variants: [MetricDialect: Variant]

  /// The definition of another library with this name. `needs` is nil if it needs the same data as ours.
  struct Variant: Sendable {
    let formula: String
    let measure: Measure
    let needs: Needs?

    init(_ formula: String, _ measure: Measure, needs: Needs? = nil) {
      self.formula = formula
      self.measure = measure
      self.needs = needs
    }
  }

  /// The data that a metric reads.
  public enum Needs: Sendable {
    /// Lists and held-out items only.
    case lists
    /// The table to which the models were fitted.
    case train
    /// That table, and the items of each user in it.
    case history
    /// A category for every item.
    case categories
    /// A rating and a prediction for each row, instead of lists.
    case ratings
  }

  enum Measure: Sendable {
    /// From the list of each user: the user's contribution to the sums, and the value from the sums.
    case lists(@Sendable (RankedOutcome, EvaluationFacts) -> MetricSums, MetricFigure)
    /// From the ratings of each user and their predictions, in the same way.
    case ratings(@Sendable (_ actual: [Double], _ predicted: [Double]) -> MetricSums, MetricFigure)
    /// From how often each item, by its number, is in a list; no user has a part of it.
    case items(@Sendable (_ counts: [Int], EvaluationFacts) -> Double)

    /// The mean over users of a number; a user with nil is left out.
    static func mean(_ score: @escaping @Sendable (RankedOutcome, EvaluationFacts) -> Double?) -> Measure {
      .lists({ outcome, facts in score(outcome, facts).map { MetricSums($0, 1, 0, 0) } ?? .zero }, ratio)
    }

    /// The mean over users of a number that does not depend on facts about items.
    static func mean(_ score: @escaping @Sendable (RankedOutcome) -> Double?) -> Measure {
      .mean { outcome, _ in score(outcome) }
    }
  }

  init(
    _ name: String, aliases: [String] = [], _ summary: String, formula: String, edges: String,
    isBetterHigher: Bool = true, needs: Needs = .lists, _ measure: Measure,
    variants: [MetricDialect: Variant] = [:]
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.formula = formula
    self.edges = edges
    self.isBetterHigher = isBetterHigher
    self.needs = needs
    self.measure = measure
    self.variants = variants
    dialects = variants.mapValues(\.formula)
  }

  func measure(in dialect: MetricDialect) -> Measure { variants[dialect]?.measure ?? measure }

  func needs(in dialect: MetricDialect) -> Needs { variants[dialect]?.needs ?? needs }
}

/// The library whose definition of a metric is used, where libraries differ.
public enum MetricDialect: String, Sendable, CaseIterable {
  case lectern, rectools, implicit, replay, recbole, ranx, rendle
}

/// The sums over users of up to four numbers.
typealias MetricSums = SIMD4<Double>
/// Computes the value of a metric from the sums; NaN if there is none.
typealias MetricFigure = @Sendable (MetricSums) -> Double

/// The first sum divided by the second: the mean, if the second is a count.
let ratio: MetricFigure = { $0[0] / $0[1] }
