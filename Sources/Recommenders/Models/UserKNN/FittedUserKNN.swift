import Diagnostics
import LinearAlgebra
import Parallelism

/// The weighted items of all users. Neighbors are searched on demand, so there is no matrix of users × users.
struct FittedUserKNN: VotingModel {
  private let knn: UserKNN
  let interactions: Interactions
  let deferredRatings: DeferredRatings
  private let cellWeights: CellWeights
  /// Users × items.
  let weights: SparseMatrix
  private let byItem: SparseMatrix

  var model: any Model { knn }

  init(_ model: UserKNN, _ interactions: Interactions) throws(Diagnostic) {
    knn = model
    self.interactions = interactions
    deferredRatings = DeferredRatings(model, interactions)
    cellWeights = CellWeights(model.similarity, interactions.matrix)
    let transpose = try interactions.matrix.transposedOnAllCores()
    (weights, byItem) = try cellWeights.weighted(interactions.matrix, transpose: consume transpose)
  }

  /// The most similar users, without the user itself, the most similar first.
  ///
  /// - `sums`: scratch memory, one element per user, all zero before and after.
  func neighbors(
    _ items: ArraySlice<Int32>, _ weights: ArraySlice<Float>, besides user: Int32?, _ sums: inout [Float]
  ) -> [TopSelection.Entry] {
    var reached: [Int32] = []
    for (item, weight) in zip(items, weights) {
      for cell in byItem.cells(ofRow: Int(item)) {
        let other = byItem.columns[cell]
        if sums[Int(other)] == 0 { reached.append(other) }
        sums[Int(other)] += weight * byItem.values[cell]
      }
    }
    var selection = TopSelection(capacity: knn.neighbors)
    for other in reached {
      if other != user, sums[Int(other)] > 0 { selection.offer(other, sums[Int(other)]) }
      sums[Int(other)] = 0
    }
    return selection.take()
  }

  func writeScores(of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>) {
    var sums = [Float](repeating: 0, count: userCount)
    for (place, user) in users.enumerated() {
      let nearest = neighbors(
        weights.columns(ofRow: Int(user)), weights.values(ofRow: Int(user)), besides: user, &sums)
      vote(nearest, into: &scores, at: place * itemCount)
    }
  }

  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) {
    var sums = [Float](repeating: 0, count: userCount)
    let weights = cellWeights.weights(basket.items[...], basket.weights[...])
    vote(neighbors(basket.items[...], weights[...], besides: nil, &sums), into: &scores, at: 0)
  }

  /// Adds up the votes of the neighbors. An item that none of them had gets −∞, so that it is not recommended.
  private func vote(_ nearest: [TopSelection.Entry], into scores: inout MutableSpan<Float>, at start: Int) {
    for item in 0..<itemCount { scores[start + item] = -.infinity }
    let matrix = interactions.matrix
    for neighbor in nearest {
      for cell in matrix.cells(ofRow: Int(neighbor.index)) {
        let place = start + Int(matrix.columns[cell])
        scores[place] = (scores[place] == -.infinity ? 0 : scores[place]) + neighbor.score * matrix.values[cell]
      }
    }
  }

  /// One term for each of the user's items: its part of the similarity to the neighbors that had `item`.
  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    var sums = [Float](repeating: 0, count: userCount)
    let (own, ownWeights) = (weights.columns(ofRow: Int(user)), weights.values(ofRow: Int(user)))
    let voters = neighbors(own, ownWeights, besides: user, &sums).compactMap { neighbor in
      interactions.matrix.value(row: Int(neighbor.index), column: item).map { (row: Int(neighbor.index), value: $0) }
    }
    let terms = zip(own, ownWeights).compactMap { own, weight -> Explanation.Term? in
      let shared = voters.compactMap { voter in
        weights.value(row: voter.row, column: own).map { Double(weight * $0 * voter.value) }
      }
      return shared.isEmpty ? nil : Explanation.Term(.item(own), shared.reduce(0, +))
    }
    return Explanation(score: terms.reduce(0) { $0 + $1.contribution }, terms: terms)
  }
}
