import Diagnostics
import Query
import Tables
import Testing

/// One rule wherever two types meet: `==`, `in`, joins, `list_contains` compare by value, and where values of both types
/// stand in one column none of them changes.
@Suite struct MeetingTypesTests {
  private static let beyond: Int128 = 9_007_199_254_740_993
  private static let money: [Int128?] = [100, 250, 29, nil]
  private static let session = Session(
    [
      "t": try? Table([
        ("p", Column(.decimal(precision: 10, scale: 2), money.map { $0.map { .decimal($0, scale: 2) } ?? .null })),
        ("big", Column(.i64, [.integer(beyond), .integer(beyond - 1), -1, .null])),
        ("f", Column([9_007_199_254_740_992, 2.5, 0.29, nil] as [Double?])),
        ("s", Column([0.1, 0.5, 0.29, nil] as [Float?])),
        ("day", Column(.date, [.date(19_905), .date(19_906), .date(2_932_896), .null])),
        (
          "moment",
          Column(
            .datetime(.nanoseconds),
            [1_719_792_000, 1_719_795_600, -1].map { .datetime($0 * 1_000_000_000, .nanoseconds) } + [.null])
        ), ("n", Column([1, 2, nil, nil] as [Int?])),
      ])
    ].compactMapValues { $0 })

  @Test(
    arguments: [
      ("p in [1, 2, 3]", [true, false, false, nil]), ("p in [1, 2, 3, 4, 5, 6, 7, 8, 9]", [true, false, false, nil]),
      ("p in [0.29, 2.5]", [false, true, true, nil]), ("p == 0.29", [false, false, true, nil]),
      ("p != 0.29", [true, true, false, nil]), ("p < 0.295", [false, false, true, nil]),
      ("p >= 2.5", [false, true, false, nil]), ("p > 1e300", [false, false, false, nil]),
      ("p == f", [false, true, true, nil]), ("f == p", [false, true, true, nil]),
      ("f < p", [false, false, false, nil]),
      ("p == s", [false, false, true, nil]), ("p == 1", [true, false, false, nil]),
      ("big == f", [false, false, false, nil]), ("big > f", [true, true, false, nil]),
      ("f == 9007199254740993", [false, false, false, nil]), ("f < 9007199254740993", [true, true, true, nil]),
      ("f >= 9007199254740993", [false, false, false, nil]), ("f in [9007199254740993]", [false, false, false, nil]),
      ("f in [9007199254740992]", [true, false, false, nil]),
      ("big == 9007199254740992.0", [false, true, false, nil]),
      ("big in [9007199254740992.0]", [false, true, false, nil]),
      ("big == cast(\"9007199254740993\", decimal[20,0])", [true, false, false, nil]),
      ("s == 0.1", [true, false, false, nil]), ("s in [0.1, 0.29]", [true, false, true, nil]),
      ("moment in [date(2024, 7, 1)]", [true, false, false, nil]),
      ("moment == date(2024, 7, 1)", [true, false, false, nil]), ("moment == day", [true, false, false, nil]),
      ("day == moment", [true, false, false, nil]), ("day > moment", [false, true, true, nil]),
      (
        "day in [cast(\"2024-07-01\", datetime[ms]), cast(\"2024-07-02 01:00\", datetime[ms])]",
        [true, false, false, nil]
      ),
      ("day in [\"2024-07-01\", \"9999-12-31\"]", [true, false, true, nil]),
      ("list_contains([1, 2, 3], p)", [true, false, false, nil]),
      ("list_contains([9007199254740992.0], big)", [false, true, false, nil]),
      ("coalesce(n, 0.5)", [1.0, 2.0, 0.5, 0.5]), ("if n == 1 then p else 0.5", ["1.00", "0.50", "0.50", "0.50"]),
      ("if p == 1 then n else 2.5", [1.0, 2.5, 2.5, 2.5]), ("coalesce(p, 7)", ["1.00", "2.50", "0.29", "7.00"]),
      ("n * 2.0", [2.0, 4.0, nil, nil]), ("2.0 * n", [2.0, 4.0, nil, nil]),
      ("if n == 1 then n else 2.0", [1.0, 2.0, 2.0, 2.0]),
      ("p * 0.5", [0.5, 1.25, 0.145, nil]), ("s * 0.5 == s / 2", [true, true, true, nil]),
      // 2⁵³ as f32 is not 2⁵³ + 1.
      ("cast(f, f32) == 9007199254740993", [false, false, false, nil]),
      ("cast(f, f32) in [9007199254740993, 3]", [false, false, false, nil]),
      // What stands behind a known value is not looked at.
      ("coalesce(f, big)", [9_007_199_254_740_992.0, 2.5, 0.29, nil]),
      ("coalesce(n, 1 // (n - n))", [1, 2, nil, nil]),
      ("least(p, 2)", ["1.00", "2.00", "0.29", "2.00"]),
      ("round(1234, -2)", [1200, 1200, 1200, 1200]), ("round(big, -16)", [1e16, 1e16, 0, nil].map(whole)),
      ("round(-1250, -2)", [-1200, -1200, -1200, -1200]), ("round(p, 1)", ["1.00", "2.50", "0.30", nil]),
      ("floor(p)", ["1.00", "2.00", "0.00", nil]), ("round(n, 3)", [1, 2, nil, nil]),
    ] as [(String, [Value])])
  func values(_ expression: String, _ expected: [Value]) throws {
    let found = try Self.session.values(expression).map { value -> Value in
      if case .decimal = value { .text(Text(value.description)) } else { value }
    }
    #expect(found == expected)
  }

