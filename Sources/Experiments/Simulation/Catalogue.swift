/// The products of the simulated shop: their ids, types, shelves and popularity.
///
/// Product 0 is the most popular. The weight of product r is proportional to (r + 9)^−¾, computed by integer square
/// roots, so that it is equal on every machine. Every product is on one shelf. A type has three shelves, each with its
/// own brands. Users have favourite shelves.
struct Catalogue: Sendable {
  /// A type of product: its name, the adjectives for its products' names, and its category.
  struct ProductType: Sendable {
    var name: String
    var adjectives: [String]
    var category: Int
  }

  /// A category: its name, and the words from which the names of its products are made.
  struct Category: Sendable {
    var name: String
    var variants: [String]
    var measures: [String]
  }

  static let productCount = 16_998
  static let shelvesPerType = 3
  /// The ids of carrier bags, which many baskets contain and which say nothing about a user's taste.
  static let bags: [Int64] = [519_413_018, 576_985_723]

  let categories: [Category]
  let types: [ProductType]
  /// The id of every product.
  let ids: [Int64]
  /// The shelf of every product.
  let shelves: [Int]
  /// The products, shelf by shelf.
  let shelved: [Int32]
  /// The position in `shelved` at which each shelf starts, and the end.
  let shelfStarts: [Int]
  /// The cumulative sum of the weights of `shelved`, from 0.
  let cumulativeWeights: [UInt64]

  init(_ bits: KeyedBits) {
    (categories, types) = Catalogue.parse(productWords)
    let shelfCount = types.count * Catalogue.shelvesPerType
    let slots = Shuffle(count: Catalogue.productCount, bits.forked(0))
    let offsets = bits.forked(1)
    ids = (0..<Catalogue.productCount).map { product in
      let id = 31_000_000 + Int64(slots[product]) * 91_000 + Int64(offsets.below(91_000, UInt64(product)))
      return Catalogue.bags.contains(id) ? id ^ 1 : id
    }
    let places = bits.forked(2)
    shelves = (0..<Catalogue.productCount).map { places.below(shelfCount, UInt64($0)) }
    var members = [[Int32]](repeating: [], count: shelfCount)
    for product in shelves.indices { members[shelves[product]].append(Int32(product)) }
    shelved = members.flatMap { $0 }
    shelfStarts = members.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    cumulativeWeights = shelved.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + Catalogue.weight(rank: UInt64($1)))
    }
  }

  var shelfCount: Int { shelfStarts.count - 1 }

  /// 2³² · (rank + 9)^−¾, rounded down.
  static func weight(rank: UInt64) -> UInt64 {
    let x = rank + 9
    return (1 << 42) / integerSquareRoot(integerSquareRoot(x * x * x << 20) << 10)
  }

  /// Draws a product from some shelves by weight. `random` in `0..<2^64` is scaled to a point in the cumulative
  /// weights.
  func product(ofShelves shelves: Range<Int>, _ random: UInt64) -> Int {
    let first = shelfStarts[shelves.lowerBound]
    let last = shelfStarts[shelves.upperBound]
    let low = cumulativeWeights[first]
    let point = low + (cumulativeWeights[last] - low).multipliedFullWidth(by: random).high
    return Int(shelved[cumulativeWeights.lastPosition(notAbove: point, in: first..<last)])
  }

  /// Draws one of some shelves by the weight of its products.
  func shelf(of shelves: Range<Int>, _ random: UInt64) -> Int {
    self.shelves[product(ofShelves: shelves, random)]
  }

  /// The shelves of the category that `shelf` belongs to.
  func neighbors(of shelf: Int) -> Range<Int> {
    let category = types[shelf / Catalogue.shelvesPerType].category
    let size = Catalogue.typesPerCategory * Catalogue.shelvesPerType
    return category * size..<(category + 1) * size
  }
}

extension Catalogue {
  static let typesPerCategory = 3

  private static func parse(_ words: String) -> ([Category], [ProductType]) {
    var categories: [Category] = []
    var types: [ProductType] = []
    for line in words.split(separator: "\n") {
      let parts = line.split(separator: ": ").map(String.init)
      if line.first == " " {
        let name = String(parts[0].drop { $0 == " " })
        types.append(ProductType(name: name, adjectives: parts[1].words, category: categories.count - 1))
      } else {
        categories.append(Category(name: parts[0], variants: parts[1].words, measures: parts[2].words))
      }
    }
    return (categories, types)
  }
}

extension String {
  fileprivate var words: [String] { split(separator: "|").map(String.init) }
}

extension [UInt64] {
  /// The last position in `range` whose value is not above `point`.
  ///
  /// - Precondition: values in the range ascend, and the first is not above `point`.
  func lastPosition(notAbove point: UInt64, in range: Range<Int>) -> Int {
    var low = range.lowerBound
    var high = range.upperBound
    while high - low > 1 {
      let middle = (low + high) / 2
      if self[middle] <= point { low = middle } else { high = middle }
    }
    return low
  }
}

/// ⌊√x⌋, bit by bit.
func integerSquareRoot(_ x: UInt64) -> UInt64 {
  var root: UInt64 = 0
  var bit: UInt64 = 1 << 31
  while bit > 0 {
    let tried = root | bit
    if tried * tried <= x { root = tried }
    bit >>= 1
  }
  return root
}
