import Diagnostics
import LinearAlgebra
import Parallelism

/// A fitted model that scores all items of a user at once; ranking follows from the scores.
protocol ScoringModel: FittedModel {
  /// How many users are best scored together.
  var scoringBlock: Int { get }

  /// Writes the scores of `users`, users × items, row after row.
  func writeScores(of users: ArraySlice<Int32>, into scores: inout MutableSpan<Float>) throws(Diagnostic)

  /// Writes the scores of somebody new.
  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) throws(Diagnostic)
}

extension ScoringModel {
  var scoringBlock: Int { 16 }

  public func scores(for user: Int32) throws(Diagnostic) -> [Float] {
    try fillScores { (scores) throws(Diagnostic) in try writeScores(of: [user], into: &scores) }
  }

  public func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    let candidates = request.candidates(among: itemCount)
    let blocks = try mapChunks(of: users.count, grain: scoringBlock) { (range) throws(Diagnostic) in
      let block = users[range]
      var lists = RankedLists()
      var scores = [Float](repeating: 0, count: block.count * itemCount)
      var all = scores.mutableSpan
      try writeScores(of: block, into: &all)
      var selection = TopSelection(capacity: min(request.top, itemCount))
      for (place, user) in block.enumerated() {
        lists.append(
          selection.take(
            from: &all, at: place * itemCount..<(place + 1) * itemCount, candidates: candidates,
            striking: request.seen == .drop ? interactions.items(of: user) : []))
      }
      return lists
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
  }

  public func recommend(basket: Basket, _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    var scores = try fillScores { (scores) throws(Diagnostic) in try writeScores(of: basket, into: &scores) }
    var selection = TopSelection(capacity: min(request.top, itemCount))
    var row = scores.mutableSpan
    return RankedLists([
      selection.take(
        from: &row, at: 0..<itemCount, candidates: request.candidates(among: itemCount),
        striking: request.seen == .drop ? basket.items[...] : [])
    ])
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
  /// The items that may be recommended to anyone, or nil for all.
  func candidates(among itemCount: Int) -> [Int32]? {
    guard only != nil || except != nil else { return nil }
    return (0..<Int32(itemCount)).filter(allows)
  }
}

extension TopSelection {
  /// The best of one row of scores; what is struck out is overwritten with −∞.
  mutating func take(
    from scores: inout MutableSpan<Float>, at row: Range<Int>, candidates: [Int32]?, striking seen: ArraySlice<Int32>
  ) -> [ScoredItem] {
    for item in seen { scores[row.lowerBound + Int(item)] = -.infinity }
    if let candidates {
      for item in candidates { offer(item, scores[row.lowerBound + Int(item)]) }
    } else {
      offer(scores.span.extracting(row))
    }
    return take().map { ScoredItem(item: $0.index, score: $0.score) }
  }
}
