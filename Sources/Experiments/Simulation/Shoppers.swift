/// The users of the simulated shop: their ids, and how much and what they buy.
///
/// Everything about a user is a pure function of the seed and the user's number, not of the scale. The first users are
/// those of the seminar's slice `user_id % 100 == 0`, so every scale from 0.01 on contains the same slice.
struct Shoppers: Sendable {
  /// The two tables of orders.
  enum Period: Int, Sendable {
    case train, test

    /// Days since 1970-01-01 of the first day, and how many days there are.
    var days: (first: Int32, count: Int) { self == .train ? (19_783, 122) : (19_905, 31) }
  }

  static let fullCount = 1_147_000
  /// Ids are drawn from this many numbers per user.
  static let idsPerUser = 10
  /// Of 1,147 users, how many buy in both periods and how many only in the train period; the rest buy only in the test
  /// period.
  static let both = 536, trainOnly = 490

  let count: Int
  let catalogue: Catalogue
  private let bits: KeyedBits
  private let sliceIDs: Shuffle
  private let otherIDs: Shuffle

  init(count: Int, catalogue: Catalogue, _ bits: KeyedBits) {
    self.count = count
    self.catalogue = catalogue
    self.bits = bits.forked(0)
    let ids = max(count, Shoppers.fullCount) * Shoppers.idsPerUser
    sliceIDs = Shuffle(count: ids / 100, bits.forked(1))
    otherIDs = Shuffle(count: ids / 100 * 99, bits.forked(2))
  }

  /// The users whose ids are multiples of 100: all at scale 0.01, one in a hundred at scale 1.
  var sliceCount: Int { min(count, max(count, Shoppers.fullCount) / 100) }

  func id(of user: Int) -> Int32 {
    if user < sliceCount { return Int32(sliceIDs[user] * 100) }
    let other = otherIDs[user - sliceCount]
    return Int32(other / 99 * 100 + other % 99 + 1)
  }

  func shopper(_ user: Int) -> Shopper { Shopper(bits: bits.forked(user), catalogue: catalogue) }
}

/// One user.
struct Shopper {
  let bits: KeyedBits
  let catalogue: Catalogue

  /// The uses of `bits`, each with its own counter.
  private enum Stream: UInt64 {
    case kind, rowCount, tastes, days, products
  }

  /// The distribution of a user's number of orders in a period: a power of two is drawn by these weights (per mille),
  /// then a number from it up to the next power.
  private static let train: [Int] = [101, 147, 212, 224, 171, 93, 39, 12, 1]
  private static let test: [Int] = [178, 190, 228, 198, 125, 57, 18, 6]

  /// How many rows the user has in a period; 0 if the user does not buy in it.
  func rowCount(_ period: Shoppers.Period) -> Int {
    let kind = bits.below(1_147, Stream.kind.rawValue)
    let isHere = kind < Shoppers.both || (kind < Shoppers.both + Shoppers.trainOnly) == (period == .train)
    guard isHere else { return 0 }
    let draws = bits.forked(Stream.rowCount.rawValue).forked(period.rawValue)
    var point = draws.below(1_000, 0)
    var least = 1
    for weight in period == .train ? Shopper.train : Shopper.test {
      if point < weight { break }
      point -= weight
      least *= 2
    }
    return least + draws.below(least, 1)
  }

  /// The day of a row. Three consecutive rows have the same day and are a basket.
  func day(_ period: Shoppers.Period, row: Int) -> Int32 {
    let days = period.days
    let draws = bits.forked(Stream.days.rawValue).forked(period.rawValue)
    return days.first + Int32(draws.below(days.count, UInt64(row / 3)))
  }

  /// The product id of a row: a product bought before, a carrier bag, a product of a favourite shelf, or any product by
  /// popularity.
  func productID(_ period: Shoppers.Period, row: Int) -> Int64 {
    var period = period
    var row = row
    let trainRows = period == .test ? rowCount(.train) : 0
    let products = bits.forked(Stream.products.rawValue)
    while true {
      let draws = products.forked(period.rawValue).forked(row)
      if period == .test, trainRows > 0, draws.below(100, 0) < 10 {
        period = .train
        row = draws.below(trainRows, 1)
        continue
      }
      if row > 0, draws.below(100, 2) < 15 {
        row = draws.below(row, 3)
        continue
      }
      switch draws.below(1_000, 4) {
      case 0..<17: return Catalogue.bags[0]
      case 17..<26: return Catalogue.bags[1]
      case 26..<426: return catalogue.ids[catalogue.product(ofShelves: 0..<catalogue.shelfCount, draws.bits(5))]
      default:
        let shelf = favourite(draws.bits(6))
        return catalogue.ids[catalogue.product(ofShelves: shelf..<shelf + 1, draws.bits(5))]
      }
    }
  }

  /// Draws one of the user's five favourite shelves, the first more often than the last. They are two pairs, each in
  /// one category, and a fifth.
  private func favourite(_ random: UInt64) -> Int {
    let square = (random >> 32) * (random >> 32) >> 32
    let tastes = bits.forked(Stream.tastes.rawValue)
    let all = 0..<catalogue.shelfCount
    let choice = square * 5 >> 32
    let root = catalogue.shelf(of: all, tastes.bits(choice / 2))
    return choice % 2 == 0 ? root : catalogue.shelf(of: catalogue.neighbors(of: root), tastes.bits(3 + choice))
  }
}