  @Test(arguments: [
    ("t | select x = coalesce(big, 0.5)", "9007199254740993 in row 0 cannot become f64 without loss"),
    ("t | select x = if n == 1 then big else 0.5", "9007199254740993 in row 0 cannot become f64 without loss"),
    ("t | select x = least(big, f)", "9007199254740993 in row 0 cannot become f64 without loss"),
    ("t | fill_null big = 0.5", "9007199254740993 in row 0 cannot become f64 without loss"),
    ("t | select x = [1, 9007199254740993, 0.5]", "9007199254740993 cannot become f64 without loss"),
    (
      "t | agg a = list(big), b = list(f) | select x = set_union(a, b)",
      "9007199254740993 in row 0 cannot become f64 without loss"
    ),
    (
      "t | full_join (t | select big = f) on big",
      "the key 9007199254740993 cannot be converted exactly to f64, the common type of both keys"
    ),
    ("t | agg l = list(big) | select x = cast(l, list[i8])", "9007199254740993 in row 0 cannot become i8 without loss"),
    (
      "t | group_by n agg l = list(big) | group_by n agg l = list(l) | select x = cast(l, list[list[i32]])",
      "9007199254740993 in row 0 cannot become i32 without loss"
    ),
    ("t | select x = round(cast(n + 125, i8), -1)", "the result does not fit i8 in row 0"),
  ])
  func changesNoValue(_ code: String, _ message: String) {
    #expect(Self.session.mistake(code)?.message == message)
  }

  /// Text with an offset says a moment, which a datetime without a zone does not hold. The hint is what to write.
  @Test(arguments: [
    (
      "t | select x = cast(\"2024-07-01 12:00+02:00\", datetime[us])",
      "\"2024-07-01 12:00+02:00\" has an offset, which datetime[us] would lose",
      "`cast(\"2024-07-01 12:00+02:00\", datetime[us, UTC])` keeps the moment"
    ),
    (
      "table s = [null, \"2024-07-01T12:00:00Z\"] | select x = cast(s, datetime[ns])",
      "\"2024-07-01T12:00:00Z\" in row 1 has an offset, which datetime[ns] would lose",
      "`cast(s, datetime[ns, UTC])` keeps the moment"
    ),
    (
      "table s = [\"2024-07-01T12:00:00+00:00\"] | agg s = list(s) | select x = cast(s, list[datetime[ms]])",
      "\"2024-07-01T12:00:00+00:00\" in row 0 has an offset, which datetime[ms] would lose",
      "`cast(s, list[datetime[ms, UTC]])` keeps the moment"
    ),
    (
      "t | filter moment == \"2024-07-01 02:00+02:00\"",
      "`2024-07-01 02:00+02:00` has an offset, and datetime[ns] has no zone",
      "say which zone it is of: `with_zone(moment, \"UTC\")`"
    ),
    (
      "t | filter moment in [\"2024-07-01 00:00\", \"2024-07-01 00:00Z\"]",
      "`2024-07-01 00:00Z` has an offset, and datetime[ns] has no zone",
      "say which zone it is of: `with_zone(moment, \"UTC\")`"
    ),
    (
      "t | select x = moment - \"2024-07-01 00:00Z\"",
      "`2024-07-01 00:00Z` has an offset, and datetime[ns] has no zone",
      "say which zone it is of: `with_zone(moment, \"UTC\")`"
    ),
    (
      "t | filter day >= \"2024-07-01 00:00Z\"", "`2024-07-01 00:00Z` has an offset, and date has no zone",
      "its midnight: `with_zone(cast(day, datetime[us]), \"UTC\")`"
    ),
    (
      "table s = [\"2024-07-01 00:00\"] | select x = parse_datetime(s, [\"%F %R\", \"%F %R%z\"])",
      "only some of the formats of `parse_datetime` have `%z`",
      "read them apart: `coalesce(try_parse_datetime(s, [\"%F %R%z\"]), with_zone(parse_datetime(s, [\"%F %R\"]), \"UTC\"))`"
    ),
  ])
  func keepsOffsets(_ code: String, _ message: String, _ hint: String) throws {
    let mistake = try #require(Self.session.mistake(code))
    #expect(mistake.message == message)
    #expect(mistake.hint == hint)
    #expect(mistake.span != nil)
  }

