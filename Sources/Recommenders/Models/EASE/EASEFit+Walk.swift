import Diagnostics
import LinearAlgebra

extension EASEFit {
  func showInteractions(_ matrix: SparseMatrix, _ seconds: Double) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        of: EASE.self, "interactions", formula: model.weights.formula,
        shapes: ["X is \(matrix.rowCount) users × \(matrix.columnCount) items, \(matrix.cellCount) not zero"],
        seconds: seconds,
        corners: [
          StepReport.Corner("X", of: interactions) { Double(matrix.value(row: Int($0), column: $1) ?? 0) }
        ],
        lookAt:
          "empty cells, even where the busiest users meet the commonest items; nearly all others are empty, and that makes the next step cheap"
      ))
  }

  /// - `places`: the row of every user in a users × users matrix, or −1; nil for an items × items matrix.
  func showGram(
    _ gram: TiledSymmetricMatrix, formula: String, shape: String, places: [Int32]?,
    _ watch: Stopwatch
  ) throws(Diagnostic) {
    guard let walk else { return }
    try walk.show(
      StepReport(
        of: EASE.self, "Gram matrix", formula: formula, shapes: [shape],
        seconds: watch.seconds,
        corners: [corner(places == nil ? "G" : "K", gram.order, places) { Double(gram.lower($0, $1)) }],
        lookAt: places == nil
          ? "symmetric; λ stands on the diagonal and nowhere else, and makes the matrix invertible"
          : "the same P from a smaller matrix, of users instead of items (G = XᵀX + λI); λ is inside Z, and 1 on the diagonal makes K invertible"
      ))
  }

  func showInverse(
    _ inverse: TiledSymmetricMatrix, letter: String, formula: String, places: [Int32]?, _ seconds: Double
  ) throws(Diagnostic) {
    guard let walk else { return }
    try walk.show(
      StepReport(
        of: EASE.self, "inverse", formula: formula,
        shapes: ["\(letter) is \(inverse.order) × \(inverse.order)"], seconds: seconds,
        corners: [corner(letter, inverse.order, places) { Double(inverse[$0, $1]) }],
        lookAt: "positive on the diagonal; off it, negative where two go together, given all others"))
  }

  /// The corner of an items × items matrix, or of the users that have a row in a users × users matrix.
  private func corner(
    _ name: String, _ order: Int, _ places: [Int32]?, _ value: (Int, Int) -> Double
  ) -> StepReport.Corner {
    guard let places else {
      let common = interactions.commonItems()
      return StepReport.Corner(name, rowCount: order, columnCount: order, rows: common, columns: common) {
        value(Int($0), Int($1))
      }
    }
    let busy = StepReport.Selection.users(interactions.busyUsers().indices.filter { places[Int($0)] >= 0 })
    return StepReport.Corner(name, rowCount: order, columnCount: order, rows: busy, columns: busy) {
      value(Int(places[Int($0)]), Int(places[Int($1)]))
    }
  }

  func showWeights(_ fitted: FittedEASE) throws(Diagnostic) {
    guard let walk else { return }
    let watch = Stopwatch()
    let items = interactions.itemCount
    let common = interactions.commonItems()
    let corner = StepReport.Corner("B", rowCount: items, columnCount: items, rows: common, columns: common) {
      fitted.weight(from: $0, to: $1)
    }
    let formula = model.orientation == .paper ? "Bᵢⱼ = −Pᵢⱼ / Pⱼⱼ, Bⱼⱼ = 0" : "Bᵢⱼ = −Pᵢⱼ / Pᵢᵢ, Bⱼⱼ = 0"
    try walk.show(
      StepReport(
        of: EASE.self, "weights", formula: formula,
        shapes: ["B is \(items) items × items; only the diagonal of P is kept, B is computed where it is needed"],
        seconds: watch.seconds, corners: [corner],
        lookAt:
          "the zero diagonal, without which every item would simply recommend itself; row i is what item i says about the others"
      ))
  }

  func showScores(_ fitted: FittedEASE) throws(Diagnostic) {
    guard let walk else { return }
    let watch = Stopwatch()
    let users = interactions.busyUsers()
    var rows: [Int32: [Float]] = [:]
    for user in users.indices { rows[user] = try fitted.scores(for: user) }
    let scores = rows
    try walk.show(
      StepReport(
        of: EASE.self, "scores", formula: "S = X·B",
        shapes: [
          "S is \(interactions.userCount) users × \(interactions.itemCount) items, computed for the users asked for"
        ],
        seconds: watch.seconds,
        corners: [
          StepReport.Corner(
            "S", rowCount: interactions.userCount, columnCount: interactions.itemCount, rows: users,
            columns: interactions.commonItems()
          ) { Double(scores[$0]?[Int($1)] ?? 0) }
        ], lookAt: "not probabilities: only the order within a row means something"))
  }
}
