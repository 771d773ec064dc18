import Diagnostics
import Parallelism
import Tables

/// A table of orders in shuffled order, of which any row can be drawn by itself.
///
/// The orders of all users, one user after the other, are numbered; row `p` is order `shuffle[p]`. Its user is looked
/// up in the numbers of the users' first orders. So no rows are sorted or stored: the memory is 8 bytes per user and an
/// eighth of a byte per row.
struct SimulatedOrders: Sendable {
  static let schema = Schema([Field("user_id", .i32), Field("product_id", .i64), Field("date", .date)])
  private static let guideStride = 32

  let shoppers: Shoppers
  let period: Shoppers.Period
  private let shuffle: Shuffle
  /// The number of every user's first order, and at the end the number of orders.
  private let starts: [Int]
  /// The user of every 32nd order, from which the search for an order's user starts.
  private let guide: [Int32]

  init(_ shoppers: Shoppers, _ period: Shoppers.Period, _ bits: KeyedBits) throws(Diagnostic) {
    self.shoppers = shoppers
    self.period = period
    let counts = try buildArray(count: shoppers.count, grain: 1 << 14) { (users, counts) in
      for user in users { counts[user - users.lowerBound] = shoppers.shopper(user).rowCount(period) }
    }
    var starts = [0]
    starts.reserveCapacity(counts.count + 1)
    var guide: [Int32] = []
    for (user, count) in counts.enumerated() {
      let end = starts[user] + count
      while guide.count * SimulatedOrders.guideStride < end { guide.append(Int32(user)) }
      starts.append(end)
    }
    self.starts = starts
    self.guide = guide
    shuffle = Shuffle(count: starts[starts.count - 1], bits.forked(period.rawValue))
  }

  var rowCount: Int { shuffle.count }

  private struct Row: BitwiseCopyable, Sendable {
    var user: Int32
    var day: Int32
    var product: Int64
  }

  /// The rows of `range`.
  func table(_ range: Range<Int>) throws(Diagnostic) -> Table {
    let grain = 1 << 14
    let rows = try buildArray(count: range.count, grain: grain) { (chunk, rows) in
      for index in chunk { rows[index - chunk.lowerBound] = row(range.lowerBound + index) }
    }
    func column<Element: BitwiseCopyable & Sendable>(
      _ element: @Sendable (Row) -> Element
    ) throws(Diagnostic) -> Buffer<Element> {
      Buffer(
        try buildArray(count: rows.count, grain: grain) { (chunk, column) in
          for index in chunk { column[index - chunk.lowerBound] = element(rows[index]) }
        })
    }
    let users = try column(\.user)
    let products = try column(\.product)
    let days = try column(\.day)
    return Table(
      SimulatedOrders.schema,
      [Column(.i32, .i32(users)), Column(.i64, .i64(products)), Column(.date, .i32(days))], rowCount: range.count)
  }

  private func row(_ position: Int) -> Row {
    let order = shuffle[position]
    var user = Int(guide[order / SimulatedOrders.guideStride])
    while starts[user + 1] <= order { user += 1 }
    let shopper = shoppers.shopper(user)
    let row = order - starts[user]
    return Row(
      user: shoppers.id(of: user), day: shopper.day(period, row: row), product: shopper.productID(period, row: row))
  }
}
