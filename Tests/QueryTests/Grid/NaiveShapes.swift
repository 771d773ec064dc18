/// Skewness, kurtosis and correlation by their definitions: the mean first, then the powers of what lies beside it.
enum NaiveShapes {
  /// Central moments without a correction for the sample size; nil of no numbers.
  static func shape(_ name: String, of numbers: [Double]) throws -> Double? {
    if numbers.isEmpty { return nil }
    let beside = try deviations(numbers)
    let count = Double(numbers.count)
    let variance = beside.reduce(0) { $0 + $1 * $1 } / count
    if name == "skew" {
      return beside.reduce(0) { $0 + $1 * $1 * $1 } / count / (variance * variance.squareRoot())
    }
    return beside.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count / (variance * variance) - 3
  }

  /// The correlation of Pearson; nil of fewer than two pairs.
  static func correlation(_ pairs: [(Double, Double)]) throws -> Double? {
    if pairs.count < 2 { return nil }
    let (first, second) = (try deviations(pairs.map(\.0)), try deviations(pairs.map(\.1)))
    let together = zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
    let (one, other) = (first.reduce(0) { $0 + $1 * $1 }, second.reduce(0) { $0 + $1 * $1 })
    return together / (one.squareRoot() * other.squareRoot())
  }

  /// What lies beside the mean: all of it 0 of equal numbers.
  private static func deviations(_ numbers: [Double]) throws -> [Double] {
    if numbers.allSatisfy({ $0 == numbers[0] && $0.isFinite }) { return numbers.map { _ in 0 } }
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let beside = numbers.map { $0 - mean }
    if !mean.isFinite, numbers.contains(where: { !$0.isFinite }) { return beside }
    let widest = beside.map(\.magnitude).max() ?? 0
    // Fourth powers have to be numbers, and the mean's last digit has to be far below what lies beside it.
    guard widest < 1e75, widest > 1e-75, widest > mean.magnitude * 1e-6 else {
      throw NaiveFailure.unknown(.shapes)
    }
    return beside
  }
}
