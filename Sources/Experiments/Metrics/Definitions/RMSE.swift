extension Metric {
  /// The root of the mean squared error of predicted ratings.
  public static let rmse = Metric(
    "rmse", "the square root of the mean squared error",
    formula: "√(Σ(r − r̂)² / rows)", edges: "a row without a rating or a prediction is left out",
    isBetterHigher: false, needs: .ratings,
    .ratings({ squaredErrors($0, $1) }, { ratio($0).squareRoot() }))
}

/// The contribution of a user's predictions to mean squared errors.
func squaredErrors(_ actual: [Double], _ predicted: [Double]) -> MetricSums {
  let sum = zip(actual, predicted).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return MetricSums(sum, Double(actual.count), 0, 0)
}
