import Diagnostics
import LinearAlgebra
import Parallelism

struct FittedPersonalTopPopular: FittedModel {
  private let personal: PersonalTopPopular
  let interactions: Interactions
  /// The score of each cell of the matrix; NaN for a cell that does not count. Nil if the score is the number of rows
  /// or the weight of the cell.
  private let cellScores: [Double]?
  let notes: [String]
  private let order: TieOrder

  var model: any Model { personal }

  init(
    _ model: PersonalTopPopular, _ interactions: Interactions, cellScores: [Double]?, notes: [String]
  ) throws(Diagnostic) {
    personal = model
    self.interactions = interactions
    self.cellScores = cellScores
    self.notes = notes
    order = try TieOrder(model.ties, interactions, seed: model.seed, of: PersonalTopPopular.name)
  }

  /// How many cells of the matrix count.
  var countedCells: Int { cellScores.map { $0.count { !$0.isNaN } } ?? interactions.cellCount }

  /// An item of the user, with its score and its key for ties.
  private struct Candidate {
    var item: Int32
    var score: Double
    var tie: UInt64

    static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
      (right.score, left.tie, left.item) < (left.score, right.tie, right.item)
    }
  }

  /// The score of an item that a user has had; nil for others.
  func score(_ user: Int32, _ item: Int32) -> Double? {
    let matrix = interactions.matrix
    let cell = matrix.cells(ofRow: Int(user)).first { matrix.columns[$0] == item }
    return cell.map { score(ofCell: $0, matrix) }.flatMap { $0.isNaN ? nil : $0 }
  }

  private func score(ofCell cell: Int, _ matrix: SparseMatrix) -> Double {
    if let cellScores { return cellScores[cell] }
    return personal.by == .weight ? Double(matrix.values[cell]) : Double(interactions.rows(inCell: cell, of: matrix))
  }

  func scores(for user: Int32) -> [Float] {
    var scores = [Float](repeating: 0, count: itemCount)
    let matrix = interactions.matrix
    for cell in matrix.cells(ofRow: Int(user)) {
      let score = score(ofCell: cell, matrix)
      scores[Int(matrix.columns[cell])] = score.isNaN ? 0 : Float(score)
    }
    return scores
  }

  func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    guard request.seen == .keep else { return RankedLists(users.map { _ in [] }) }
    let matrix = interactions.matrix
    let blocks = try mapChunks(of: users.count, grain: 4096) { (range) throws(Diagnostic) in
      var lists = RankedLists()
      for place in range {
        let (user, request) = (users[place], request.forList(place))
        let cells = matrix.cells(ofRow: Int(user))
        let firsts = personal.ties == .firstSeen ? firstPlaces(of: user, matrix) : nil
        var own: [Candidate] = []
        own.reserveCapacity(cells.count)
        for cell in cells where request.allows(matrix.columns[cell]) {
          let (item, score) = (matrix.columns[cell], score(ofCell: cell, matrix))
          if score.isNaN { continue }
          own.append(
            Candidate(
              item: item, score: request.compared(score, of: item),
              tie: firsts?[cell - cells.lowerBound] ?? order.key(item, user: Int64(user))))
        }
        append(&own, request.top, to: &lists)
      }
      return lists
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
  }

  /// Appends the best of a user's items as a list.
  private func append(_ own: inout [Candidate], _ top: Int, to lists: inout RankedLists) {
    own.sort(by: Candidate.precedes)
    lists.append(
      own.prefix(top).map { ScoredItem(item: $0.item, score: Float($0.score)) },
      isTied: own.count > top && own[top - 1].score == own[top].score)
  }

  /// For each item of a user, the position of its first row in the order of time.
  private func firstPlaces(of user: Int32, _ matrix: SparseMatrix) -> [UInt64] {
    let items = matrix.columns(ofRow: Int(user))
    var places = [UInt64](repeating: .max, count: items.count)
    guard let baskets = interactions.baskets else { return places }
    for row in baskets.rows(ofUser: Int(user)) {
      var range = items.indices
      while range.count > 1 {
        let middle = range.lowerBound + range.count / 2
        range = items[middle] <= baskets.items[row] ? middle..<range.upperBound : range.lowerBound..<middle
      }
      let place = range.lowerBound - items.startIndex
      if places[place] == .max { places[place] = UInt64(row) }
    }
    return places
  }

  /// Ranks the items of the basket by weight. They have no order in time, so ties follow the order for all users.
  func recommend(basket: Basket, _ request: RecommendationRequest) -> RankedLists {
    guard request.seen == .keep else { return RankedLists([[]]) }
    let request = request.forList(0)
    var own: [Candidate] = []
    for (item, weight) in zip(basket.items, basket.weights) where request.allows(item) {
      own.append(
        Candidate(item: item, score: request.compared(Double(weight), of: item), tie: order.key(item, user: -1)))
    }
    var lists = RankedLists()
    append(&own, request.top, to: &lists)
    return lists
  }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let score = score(user, item)
    return Explanation(score: score ?? 0, terms: score.map { [Explanation.Term(.item(item), $0)] } ?? [])
  }
}
