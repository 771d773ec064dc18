public import Diagnostics
import LinearAlgebra
import Parallelism

/// What a user took most often, again.
public struct PersonalTopPopular: Model {
  /// What ranks a user's items.
  public enum Measure: String, Sendable, CaseIterable {
    case rows, weight
  }

  public static let name = "PersonalTopPopular"
  public static let aliases = ["PersonalTop", "Personal"]
  public static let summary = "the items the user had most often; nothing for those without a history"
  public static let help = [
    "Ranks a user's own items by how many rows they have (`by=rows`), or by their weight (`by=weight`, which `weight=quantity` means too). Equal ones are ordered by item id.",
    "Lists are as long as the user's history: short ones are not padded (`Blend [PersonalTopPopular, TopPopular]` fills them up), and with `seen=drop` nothing is left at all.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .word("by", \.by, "what ranks a user's items: how many rows they have, or their weight")
  ]
  public static let steps = ["count"]

  public var by = Measure.rows

  public init() {}

  public var readsRows: RowReading { by == .rows ? .counted : .never }
  public var readsWeights: Bool { by == .weight }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let fitted = FittedPersonalTopPopular(
      model: self, interactions: interactions, by: by, notes: by == .weight ? interactions.negativeWeightNotes : [])
    try walk?.show(
      StepReport(
        of: PersonalTopPopular.self, "count",
        formula: by == .rows ? "cᵤⱼ = |{rows of user u with item j}|" : "cᵤⱼ = xᵤⱼ, the weight of item j for user u",
        shapes: [
          "C is \(interactions.userCount) users × \(interactions.itemCount) items, \(interactions.cellCount) not zero"
        ],
        seconds: watch.seconds,
        corners: [
          StepReport.Corner(
            "C", rowCount: interactions.userCount, columnCount: interactions.itemCount,
            rows: interactions.busyUsers(), columns: interactions.commonItems()
          ) { Double(fitted.score($0, $1) ?? 0) }
        ], lookAt: "most cells are 0 or 1: what repeats is a habit"))
    return fitted
  }
}

struct FittedPersonalTopPopular: FittedModel {
  let model: any Model
  let interactions: Interactions
  let by: PersonalTopPopular.Measure
  let notes: [String]

  /// The score of an item that a user has had; nil for others.
  func score(_ user: Int32, _ item: Int32) -> Float? {
    let matrix = interactions.matrix
    return matrix.cells(ofRow: Int(user)).first { matrix.columns[$0] == item }.map { score(ofCell: $0, matrix) }
  }

  private func score(ofCell cell: Int, _ matrix: SparseMatrix) -> Float {
    by == .weight ? matrix.values[cell] : Float(interactions.rows(inCell: cell, of: matrix))
  }

  func scores(for user: Int32) -> [Float] {
    var scores = [Float](repeating: 0, count: itemCount)
    let matrix = interactions.matrix
    for cell in matrix.cells(ofRow: Int(user)) { scores[Int(matrix.columns[cell])] = score(ofCell: cell, matrix) }
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
          selection.offer(matrix.columns[cell], score(ofCell: cell, matrix))
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
    let score = score(user, item).map { Double($0) }
    return Explanation(score: score ?? 0, terms: score.map { [Explanation.Term(.item(item), $0)] } ?? [])
  }
}
