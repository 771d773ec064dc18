import Diagnostics
import ElementaryFunctions
import Parallelism

/// The vectors of all users. Neighbors are searched on demand.
struct FittedTIFUKNN: NextBasketModel {
  private let tifu: TIFUKNN
  let interactions: Interactions
  let ties: TieOrder
  /// V, users × items, and its transpose.
  private let vectors: PreciseRows
  private let byItem: PreciseRows
  /// ‖Vᵤ‖²; infinite for a user without baskets, so that this user is not a neighbor of anyone.
  private let squares: [Double]

  var model: any Model { tifu }

  init(_ model: TIFUKNN, _ interactions: Interactions, _ baskets: Baskets) throws(Diagnostic) {
    tifu = model
    self.interactions = interactions
    ties = try TieOrder(model.ties, interactions, seed: model.seed, of: TIFUKNN.name)
    let itemCount = interactions.itemCount
    let parts = try mapChunks(of: interactions.userCount, grain: 1024) { (users) -> PreciseRows in
      var scores = PreciseScores(itemCount: itemCount)
      var rows = PreciseRows()
      for user in users {
        let own = baskets.baskets(of: user)
        for (basket, weight) in zip(own, model.weights(ofBaskets: own.count)) {
          for item in baskets.itemSet(of: basket) { scores.add(weight, to: item) }
        }
        rows.append(scores.items.map { (column: $0, value: scores.sums[Int($0)]) })
        scores.clear()
      }
      return rows
    }
    vectors = parts.reduce(into: PreciseRows()) { $0.append($1) }
    byItem = vectors.transposed(columnCount: itemCount)
    let vectors = self.vectors
    squares = (0..<interactions.userCount).map { user in
      let cells = vectors.cells(ofRow: user)
      return cells.isEmpty ? .infinity : cells.reduce(0.0) { $0 + vectors.values[$1] * vectors.values[$1] }
    }
  }

  func value(_ user: Int32, _ item: Int32) -> Double {
    vectors.cells(ofRow: Int(user)).first { vectors.columns[$0] == item }.map { vectors.values[$0] } ?? 0
  }

  /// The nearest other users, the nearest first. Their scores are the negative squared distances.
  func neighbors(of user: Int32) -> [PreciseSelection.Entry] {
    var search = Search(self)
    let cells = vectors.cells(ofRow: Int(user))
    return search.neighbors(
      vectors.columns[cells], vectors.values[cells], square: squares[Int(user)], besides: user)
  }

  /// Searches for neighbors; its arrays are used again for every user.
  private struct Search {
    let model: FittedTIFUKNN
    private var products: [Double]
    /// The negative squared distances, in whole units of 10⁻¹².
    private var keys: [Double]

    init(_ model: FittedTIFUKNN) {
      self.model = model
      products = [Double](repeating: 0, count: model.userCount)
      keys = products
    }

    mutating func neighbors(
      _ items: ArraySlice<Int32>, _ values: ArraySlice<Double>, square: Double, besides user: Int32?
    ) -> [PreciseSelection.Entry] {
      let (byItem, lengths) = (model.byItem, model.squares)
      let (columns, weights, squares) = (byItem.columns.span, byItem.values.span, lengths.span)
      for (item, value) in zip(items, values) {
        for cell in byItem.cells(ofRow: Int(item)) { products[Int(columns[cell])] += value * weights[cell] }
      }
      for other in keys.indices {
        keys[other] = ((2 * products[other] - squares[other] - square) * 1e12).rounded(.toNearestOrEven)
      }
      if let user { keys[Int(user)] = -.infinity }
      var selection = PreciseSelection(capacity: min(model.tifu.neighbors, model.userCount))
      var least = selection.least
      for other in keys.indices where keys[other] >= least && keys[other] > -.infinity {
        selection.offer(Int32(other), keys[other] / 1e12, key: keys[other])
        least = selection.least
      }
      for item in items {
        for cell in byItem.cells(ofRow: Int(item)) { products[Int(columns[cell])] = 0 }
      }
      return selection.take()
    }
  }

  func score(_ users: ArraySlice<Int32>, _ each: (_ user: Int32, _ scores: PreciseScores) -> Void) {
    var search = Search(self)
    var scores = PreciseScores(itemCount: itemCount)
    for user in users {
      let cells = vectors.cells(ofRow: Int(user))
      add(vectors.columns[cells], vectors.values[cells], square: squares[Int(user)], besides: user, &search, &scores)
      each(user, scores)
      scores.clear()
    }
  }

  func score(_ basket: Basket) -> PreciseScores {
    var search = Search(self)
    var scores = PreciseScores(itemCount: itemCount)
    let weight = basket.items.isEmpty ? 0 : tifu.weights(ofBaskets: 1)[0]
    add(
      basket.items[...], basket.items.map { _ in weight }[...], square: weight * weight * Double(basket.items.count),
      besides: nil, &search, &scores)
    return scores
  }

  /// Adds α times the user's own vector and (1 − α) times the mean vector of the neighbors.
  private func add(
    _ items: ArraySlice<Int32>, _ values: ArraySlice<Double>, square: Double, besides user: Int32?,
    _ search: inout Search, _ scores: inout PreciseScores
  ) {
    for (item, value) in zip(items, values) { scores.add(tifu.own * value, to: item) }
    if tifu.own == 1 { return }
    let nearest = search.neighbors(items, values, square: square, besides: user)
    let factor = (1 - tifu.own) / Double(max(1, nearest.count))
    let (columns, weights) = (vectors.columns.span, vectors.values.span)
    for neighbor in nearest {
      for cell in vectors.cells(ofRow: Int(neighbor.index)) { scores.add(factor * weights[cell], to: columns[cell]) }
    }
  }

  /// One term for the user's own vector, and one for all neighbors together.
  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let own = tifu.own * value(user, item)
    var terms = own > 0 ? [Explanation.Term(.item(item), own)] : []
    var sum = 0.0
    if tifu.own < 1 {
      let nearest = neighbors(of: user)
      let said = nearest.reduce(0.0) { $0 + value($1.index, item) }
      sum = (1 - tifu.own) * said / Double(max(1, nearest.count))
      if sum > 0 { terms.append(Explanation.Term(.part("the nearest \(counted(nearest.count, "user"))"), sum)) }
    }
    return Explanation(score: own + sum, terms: terms)
  }
}

extension TIFUKNN {
  /// The weight of each of a user's baskets, the oldest first.
  func weights(ofBaskets count: Int) -> [Double] {
    let groupCount = min(count, groups)
    let (shortest, longer) = (groupCount == 0 ? (0, 0) : (count / groupCount, count % groupCount))
    var weights: [Double] = []
    for group in 0..<groupCount {
      let size = group < groupCount - longer ? shortest : shortest + 1
      let exponent = (anchor == .first ? groups : groupCount) - 1 - group
      let factor = Elementary.pow(groupDecay, Double(exponent)) / Double(groupCount) / Double(size)
      for place in 1...size {
        let age = decay == .history ? count - weights.count - 1 : size - place
        weights.append(factor * Elementary.pow(basketDecay, Double(age)))
      }
    }
    return weights
  }
}
