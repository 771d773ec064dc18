import Diagnostics
import Foundation
import Query
import Tables
import Testing

@Suite struct FunctionTests {
  static let session = Session(
    [
      "t": Table([
        ("x", Column([-2.5, 2.5, nil, 3.14159] as [Double?])), ("n", Column([-2, 3, nil, 0] as [Int?])),
        ("s", Column(["  Привет, мир ", "aXbXc", nil, ""] as [String?])),
        ("day", Column(.date, .i32(Buffer([19_723, 19_782, 0, -1])))),
        ("moment", Column(.datetime(.milliseconds), .i64(Buffer([1_704_067_199_999, -1, 0, 90_061_001])))),
      ]),
      "l": try? Table([
        ("ids", Column(listsOf: .i64, [[3, 1, 3], [], nil, [nil, 5]])),
        ("others", Column(listsOf: .i64, [[1, 9], [2], [1], [5]])),
        ("i", Column([0, 0, 0, -1])),
      ]),
    ].compactMapValues { $0 })

  @Test(
    arguments: [
      ("abs(n)", [2, 3, nil, 0]), ("round(x)", [-2.0, 2.0, nil, 3.0]), ("round(x, 2)", [-2.5, 2.5, nil, 3.14]),
      ("floor(x)", [-3.0, 2.0, nil, 3.0]), ("ceil(x)", [-2.0, 3.0, nil, 4.0]), ("sign(n)", [-1, 1, nil, 0]),
      ("is_nan(null)", [nil, nil, nil, nil]), ("hour(null)", [nil, nil, nil, nil]),
      ("slice(s, -9223372036854775808, 9223372036854775807)", ["  Привет, мир", "aXbX", nil, ""]),
      ("sign(cast(round(x) / 10, decimal[5,5]))", [-1, 1, nil, 1]), ("sign(cast(n, decimal[10,2]))", [-1, 1, nil, 0]),
      ("sqrt(n * n)", [2.0, 3.0, nil, 0.0]), ("clip(n, -1, 2)", [-1, 2, nil, 0]), ("least(n, 1)", [-2, 1, 1, 0]),
      ("greatest(n, 1, 2)", [2, 3, 2, 2]), ("coalesce(n, 9)", [-2, 3, 9, 0]), ("log(exp(n))", [-2.0, 3.0, nil, 0.0]),
      ("trim(s)", ["Привет, мир", "aXbXc", nil, ""]), ("lower(s)", ["  привет, мир ", "axbxc", nil, ""]),
      ("length(trim(s))", [11, 5, nil, 0]), ("contains(s, \"рив\")", [true, false, nil, false]),
      ("starts_with(s, \"aX\")", [false, true, nil, false]), ("ends_with(s, \"c\")", [false, true, nil, false]),
      ("replace(s, \"X\", \"--\")", ["  Привет, мир ", "a--b--c", nil, ""]),
      ("slice(s, 2, 3)", ["При", "bXc", nil, ""]),
      ("slice(s, -2)", ["р ", "Xc", nil, ""]), ("split(s, \"X\")", [["  Привет, мир "], ["a", "b", "c"], nil, [""]]),
      ("split(s, \"ри\")", [["  П", "вет, мир "], ["aXbXc"], nil, [""]]),
      ("split(\"a::b:::c\", \"::\")", [["a", "b", ":c"], ["a", "b", ":c"], ["a", "b", ":c"], ["a", "b", ":c"]]),
      ("matches(s, \"^[a-z]\")", [false, true, nil, false]),
      ("extract(s, \"(\\\\w)X(\\\\w)\", 2)", [nil, "b", nil, nil]),
      ("extract(s, \"\\\\w+\")", ["Привет", "aXbXc", nil, nil]),
      ("concat(n, \":\", s)", ["-2:  Привет, мир ", "3:aXbXc", nil, "0:"]),
      ("year(day)", [2024, 2024, 1970, 1969]), ("month(day)", [1, 2, 1, 12]), ("day(day)", [1, 29, 1, 31]),
      ("weekday(day)", [1, 4, 4, 3]), ("week(day)", [1, 9, 1, 1]), ("hour(moment)", [23, 23, 0, 1]),
      ("date(moment)", [.date(19_722), .date(-1), .date(0), .date(1)]),
      ("date(year(day), 1, 1) == truncate(day, \"1y\")", [true, true, true, true]),
      (
        "truncate(moment, \"1h\")",
        [
          .datetime(1_704_063_600_000, .milliseconds), .datetime(-3_600_000, .milliseconds),
          .datetime(0, .milliseconds),
          .datetime(90_000_000, .milliseconds),
        ]
      ),
    ] as [(String, [Value])])
  func rows(_ expression: String, _ expected: [Value]) throws {
    #expect(try Self.session.values(expression) == expected)
  }

