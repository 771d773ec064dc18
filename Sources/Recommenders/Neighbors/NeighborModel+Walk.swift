import Diagnostics
import LinearAlgebra

extension NeighborModel {
  /// Fits the model that predicts ratings, and shows its steps.
  func fitRatingNeighbors(
    _ interactions: consuming Interactions, _ walk: Walk?
  ) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let fitted = try ratingNeighbors(consume interactions)
    guard let walk else { return fitted }
    let interactions = fitted.interactions
    let (side, other) = Self.ofUsers ? ("user", "i") : ("item", "u")
    let center =
      switch centering {
      case .none: "c = 0"
      case .means: "c = the \(side)'s mean"
      case .zscore: "c = the \(side)'s mean, s = its standard deviation"
      case .baseline: "c = μ + bᵤ + bᵢ"
      }
    try walk.show(
      StepReport(
        of: Self.self, "weights", formula: center,
        shapes: [
          "R is \(fitted.userCount) users × \(fitted.itemCount) items, \(counted(fitted.ratings.count, "rating"))"
        ], seconds: watch.seconds,
        corners: [
          StepReport.Corner("R", of: interactions) { Double(interactions.matrix.value(row: Int($0), column: $1) ?? 0) }
        ], lookAt: "two \(side)s are compared over the \(other) that both have a rating with: nothing is computed yet"))
    try fitted.show(walk)
    return fitted
  }
}

extension FittedRatingNeighbors {
  /// Shows the similarities among the users with the most items, or among the items with the most users.
  func show(_ walk: Walk) throws(Diagnostic) {
    let watch = Stopwatch()
    let chosen = knn.ofUsers ? interactions.busyUsers() : interactions.commonItems()
    let numbers = chosen.indices.map { knn.ofUsers ? ratings.number(ofUser: $0) : ratings.number(ofItem: $0) }
    let rows = numbers.map { $0.map { knn.similarities(of: knn.lists.profile($0)) } ?? [] }
    let places = Dictionary(uniqueKeysWithValues: chosen.indices.enumerated().map { ($1, $0) })
    let count = rows.first?.count ?? 0
    let side = knn.ofUsers ? "users" : "items"
    try walk.show(
      StepReport(
        of: type(of: model), "neighbours",
        formula: "r̂ᵤᵢ = c + s · Σ sim·(r − c′)/s′ / Σ sim over the nearest who have a rating",
        shapes: ["sim is \(count) \(side) × \(side), found row by row when needed"], seconds: watch.seconds,
        corners: [
          StepReport.Corner("sim", rowCount: count, columnCount: count, rows: chosen, columns: chosen) {
            guard let row = places[$0], let place = places[$1], let column = numbers[place], !rows[row].isEmpty
            else { return 0 }
            return rows[row][column]
          }
        ], lookAt: "1 with itself; 0 with whom it shares no rating"))
  }
}
