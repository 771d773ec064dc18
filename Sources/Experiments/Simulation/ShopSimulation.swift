public import Diagnostics
public import Tables

/// Simulates the four tables of the seminar, at any scale.
///
/// The tables resemble the shop's real ones, so that the seminar's conclusions hold: popularity has a long tail; two
/// carrier bags are the most frequent products; users prefer certain categories and buy the same products again; about
/// half of them return in the test month. Scale 1 has 19M train and 8M test rows of 1.1M users; scale 0.01 is the slice
/// of the seminar.
///
/// - Randomness: a pure function of (scale, seed). Rows come from counters and integer thresholds, so they are the same
///   on any machine and any number of cores. The users of the slice `user_id % 100 == 0` and their orders are the same
///   at every scale from 0.01 on.
/// - Complexity: O(1) time per row; memory for one chunk, 16 bytes per user and an eighth of a byte per row.
public struct ShopSimulation: Sendable {
  /// The four tables, in the order the seminar loads them.
  public enum Name: String, Sendable, CaseIterable {
    case products = "product_information_full"
    case actions = "user_actions_full_sample_1_000_000"
    case trainOrders = "train_orders"
    case testOrders = "test_orders"
  }

  /// The allowed scales; 1 is the full size.
  public static let scales = 0.0001...20.0

  private let catalogue: Catalogue
  private let namesBits: KeyedBits
  private let log: SimulatedActions
  private let train: SimulatedOrders
  private let test: SimulatedOrders

  public init(scale: Double = 0.01, seed: UInt64 = 0) throws(Diagnostic) {
    guard ShopSimulation.scales.contains(scale) else { throw .scaleOutOfRange(scale, ShopSimulation.scales) }
    let bits = KeyedBits(key: seed)
    catalogue = Catalogue(bits.forked(0))
    namesBits = bits.forked(1)
    let users = Int((Double(Shoppers.fullCount) * scale).rounded())
    let shoppers = Shoppers(count: users, catalogue: catalogue, bits.forked(2))
    train = try SimulatedOrders(shoppers, .train, bits.forked(3))
    test = try SimulatedOrders(shoppers, .test, bits.forked(3))
    log = SimulatedActions(
      shoppers, rowCount: Int((1_000_000 * min(1, scale * 10)).rounded()), bits.forked(4))
  }

  public func schema(of name: Name) -> Schema {
    switch name {
    case .products: Catalogue.schema
    case .actions: SimulatedActions.schema
    case .trainOrders, .testOrders: SimulatedOrders.schema
    }
  }

  public func rowCount(of name: Name) -> Int {
    switch name {
    case .products: Catalogue.productCount + Catalogue.bags.count
    case .actions: log.rowCount
    case .trainOrders: train.rowCount
    case .testOrders: test.rowCount
    }
  }

  /// The products of the shop: 17,000, with Russian names.
  public func products() -> Table { catalogue.table(namesBits) }

  /// The actions of users: up to a million rows.
  public func actions() throws(Diagnostic) -> Table { try log.table() }

  /// A whole table. For orders at large scales, use `forEachChunk`.
  public func table(_ name: Name) throws(Diagnostic) -> Table {
    switch name {
    case .products: products()
    case .actions: try actions()
    case .trainOrders: try train.table(0..<train.rowCount)
    case .testOrders: try test.table(0..<test.rowCount)
    }
  }

  /// Calls `body` with the chunks of a table, in order, for a streaming writer. A chunk of orders has at most `rows`
  /// rows; the other tables are one chunk.
  public func forEachChunk(
    of name: Name, rows: Int = 1 << 20, _ body: (Table) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let orders: SimulatedOrders
    switch name {
    case .products, .actions: return try body(try table(name))
    case .trainOrders: orders = train
    case .testOrders: orders = test
    }
    for start in stride(from: 0, to: orders.rowCount, by: max(1, rows)) {
      try body(try orders.table(start..<min(orders.rowCount, start + max(1, rows))))
    }
  }
}
