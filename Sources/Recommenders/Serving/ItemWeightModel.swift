import Diagnostics
import LinearAlgebra

/// A fitted model whose scores are S = X·W, with a sparse matrix W of items × items.
///
/// An item without a weight from any of the user's items gets −∞ and is not recommended, so lists can be short.
protocol ItemWeightModel: ScoringModel {
  /// X, users × items.
  var matrix: SparseMatrix { get }
  /// W: row i has the weights from item i to the others.
  var itemWeights: SparseMatrix { get }
  /// The row of X for a user whom the model has not seen.
  func weights(of basket: Basket) -> [Float]
}

extension ItemWeightModel {
  func writeScores(of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>) {
    for (place, user) in users.enumerated() {
      writeScores(
        matrix.columns(ofRow: Int(user)), matrix.values(ofRow: Int(user)), into: &scores, at: place * itemCount)
    }
  }

  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) {
    writeScores(basket.items[...], weights(of: basket)[...], into: &scores, at: 0)
  }

  /// Writes the sum of the rows of `items`, each times its weight.
  private func writeScores(
    _ items: ArraySlice<Int32>, _ weights: ArraySlice<Float>, into scores: inout MutableSpan<Float>, at start: Int
  ) {
    for item in 0..<itemCount { scores[start + item] = -.infinity }
    let (columns, values) = (itemWeights.columns, itemWeights.values)
    for (item, weight) in zip(items, weights) {
      for cell in itemWeights.cells(ofRow: Int(item)) {
        let place = start + Int(columns[cell])
        scores[place] = (scores[place] == -.infinity ? 0 : scores[place]) + weight * values[cell]
      }
    }
  }

  func similar(to item: Int32, top: Int) -> [ScoredItem] {
    var selection = TopSelection(capacity: min(top, itemCount))
    for cell in itemWeights.cells(ofRow: Int(item)) where itemWeights.columns[cell] != item {
      selection.offer(itemWeights.columns[cell], itemWeights.values[cell])
    }
    return selection.ranked()
  }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let terms = matrix.cells(ofRow: Int(user)).compactMap { cell -> Explanation.Term? in
      let own = matrix.columns[cell]
      guard let weight = itemWeights.value(row: Int(own), column: item) else { return nil }
      return Explanation.Term(.item(own), Double(matrix.values[cell] * weight))
    }
    return Explanation(score: terms.reduce(0) { $0 + $1.contribution }, terms: terms)
  }
}

/// A fitted model whose state is W alone.
struct FittedItemWeights: ItemWeightModel {
  let model: any Model
  let interactions: Interactions
  let weights: InteractionWeights
  let matrix: SparseMatrix
  let itemWeights: SparseMatrix
  let notes: [String]

  init(
    _ model: any Model, _ interactions: Interactions, _ weights: InteractionWeights, matrix: SparseMatrix,
    itemWeights: SparseMatrix, notes: [String] = []
  ) {
    self.model = model
    self.interactions = interactions
    self.weights = weights
    self.matrix = matrix
    self.itemWeights = itemWeights
    self.notes = notes
  }

  func weights(of basket: Basket) -> [Float] { weights.weights(of: basket) }

  func store(in archive: inout ModelArchive) {
    archive.store("itemWeights", itemWeights)
    archive.store("notes", lines: notes)
  }

  init(
    _ model: any Model, _ interactions: Interactions, _ weights: InteractionWeights, restoring archive: ModelArchive
  ) throws(Diagnostic) {
    self.init(
      model, interactions, weights, matrix: weights.matrix(of: interactions),
      itemWeights: try archive.sparseMatrix(
        "itemWeights", rowCount: interactions.itemCount, columnCount: interactions.itemCount),
      notes: try archive.lines("notes"))
  }

  /// The weights among an item and the items with the largest weights from it, for a walk.
  func neighborhood(of item: Int32, _ name: String) -> StepReport.Corner {
    let items = StepReport.Selection.items([item] + similar(to: item, top: 4).map(\.item))
    return StepReport.Corner(
      name, rowCount: itemCount, columnCount: itemCount, rows: items, columns: items
    ) { Double(itemWeights.value(row: Int($0), column: $1) ?? 0) }
  }
}

extension InteractionWeights {
  /// The row of X for a user whom the model has not seen.
  func weights(of basket: Basket) -> [Float] { self == .counts ? basket.weights : basket.weights.map(weight) }
}
