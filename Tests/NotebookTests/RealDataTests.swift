import Foundation
import Testing

/// Files of the kind that people have, read at the prompt without options and fitted.
@Suite struct RealDataTests {
  /// A path in the data beside the checkout, or nil, said, where that is not there.
  private func shared(_ path: String) -> String? {
    let full = SeminarTests.root.deletingLastPathComponent().appending(path: "shared/data/" + path).path
    if FileManager.default.fileExists(atPath: full) { return full }
    print("skipped: no reference data")
    return nil
  }

  @Test func retailOrdersAreFittedAsTheyWere() throws {
    guard let path = shared("online-retail/orders_2009_2010.parquet") else { return }
    let test = TestSession()
    let loaded = test.run("retail = load \"\(path)\"")
    #expect(loaded == "retail: 525_461 rows × 8 columns")
    // Ids are floats with whole values, a fifth of them missing; cancelled invoices begin with C.
    let fitted = test.run("m = retail | fit TopPopular user=`Customer ID` item=StockCode")
    #expect(fitted.contains("m: TopPopular, 4_383 users × 4_031 items"), "\(fitted)")
    #expect(fitted.contains("107_927 rows without `Customer ID` dropped"), "\(fitted)")
    let cast = test.run(
      """
      bought = retail | filter not starts_with(Invoice, "C") | with customer = cast(`Customer ID`, i64)
      ease = bought | fit TopPopular user=customer item=StockCode
      ease | recommend user=13085 top=2
      """)
    #expect(test.diagnostics.isEmpty, "\(cast)")
    #expect(cast.contains("rows without `customer` dropped") && cast.contains("85123A"), "\(cast)")
  }

  @Test func ratingsAreFittedWithoutOptions() throws {
    guard let folder = shared("ml-100k") else { return }
    let test = TestSession()
    let said = test.run(
      """
      ratings = load "\(folder)/ml-100k.inter"
      films = load "\(folder)/ml-100k.item"
      films | head 1
      svd = ratings | fit SVD epochs=1 seed=0
      """)
    #expect(test.diagnostics.isEmpty, "\(said)")
    #expect(said.contains("[\"Toy\", \"Story\"]"), "\(said)")
    #expect(said.contains("svd: SVD, 943 users × 1_682 items, 100_000 interactions"), "\(said)")
  }
}
