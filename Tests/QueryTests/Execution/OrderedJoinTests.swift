import Diagnostics
import Query
import Tables
import Testing

@Suite struct OrderedJoinTests {
  private static let session = Session([
    "t": Table([
      ("k", Column(["a", "a", "b", nil] as [String?])), ("at", Column([3, 10, 5, 1] as [Int64])),
    ]),
    "p": Table([
      ("k", Column(["a", "b", "a", "a", "b"])), ("time", Column([9, 6, 3, 3, 1] as [Int64])),
      ("price", Column([90, 60, 30, 31, 10] as [Int64])),
    ]),
    "f": Table([("x", Column([2.5, .nan, .infinity, -.infinity, nil] as [Double?]))]),
    "g": Table([("y", Column([1.5, 2.0, .nan] as [Double])), ("row", Column([1, 2, 3] as [Int64]))]),
  ])

  private func column(_ code: String, _ name: String) throws -> [Int?] {
    let table = try Self.session.run(code)
    let index = try #require(table.schema.index(of: name))
    return (0..<table.rowCount).map {
      if case .integer(let value) = table.columns[index][$0] { Int(value) } else { nil }
    }
  }

  @Test(
    arguments: [
      ("asof_join p on k by at == time", [31, 90, 10, nil]),
      ("asof_join p on k by at == time direction=forward", [31, nil, 60, nil]),
      ("asof_join p on k by at == time direction=nearest", [31, 90, 60, nil]),
      ("asof_join p on k by at == time within=1", [31, 90, nil, nil]),
      ("asof_join (p | drop k) by at == time", [31, 90, 31, 10]),
    ] as [(String, [Int?])])
  func nearestRows(_ stage: String, _ prices: [Int?]) throws {
    #expect(try column("t | " + stage, "price") == prices, "\(stage)")
  }

  /// NaN sorts last, so it is behind every number; but no number is near to it.
  @Test(
    arguments: [
      ("asof_join g by x == y direction=nearest", [2, 3, 2, 1, nil]),
      ("asof_join g by x == y direction=nearest within=10", [2, 3, nil, nil, nil]),
      ("asof_join (g | filter not is_nan(y)) by x == y direction=nearest", [2, 2, 2, 1, nil]),
      ("asof_join g by x == y", [2, 3, 2, nil, nil]),
      ("asof_join g by x == y direction=forward", [3, 3, 3, 1, nil]),
      ("asof_join g by x == y direction=forward within=10", [nil, 3, nil, nil, nil]),
      ("left_join g on y <= x", [1, 2, 1, 2, 3, 1, 2, nil, nil]),
    ] as [(String, [Int?])])
  func keysThatAreNoNumbers(_ stage: String, _ rows: [Int?]) throws {
    #expect(try column("f | " + stage, "row") == rows, "\(stage)")
  }

  @Test func aKeyOfOneNameIsShownOnce() throws {
    #expect(
      try Self.session.run("t | rename time = at | asof_join p on k by time").schema.names == ["k", "time", "price"])
    #expect(try Self.session.run("t | asof_join p on k by at == time").schema.names == ["k", "at", "time", "price"])
  }

  @Test(
    arguments: [
      ("join p on k, time < at", [90, 30, 31, 10]),
      ("join p on k, at >= time", [30, 31, 90, 30, 31, 10]),
      ("left_join p on k, time < at, price > at", [nil, 90, 30, 31, 10, nil]),
      ("join (p | rename own = k) on time <= at, at < price", [30, 31, 10, 90, 60, 30, 31, 30, 31, 10, 10]),
      ("semi_join p on k, time > at", nil),
    ] as [(String, [Int?]?)])
  func rowsInOrder(_ stage: String, _ prices: [Int?]?) throws {
    guard let prices else {
      #expect(try column("t | " + stage, "at") == [3, 5])
      return
    }
    #expect(try column("t | " + stage, "price") == prices, "\(stage)")
  }

  @Test(
    arguments: [
      ("asof_join p by at < time", "keys must be equal here, `<` is not allowed"),
      ("asof_join p on k by k", nil),
      ("asof_join p on k by at == time within=\"7d\"", "`within` along i64 takes a number, not str"),
      ("asof_join p on k by k direction=nearest", "`direction=nearest` needs numbers or times, not str"),
      ("join p on k, k < price", "keys of type str and i64 have no common order"),
      ("join p on time < price", "no column `price` in `t`"),
    ] as [(String, String?)])
  func mistakes(_ stage: String, _ message: String?) {
    #expect(Self.session.mistake("t | " + stage)?.message == message)
  }
}

