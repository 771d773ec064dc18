public import Diagnostics

/// At most so many items of a category in a list: a list goes down the ranking and passes over those beyond.
public struct CategoryCap: Sendable {
  /// The category of every item; −1 for one without, which is never too many.
  let categories: [Int32]
  let limit: Int

  public init(categories: [Int32], limit: Int) {
    self.categories = categories
    self.limit = max(1, limit)
  }

  /// The lists of a request under the cap.
  ///
  /// Longer lists are asked for until each is full or its model has no more to say. That is the ranking cut by
  /// category, because a short list of a model is the beginning of a longer one; of `Random`, whose list is not, it is
  /// the longer draw.
  ///
  /// - Parameter lists: those of some places, by a request for them; nil where a model has none.
  public func lists(
    _ count: Int, of itemCount: Int, _ request: RecommendationRequest,
    _ lists: (_ places: [Int], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists?
  ) throws(Diagnostic) -> RankedLists? {
    var capped = [[ScoredItem]](repeating: [], count: count)
    var open = Array(0..<count)
    var longer = request
    repeat {
      longer.top = min(max(longer.top, request.top) * 4, max(itemCount, 1))
      longer.candidates = request.candidates?.selecting(open)
      guard let found = try lists(open, longer) else { return nil }
      var short: [Int] = []
      for (list, place) in open.enumerated() {
        capped[place] = beginning(of: found[list], top: request.top)
        let hasMore = found.items(of: list).count == longer.top && longer.top < itemCount
        if capped[place].count < request.top, hasMore { short.append(place) }
      }
      open = short
    } while !open.isEmpty
    return RankedLists(capped)
  }

  private func beginning(of list: [ScoredItem], top: Int) -> [ScoredItem] {
    var taken: [Int32: Int] = [:]
    var kept: [ScoredItem] = []
    for entry in list where kept.count < top {
      let category = categories[Int(entry.item)]
      if category >= 0 {
        if taken[category, default: 0] == limit { continue }
        taken[category, default: 0] += 1
      }
      kept.append(entry)
    }
    return kept
  }
}