  @Test(
    arguments: [
      ("list_len(ids)", [3, 0, nil, 2]), ("list_contains(ids, 3)", [true, false, nil, false]),
      ("list_contains(ids, i + 5)", [false, false, nil, false]), ("3 in ids", [true, false, nil, false]),
      ("list_get(ids, i)", [3, nil, nil, 5]), ("list_get(ids, 1)", [1, nil, nil, 5]),
      ("list_first(ids)", [3, nil, nil, nil]),
      ("list_last(ids)", [3, nil, nil, 5]), ("list_slice(ids, 1, 5)", [[1, 3], [], nil, [5]]),
      ("list_sort(ids)", [[1, 3, 3], [], nil, [5, nil]]), ("list_reverse(ids)", [[3, 1, 3], [], nil, [5, nil]]),
      ("list_unique(ids)", [[3, 1], [], nil, [nil, 5]]), ("list_sum(ids)", [7, 0, nil, 5]),
      ("list_max(ids)", [3, nil, nil, 5]),
      ("list_min(ids)", [1, nil, nil, 5]), ("set_intersect(ids, others)", [[1], [], nil, [5]]),
      ("set_union(ids, others)", [[3, 1, 9], [2], nil, [nil, 5]]),
      ("set_difference(ids, others)", [[3], [], nil, [nil]]),
      ("set_intersect(ids, [3, 5])", [[3], [], nil, [5]]),
    ] as [(String, [Value])])
  func lists(_ expression: String, _ expected: [Value]) throws {
    #expect(try Self.session.values(expression, of: "l") == expected)
  }

  /// Long enough that lists are cut into runs.
  @Test func listsInLaterRuns() throws {
    let lists = (0..<100_000).map { row -> [Value]? in
      row % 7 == 0 ? nil : (0..<row % 4).map { .integer(Int128($0 + row)) }
    }
    let session = Session(["l": Table([("ids", try Column(listsOf: .i64, lists))])])
    let lengths = try session.values("list_len(ids)", of: "l")
    let reversed = try session.values("list_reverse(ids)", of: "l")
    let sums = try session.values("list_sum(ids)", of: "l")
    for row in stride(from: 0, to: 100_000, by: 997) {
      #expect(lengths[row] == lists[row].map { .integer(Int128($0.count)) } ?? .null)
      #expect(reversed[row] == lists[row].map { .list($0.reversed()) } ?? .null)
      let sum = lists[row].map { $0.reduce(0) { $0 + ($1.number ?? 0) } }
      #expect(sums[row].number == sum)
    }
  }

  @Test(
    arguments: [
      ("len()", 4), ("count(n)", 3), ("sum(n)", 1), ("min(x)", -2.5), ("max(s)", "aXbXc"), ("first(n)", -2),
      ("last(n)", 0), ("n_unique(n)", 4), ("unique(n)", [-2, 3, nil, 0]), ("any(n > 2)", true), ("all(n > 2)", false),
      ("median(n)", 0.0), ("quantile(n, 1)", 3.0), ("list(n)", [-2, 3, nil, 0]), ("sum(n > 0)", 1),
    ] as [(String, Value)])
  func aggregates(_ expression: String, _ expected: Value) throws {
    let result = try Self.session.run("t | agg x = \(expression)")
    #expect(result.columns[0][0] == expected)
  }

  @Test func hashesEqualValuesAlike() throws {
    #expect(try Self.session.values("hash(n) == hash(cast(n, f64))") == [true, true, nil, true])
    #expect(try Self.session.values("hash(n) == hash(cast(n, i8))") == [true, true, nil, true])
    #expect(try Self.session.constant("hash(1)") != Self.session.constant("hash(2)"))
  }

  @Test func patternsCannotHang() throws {
    let text = String(repeating: "a", count: 5000) + "!"
    let session = Session(["t": Table([("s", Column([text]))])])
    let mistake = try #require(session.mistake("t | filter matches(s, \"^(a|aa)+$\")"))
    #expect(mistake.message.hasPrefix("the regular expression takes too long"))
  }

  @Test func namesAreUniqueAndExamplesParse() throws {
    var names: Set<String> = []
    let parser = Parser(verbs: relationalVerbs.map(\.declaration), functionNames: functions.map(\.name))
    for function in functions {
      for name in [function.name] + function.synonyms { #expect(names.insert(name).inserted, "\(name)") }
      #expect(!function.examples.isEmpty && !function.summary.hasSuffix("."))
      for example in function.examples {
        #expect(try !parser.statements(in: Source(name: "example", text: example.code)).isEmpty)
      }
    }
  }

  @Test func everyFunctionOfTheLanguageIsThere() {
    let wanted = """
      abs round floor ceil sqrt exp log log1p sign clip least greatest coalesce is_nan hash lower upper length contains \
      starts_with ends_with matches extract replace slice split trim concat date year month day weekday week hour truncate \
      list_len list_contains list_get list_first list_last list_slice list_sort list_reverse list_unique list_sum \
      list_mean list_min list_max set_intersect set_union set_difference len count sum mean median std var min max first \
      last n_unique unique list mode quantile any all corr rank dense_rank row_number lag lead cum_sum cum_max
      """
    let names = Set(functions.map(\.name))
    for name in wanted.split(separator: " ") { #expect(names.contains(String(name)), "\(name)") }
  }
}
