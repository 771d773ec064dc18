/// Whether items that a user already had to do with may be recommended.
public enum SeenPolicy: String, Sendable, CaseIterable {
  case keep, drop
}

/// What is wanted of a recommendation.
public struct RecommendationRequest: Sendable {
  /// How many items at most, at least 1.
  public var top: Int
  public var seen: SeenPolicy
  /// Only these, if given.
  public var only: ItemSet?
  /// None of these.
  public var except: ItemSet?
  /// Only these for each list in turn, if given.
  public var candidates: CandidateLists?
  /// What the score of each item is divided by before scores are compared, if given.
  public var divisors: [Double]?

  public init(top: Int = 10, seen: SeenPolicy = .keep, only: ItemSet? = nil, except: ItemSet? = nil) {
    self.top = max(1, top)
    self.seen = seen
    self.only = only
    self.except = except
  }

  /// Whether every item is welcome, whatever the user has seen.
  var isUnrestricted: Bool {
    seen == .keep && only == nil && except == nil && candidates == nil && divisors == nil
  }

  func allows(_ item: Int32) -> Bool {
    if let only, !only.contains(item) { return false }
    if let except, except.contains(item) { return false }
    return true
  }

  /// What is wanted of one of several lists: its candidates become its `only`.
  func forList(_ list: Int) -> RecommendationRequest {
    guard let candidates else { return self }
    var own = self
    own.only = ItemSet(candidates.items(of: list).lazy.filter(allows), itemCount: candidates.itemCount)
    own.candidates = nil
    return own
  }

  /// A score as it is compared.
  func compared(_ score: Double, of item: Int32) -> Double {
    divisors.map { score / $0[Int(item)] } ?? score
  }
}

/// Items that may be recommended, apart for each of several lists.
public struct CandidateLists: Sendable {
  let itemCount: Int
  private var offsets: [Int] = [0]
  private var items: [Int32] = []

  /// Negative indices are ignored, and so are repeats.
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

/// A set of item indices, a bit each.
public struct ItemSet: Sendable {
  private var words: [UInt64]

  /// Indices outside `0..<itemCount` are ignored.
  public init(_ items: some Sequence<Int32>, itemCount: Int) {
    words = [UInt64](repeating: 0, count: (itemCount + 63) / 64)
    for item in items where item >= 0 && Int(item) < itemCount { words[Int(item) >> 6] |= 1 << UInt64(item & 63) }
  }

  public func contains(_ item: Int32) -> Bool { words[Int(item) >> 6] >> UInt64(item & 63) & 1 == 1 }
}

/// Items somebody new has had to do with, and how much.
public struct Basket: Sendable {
  public let items: [Int32]
  public let weights: [Float]

  /// Repeats are added up; items end up ascending.
  public init(_ items: [Int32], weights: [Float]? = nil) {
    var sums: [Int32: Float] = [:]
    for (place, item) in items.enumerated() { sums[item, default: 0] += weights?[place] ?? 1 }
    self.items = sums.keys.sorted()
    self.weights = self.items.map { sums[$0] ?? 0 }
  }
}

/// An item and what a model gives it.
public struct ScoredItem: Sendable, Hashable {
  public var item: Int32
  public var score: Float

  public init(item: Int32, score: Float) {
    self.item = item
    self.score = score
  }
}

/// A ranked list of items for each of several users, best first, end to end in two flat arrays.
public struct RankedLists: Sendable {
  /// List `l` is `offsets[l]..<offsets[l + 1]` of `items` and `scores`.
  public private(set) var offsets: [Int] = [0]
  public private(set) var items: [Int32] = []
  public private(set) var scores: [Float] = []
  /// The lists that a tie decided: an item that was left out has the score of the last one.
  public private(set) var tied: [Int32] = []

  public init() {}

  public init(_ lists: some Sequence<[ScoredItem]>) {
    for list in lists { append(list) }
  }

  public var count: Int { offsets.count - 1 }

  public func items(of list: Int) -> ArraySlice<Int32> { items[offsets[list]..<offsets[list + 1]] }

  public func scores(of list: Int) -> ArraySlice<Float> { scores[offsets[list]..<offsets[list + 1]] }

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

  /// How many lists have fewer than `top` items.
  public func shortLists(top: Int) -> Int {
    (0..<count).count { offsets[$0 + 1] - offsets[$0] < top }
  }

  /// - `isTied`: whether an item that was left out has the score of the last one.
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

  /// Adds the lists of `other` at the end.
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
  public enum Source: Sendable, Hashable {
    /// An item the user has had to do with.
    case item(Int32)
    /// Something else: a bias, a mean.
    case part(String)
  }

  public struct Term: Sendable, Hashable {
    public var source: Source
    public var contribution: Double

    public init(_ source: Source, _ contribution: Double) {
      self.source = source
      self.contribution = contribution
    }
  }

  public var score: Double
  public var terms: [Term]

  /// Sorts the terms by size; equal ones stay in their order.
  public init(score: Double, terms: [Term]) {
    self.score = score
    self.terms = terms.enumerated()
      .sorted { (abs($1.element.contribution), $0.offset) < (abs($0.element.contribution), $1.offset) }
      .map(\.element)
  }
}
