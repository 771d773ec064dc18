import Diagnostics
import Parallelism
import Tables

/// The action log of the simulated shop: which user viewed, searched for or ordered which product, where and when.
struct SimulatedActions: Sendable {
  static let schema = Schema([
    Field("user_id", .i32), Field("timestamp", .datetime(.nanoseconds)), Field("action_type", .string),
    Field("widget_name", .string), Field("search_query", .string), Field("product_id", .f64),
    Field("page_product_id", .f64),
  ])

  /// The exact number of actions of each type in a million.
  private static let types: [(name: String, count: Int)] = [
    ("view", 952_219), ("to_cart", 14_551), ("search", 14_079), ("click", 12_165), ("order", 6_241),
    ("favorite", 745),
  ]
  private static let search = 2
  private static let widgets = ["search_catalog_listing", "recoms_fresh_personal", "product_page"]
  private static let listing = 0, productPage = 2
  /// How many of 100 actions are in each hour of the day.
  private static let hours = [2, 1, 1, 0, 0, 1, 2, 3, 4, 5, 5, 5, 6, 6, 5, 5, 5, 6, 6, 7, 8, 7, 6, 4]
  private static let firstDay: Int64 = 19_783
  private static let dayCount = 153

  let shoppers: Shoppers
  let rowCount: Int
  private let shuffle: Shuffle
  private let bits: KeyedBits
  private let hourStarts: [UInt64]

  init(_ shoppers: Shoppers, rowCount: Int, _ bits: KeyedBits) {
    self.shoppers = shoppers
    self.rowCount = rowCount
    shuffle = Shuffle(count: rowCount, bits.forked(0))
    self.bits = bits.forked(1)
    hourStarts = SimulatedActions.hours.reduce(into: [0]) { $0.append($0[$0.count - 1] + UInt64($1)) }
  }

  /// The search queries: the name of each type of product, alone and with each of its adjectives.
  private var queries: [String] {
    shoppers.catalogue.types.flatMap { type in
      [type.name.lowercased()] + type.adjectives.map { type.name.lowercased() + " " + $0 }
    }
  }

  private struct Row: BitwiseCopyable, Sendable {
    var user: Int32 = 0
    var time: Int64 = 0
    var type: UInt32 = 0
    var widget: UInt32 = 0
    var query: UInt32 = 0
    var hasQuery = false
    var product: Double = 0
    var hasProduct = true
    var page: Double = 0
    var hasPage = false
  }

  func table() throws(Diagnostic) -> Table {
    let queries = self.queries
    let rows = try buildArray(count: rowCount, grain: 1 << 13) { (chunk, rows) in
      for position in chunk { rows[position - chunk.lowerBound] = row(position, queryCount: queries.count) }
    }
    let columns = [
      Column(.i32, .i32(Buffer(rows.map(\.user)))),
      Column(.datetime(.nanoseconds), .i64(Buffer(rows.map(\.time)))),
      Column(codes: rows.map(\.type), among: SimulatedActions.types.map(\.name)),
      Column(codes: rows.map(\.widget), among: SimulatedActions.widgets),
      Column(codes: rows.map(\.query), among: queries, validity: Bitmap(rows.lazy.map(\.hasQuery))),
      Column(.f64, .f64(Buffer(rows.map(\.product))), validity: Bitmap(rows.lazy.map(\.hasProduct))),
      Column(.f64, .f64(Buffer(rows.map(\.page))), validity: Bitmap(rows.lazy.map(\.hasPage))),
    ]
    return Table(SimulatedActions.schema, columns, rowCount: rowCount)
  }

  private func row(_ position: Int, queryCount: Int) -> Row {
    let draws = bits.forked(position)
    let user = draws.below(shoppers.count, 0)
    let shopper = shoppers.shopper(user)
    let type = self.type(ofShuffled: shuffle[position])
    let widget = type == SimulatedActions.search ? 0 : draws.below(SimulatedActions.widgets.count, 1)
    var row = Row()
    row.user = shoppers.id(of: user)
    row.time = time(draws)
    row.type = UInt32(type)
    row.widget = UInt32(widget)
    row.query = UInt32(draws.below(queryCount, 2))
    row.hasQuery =
      type == SimulatedActions.search || (widget == SimulatedActions.listing && draws.below(100, 3) < 60)
    row.product = Double(shopper.productID(.train, row: draws.below(64, 4)))
    row.hasProduct = type != SimulatedActions.search && draws.below(200, 5) > 0
    row.page = Double(shopper.productID(.train, row: draws.below(64, 6)))
    row.hasPage = widget == SimulatedActions.productPage && draws.below(100, 7) < 30
    if !row.hasQuery { row.query = 0 }
    if !row.hasProduct { row.product = 0 }
    if !row.hasPage { row.page = 0 }
    return row
  }

  /// The type of an action, by its position in a shuffled order, so that every type has exactly its share.
  private func type(ofShuffled place: Int) -> Int {
    var left = place * 1_000_000 / rowCount
    for (type, (_, count)) in SimulatedActions.types.enumerated() {
      if left < count { return type }
      left -= count
    }
    return 0
  }

  /// Nanoseconds since 1970, to the millisecond.
  private func time(_ draws: KeyedBits) -> Int64 {
    let day = SimulatedActions.firstDay + Int64(draws.below(SimulatedActions.dayCount, 8))
    let hour = hourStarts.lastPosition(notAbove: draws.below(100, 9), in: 0..<SimulatedActions.hours.count)
    let milliseconds = (day * 24 + Int64(hour)) * 3_600_000 + Int64(draws.below(3_600_000, 10))
    return milliseconds * 1_000_000
  }
}
