import Diagnostics
import LinearAlgebra

/// A fitted EASE model: the item precision matrix P, from which scores are computed on demand.
struct FittedEASE: ScoringModel {
  let ease: EASE
  let interactions: Interactions
  /// X, with the weights to which the model was fitted; rows of features, if there are any, follow those of users.
  let matrix: SparseMatrix
  let precision: ItemPrecision
  let notes: [String]

  var model: any Model { ease }
  var scoringBlock: Int { 32 }

  /// Bᵢⱼ: how much item i with weight 1 adds to the score of item j.
  func weight(from i: Int32, to j: Int32) -> Double {
    guard i != j else { return 0 }
    return -precision.element(i, j) / Double(precision.diagonal[Int(ease.orientation == .paper ? j : i)])
  }

  /// Writes the scores of all items at once: `items` has to be every item, because the product with K⁻¹ needs them all.
  func writeScores(
    of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>
  ) throws(Diagnostic) {
    var together: [(place: Int, row: Int)] = []
    for (place, user) in users.enumerated() {
      if case .dual(let dual) = precision.form, ease.orientation == .paper, dual.places[Int(user)] >= 0 {
        together.append((place, Int(dual.places[Int(user)])))
      } else {
        writeScores(
          of: matrix.columns(ofRow: Int(user)), matrix.values(ofRow: Int(user)), into: &scores, at: place * itemCount)
      }
    }
    guard case .dual(let dual) = precision.form else { return }
    for first in stride(from: 0, to: together.count, by: 16) {
      writeScores(ofCore: together[first..<min(first + 16, together.count)], users, dual, into: &scores)
    }
  }

  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) throws(Diagnostic) {
    writeScores(of: basket.items[...], ease.weights.weights(of: basket)[...], into: &scores, at: 0)
  }

  /// Writes the scores of any sparse row y: y − (y·P)/d with d = diag P or, in the orientation of RecTools, y −
  /// (y/d)·P.
  private func writeScores(
    of items: ArraySlice<Int32>, _ weights: ArraySlice<Float>, into scores: inout MutableSpan<Float>, at start: Int
  ) {
    let isPaper = ease.orientation == .paper
    var product = [Float](repeating: 0, count: itemCount)
    var productSpan = product.mutableSpan
    let history = isPaper ? Array(weights) : zip(items, weights).map { $1 / precision.diagonal[Int($0)] }
    precision.writeProduct(items: items, weights: history, into: &productSpan)
    for item in 0..<itemCount {
      scores[start + item] = -(isPaper ? productSpan[item] / precision.diagonal[item] : productSpan[item])
    }
    for (item, weight) in zip(items, weights) { scores[start + Int(item)] += weight }
  }

  /// Writes the scores of up to 16 users with a row in the dual matrix. For them x·P = (row of K⁻¹)·Z·S, so no product
  /// with K⁻¹ is needed.
  private func writeScores(
    ofCore core: ArraySlice<(place: Int, row: Int)>, _ users: ArraySlice<Int32>, _ dual: ItemPrecision.Dual,
    into scores: inout MutableSpan<Float>
  ) {
    var lanes = [Float](repeating: 0, count: 16 * dual.kernel.order)
    var laneSpan = lanes.mutableSpan
    dual.kernel.writeLanes(core.map(\.row), into: &laneSpan)
    let places = core.map { $0.place * itemCount }
    dual.columns.forEachRowTimesLanes(lanes.span) { item, sums in
      let factor = -dual.scale[item] / precision.diagonal[item]
      for lane in places.indices { scores[places[lane] + item] = factor * sums[lane] }
    }
    for entry in core {
      let user = Int(users[users.startIndex + entry.place])
      for cell in matrix.cells(ofRow: user) {
        scores[entry.place * itemCount + Int(matrix.columns[cell])] += matrix.values[cell]
      }
    }
  }

  func similar(to item: Int32, top: Int) throws(Diagnostic) -> [ScoredItem] {
    var row = [Float](repeating: 0, count: itemCount)
    var rowSpan = row.mutableSpan
    precision.writeProduct(items: [item], weights: [1], into: &rowSpan)
    for other in 0..<itemCount {
      rowSpan[other] = -rowSpan[other] / precision.diagonal[ease.orientation == .paper ? other : Int(item)]
    }
    var selection = TopSelection(capacity: min(top, itemCount))
    selection.offer(&rowSpan, at: 0, of: 0..<itemCount, candidates: nil, striking: [item])
    return selection.ranked()
  }

  func explain(_ user: Int32, _ item: Int32) throws(Diagnostic) -> Explanation {
    let cells = matrix.cells(ofRow: Int(user))
    let terms = cells.filter { matrix.columns[$0] != item }.map { cell in
      Explanation.Term(
        .item(matrix.columns[cell]), Double(matrix.values[cell]) * weight(from: matrix.columns[cell], to: item))
    }
    return Explanation(score: terms.reduce(0) { $0 + $1.contribution }, terms: terms)
  }
}
