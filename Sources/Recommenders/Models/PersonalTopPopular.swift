public import Diagnostics
import LinearAlgebra
import Parallelism

/// What a user took most often, again.
public struct PersonalTopPopular: Model {
  public static let name = "PersonalTopPopular"
  public static let aliases = ["PersonalTop", "Personal"]
  public static let summary = "the items the user had most often; nothing for those without a history"
  public static let help = [
    "Ranks a user's own items by how many rows they have. Equal counts are ordered by item id.",
    "Lists are as long as the user's history: short ones are not padded (`Blend [PersonalTopPopular, TopPopular]` fills them up), and with `seen=drop` nothing is left at all.",
  ]
  public static let parameters: [Parameter<Self>] = []
  public static let steps = ["count"]

  public init() {}

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let fitted = FittedPersonalTopPopular(model: self, interactions: interactions)
    try walk?.show(
      StepReport(
        number: 1, total: 1, title: "count", formula: "cᵤⱼ = |{rows of user u with item j}|",
        shapes: [
          "C is \(interactions.userCount) users × \(interactions.itemCount) items, \(interactions.cellCount) not zero"
        ],
        seconds: watch.seconds,
        corners: [
          StepReport.Corner(
            "C", rowCount: interactions.userCount, columnCount: interactions.itemCount,
            rows: interactions.busyUsers(), columns: interactions.commonItems()
          ) { Double(fitted.count($0, $1)) }
        ], lookAt: "most cells are 0 or 1: what repeats is a habit"))
    return fitted
  }
}

struct FittedPersonalTopPopular: FittedModel {
  let model: any Model
  let interactions: Interactions

  func count(_ user: Int32, _ item: Int32) -> Int32 {
    let matrix = interactions.matrix
    for cell in matrix.cells(ofRow: Int(user)) where matrix.columns[cell] == item { return rows(inCell: cell, matrix) }
    return 0
  }

  private func rows(inCell cell: Int, _ matrix: SparseMatrix) -> Int32 {
    Int32(truncatingIfNeeded: interactions.rows(inCell: cell, of: matrix))
  }

  func scores(for user: Int32) -> [Float] {
    var scores = [Float](repeating: 0, count: itemCount)
    let matrix = interactions.matrix
    for cell in matrix.cells(ofRow: Int(user)) { scores[Int(matrix.columns[cell])] = Float(rows(inCell: cell, matrix)) }
    return scores
  }

  func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    guard request.seen == .keep else { return RankedLists(users.map { _ in [] }) }
    let matrix = interactions.matrix
    let blocks = try mapChunks(of: users.count, grain: 4096) { (range) throws(Diagnostic) in
      var lists = RankedLists()
      var selection = TopSelection(capacity: min(request.top, itemCount))
      for user in users[range] {
        for cell in matrix.cells(ofRow: Int(user)) where request.allows(matrix.columns[cell]) {
          selection.offer(matrix.columns[cell], Float(rows(inCell: cell, matrix)))
        }
        lists.append(selection.ranked())
      }
      return lists
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
  }

  func recommend(basket: Basket, _ request: RecommendationRequest) -> RankedLists {
    guard request.seen == .keep else { return RankedLists([[]]) }
    var selection = TopSelection(capacity: min(request.top, itemCount))
    for (item, weight) in zip(basket.items, basket.weights) where request.allows(item) { selection.offer(item, weight) }
    return RankedLists([selection.ranked()])
  }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let count = Double(count(user, item))
    return Explanation(score: count, terms: count > 0 ? [Explanation.Term(.item(item), count)] : [])
  }
}
