/// Whether seen items (those that the user has in train) may be recommended.
public enum SeenPolicy: String, Sendable, CaseIterable {
  case keep, drop
}

/// The options of a recommendation.
public struct RecommendationRequest: Sendable {
  /// The largest number of items in a list; at least 1.
  public var top: Int
  public var seen: SeenPolicy
  /// If given, only these items may be recommended.
  public var only: ItemSet?
  /// If given, these items are not recommended.
  public var except: ItemSet?
  /// If given, the items that may be recommended in each of the lists.
  public var candidates: CandidateLists?
  /// If given, the score of each item is divided by its number here before scores are compared.
  public var divisors: [Double]?

  public init(top: Int = 10, seen: SeenPolicy = .keep, only: ItemSet? = nil, except: ItemSet? = nil) {
    self.top = max(1, top)
    self.seen = seen
    self.only = only
    self.except = except
  }

  /// Whether every item may be recommended to every user, with unchanged scores.
  var isUnrestricted: Bool {
    seen == .keep && only == nil && except == nil && candidates == nil && divisors == nil
  }

  func allows(_ item: Int32) -> Bool {
    if let only, !only.contains(item) { return false }
    if let except, except.contains(item) { return false }
    return true
  }

  /// The request for one of several lists: the candidates of that list become its `only`.
  func forList(_ list: Int) -> RecommendationRequest {
    guard let candidates else { return self }
    var own = self
    own.only = ItemSet(candidates.items(of: list).lazy.filter(allows), itemCount: candidates.itemCount)
    own.candidates = nil
    return own
  }

  /// The score by which an item is ranked: `score`, divided by the item's divisor if there are divisors.
  func compared(_ score: Double, of item: Int32) -> Double {
    divisors.map { score / $0[Int(item)] } ?? score
  }
}

/// The items that may be recommended, separately for each of several lists.
public struct CandidateLists: Sendable {
  let itemCount: Int
  private var offsets: [Int] = [0]
  private var items: [Int32] = []

  /// Negative indices and repeats are ignored.
  public init(_ lists: some Sequence<some Sequence<Int32>>, itemCount: Int) {
    self.itemCount = itemCount
    for list in lists { append(list) }
  }

  func items(of list: Int) -> ArraySlice<Int32> { items[offsets[list]..<offsets[list + 1]] }

  /// The candidates of some of the lists.
  public func selecting(_ lists: [Int]) -> CandidateLists {
    CandidateLists(lists.lazy.map { items(of: $0) }, itemCount: itemCount)
  }

  private mutating func append(_ list: some Sequence<Int32>) {
    var last: Int32 = -1
    for item in list.sorted() where item > last {
      items.append(item)
      last = item
    }
    offsets.append(items.count)
  }
}

/// A set of item indices, with one bit for each item.
public struct ItemSet: Sendable {
  private var words: [UInt64]

  /// Indices outside `0..<itemCount` are ignored.
  public init(_ items: some Sequence<Int32>, itemCount: Int) {
    words = [UInt64](repeating: 0, count: (itemCount + 63) / 64)
    for item in items where item >= 0 && Int(item) < itemCount { words[Int(item) >> 6] |= 1 << UInt64(item & 63) }
  }

  public func contains(_ item: Int32) -> Bool { words[Int(item) >> 6] >> UInt64(item & 63) & 1 == 1 }
}

/// The items of a user whom the model has not seen, with their weights.
public struct Basket: Sendable {
  public let items: [Int32]
  /// The weight of each of `items`.
  public let weights: [Float]

  /// Sums the weights of repeated items and sorts the items in ascending order. Weights are 1 by default.
  public init(_ items: [Int32], weights: [Float]? = nil) {
    var sums: [Int32: Float] = [:]
    for (place, item) in items.enumerated() { sums[item, default: 0] += weights?[place] ?? 1 }
    self.items = sums.keys.sorted()
    self.weights = self.items.map { sums[$0] ?? 0 }
  }
}

/// An item and its score.
public struct ScoredItem: Sendable, Hashable {
  public var item: Int32
  public var score: Float

  public init(item: Int32, score: Float) {
    self.item = item
    self.score = score
  }
}

/// A ranked list of items for each of several users, best first; all lists are stored in two flat arrays.
public struct RankedLists: Sendable {
  /// List `l` is `offsets[l]..<offsets[l + 1]` of `items` and `scores`.
  public private(set) var offsets: [Int] = [0]
  public private(set) var items: [Int32] = []
  public private(set) var scores: [Float] = []
  /// The lists that a tie decided: an item that is not in the list has the same score as its last item. Ascending.
  public private(set) var tied: [Int32] = []

  public init() {}

  public init(_ lists: some Sequence<[ScoredItem]>) {
    for list in lists { append(list) }
  }

  public var count: Int { offsets.count - 1 }

  public func items(of list: Int) -> ArraySlice<Int32> { items[offsets[list]..<offsets[list + 1]] }

  public func scores(of list: Int) -> ArraySlice<Float> { scores[offsets[list]..<offsets[list + 1]] }

  /// The items of a list with their scores, best first.
  public subscript(list: Int) -> [ScoredItem] {
    zip(items(of: list), scores(of: list)).map { ScoredItem(item: $0, score: $1) }
  }

  /// Whether a tie decided a list.
  func isTied(_ list: Int) -> Bool {
    var range = tied.indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if tied[middle] == Int32(list) { return true }
      range = tied[middle] < Int32(list) ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return false
  }

  /// The number of lists that have fewer than `top` items.
  public func shortLists(top: Int) -> Int {
    (0..<count).count { offsets[$0 + 1] - offsets[$0] < top }
  }

  /// - `isTied`: whether an item that is not in the list has the same score as its last item.
  mutating func append(_ list: some Sequence<ScoredItem>, isTied: Bool) {
    if isTied { tied.append(Int32(count)) }
    append(list)
  }

  mutating func append(_ list: some Sequence<ScoredItem>) {
    for entry in list {
      items.append(entry.item)
      scores.append(entry.score)
    }
    offsets.append(items.count)
  }

  /// Appends the lists of `other`.
  public mutating func append(_ other: RankedLists) {
    let (shift, before) = (items.count, Int32(count))
    tied.append(contentsOf: other.tied.map { $0 + before })
    items.append(contentsOf: other.items)
    scores.append(contentsOf: other.scores)
    offsets.append(contentsOf: other.offsets.dropFirst().map { $0 + shift })
  }
}

/// Why an item has its score: terms that sum to it, the largest first.
public struct Explanation: Sendable {
  /// Where a term comes from.
  public enum Source: Sendable, Hashable {
    /// An item that the user has interacted with.
    case item(Int32)
    /// Something else: a bias, a mean.
    case part(String)
  }

  /// A part of a score.
  public struct Term: Sendable, Hashable {
    public var source: Source
    /// What the term adds to the score; it may be negative.
    public var contribution: Double

    public init(_ source: Source, _ contribution: Double) {
      self.source = source
      self.contribution = contribution
    }
  }

  public var score: Double
  public var terms: [Term]

  /// Sorts the terms by absolute value, the largest first; equal ones keep their order.
  public init(score: Double, terms: [Term]) {
    self.score = score
    self.terms = terms.enumerated()
      .sorted { (abs($1.element.contribution), $0.offset) < (abs($0.element.contribution), $1.offset) }
      .map(\.element)
  }
}
