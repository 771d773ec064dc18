extension Metric {
  /// The mean absolute error of predicted ratings.
  public static let mae = Metric(
    "mae", "the mean absolute error",
    formula: "Σ|r − r̂| / rows", edges: "a row without a rating or a prediction is left out",
    isBetterHigher: false, needs: .ratings,
    .ratings(
      { actual, predicted in
        MetricSums(zip(actual, predicted).reduce(0.0) { $0 + abs($1.0 - $1.1) }, Double(actual.count), 0, 0)
      }, ratio))
}
