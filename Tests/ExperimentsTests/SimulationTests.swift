import Diagnostics
import Experiments
import Parallelism
import Recommenders
import Tables
import Testing

@Suite(.serialized) struct SimulationTests {
  private func rows(_ table: Table, _ range: Range<Int>) -> [[Value]] { range.map { table.row($0) } }

  private func numbers(_ table: Table, _ column: String) throws -> [Int64] {
    let column = try #require(table.column(column))
    return (0..<column.count).map { if case .integer(let number) = column[$0] { Int64(number) } else { 0 } }
  }

  @Test func theTypesAreTheShops() throws {
    let shop = try ShopSimulation(scale: 0.001)
    let types = ShopSimulation.Name.allCases.map { shop.schema(of: $0).summary }
    #expect(
      types == [
        "product_id i64, name str, brand str, type str, category_id i32, category_name str",
        "user_id i32, timestamp datetime[ns], action_type str, widget_name str, search_query str, product_id f64, page_product_id f64",
        "user_id i32, product_id i64, date date", "user_id i32, product_id i64, date date",
      ])
    for name in ShopSimulation.Name.allCases {
      let table = try shop.table(name)
      #expect(table.schema == shop.schema(of: name) && table.rowCount == shop.rowCount(of: name))
    }
  }

  /// The first rows as they were when the simulation was written: sessions record results that depend on every one.
  @Test func aSeedMeansTheseRows() throws {
    let train = try ShopSimulation(scale: 0.01).table(.trainOrders)
    #expect(train.rowCount == 197_488)
    let expected: [[Value]] = [
      [.integer(1_506_200), .integer(181_201_169), .date(19_878)],
      [.integer(6_682_200), .integer(834_703_483), .date(19_807)],
      [.integer(6_691_700), .integer(43_026_025), .date(19_816)],
    ]
    #expect(rows(train, 0..<3) == expected)
    let sum = zip(try numbers(train, "user_id"), try numbers(train, "product_id")).reduce(0) { $0 &+ $1.0 &* $1.1 }
    #expect(sum == -6424622950134593484)
    let other = try ShopSimulation(scale: 0.01, seed: 1).table(.trainOrders)
    #expect(rows(other, 0..<3) != rows(train, 0..<3))
  }

  @Test func coresAndChunksDoNotMatter() throws {
    let shop = try ShopSimulation(scale: 0.002)
    let whole = try shop.table(.testOrders)
    var chunks: [Table] = []
    try Cores.limited(to: 1) {
      try shop.forEachChunk(of: .testOrders, rows: 5000) { (chunk) throws(Diagnostic) in chunks.append(chunk) }
    }
    #expect(chunks.count > 2)
    #expect(try concat(chunks).equals(whole))
  }

  @Test func theSliceIsTheSameAtEveryScale() throws {
    func slice(_ scale: Double) throws -> [[Int64]] {
      let test = try ShopSimulation(scale: scale).table(.testOrders)
      return zip(try numbers(test, "user_id"), try numbers(test, "product_id")).filter { $0.0 % 100 == 0 }
        .map { [$0.0, $0.1] }.sorted { $0.lexicographicallyPrecedes($1) }
    }
    let small = try slice(0.01)
    #expect(try slice(0.03) == small)
    #expect(small.count > 80_000)
  }

  @Test func rowsOfAUserStandApart() throws {
    let users = try numbers(try ShopSimulation(scale: 0.01).table(.trainOrders), "user_id")
    let adjacent = zip(users, users.dropFirst()).count { $0 == $1 }
    #expect(adjacent < users.count / 1000)
    #expect(users.allSatisfy { $0 % 100 == 0 })
  }

  @Test func actionsHaveTheSeminarsFrequencies() throws {
    let shop = try ShopSimulation(scale: 0.1)
    let actions = try shop.actions()
    #expect(actions.rowCount == 1_000_000)
    guard case .text(let types)? = actions.column("action_type")?.values else {
      Issue.record("action types are no text")
      return
    }
    var counts: [String: Int] = [:]
    for code in types.codes.array { counts[types.dictionary[Int(code)].string, default: 0] += 1 }
    let expected = [
      "view": 952_219, "to_cart": 14_551, "search": 14_079, "click": 12_165, "order": 6_241, "favorite": 745,
    ]
    #expect(counts == expected)
    let queries = try #require(actions.column("search_query"))
    #expect(queries.nullCount > 500_000)
  }

  @Test func scalesOutOfRange() {
    for scale in [0, -1, .nan, .infinity, 21] {
      #expect(throws: Diagnostic.self) { try ShopSimulation(scale: scale) }
    }
  }

  @Test func theSeminarsStoryHolds() throws {
    let shop = try ShopSimulation(scale: 0.01)
    let train = try withoutBags(shop.table(.trainOrders))
    let test = try withoutBags(shop.table(.testOrders))
    let counts = try Dataset(train).interactions.rowsPerItem()
    let most = try #require(counts.max())
    #expect(most < train.rowCount / 100)
    let models = try [
      ("random", "Random"), ("popular", "TopPopular"), ("personal", "PersonalTopPopular"), ("blend", "Blend"),
    ].map { name, kind in NamedRecommender(name, try Recommender(fitting: Models.named(kind), to: train)) }
    let users = try recommend(try heldOut(test), models, RecommendationOptions(top: 10))
    let figures = try Evaluation(metrics: [.recall, .precision]).metrics(of: users.table).table
    func figure(_ metric: String, _ row: Int) -> Double { figures.column(metric)?[row].number ?? .nan }
    for metric in ["recall@10", "precision@10"] {
      let (random, popular) = (figure(metric, 0), figure(metric, 1))
      let (personal, blend) = (figure(metric, 2), figure(metric, 3))
      #expect(random < 0.002)
      #expect(popular > 5 * random)
      #expect(popular < 0.05)
      #expect(personal > 3 * popular)
      #expect(blend > personal)
    }
  }

  private func withoutBags(_ table: Table) throws -> Table {
    let products = try numbers(table, "product_id")
    let bags: Set<Int64> = [519_413_018, 576_985_723]
    let share = Double(products.count { bags.contains($0) }) / Double(products.count)
    #expect((0.02...0.04).contains(share))
    return try filter(table, Bitmap(products.map { !bags.contains($0) }))
  }

  /// A row a test user with the list of the user's products.
  private func heldOut(_ test: Table) throws -> Table {
    let (vocabulary, users) = try Vocabulary.encoding(try #require(test.column("user_id")), role: "user")
    let products = try numbers(test, "product_id")
    var lists = [[Int64]](repeating: [], count: vocabulary.count)
    for (row, user) in users.enumerated() { lists[Int(user)].append(products[row]) }
    let offsets = lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let child = Column(lists.flatMap { $0 })
    return Table([
      ("user_id", vocabulary.ids),
      ("ids", Column(.list(.i64), .list(ListValues(offsets: Buffer(offsets), child: child)))),
    ])
  }
}
