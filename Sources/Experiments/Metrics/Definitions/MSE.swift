extension Metric {
  /// The mean squared error of predicted ratings.
  public static let mse = Metric(
    "mse", "the mean squared error",
    formula: "Σ(r − r̂)² / rows", edges: "a row without a rating or a prediction is left out",
    isBetterHigher: false, needs: .ratings, .ratings({ squaredErrors($0, $1) }, ratio))
}
