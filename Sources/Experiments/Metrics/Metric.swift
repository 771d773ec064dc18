/// A figure that says how good lists or predictions are: its name, its one written definition, and how it is computed.
///
/// A metric is one file in `Definitions` plus one line in `Metrics.swift`. It adds up to four numbers a user; the figure
/// is made of their sums. So one pass over the users serves all metrics, and resampling users needs only the sums.
public struct Metric: Sendable {
  /// As papers print it: `ndcg`.
  public let name: String
  public let aliases: [String]
  /// One line: what it tells.
  public let summary: String
  /// The definition, in Unicode; k is `top`, T the user's held-out items, hits the list's items in T.
  public let formula: String
  /// What an empty list and a user without held-out items count for.
  public let edges: String
  public let isBetterHigher: Bool
  public let needs: Needs
  /// How other libraries compute what they call by this name.
  public let dialects: [MetricDialect: String]

  let measure: Measure
  let variants: [MetricDialect: Variant]

  /// What another library computes by this name, and what it needs for that; nil where that is what ours needs.
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

  /// What else than lists and held-out items a metric looks at.
  public enum Needs: Sendable {
    case lists
    /// The table the models were fitted to.
    case train
    /// That table, and who has what in it.
    case history
    /// A category for every item.
    case categories
    /// A rating and a prediction a row, instead of lists.
    case ratings
  }

  enum Measure: Sendable {
    /// What a user adds, and what the sums come to.
    case lists(@Sendable (RankedOutcome, EvaluationFacts) -> MetricSums, MetricFigure)
    /// What a user's ratings and their predictions add.
    case ratings(@Sendable (_ actual: [Double], _ predicted: [Double]) -> MetricSums, MetricFigure)
    /// From how often each item is in a list; no user has a part of it.
    case items(@Sendable ([Int32: Int], EvaluationFacts) -> Double)

    /// The mean over users of a number; nil leaves a user out.
    static func mean(_ score: @escaping @Sendable (RankedOutcome, EvaluationFacts) -> Double?) -> Measure {
      .lists({ outcome, facts in score(outcome, facts).map { MetricSums($0, 1, 0, 0) } ?? .zero }, ratio)
    }

    /// The same, where the facts do not matter.
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

/// Whose definition of a metric is meant where libraries differ.
public enum MetricDialect: String, Sendable, CaseIterable {
  case lectern, rectools, implicit, replay, recbole, ranx, rendle
}

/// What users add up to.
typealias MetricSums = SIMD4<Double>
/// The figure that sums come to; NaN where there is none.
typealias MetricFigure = @Sendable (MetricSums) -> Double

/// The first sum over the second: the mean, where the second counts.
let ratio: MetricFigure = { $0[0] / $0[1] }
