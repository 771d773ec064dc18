public import Diagnostics
import LinearAlgebra
import Parallelism

/// Items like those a user had: every item keeps its nearest neighbours, and a user's items vote for theirs.
///
/// sᵤⱼ = Σᵢ xᵤᵢ·sim(i, j) over the user's items i that have j among their `neighbors` nearest (themselves included),
/// where sim is the product of weighted columns.
///
/// - Complexity: O(Σ over users of (their items)²) time, items × neighbors memory.
/// - Source: Sarwar et al., *Item-based Collaborative Filtering*, WWW 2001; weights as in the library `implicit`.
public struct ItemKNN: Model {
  /// How the columns of items are weighted before they are multiplied.
  public enum Similarity: String, Sendable, CaseIterable {
    case cosine, tfidf, bm25
  }

  public static let name = "ItemKNN"
  public static let aliases = ["ItemNeighbors"]
  public static let summary = "items like those a user had, by the users they share"
  public static let help = [
    "Two items are alike if the same users had them. Every item keeps its `neighbors` nearest, and a user's items add up what they say, times their weights. Items that no neighbour leads to are not recommended, so lists can be short.",
    "`cosine` divides by the lengths of both columns. `tfidf` first takes the root of weights and lets users of many items say less: idf = ln(items) − ln(1 + the user's items). `bm25` dampens weights by K1 = 1.2 and long columns by B = 0.75; it is not divided by lengths, so popular items come out stronger.",
    "Formulas and lists are those of implicit's Cosine-, TFIDF- and BM25Recommender (K there is 20 by default), apart from ties and from items a user had, which implicit lets back in when candidates run out.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .word("similarity", \.similarity, "how columns are weighted: cosine, TF-IDF or BM25"),
    .integer("neighbors", \.neighbors, in: 1...100_000, "neighbours kept per item, itself among them"),
  ]
  public static let steps = ["weights", "neighbours"]

  public var similarity = Similarity.cosine
  public var neighbors = 40

  public init() {}

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let clock = ContinuousClock()
    var start = clock.now
    let byItem = interactions.transpose.withValues(weights(interactions))
    let byUser = byItem.transposed()
    try walk?.show(
      StepReport(
        number: 1, total: 2, title: "weights", formula: formula,
        shapes: ["W is \(byItem.rowCount) items × \(byItem.columnCount) users"], seconds: seconds(clock.now - start),
        corners: [
          StepReport.Corner("W", rowCount: byItem.rowCount, columnCount: byItem.columnCount) {
            Double(byItem.value(row: $0, column: Int32($1)) ?? 0)
          }
        ], lookAt: "who had much says less about each"))
    start = clock.now
    let nearest = try nearestRows(byItem, byUser)
    try walk?.show(
      StepReport(
        number: 2, total: 2, title: "neighbours", formula: "sim(i, j) = wᵢ·wⱼ, the \(neighbors) largest of every i",
        shapes: ["\(nearest.cellCount) similarities"], seconds: seconds(clock.now - start),
        corners: [
          StepReport.Corner("sim", rowCount: nearest.rowCount, columnCount: nearest.columnCount) {
            Double(nearest.value(row: $0, column: Int32($1)) ?? 0)
          }
        ], lookAt: "the diagonal is an item with itself; a neighbour of i need not have i as its own"))
    return FittedItemKNN(model: self, interactions: interactions, similarity: nearest)
  }

  private var formula: String {
    switch similarity {
    case .cosine: "wᵢᵤ = xᵤᵢ / ‖xᵢ‖"
    case .tfidf: "wᵢᵤ = √xᵤᵢ · (ln n − ln(1 + nᵤ)), divided by its length"
    case .bm25: "wᵢᵤ = xᵤᵢ·(K₁ + 1) / (K₁·(1 − B + B·|xᵢ| / mean) + xᵤᵢ) · (ln n − ln(1 + nᵤ))"
    }
  }

  /// The weighted cells of items × users.
  private func weights(_ interactions: Interactions) -> [Float] {
    let matrix = interactions.transpose
    let rarity = (0..<interactions.userCount).map { user in
      logarithm(Double(interactions.itemCount)) - logarithm(1 + Double(interactions.matrix.cells(ofRow: user).count))
    }
    let sums = (0..<matrix.rowCount).map { item in matrix.values(ofRow: item).reduce(0.0) { $0 + Double($1) } }
    let mean = sums.reduce(0, +) / Double(max(1, sums.count))
    var weights: [Float] = []
    weights.reserveCapacity(matrix.cellCount)
    for item in 0..<matrix.rowCount {
      let row = matrix.cells(ofRow: item).map { cell -> Double in
        let value = Double(matrix.values[cell])
        let idf = rarity[Int(matrix.columns[cell])]
        switch similarity {
        case .cosine: return value
        case .tfidf: return max(0, value).squareRoot() * idf
        case .bm25: return value * 2.2 / (1.2 * (0.25 + 0.75 * sums[item] / mean) + value) * idf
        }
      }
      let length = similarity == .bm25 ? 1 : row.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
      for weight in row { weights.append(Float(length > 0 ? weight / length : 0)) }
    }
    return weights
  }

  /// For every item the rows it has the largest products with, as a matrix of its own.
  private func nearestRows(_ byItem: SparseMatrix, _ byUser: SparseMatrix) throws(Diagnostic) -> SparseMatrix {
    let blocks = try mapChunks(of: byItem.rowCount, grain: 64) { (items) -> [[TopSelection.Entry]] in
      var sums = [Float](repeating: 0, count: byItem.rowCount)
      var reached: [Int32] = []
      var isReached = [Bool](repeating: false, count: byItem.rowCount)
      return items.map { item in
        for cell in byItem.cells(ofRow: item) {
          let weight = byItem.values[cell]
          for other in byUser.cells(ofRow: Int(byItem.columns[cell])) {
            let column = byUser.columns[other]
            if !isReached[Int(column)] {
              isReached[Int(column)] = true
              reached.append(column)
            }
            sums[Int(column)] += weight * byUser.values[other]
          }
        }
        var selection = TopSelection(capacity: neighbors)
        for other in reached {
          selection.offer(other, sums[Int(other)])
          sums[Int(other)] = 0
          isReached[Int(other)] = false
        }
        reached.removeAll(keepingCapacity: true)
        return selection.take().sorted { $0.index < $1.index }
      }
    }
    let rows = blocks.flatMap { $0 }
    var offsets = [0]
    for row in rows { offsets.append(offsets[offsets.count - 1] + row.count) }
    return SparseMatrix(
      rowCount: byItem.rowCount, columnCount: byItem.rowCount, offsets: offsets,
      columns: rows.flatMap { $0.map(\.index) }, values: rows.flatMap { $0.map(\.score) })
  }
}

