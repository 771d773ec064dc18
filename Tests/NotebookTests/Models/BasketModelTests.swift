import Diagnostics
import Notebook
import Testing

/// Models that know when rows happened, as somebody types them.
@Suite struct BasketModelTests {
  private let orders = """
    orders = table user_id = [1, 1, 1, 1, 2, 2, 2], product_id = [5, 6, 5, 7, 6, 5, 7], \
    order = ["a", "a", "b", "b", "c", "d", "d"], ts = [10, 10, 20, 20, 5, 9, 9]
    """

  @Test(arguments: ["UPCF", "TIFUKNN", "BasketMarkov"]) func basketsHaveAColumnOrATime(_ name: String) {
    let test = TestSession()
    test.run(orders)
    let byOrder = test.run("m = orders | fit \(name) basket=order")
    #expect(byOrder.contains("4 baskets: rows of one `user_id` and `order`"))
    let byTime = test.run("n = orders | fit \(name) time=ts")
    #expect(byTime.contains("4 baskets: rows of one `user_id` and `ts`"))
    #expect(test.run("m | recommend user=1") == test.run("n | recommend user=1"))
    #expect(test.diagnostics.isEmpty)
    test.run("orders | fit \(name)")
    #expect(test.diagnostics.first?.message == "no column `date` or `timestamp`")
  }

  @Test func daysNeedDates() {
    let test = TestSession()
    test.run(orders)
    test.run("orders | fit TopPopular half_life=7 time=ts")
    #expect(test.diagnostics.first?.message == "`half_life` counts days, and `ts` is `i64`")
    #expect(test.run("m = train | fit TopPopular half_life=7").contains("baskets: rows of one `user_id` and `date`"))
    // What the hint says works.
    test.run(
      "m = orders | with timestamp = cast(ts * 1000, datetime[ms]) | fit PersonalTopPopular half_life=7 recency=all")
    #expect(test.diagnostics.isEmpty)
  }

  @Test func aColumnThatNobodyReadsIsSaid() {
    let test = TestSession()
    test.run(orders)
    let said = test.run("m = orders | fit EASE basket=order")
    #expect(said.contains("`basket=order` changes nothing: with these parameters EASE knows no baskets"))
    #expect(!test.run("m = orders | fit TopPopular by=baskets basket=order").contains("changes nothing"))
  }

  @Test func tiesAreSaid() {
    let test = TestSession()
    test.run(orders)
    test.run("tp = orders | fit TopPopular; own = orders | fit PersonalTopPopular")
    let alone = test.run("tp | recommend top=2")
    #expect(alone.contains("a tie decided who is last: an item that was left out has the same score"))
    let both = test.run("table user_id = [1, 2] | recommend own top=1")
    #expect(both.contains("own: 1 list decided by a tie (`ties`), of 2 lists"))
    #expect(!test.run("tp | recommend top=3").contains("tie"))
  }

  /// What `tune` tries may read more of time than the model without it.
  @Test func tuneTriesHalfLives() {
    let test = TestSession()
    let tuned = test.run("train | tune PersonalTopPopular half_life=[3, 30] on=test")
    #expect(test.diagnostics.isEmpty && tuned.contains("half_life"))
  }
}
