public import Diagnostics
import Parallelism

/// Predicts the mean rating of the user plus the mean difference between the item and the user's other items.
///
/// r̂ᵤᵢ = μᵤ + the mean of dev(i, j) over the user's items j that have common raters with i, where dev(i, j) is the
/// mean of rᵥᵢ − rᵥⱼ over all users v who rated both.
///
/// - Shape: dev and the counts are items × items.
/// - Complexity: O(items² + Σ over users of (their ratings)²) time and 8·items² bytes.
/// - Source: Lemire, Maclachlan, *Slope One Predictors for Online Rating-Based Collaborative Filtering*, SDM 2005. As
///   in Surprise, dev uses ratings truncated to whole numbers (3.5 counts as 3).
public struct SlopeOne: Model {
  public static let name = "SlopeOne"
  public static let summary = "predicts ratings from the user's mean and mean differences between items"
  public static let help = [
    "Predicts the mean rating of the user plus a mean over the user's items: by how much the item is rated higher, among the users who rated both. It has no parameters and no randomness, and is hard to beat for its simplicity.",
    "It needs two numbers for every pair of items. The numbers are those of Surprise's `SlopeOne`, with its peculiarity: the differences use ratings truncated to whole numbers.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .interval("scale", \.scale, "the lowest and highest rating; predictions are clipped to this range")
  ]
  public static let steps = ["differences"]
  public var readsRows: RowReading { .always }

  public var scale = 1.0...5.0

  public init() {}

  public func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    let watch = Stopwatch()
    let ratings = try interactions.becomeRatings()
    let itemCount = ratings.itemCount
    let differences = try Progress.ofLoops("SlopeOne: differences") { () throws(Diagnostic) in
      try ItemDifferences(ratings)
    }
    if let walk {
      let taken = watch.seconds
      let common = interactions.commonItems()
      try walk.show(
        StepReport(
          of: SlopeOne.self, "differences", formula: "dev(i, j) = Σᵥ (rᵥᵢ − rᵥⱼ) / nᵢⱼ",
          shapes: ["dev is \(itemCount) items × items"], seconds: taken,
          corners: [
            StepReport.Corner("dev", rowCount: itemCount, columnCount: itemCount, rows: common, columns: common) {
              guard let i = ratings.number(ofItem: $0), let j = ratings.number(ofItem: $1) else { return 0 }
              return differences.mean(i, j) ?? 0
            }
          ], lookAt: "antisymmetric: dev(j, i) = −dev(i, j)"))
    }
    return FittedSlopeOne(
      model: self, interactions: interactions, ratings: ratings, scale: scale, means: ratings.userMeans(),
      differences: differences)
  }
}

/// How much higher each item is rated than each other item.
struct ItemDifferences: Sendable {
  private let itemCount: Int
  /// For each pair of items, the sum of the differences and the number of common raters. Shape: items × items,
  /// row-major.
  private let sums: [Float]
  private let counts: [Int32]

  init(_ ratings: Ratings) throws(Diagnostic) {
    let itemCount = ratings.itemCount
    self.itemCount = itemCount
    func rows<Element: BitwiseCopyable & Sendable & AdditiveArithmetic>(
      _ value: @escaping @Sendable (Double, Double) -> Element
    ) throws(Diagnostic) -> [Element] {
      try buildArray(count: itemCount * itemCount, grain: itemCount) { (range, row) in
        for place in row.indices { row[place] = .zero }
        let item = range.lowerBound / itemCount
        for place in ratings.ratings(ofItem: item) {
          let rating = ratings.ratersValues[place].rounded(.towardZero)
          for other in ratings.ratings(ofUser: Int(ratings.raters[place])) {
            row[Int(ratings.items[other])] += value(rating, ratings.values[other].rounded(.towardZero))
          }
        }
      }
    }
    sums = try rows { Float($0 - $1) }
    counts = try rows { _, _ in 1 }
  }

  /// dev(i, j), or nil if no user rated both.
  func mean(_ i: Int, _ j: Int) -> Double? {
    let place = i * itemCount + j
    guard counts[place] > 0 else { return nil }
    return i == j ? 0 : Double(sums[place]) / Double(counts[place])
  }
}

struct FittedSlopeOne: RatingModel {
  let model: any Model
  let interactions: Interactions
  let ratings: Ratings
  let scale: ClosedRange<Double>
  let means: [Double]
  let differences: ItemDifferences

  func estimate(user: Int?, item: Int?) -> Double {
    guard let user, let item else { return ratings.mean }
    var (sum, count) = (0.0, 0)
    for place in ratings.ratings(ofUser: user) {
      guard let mean = differences.mean(item, Int(ratings.items[place])) else { continue }
      sum += mean
      count += 1
    }
    return count > 0 ? means[user] + sum / Double(count) : means[user]
  }

  func terms(user: Int?, item: Int?) -> [(name: String, value: Double)] {
    guard let user, let item else { return [] }
    return [
      ("the user's mean rating", means[user]),
      ("the mean difference to the user's other items", estimate(user: user, item: item) - means[user]),
    ]
  }
}
