import Diagnostics
import ElementaryFunctions
import LinearAlgebra
import Parallelism

/// The items of all users. Neighbors are searched on demand.
struct FittedUPCF: NextBasketModel {
  private let upcf: UPCF
  let interactions: Interactions
  let ties: TieOrder
  /// The matrix by which users are compared, users × items, and its transpose.
  private let vectors: SparseMatrix
  private let byItem: SparseMatrix
  /// How many of a user's last baskets have an item (users × items), and how many last baskets each user has.
  private let recent: SparseMatrix
  private let windows: [Double]
  /// ‖vᵤ‖^(2α) and ‖vᵤ‖^(2−2α) of the user's vector; with binary vectors these are |Iᵤ|^α and |Iᵤ|^(1−α).
  private let ownNorms: [Double]
  private let otherNorms: [Double]

  var model: any Model { upcf }

  init(_ model: UPCF, _ interactions: Interactions, _ baskets: Baskets) throws(Diagnostic) {
    upcf = model
    self.interactions = interactions
    ties = try TieOrder(model.ties, interactions, seed: model.seed, of: UPCF.name)
    vectors =
      try model.vectors == .counts
      ? baskets.counts(itemCount: interactions.itemCount) : InteractionWeights.binary.matrix(of: interactions)
    byItem = try vectors.transposedOnAllCores()
    recent = try baskets.counts(last: model.recency, itemCount: interactions.itemCount)
    windows = (0..<interactions.userCount).map { user in
      Double(min(model.recency ?? .max, baskets.baskets(of: user).count))
    }
    let vectors = self.vectors
    let squares = (0..<interactions.userCount).map { user in
      vectors.values(ofRow: user).reduce(0.0) { $0 + Double($1) * Double($1) }
    }
    ownNorms = squares.map { Elementary.pow($0, model.asymmetry) }
    otherNorms = squares.map { Elementary.pow($0, 1 - model.asymmetry) }
  }

  /// π(u, i).
  func share(_ user: Int, _ item: Int32) -> Double {
    Double(recent.value(row: user, column: item) ?? 0) / max(1, windows[user])
  }

  /// The most similar other users, the most similar first.
  func neighbors(of user: Int32) -> [PreciseSelection.Entry] {
    var search = Search(self)
    return search.neighbors(
      vectors.columns(ofRow: Int(user)), vectors.values(ofRow: Int(user)), norm: ownNorms[Int(user)], besides: user)
  }

  /// Searches for neighbors; its arrays are used again for every user.
  private struct Search {
    let model: FittedUPCF
    private var products: [Double]
    private var reached: [Int32] = []

    init(_ model: FittedUPCF) {
      self.model = model
      products = [Double](repeating: 0, count: model.userCount)
    }

    mutating func neighbors(
      _ items: ArraySlice<Int32>, _ values: ArraySlice<Float>, norm: Double, besides user: Int32?
    ) -> [PreciseSelection.Entry] {
      let byItem = model.byItem
      let (users, weights) = (byItem.columns.span, byItem.values.span)
      for (item, value) in zip(items, values) {
        for cell in byItem.cells(ofRow: Int(item)) {
          let other = users[cell]
          if products[Int(other)] == 0 { reached.append(other) }
          products[Int(other)] += Double(value) * Double(weights[cell])
        }
      }
      var selection = PreciseSelection(capacity: model.upcf.neighbors ?? reached.count)
      for other in reached {
        let product = products[Int(other)]
        products[Int(other)] = 0
        if other == user || product <= 0 { continue }
        selection.offer(
          other, similarity: product / (norm * model.otherNorms[Int(other)] + model.upcf.shrinkage))
      }
      reached.removeAll(keepingCapacity: true)
      return selection.take()
    }
  }

  func score(_ users: ArraySlice<Int32>, _ each: (_ user: Int32, _ scores: PreciseScores) -> Void) {
    var search = Search(self)
    var scores = PreciseScores(itemCount: itemCount)
    for user in users {
      add(shareOf: Int(user), times: 1, to: &scores)
      let nearest = search.neighbors(
        vectors.columns(ofRow: Int(user)), vectors.values(ofRow: Int(user)), norm: ownNorms[Int(user)], besides: user)
      for neighbor in nearest { add(shareOf: Int(neighbor.index), times: power(neighbor.score), to: &scores) }
      each(user, scores)
      scores.clear()
    }
  }

  func score(_ basket: Basket) -> PreciseScores {
    var search = Search(self)
    var scores = PreciseScores(itemCount: itemCount)
    for item in basket.items { scores.add(1, to: item) }
    let norm = Elementary.pow(Double(basket.items.count), upcf.asymmetry)
    let nearest = search.neighbors(
      basket.items[...], basket.items.map { _ in 1 }[...], norm: norm, besides: nil)
    for neighbor in nearest { add(shareOf: Int(neighbor.index), times: power(neighbor.score), to: &scores) }
    return scores
  }

  private func power(_ similarity: Double) -> Double {
    upcf.locality == 1 ? similarity : Elementary.pow(similarity, upcf.locality)
  }

  private func add(shareOf user: Int, times factor: Double, to scores: inout PreciseScores) {
    let window = max(1, windows[user])
    for cell in recent.cells(ofRow: user) {
      scores.add(factor * (Double(recent.values[cell]) / window), to: recent.columns[cell])
    }
  }

  /// One term for the user's own baskets, and one for all similar users together.
  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let own = share(Int(user), item)
    var terms = own > 0 ? [Explanation.Term(.item(item), own)] : []
    var (sum, count) = (0.0, 0)
    for neighbor in neighbors(of: user) {
      let share = share(Int(neighbor.index), item)
      if share > 0 { (sum, count) = (sum + power(neighbor.score) * share, count + 1) }
    }
    if sum > 0 { terms.append(Explanation.Term(.part(counted(count, "similar user")), sum)) }
    return Explanation(score: own + sum, terms: terms)
  }
}

extension Baskets {
  /// How many of every user's baskets have each item: of all baskets, or of the last ones.
  func counts(last: Int? = nil, itemCount: Int) throws(Diagnostic) -> SparseMatrix {
    let parts = try mapChunks(of: userCount, grain: 1024) { (users) -> PreciseRows in
      let counting = BasketCounts(baskets: self, measure: .baskets, halfLife: nil, recency: last)
      var sums = [Double](repeating: 0, count: itemCount)
      var items: [Int32] = []
      var rows = PreciseRows()
      for user in users {
        items.removeAll(keepingCapacity: true)
        counting.add(user: user, to: &sums, &items)
        var cells: [(column: Int32, value: Double)] = []
        for item in items where sums[Int(item)] > 0 {
          cells.append((item, sums[Int(item)]))
          sums[Int(item)] = 0
        }
        rows.append(cells)
      }
      return rows
    }
    return parts.reduce(into: PreciseRows()) { $0.append($1) }.matrix(columnCount: itemCount)
  }
}
