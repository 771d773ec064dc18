import Diagnostics
import Query
import Tables
import Testing

/// What a person can paste is worked through in a time that grows with its length: a square of these lengths would take
/// minutes, so that these tests would be noticed. Nothing is measured.
@Suite struct LinearCostTests {
  static let session = Session(["t": Table([("a", Column([1, 2])), ("ids", ids)])])

  private static let ids: Column = {
    (try? Column(listsOf: .i64, [[.integer(3), .integer(7)], [.integer(41_999)]])) ?? .nulls(.list(.i64), count: 2)
  }()

  @Test func manyAssignments() throws {
    let count = 3000
    let assignments = (0..<count).map { "c\($0) = a + \($0)" }.joined(separator: ", ")
    #expect(try Self.session.run("t | with " + assignments).columns.count == count + 2)
    #expect(try Self.session.run("t | select " + assignments).columns.count == count)
    let names = (0..<count).map { "c\($0)" }.joined(separator: ", ")
    let sums = (0..<count).map { "c\($0) = sum(a + \($0))" }.joined(separator: ", ")
    #expect(try Self.session.run("t | agg " + sums).columns.count == count)
    #expect(
      try Self.session.run("t | with \(assignments) | select \(names) | drop c1, c2999").columns.count == count - 2)
  }

  @Test(
    arguments: [
      "drop_nulls", "drop_nulls | select c1", "unpivot c1, c2", "unique c1", "drop c1", "rename d = c1",
      "with d = c1 + c2",
      "sort c1", "group_by c1", "fill_null c1 = 0", "filter c1 > 0 | drop c2", "row_index", "sample 1 by=c1 seed=0",
      "join (wide | select c1) on c1", "concat wide", "describe c1", "head 1 | explode l",
    ])
  func manyColumns(_ verb: String) throws {
    _ = try Self.wide.run("wide | \(verb)")
  }

  @Test func manyColumnsAreFilled() throws {
    let zeros = (0..<5000).map { "c\($0) = 0" }.joined(separator: ", ")
    let names = (0..<5000).map { "c\($0)" }.joined(separator: ", ")
    #expect(try Self.wide.run("wide | select \(names) | fill_null \(zeros)").columns.count == 5000)
  }

  /// A table of computed columns makes its schema anew each time it is asked.
  @Test func manyComputedColumns() throws {
    let count = 20_000
    func list(_ item: (Int) -> String) -> String { (0..<count).map(item).joined(separator: ", ") }
    let computed = "t | select a | with " + list { "c\($0) = a" }
    let renamed = computed + " | rename " + list { "d\($0) = c\($0)" }
    for (stages, columns) in [
      (renamed, count + 1), (computed + " | concat (\(renamed)) schema=union", 2 * count + 1),
      (computed + " | sort " + list { "c\($0)" }, count + 1),
      (computed + " | fill_null " + list { "c\($0) = 0" }, count + 1), (computed + " | transpose", 3),
    ] {
      #expect(try Self.session.run(stages).columns.count == columns)
    }
  }

  private static let wide = Session([
    "wide": Table((0..<40_000).map { ("c\($0)", Column([$0])) } + [("l", ids[0..<1])])
  ])

  @Test func laterAssignmentsSeeEarlierOnes() throws {
    let result = try Self.session.run("t | select a | with b = a + 1, a = b * 10, c = a + b, d = c | select a, b, c, d")
    #expect(result.row(0) == [20, 2, 22, 22])
    #expect(result.row(1) == [30, 3, 33, 33])
    #expect(Self.session.mistake("t | with b = a, c = bb")?.span?.text == "bb")
  }

  @Test func chainsOfColumnsEndSomewhere() throws {
    func chain(_ count: Int) -> String {
      "t | with c0 = a, " + (1..<count).map { "c\($0) = c\($0 - 1) + 1" }.joined(separator: ", ")
        + " | select x = c\(count - 1)"
    }
    #expect(try Self.session.run(chain(150)).columns[0][0] == 150)
    #expect(Self.session.mistake(chain(3000))?.message.hasPrefix("more than ") == true)
  }

  @Test func longNames() throws {
    let name = String(repeating: "x", count: 1_000_000)
    let table = Table([(name + "y", Column([1])), ("x", Column([1]))])
    let error = try #require(Session(["t": table]).mistake("t | filter \(name) > 1"))
    #expect(error.message.hasPrefix("no column `xxx"))
    #expect(nearNames(to: name, among: [name + "yy", String(name.dropLast() + "z")]).isEmpty)
  }

  @Test(arguments: ["set_intersect(ids, LIST)", "set_intersect(LIST, ids)", "set_difference(ids, LIST)"])
  func longLists(_ expression: String) throws {
    let list = "[" + (0..<42_000).map(String.init).joined(separator: ", ") + "]"
    let rows =
      "(t | select ids) | cross_join (table k = [1, 2, 3, 4, 5, 6, 7, 8]) | cross_join (table l = [1, 2, 3, 4, 5, 6, 7, 8])"
    let code = "\(rows) | select x = \(expression.replacing("LIST", with: list)), y = list_contains(\(list), l)"
    let result = try Self.session.run(code)
    #expect(result.rowCount == 128)
    let isEmpty = expression.hasPrefix("set_difference")
    #expect(result.columns[0][0] == (isEmpty ? [] : [3, 7]))
    #expect((0..<128).allSatisfy { result.columns[1][$0] == true })
  }
}
