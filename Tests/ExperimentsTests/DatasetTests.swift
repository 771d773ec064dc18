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
