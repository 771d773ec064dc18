import Diagnostics
import LinearAlgebra
import Parallelism

/// A fitted model that scores many items of a user at once. Lists are made by ranking the scores.
protocol ScoringModel: FittedModel {
  /// How many users are scored together.
  var scoringBlock: Int { get }

  /// How many items are scored together; at least `itemCount` if the model has to score all items at once.
  var scoringTile: Int { get }

  /// Writes the scores of `items` for `users`. Shape: users × items, row-major.
  func writeScores(
    of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>
  ) throws(Diagnostic)

  /// Writes the scores of all items for a user whom the model has not seen, from the items of `basket`.
  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) throws(Diagnostic)
}

extension ScoringModel {
  var scoringBlock: Int { 16 }
  var scoringTile: Int { itemCount }

  public func scores(for user: Int32) throws(Diagnostic) -> [Float] {
    try fillScores { (scores) throws(Diagnostic) in try writeScores(of: [user], for: 0..<itemCount, into: &scores) }
  }

  public func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    let candidates = request.candidates(among: itemCount)
    if request.seen == .drop { try interactions.prepareMatrix() }
    let blocks = try Progress.ofLoops("\(kind): recommend") { () throws(Diagnostic) in
      try mapChunks(of: users.count, grain: scoringBlock) { (range) throws(Diagnostic) in
        try lists(for: users[range], request, candidates: candidates)
      }
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
  }

  private func lists(
    for block: ArraySlice<Int32>, _ request: RecommendationRequest, candidates: [Int32]?
  ) throws(Diagnostic) -> RankedLists {
    var selections = block.map { _ in TopSelection(capacity: min(request.top, itemCount)) }
    var scores = [Float](repeating: 0, count: block.count * min(scoringTile, itemCount))
    for first in stride(from: 0, to: itemCount, by: scoringTile) {
      let items = first..<min(first + scoringTile, itemCount)
      var tile = scores.mutableSpan
      try writeScores(of: block, for: items, into: &tile)
      for (place, user) in block.enumerated() {
        let own = request.candidates.map { $0.items(of: block.startIndex + place).filter(request.allows) }
        selections[place].offer(
          &tile, at: place * items.count, of: items, candidates: own ?? candidates, divisors: request.divisors,
          striking: request.seen == .drop ? interactions.items(of: user) : [])
      }
    }
    return RankedLists(selections.indices.map { selections[$0].ranked() })
  }

  public func recommend(basket: Basket, _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    var scores = try fillScores { (scores) throws(Diagnostic) in try writeScores(of: basket, into: &scores) }
    var selection = TopSelection(capacity: min(request.top, itemCount))
    var row = scores.mutableSpan
    selection.offer(
      &row, at: 0, of: 0..<itemCount, candidates: request.forList(0).candidates(among: itemCount),
      divisors: request.divisors, striking: request.seen == .drop ? basket.items[...] : [])
    return RankedLists([selection.ranked()])
  }

  private func fillScores(
    _ body: (inout MutableSpan<Float>) throws(Diagnostic) -> Void
  ) throws(Diagnostic) -> [Float] {
    var scores = [Float](repeating: 0, count: itemCount)
    var span = scores.mutableSpan
    try body(&span)
    return scores
  }
}

extension RecommendationRequest {
  /// The items that may be recommended, or nil for all.
  func candidates(among itemCount: Int) -> [Int32]? {
    guard only != nil || except != nil else { return nil }
    return (0..<Int32(itemCount)).filter(allows)
  }
}

extension TopSelection {
  /// Offers the scores of `items`, which begin at `start`. The scores of `seen` items are overwritten with −∞.
  mutating func offer(
    _ scores: inout MutableSpan<Float>, at start: Int, of items: Range<Int>, candidates: [Int32]?,
    divisors: [Double]? = nil, striking seen: ArraySlice<Int32>
  ) {
    if let divisors {
      for (place, item) in items.enumerated() {
        scores[start + place] = Float(Double(scores[start + place]) / divisors[item])
      }
    }
    for item in seen where items.contains(Int(item)) { scores[start + Int(item) - items.lowerBound] = -.infinity }
    if let candidates {
      for item in candidates where items.contains(Int(item)) {
        offer(item, scores[start + Int(item) - items.lowerBound])
      }
    } else {
      offer(scores.span.extracting(start..<start + items.count), from: Int32(items.lowerBound))
    }
  }

  /// Returns what was selected as a list, best first, and empties the selection.
  mutating func ranked() -> [ScoredItem] { take().map { ScoredItem(item: $0.index, score: $0.score) } }
}
