public import Diagnostics

/// Limits the number of items per category in a list: items beyond the limit are skipped.
public struct CategoryCap: Sendable {
  /// The category of every item; −1 for an item without a category, which is not limited.
  let categories: [Int32]
  let limit: Int

  public init(categories: [Int32], limit: Int) {
    self.categories = categories
    self.limit = max(1, limit)
  }

  /// The lists of a request, with the limit applied.
  ///
  /// It requests longer and longer lists, until each is full or the model has no more items. For most models a short
  /// list is the beginning of a longer one, so the result is the whole ranking with the limit applied. For `Random` it
  /// is not; there the result comes from the longer draw.
  ///
  /// - Parameter lists: recommends for the users at some positions; returns nil if the model has no lists for them.
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
