import Diagnostics
import Query
import Tables
import Testing

@Suite struct FrameTests {
  private static let session = Session([
    "t": Table([
      ("k", Column(["a", "a", "b", "a", "b", "a"])), ("d", Column([1, 2, 1, 4, 9, 4] as [Int64])),
      ("x", Column([1, nil, 10, 3, 20, 4] as [Int64?])), ("f", Column([0.5, 1, 2, 4, 8, 16])),
    ])
  ])

  private func column(_ expression: String) throws -> [Value] {
    let table = try Self.session.run("t | select r = \(expression)")
    return (0..<table.rowCount).map { table.columns[0][$0] }
  }

  @Test(
    arguments: [
      ("sum(x) over (k order by d rows 2)", [1, 1, 10, 3, 30, 7]),
      ("sum(x) over (k order by d running)", [1, 1, 10, 4, 30, 8]),
      ("count(x) over (k order by d rows 1 before 1 after)", [1, 2, 2, 2, 2, 2]),
      ("sum(x) over (k order by d range 2)", [1, 1, 10, 7, 20, 7]),
      ("sum(x) over (k order by d desc range 2)", [1, 7, 10, 7, 20, 7]),
      ("max(x) over (k order by d rows 1 before)", [1, 1, 10, 3, 20, 4]),
      ("last(x) over (k order by d rows 1 after)", [nil, 3, 20, 4, 20, 4]),
      ("n_unique(d) over (order by d rows 3)", [1, 2, 1, 3, 2, 2]),
      ("mode(d) over (order by d running)", [1, 1, 1, 1, 1, 1]),
      ("len() where x > 3 over (k order by d running)", [0, 0, 1, 0, 2, 1]),
      ("last(x) where x > 3 over (k order by d running)", [nil, nil, 10, nil, 20, 4]),
      ("sum(x) where f > 1 over k", [7, 7, 30, 7, 30, 7]),
    ] as [(String, [Int?])])
  func wholeNumbers(_ expression: String, _ expected: [Int?]) throws {
    #expect(try column(expression) == expected.map { $0.map { .integer(Int128($0)) } ?? .null }, "\(expression)")
  }

  @Test(
    arguments: [
      ("median(f) over (order by d rows 3)", [0.5, 1, 1.25, 2, 8, 4]),
      ("mean(f) over (order by d running)", [0.5, 7.0 / 6, 1.25, 1.875, 31.5 / 6, 4.7]),
      (
        "std(f) over (order by d rows 2)",
        [nil, 0.5 * 2.0.squareRoot(), 1.5 / 2.0.squareRoot(), 3 / 2.0.squareRoot(), nil, nil]
      ),
    ] as [(String, [Double?])])
  func floats(_ expression: String, _ expected: [Double?]) throws {
    for (found, own) in zip(try column(expression), expected) {
      guard let own, case .float(let number) = found else { continue }
      #expect((number - own).magnitude < 1e-12, "\(expression)")
    }
  }

  /// What goes out of a frame leaves no trace in its sum.
  @Test func nothingIsSubtracted() throws {
    let numbers: [Double] = [1e300, .infinity, 0.1, 0.2, .nan, 1, 2]
    let session = Session(["t": Table([("f", Column(numbers))])])
    let table = try session.run("t | row_index | select r = sum(f) over (order by row rows 2)")
    let sums = (0..<table.rowCount).map { table.columns[0][$0] }
    #expect(sums[3] == .float(0.1 + 0.2))
    #expect(sums[6] == .float(3))
  }

  @Test func lengthsOfTime() throws {
    let code = """
      table ts = ["2024-01-01 00:00", "2024-01-01 00:29", "2024-01-01 00:59", "2024-01-02 00:00"]
      | with ts = cast(ts, datetime[us]) | select n = len() over (order by ts range "30m"), d = len() over (order by ts range "1d")
      """
    let table = try Self.session.run(code)
    #expect((0..<4).map { table.columns[0][$0] } == [1, 2, 2, 1].map { .integer($0) })
    #expect((0..<4).map { table.columns[1][$0] } == [1, 2, 3, 4].map { .integer($0) })
  }

  @Test(arguments: [
    ("sum(x) over (k order by d rows 0)", "a frame has at least one row"),
    ("sum(x) over (k order by d rows -1)", "`rows` takes a whole number from 0, found -1"),
    ("sum(x) over (k order by d rows x)", "the size of a frame must be constant"),
    ("sum(x) over (k order by k range 1)", "`range` needs numbers or times, not str"),
    ("sum(x) over (k order by d range \"7d\")", "`range` along i64 takes a number, not str"),
    ("sum(x) over (order by k, d range 1)", "`range` needs exactly one sort key, found 2"),
    ("sum(x) over (k rows 7)", "`rows` needs an order before it"),
    ("sum(x) over (order by d rows between 6 preceding and current row)", "unexpected `between`"),
    ("rank() over (k order by d rows 7)", "`rank` uses its whole group and takes no frame"),
    ("abs(x) where f > 1", "`abs` is not an aggregate and takes no `where`"),
    ("sum(x) where", "a condition is missing after `where`"),
    ("sum(x) where d", "`where` takes true or false, not i64"),
    ("sum(x) where sum(d) > 1", "`sum` inside another aggregate"),
  ])
  func mistakes(_ expression: String, _ message: String) {
    #expect(Self.session.mistake("t | select r = \(expression)")?.message == message)
  }

  @Test(arguments: [
    "sum(x) where a > 1 over (k order by d desc rows 3 before 3 after)", "(sum(x) where a > 1) / len()",
    "mean(x) over (k order by d range \"7d\")", "max(x) over (order by d running)", "count(x) where a and (b or c)",
  ])
  func printedAsWritten(_ expression: String) throws {
    #expect(try parseExpression(expression).description == expression)
  }

  @Test func aConditionReachesToOver() throws {
    #expect(outline(try parseExpression("sum(x) where f(y) > 1 over k")) == "(where (sum x over{k}) (> (f y) 1))")
    #expect(outline(try parseExpression("len() where a == 1")) == "(where (len) (== a 1))")
    #expect(outline(try parseExpression("sum(x) where\na == 1")) == "(where (sum x) (== a 1))")
  }
}
