public import Diagnostics
public import Experiments
import Generators
import Tables

/// Tests intervals and p values on simulated data for which the true values are known.
///
/// Each simulated user took one item, and a simulated model has it at a random rank of its list or not at all. The
/// metric is the reciprocal rank, whose mean over all possible users is known.
public struct ComparisonSimulation: Sendable {
  /// The probability of each rank, from 1, for the item that a user took. With the remaining probability the item is
  /// not in the list.
  public let ranks: [Double]
  public let users: Int
  public let seed: UInt64

  public init(ranks: [Double], users: Int, seed: UInt64) {
    self.ranks = ranks
    self.users = users
    self.seed = seed
  }

  /// Half of the users have the item in the list, at any of 20 ranks: most values of the metric are near 0, a few are
  /// 1.
  public static func skewed(users: Int, seed: UInt64) -> ComparisonSimulation {
    ComparisonSimulation(ranks: [Double](repeating: 0.5 / 20, count: 20), users: users, seed: seed)
  }

  /// The mean of the metric over all possible users.
  public var trueMean: Double { moment(1) }

  /// The skewness of the metric: its third central moment divided by the cube of its standard deviation.
  public var skewness: Double {
    let (mean, square, cube) = (moment(1), moment(2), moment(3))
    let variance = square - mean * mean
    return (cube - 3 * mean * variance - mean * mean * mean) / (variance * variance.squareRoot())
  }

  private func moment(_ power: Int) -> Double {
    ranks.enumerated().reduce(0) { sum, rank in
      sum + rank.element * (0..<power).reduce(1.0) { product, _ in product / Double(rank.offset + 1) }
    }
  }

  /// The share of rounds in which the interval of `metrics` contains the true mean.
  public func coverage(rounds: Int) throws(Diagnostic) -> Double {
    var covered = 0
    for round in 0..<rounds {
      let figures = try evaluation(round).metrics(of: lists(models: 1, better: 0, round: round)).table
      let (figure, half) = (figures.columns[1][0].number ?? .nan, figures.columns[2][0].number ?? .nan)
      if abs(figure - trueMean) <= half { covered += 1 }
    }
    return Double(covered) / Double(rounds)
  }

  /// The share of rounds in which `compare` finds a difference between equal models (corrected p ≤ 0.05).
  public func falseAlarms(models: Int, rounds: Int, test: DifferenceTest = .permutation) throws(Diagnostic) -> Double {
    var alarms = 0
    for round in 0..<rounds {
      let rows = try comparison(models: models, better: 0, round: round, test)
      if rows.contains(where: { $0.p <= 0.05 }) { alarms += 1 }
    }
    return Double(alarms) / Double(rounds)
  }

  /// The share of rounds in which `compare` finds that the first model is better than every other one. It really is:
  /// for a share `better` of the users, it has the item at the first rank.
  public func discoveries(
    models: Int, better: Double, rounds: Int, test: DifferenceTest = .permutation
  ) throws(Diagnostic) -> Double {
    var found = 0
    for round in 0..<rounds {
      let rows = try comparison(models: models, better: better, round: round, test)
      if rows.filter({ $0.model == "m0" }).allSatisfy({ $0.p <= 0.05 && $0.difference > 0 }) { found += 1 }
    }
    return Double(found) / Double(rounds)
  }

  private func comparison(
    models: Int, better: Double, round: Int, _ test: DifferenceTest
  ) throws(Diagnostic) -> [(model: String, difference: Double, p: Double)] {
    var evaluation = evaluation(round)
    evaluation.test = test
    let table = try evaluation.comparison(of: lists(models: models, better: better, round: round)).table
    func numbers(_ name: String) -> [Double] {
      (0..<table.rowCount).map { table.column(name)?[$0].number ?? .nan }
    }
    let names = (0..<table.rowCount).map { "\(table.column("model")?[$0] ?? .null)" }
    return zip(names, zip(numbers("difference"), numbers("p_adjusted"))).map { ($0, $1.0, $1.1) }
  }

  private func evaluation(_ round: Int) -> Evaluation {
    var evaluation = Evaluation(metrics: [.mrr])
    evaluation.cutoffs = [ranks.count]
    evaluation.seed = UInt64(round)
    return evaluation
  }

  /// Users who took item 1, and lists of some models with that item at random ranks.
  private func lists(models: Int, better: Double, round: Int) throws(Diagnostic) -> Table {
    var random = SplitMix(seed: seed, UInt64(round))
    var columns = [
      (name: "user_id", column: Column((0..<users).map { Int32($0) })),
      ("ids", try Column(listsOf: .i64, [[Value]](repeating: [.integer(1)], count: users))),
    ]
    for model in 0..<models {
      let lists = (0..<users).map { _ -> [Value] in
        var draw = Double.random(in: 0..<1, using: &random)
        if model == 0 {
          if draw < better { return [.integer(1)] }
          draw = (draw - better) / (1 - better)
        }
        for (place, share) in ranks.enumerated() {
          if draw < share { return [Value](repeating: .integer(0), count: place) + [.integer(1)] }
          draw -= share
        }
        return [.integer(0)]
      }
      columns.append(("m\(model)_recs", try Column(listsOf: .i64, lists)))
    }
    return Table(columns)
  }
}
