import Diagnostics
import ElementaryFunctions
public import Recommenders
public import Tables

/// The options of recommendations, with users and items by id.
public struct RecommendationOptions: Sendable {
  /// Allows at most `limit` items of a category in a list.
  public struct Cap: Sendable {
    public var labels: ItemLabels
    public var limit: Int

    public init(_ labels: ItemLabels, limit: Int) {
      self.labels = labels
      self.limit = limit
    }
  }

  /// The largest number of items in a list; at least 1.
  public var top: Int
  public var seen: SeenPolicy
  /// If given, only these items may be recommended.
  public var only: [Value]?
  /// These items are not recommended.
  public var except: [Value]
  /// The limit of items per category, if any.
  public var cap: Cap?
  /// Scores are divided by the item's number of rows in train to this power.
  public var debias = 0.0

  public init(top: Int = 10, seen: SeenPolicy = .keep, only: [Value]? = nil, except: [Value] = []) {
    self.top = top
    self.seen = seen
    self.only = only
    self.except = except
  }
}

/// The request to one model, with users and items by their indices in its data set.
struct ListRequest {
  var request: RecommendationRequest
  var notes: [String] = []
  private var cap: CategoryCap?
  private let dataset: Dataset

  /// - Throws: `top` below 1; ids of another kind; `only` without any known id; categories that no item of the model
  ///   has.
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
      let rows = dataset.interactions.rowsPerItem()
      guard rows.contains(where: { $0 > 0 }) else { throw .noCountsOfItems }
      request.divisors = rows.map { Elementary.pow(Double(max(1, $0)), options.debias) }
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

  /// The lists of `count` users, in order.
  ///
  /// - `rows`: the rows of these users among the request's candidates; nil stands for all rows.
  /// - `ask`: recommends for the users at some of the positions; returns nil if the model has no lists for them.
  func lists(
    _ count: Int, candidatesOf rows: [Int]? = nil,
    _ ask: (_ places: [Int], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists?
  ) throws(Diagnostic) -> RankedLists? {
    var own = request
    if let rows { own.candidates = request.candidates?.selecting(rows) }
    if let cap { return try cap.lists(count, of: dataset.items.count, own, ask) }
    return try ask(Array(0..<count), own)
  }

  /// A note about lists with negative scores, for which the division has the opposite effect.
  func scoreNotes(_ lists: RankedLists) -> [String] {
    guard request.divisors != nil else { return [] }
    let count = (0..<lists.count).count { list in lists.scores(of: list).contains { $0 < 0 } }
    return count == 0 ? [] : ["\(counted(count, "list")) with scores below zero, where `debias` moves popular items up"]
  }
}
