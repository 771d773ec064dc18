public import Diagnostics
import LinearAlgebra
import Parallelism

/// Recommends items similar to those of the user: every item keeps its nearest neighbors, and the items of a user vote
/// for theirs.
///
/// The score is sᵤⱼ = Σᵢ xᵤᵢ·sim(i, j) over the user's items i that have j among their `neighbors` nearest items (i
/// itself included). sim is the dot product of weighted columns of X.
///
/// - Complexity: O(Σ over users of (their items)²) time, items × neighbors memory.
/// - Source: Sarwar et al., *Item-based Collaborative Filtering*, WWW 2001; weights as in the library `implicit`.
public struct ItemKNN: NeighborModel {
  public static let name = "ItemKNN"
  public static let aliases = ["ItemNeighbors"]
  public static let summary = "recommends items similar to those the user had; similar items share users"
  public static let help = [
    "Two items are similar if the same users had them. Each item keeps its `neighbors` most similar items. The items of a user vote for their neighbours: similarity times weight, summed. Items without a vote are not recommended, so lists can be short.",
    NeighborHelp.similarities, NeighborHelp.centerings,
    "Votes and lists are those of implicit's CosineRecommender, TFIDFRecommender and BM25Recommender (where K is 20 by default), except for ties and for items a user had, which implicit recommends again when candidates run out.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .word("similarity", \.similarity, "the similarity of two items"),
    .integer(
      "neighbors", \.neighbors, in: 1...100_000,
      "how many neighbours to keep per item; for voting, the item itself is one of them"),
    .word("centering", \.centering, "what to subtract from the ratings of neighbours"),
    .interval("scale", \.scale, "the lowest and highest rating; predictions are clipped to this range"),
  ]
  public static let steps = ["weights", "neighbours"]
  public var readsRows: RowReading { .whereWeighted }
  static let ofUsers = false

  public var similarity = NeighborSimilarity.cosine
  public var neighbors = 40
  public var centering = NeighborCentering.none
  public var scale = 1.0...5.0

  public init() {}

  public func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    guard votes else { return try fitRatingNeighbors(interactions, walk) }
    var watch = Stopwatch()
    let transpose = try interactions.matrix.transposedOnAllCores()
    let (byItem, byUser) = try CellWeights(similarity, transpose)
      .weighted(consume transpose, transpose: interactions.matrix)
    try walk?.show(
      StepReport(
        of: ItemKNN.self, "weights", formula: CellWeights.formula(similarity, ofUsers: false),
        shapes: ["W is \(byItem.rowCount) items × \(byItem.columnCount) users"], seconds: watch.lap(),
        corners: [
          StepReport.Corner(
            "W", rowCount: byItem.rowCount, columnCount: byItem.columnCount, rows: interactions.commonItems(),
            columns: interactions.busyUsers()
          ) { Double(byItem.value(row: Int($0), column: $1) ?? 0) }
        ], lookAt: "an item has less weight for a user with many items"))
    watch.resume()
    let nearest = try Progress.ofLoops("ItemKNN: neighbours") { () throws(Diagnostic) in
      try byItem.nearestRows(neighbors, transpose: byUser)
    }
    try walk?.show(
      StepReport(
        of: ItemKNN.self, "neighbours", formula: "sim(i, j) = wᵢ·wⱼ, the \(neighbors) largest of every i",
        shapes: ["\(nearest.cellCount) similarities"], seconds: watch.lap(),
        corners: [neighborhood(of: interactions.commonItems(1).indices.first ?? 0, nearest)],
        lookAt:
          "an item and those nearest to it; zero where j is not among the \(neighbors) nearest of i: a neighbour of i need not have i as its own"
      ))
    return FittedItemKNN(self, interactions, similarity: nearest)
  }

  /// The similarities among an item and its four nearest neighbors.
  private func neighborhood(of item: Int32, _ similarity: SparseMatrix) -> StepReport.Corner {
    let cells = similarity.cells(ofRow: Int(item)).filter { similarity.columns[$0] != item }
    let nearest = cells.sorted { similarity.values[$0] > similarity.values[$1] }.prefix(4)
    let items = StepReport.Selection.items([item] + nearest.map { similarity.columns[$0] })
    return StepReport.Corner(
      "sim", rowCount: similarity.rowCount, columnCount: similarity.columnCount, rows: items, columns: items
    ) { Double(similarity.value(row: Int($0), column: $1) ?? 0) }
  }
}

extension ItemKNN {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    guard votes else { return try ratingNeighbors(interactions) }
    let similarity = try archive.sparseMatrix(
      "similarity", rowCount: interactions.itemCount, columnCount: interactions.itemCount)
    return FittedItemKNN(self, interactions, similarity: similarity)
  }
}

struct FittedItemKNN: VotingModel, ItemWeightModel {
  let model: any Model
  let interactions: Interactions
  let deferredRatings: DeferredRatings
  /// Row i has the nearest items of item i, with their similarities.
  let similarity: SparseMatrix

  init(_ model: ItemKNN, _ interactions: Interactions, similarity: SparseMatrix) {
    self.model = model
    self.interactions = interactions
    self.similarity = similarity
    deferredRatings = DeferredRatings(model, interactions)
  }

  var matrix: SparseMatrix { interactions.matrix }
  var itemWeights: SparseMatrix { similarity }

  func weights(of basket: Basket) -> [Float] { basket.weights }

  func store(in archive: inout ModelArchive) { archive.store("similarity", similarity) }
}
