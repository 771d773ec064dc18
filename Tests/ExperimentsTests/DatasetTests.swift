import Diagnostics
import Experiments
import LinearAlgebra
import Recommenders
import Tables
import Testing

@Suite struct DatasetTests {
  let orders = Table([
    ("user_id", Column([Int32(2), 1, nil, 2, 2, 1])), ("product_id", Column([Int64(70), 50, 50, 70, nil, 60])),
    ("rating", Column([1.0, 2, 3, 4, 5, 6])), ("date", Column([Int32(9), 1, 1, 3, 1, 1])),
  ])

  @Test func nullsAreDroppedAndRepeatsMergedAndBothAreSaid() throws {
    let dataset = try Dataset(orders)
    #expect(dataset.droppedRows == 2)
    #expect(
      dataset.notes == [
        "1 row without `user_id`, 1 row without `product_id` dropped",
        "1 repeated (user, item) row merged: weights summed",
      ])
    #expect(dataset.interactions.matrix.columns == [0, 1, 2])
    #expect(dataset.interactions.matrix.values == [2, 6, 5])
  }

  @Test(arguments: [("binary", 1), ("last", 1), ("max", 4), ("sum", 5)])
  func duplicates(policy: String, weight: Float) throws {
    let dataset = try Dataset(orders, duplicates: #require(.init(rawValue: policy)))
    #expect(dataset.interactions.matrix.values.last == weight)
  }

  @Test func rolesMayBeNamed() throws {
    let table = Table([("who", Column(["b", "a"])), ("what", Column(["x", "x"]))])
    let dataset = try Dataset(table, roles: ColumnRoles(user: "who", item: "what"))
    #expect(dataset.interactions.userCount == 2)
    #expect(dataset.interactions.itemCount == 1)
    #expect(dataset.userColumn == "who")
    #expect(dataset.itemColumn == "what")
    #expect(throws: Diagnostic.self) { try Dataset(table) }
    #expect(throws: Diagnostic.self) { try Dataset(table, roles: ColumnRoles(user: "whom", item: "what")) }
  }

  /// Rows without a time are left out where the time is read, and days need dates.
  @Test func timesAndBasketsAreReadWhereTheyAreNeeded() throws {
    let table = Table([
      ("user_id", Column([Int32(1), 1, 1, 2])), ("item_id", Column([Int32(5), 6, 6, 5])),
      ("day", try Column(.date, [.date(3), .date(1), .null, .date(9)])), ("order", Column(["b", "a", "a", "c"])),
      ("timestamp", Column([Int64(3), 1, 2, 9])),
    ])
    let byDay = try Dataset(table, roles: ColumnRoles(time: "day"), times: .days)
    #expect(byDay.notes == ["1 row without `day` dropped", "3 baskets: rows of one `user_id` and `day`"])
    #expect(byDay.interactions.baskets?.count == 3)
    let byOrder = try Dataset(table, roles: ColumnRoles(time: "timestamp", basket: "order"), times: .baskets)
    #expect(byOrder.notes.last == "3 baskets: rows of one `user_id` and `order`")
    #expect(byOrder.droppedRows == 0)
    #expect(try Dataset(table, roles: ColumnRoles(time: "day")).droppedRows == 0)
    let seconds = #expect(throws: Diagnostic.self) { try Dataset(table, times: .days) }
    #expect(seconds?.message == "`half_life` counts days, and `timestamp` is `i64`")
    #expect(
      seconds?.hint
        == "seconds since 1970 become moments by `with timestamp = cast(timestamp * 1000, datetime[ms])`")
    let untimed = Table([("user_id", Column([Int32(1)])), ("item_id", Column([Int32(1)]))])
    let missing = #expect(throws: Diagnostic.self) { try Dataset(untimed, times: .baskets) }
    #expect(missing?.message == "no column `date` or `timestamp`")
    #expect(throws: Never.self) { try Dataset(untimed, times: .order) }
  }

  @Test func weightsHaveToBeNumbers() throws {
    let infinite = Table([
      ("user_id", Column([Int32(1)])), ("item_id", Column([Int32(1)])), ("weight", Column([Double.infinity])),
    ])
    #expect(throws: Diagnostic.self) { try Dataset(infinite) }
    let text = Table([
      ("user_id", Column([Int32(1)])), ("item_id", Column([Int32(1)])), ("weight", Column(["much"])),
    ])
    #expect(throws: Diagnostic.self) { try Dataset(text) }
  }
}