@Suite struct SeveralColumnsTests {
  private static let session = Session([
    "t": Table([
      ("k", Column(["b", "a", "b"])), ("price_a", Column([1.25, nil, 3] as [Double?])),
      ("price_b", Column([0.5, 1, 2])),
      ("xs", try! Column(.list(.i64), [.list([.integer(1), .integer(5)]), .null, .list([])])),
    ])
  ])

  @Test(
    arguments: [
      ("select columns(\"price_.*\")", "price_a f64, price_b f64"),
      ("select k, round(columns(f64), 0)", "k str, price_a f64, price_b f64"),
      ("drop columns(f64), k", "xs list[i64]"), ("agg max(columns(f64))", "price_a f64, price_b f64"),
      ("fill_null columns(f64) = 0 | select price_a", "price_a f64"),
      ("transpose names=k | head 1", nil),
      ("concat (t | drop k | with y = 1) schema=union", "k str, price_a f64, price_b f64, xs list[i64], y i64"),
      ("select k, price_b | head 2 | transpose names=k", "column str, b f64, a f64"),
      ("select price_a, price_b | transpose", "column str, row_0 f64, row_1 f64, row_2 f64"),
      ("with m = 1 | pivot rows=m columns=[k, price_b] agg n = len()", "m i64, a_1.0 u32, b_0.5 u32, b_2.0 u32"),
      ("select xs = list_map(xs, it * price_b)", "xs list[f64]"),
      (
        "select xs = list_filter(xs, it > 1), z = list_zip(xs, xs)",
        "xs list[i64], z list[struct[first: i64, second: i64]]"
      ),
    ] as [(String, String?)])
  func schemas(_ stage: String, _ schema: String?) throws {
    guard let schema else { return }
    #expect(try Self.session.run("t | " + stage).schema.summary == schema, "\(stage)")
  }

  @Test func formulasSeeTheirRow() throws {
    let table = try Self.session.run("t | select a = list_map(xs, it * price_b), b = list_filter(xs, it > price_a)")
    #expect(table.row(0) == [.list([.float(0.5), .float(2.5)]), .list([.integer(5)])])
    #expect(table.row(1) == [.null, .null])
    #expect(table.row(2) == [.list([]), .list([])])
  }

  @Test(arguments: [
    ("select columns(i8)", "`columns(i8)` matches no column"),
    ("select x = columns(f64)", "one name for several columns"),
    ("select it", "no column `it` in `t`"), ("filter columns(f64) > 0", "no function `columns`"),
    ("select list_map(xs, sum(it))", "aggregates look at rows, not at the elements of a list"),
    ("transpose", "the columns have no common type"),
    ("concat (t | drop k)", "only one table has a column `k`"),
  ])
  func mistakes(_ stage: String, _ message: String) {
    #expect(Self.session.mistake("t | " + stage)?.message == message, "\(stage)")
  }

  /// What the common type does not hold is an error, as in `unpivot` and `concat`.
  @Test func whatIsTransposedStaysAsItIs() throws {
    let code = "table a = [9007199254740992, %], b = [0.5, 1] | transpose"
    #expect(try Self.session.run(code.replacing("%", with: "3")).row(0).last == .float(3))
    let mistake = Self.session.mistake(code.replacing("%", with: "9007199254740993"))
    #expect(mistake?.message.contains("9007199254740993") == true)
  }

  @Test(arguments: [
    ("gap > \"30m\"", [true, false]), ("gap == \"1h 0m\"", [true, false]), ("gap in [\"90s\", \"1h\"]", [true, true]),
    ("ts + \"1h 30m\" > ts + gap", [true, true]), ("ts - \"1d\" < ts", [true, true]),
  ])
  func textBesideALengthOfTime(_ condition: String, _ expected: [Bool]) throws {
    let code = """
      table ts = ["2024-01-01 10:00", "2024-01-02 00:00"], s = [3600, 90] | with ts = cast(ts, datetime[us])
      | with gap = cast(s * 1000000, duration[us]) | select r = \(condition)
      """
    let table = try Self.session.run(code)
    #expect((0..<2).map { table.columns[0][$0] } == expected.map { .bool($0) }, "\(condition)")
  }
}
