import Diagnostics
import ElementaryFunctions
public import Recommenders
public import Tables

/// What is wanted of recommendations, in ids.
public struct RecommendationOptions: Sendable {
  /// At most `limit` items of a category in a list.
  public struct Cap: Sendable {
    public var labels: ItemLabels
    public var limit: Int

    public init(_ labels: ItemLabels, limit: Int) {
      self.labels = labels
      self.limit = limit
    }
  }

  public var top: Int
  public var seen: SeenPolicy
  /// Only these items, if given.
  public var only: [Value]?
  /// None of these.
  public var except: [Value]
  public var cap: Cap?
  /// Scores are divided by the item's rows in train to this power.
  public var debias = 0.0

  public init(top: Int = 10, seen: SeenPolicy = .keep, only: [Value]? = nil, except: [Value] = []) {
    self.top = top
    self.seen = seen
    self.only = only
    self.except = except
  }
}

/// What is wanted of one model, in the indices of its data set.
struct ListRequest {
  var request: RecommendationRequest
  var notes: [String] = []
  private var cap: CategoryCap?
  private let dataset: Dataset

  /// - Throws: `top` below 1, ids of another kind, `only` without a single known id, categories of no item.
  init(_ options: RecommendationOptions, in dataset: Dataset) throws(Diagnostic) {
    guard options.top >= 1 else { throw .badTop(options.top) }
    self.dataset = dataset
    request = RecommendationRequest(top: min(options.top, max(1, dataset.items.count)), seen: options.seen)
    if let only = options.only {
      let known = try known(only, "only")
      guard !known.isEmpty else { throw .noKnownItem(in: "only", dataset.items) }
      request.only = ItemSet(known, itemCount: dataset.items.count)
    }
    if !options.except.isEmpty {
      request.except = ItemSet(try known(options.except, "except"), itemCount: dataset.items.count)
    }
    if options.debias != 0 {
      request.divisors = dataset.interactions.rowsPerItem().map { Elementary.pow(Double(max(1, $0)), options.debias) }
    }
    if let wanted = options.cap {
      let categories = try wanted.labels.categories(of: dataset.items)
      let missing = categories.count { $0 < 0 }
      guard missing < categories.count else { throw .noCategories(of: dataset.items) }
      if missing > 0 { notes.append("\(counted(missing, "item")) without a category: `limit` does not count them") }
      cap = CategoryCap(categories: categories, limit: wanted.limit)
    }
  }

  private mutating func known(_ ids: [Value], _ option: String) throws(Diagnostic) -> [Int32] {
    var known: [Int32] = []
    for id in ids { if let item = try dataset.items.index(of: id) { known.append(item) } }
    if known.count < ids.count {
      notes.append("\(counted(ids.count - known.count, "id")) of `\(option)` not in train")
    }
    return known
  }

  /// The lists of some of the places that the request has candidates for, in their order; all places by default.
  ///
  /// - Parameter ask: the lists of some of `count` places, by a request for them; nil where the model has none.
  func lists(
    _ count: Int, candidatesOf rows: [Int]? = nil,
    _ ask: (_ places: [Int], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists?
  ) throws(Diagnostic) -> RankedLists? {
    var own = request
    if let rows { own.candidates = request.candidates?.selecting(rows) }
    if let cap { return try cap.lists(count, of: dataset.items.count, own, ask) }
    return try ask(Array(0..<count), own)
  }

  /// What division does to scores below zero, where lists have some.
  func scoreNotes(_ lists: RankedLists) -> [String] {
    guard request.divisors != nil else { return [] }
    let count = (0..<lists.count).count { list in lists.scores(of: list).contains { $0 < 0 } }
    return count == 0 ? [] : ["\(counted(count, "list")) with scores below zero, where `debias` moves popular items up"]
  }
}