  /// The hint of columns without a common type gives them one.
  @Test(arguments: [
    (
      "moscow, berlin", "make them one type first: `with berlin = to_zone(berlin, \"Europe/Moscow\")`"
    ),
    ("berlin, plain", "make them one type first: `with plain = with_zone(plain, \"Europe/Berlin\")`"),
    (
      "d, berlin",
      "make them one type first: `with d = with_zone(cast(d, datetime[us]), \"Europe/Berlin\")`"
    ),
    ("n, `my s`", "make them one type first: `with n = cast(n, str)`"),
    ("n, berlin", "make them one type first: `with n = cast(n, str), berlin = cast(berlin, str)`"),
    ("n, l", "lists and structs are unpivoted by themselves"),
  ])
  func unpivotSaysHowTypesMeet(_ columns: String, _ hint: String) throws {
    let table = """
      table `my s` = ["a"] | with n = 1, plain = cast("2024-07-01", datetime[us]), d = date(2024, 7, 1), l = [1] \
      | with moscow = with_zone(plain, "Europe/Moscow"), berlin = with_zone(plain, "Europe/Berlin")
      """
    let mistake = try #require(Self.session.mistake("\(table) | unpivot \(columns)"))
    #expect(mistake.message == "the columns have no common type")
    #expect(mistake.hint == hint)
    guard let step = hint.split(separator: "`", maxSplits: 1).last?.dropLast(), hint.contains("first:") else { return }
    #expect(try Self.session.run("\(table) | \(step) | unpivot \(columns)").rowCount == 2)
  }

  @Test func offsetsKeepTheirMoment() throws {
    let texts = "table s = [\"2024-07-01 12:00+02:00\", \"2024-07-01 10:00\"] | select x = "
    let read = "coalesce(try_parse_datetime(s, [\"%F %R%z\"]), with_zone(parse_datetime(s, [\"%F %R\"]), \"UTC\"))"
    let moment = Value.zoned(1_719_828_000_000_000, .microseconds, .utc)
    for code in [texts + read, texts + "cast(s, datetime[us, UTC])"] {
      let found = try Self.session.run(code)
      #expect((0..<2).map { found.columns[0][$0] } == [moment, moment])
    }
    let lenient = try Self.session.run(texts + "try_cast(s, datetime[us])")
    #expect(lenient.columns[0][0] == .null && lenient.columns[0][1] == .datetime(1_719_828_000_000_000, .microseconds))
  }

  @Test func joinsByValue() throws {
    #expect(try Self.session.run("t | join (t | select k = f, other = n) on big == k").rowCount == 1)
    #expect(try Self.session.run("t | semi_join (t | select k = f) on p == k").rowCount == 2)
    #expect(try Self.session.run("t | semi_join (t | select k = p) on n == k").rowCount == 1)
    #expect(try Self.session.run("t | anti_join (t | select k = day) on moment == k").rowCount == 3)
    // A day that no datetime[ns] reaches has no counterpart, and fails nothing.
    #expect(try Self.session.run("t | join (t | select k = moment, day) on day == k").rowCount == 1)
  }

  @Test func keysOfRightOnlyRowsKeepTheirValue() throws {
    let joined = try Self.session.run("t | select k = n | full_join (t | select k = f) on k")
    #expect(joined.schema[0].type == .f64)
    let keys = (0..<joined.rowCount).map { joined.columns[0][$0] }
    #expect(keys == [1.0, 2.0, nil, nil, 9_007_199_254_740_992.0, 2.5, 0.29, nil])
  }

  /// `in` is a chain of `==`, and a semi join is `in`, for every pair of types that compare and lists of any length.
  @Test(arguments: GridColumn.all.filter { !$0.type.isNested }.map(\.name))
  func membershipIsEquality(_ name: String) throws {
    let column = try #require(GridColumn.all.first { $0.name == name })
    for other in GridColumn.all where !other.type.isNested && other.type != .null && column.type != .null {
      for length in [1, other.values.count, 100] {
        let elements = try gather(other.values, rows: (0..<UInt32(length)).map { $0 % UInt32(other.values.count) })
        var session = Session([
          "a": Table([("x", column.values)]), "b": Table([("y", elements), ("z", elements)]),
        ])
        session.environment.constants["list"] = .list(elements)
        for row in 0..<min(length, elements.count) {
          session.environment.constants["e\(row)"] = .scalar(elements[row], elements.type)
        }
        guard let found = try? session.values("x in $list", of: "a") else {
          #expect(session.mistake("a | filter x == $e0") != nil, "\(name) in \(other.name)")
          continue
        }
        for row in 0..<column.values.count {
          let isFound = try (0..<min(length, other.values.count)).contains { element in
            try session.values("x == $e\(element)", of: "a")[row] == true
          }
          let expected: Value = column.values.isNull(row) ? nil : .bool(isFound)
          #expect(found[row] == expected, "\(column.values[row]) in \(other.name), \(length) elements")
        }
        let joined = try session.run("a | row_index | semi_join b on x == y")
        #expect(joined.rowCount == found.count { $0 == true }, "\(name) joined with \(other.name)")
        let listed = try session.run("b | agg l = list(z) | cross_join a | select x = list_contains(l, x)")
        #expect((0..<listed.rowCount).map { listed.columns[0][$0] } == found, "\(name) in a list of \(other.name)")
      }
    }
  }
}

private func whole(_ number: Double?) -> Value { number.map { .integer(Int128($0)) } ?? .null }
