import Foundation
import Generators
import Testing

/// Files of the kind that people have, read at the prompt without options and fitted.
///
/// Each data set has a small file of its form, made by `Scripts/fixtures/sample-fixtures.py`, for a plain clone.
@Suite struct RealDataTests {
  private static let data = URL(filePath: Checkout.shared("data"))
  private static let samples = Checkout.root.appending(path: "Tests/FormatsTests/Fixtures/Samples")

  private static func hasShared(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: data.appending(path: path).path)
  }

  @Test(.enabled(if: hasShared("online-retail"), "needs ../shared"))
  func retailOrdersAreFittedAsTheyWere() throws {
    try expectOrders(
      in: Self.data.appending(path: "online-retail/orders_2009_2010.parquet"), loaded: "525_461 rows × 8 columns",
      fitted: "4_383 users × 4_031 items", withoutCustomer: "107_927")
  }

  @Test func ordersLikeThemAreFittedAsTheyWere() throws {
    try expectOrders(
      in: Self.samples.appending(path: "retail.parquet"), loaded: "240 rows × 8 columns", fitted: "7 users × 4 items",
      withoutCustomer: "48")
  }

  /// Ids are floats with whole values, a fifth of them missing; cancelled invoices begin with C.
  private func expectOrders(in file: URL, loaded: String, fitted: String, withoutCustomer: String) throws {
    let test = TestSession()
    #expect(test.run("retail = load \"\(file.path)\"") == "retail: " + loaded)
    let said = test.run("m = retail | fit TopPopular user=`Customer ID` item=StockCode")
    #expect(said.contains("m: TopPopular, " + fitted), "\(said)")
    #expect(said.contains("\(withoutCustomer) rows without `Customer ID` dropped"), "\(said)")
    let cast = test.run(
      """
      bought = retail | filter not starts_with(Invoice, "C") | with customer = cast(`Customer ID`, i64)
      ease = bought | fit TopPopular user=customer item=StockCode
      ease | recommend user=13085 top=2
      """)
    #expect(test.diagnostics.isEmpty, "\(cast)")
    #expect(cast.contains("rows without `customer` dropped") && cast.contains("85123A"), "\(cast)")
  }

  @Test(.enabled(if: hasShared("ml-100k"), "needs ../shared"))
  func ratingsAreFittedWithoutOptions() throws {
    let folder = Self.data.appending(path: "ml-100k")
    try expectRatings(
      folder.appending(path: "ml-100k.inter"), films: folder.appending(path: "ml-100k.item"),
      fitted: "943 users × 1_682 items, 100_000 interactions")
  }

  @Test func ratingsLikeThemAreFittedWithoutOptions() throws {
    try expectRatings(
      Self.samples.appending(path: "ratings.inter"), films: Self.samples.appending(path: "films.item"),
      fitted: "12 users × 20 items, 96 interactions")
  }

  private func expectRatings(_ ratings: URL, films: URL, fitted: String) throws {
    let test = TestSession()
    let said = test.run(
      """
      ratings = load "\(ratings.path)"
      films = load "\(films.path)"
      films | head 1
      svd = ratings | fit SVD epochs=1 seed=0
      """)
    #expect(test.diagnostics.isEmpty, "\(said)")
    #expect(said.contains("[\"Toy\", \"Story\"]"), "\(said)")
    #expect(said.contains("svd: SVD, \(fitted)"), "\(said)")
  }
}