extension ItemKNN {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    let similarity = try archive.sparseMatrix(
      "similarity", rowCount: interactions.itemCount, columnCount: interactions.itemCount)
    return FittedItemKNN(model: self, interactions: interactions, similarity: similarity)
  }
}

struct FittedItemKNN: ScoringModel {
  let model: any Model
  let interactions: Interactions
  /// Row i: the nearest items of item i.
  let similarity: SparseMatrix

  func writeScores(of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>) {
    for (place, user) in users.enumerated() {
      writeScores(
        interactions.matrix.columns(ofRow: Int(user)), interactions.matrix.values(ofRow: Int(user)), into: &scores,
        at: place * itemCount)
    }
  }

  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) {
    writeScores(basket.items[...], basket.weights[...], into: &scores, at: 0)
  }

  /// Adds up the neighbours of `items`; what none of them leads to is −∞: nothing is known of it.
  private func writeScores(
    _ items: ArraySlice<Int32>, _ weights: ArraySlice<Float>, into scores: inout MutableSpan<Float>, at start: Int
  ) {
    for item in 0..<itemCount { scores[start + item] = -.infinity }
    let (columns, values) = (similarity.columns, similarity.values)
    for (item, weight) in zip(items, weights) {
      for cell in similarity.cells(ofRow: Int(item)) {
        let place = start + Int(columns[cell])
        scores[place] = (scores[place] == -.infinity ? 0 : scores[place]) + weight * values[cell]
      }
    }
  }

  func store(in archive: inout ModelArchive) { archive.store("similarity", similarity) }

  func similar(to item: Int32, top: Int) -> [ScoredItem] {
    var selection = TopSelection(capacity: min(top, itemCount))
    for cell in similarity.cells(ofRow: Int(item)) where similarity.columns[cell] != item {
      selection.offer(similarity.columns[cell], similarity.values[cell])
    }
    return selection.ranked()
  }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let cells = interactions.matrix.cells(ofRow: Int(user))
    let terms = cells.compactMap { cell -> Explanation.Term? in
      let own = interactions.matrix.columns[cell]
      guard let similar = similarity.value(row: Int(own), column: item) else { return nil }
      return Explanation.Term(.item(own), Double(interactions.matrix.values[cell] * similar))
    }
    return Explanation(score: terms.reduce(0) { $0 + $1.contribution }, terms: terms)
  }
}
