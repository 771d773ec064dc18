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
      ("strip(s)", ["Привет, мир", "aXbXc", nil, ""]), ("strip(s, \" Пр\")", ["ивет, ми", "aXbXc", nil, ""]),
      ("strip(s, \"\")", ["  Привет, мир ", "aXbXc", nil, ""]),
      ("pad_left(to_text(n), 3, \"0\")", ["0-2", "003", nil, "000"]),
      ("pad_right(trim(s), 6, \"ё\")", ["Привет, мир", "aXbXcё", nil, "ёёёёёё"]),
      ("pad_left(s, -9223372036854775808)", ["  Привет, мир ", "aXbXc", nil, ""]),
      ("to_text(x)", ["-2.5", "2.5", nil, "3.14159"]),
      ("join_text(split(s, \"X\"), \"+\")", ["  Привет, мир ", "a+b+c", nil, ""]),
      ("join_text([1, 2], \"\")", ["12", "12", "12", "12"]),
      ("extract_all(s, \"[а-я]+\")", [["ривет", "мир"], [], nil, []]),
      ("extract_all(s, \"(\\\\w)X\", 1)", [[], ["a", "b"], nil, []]),
      (
        "extract_all(s, \"x*\")",
        [["", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", ""], nil, [""]]
      ),
      ("replace_regex(s, \"(\\\\w)X\", \"${1}$$-$0\")", ["  Привет, мир ", "a$-aXb$-bXc", nil, ""]),
      ("replace_regex(s, \"\\\\b\", \"|\")", ["  |Привет|, |мир| ", "|aXbXc|", nil, ""]),
      ("replace_regex(s, \"^\", \"-\")", ["-  Привет, мир ", "-aXbXc", nil, "-"]),
      ("cut(n, [-2, 1])", ["(-inf, -2]", "(1, inf]", nil, "(-2, 1]"]),
      ("cut(x, [0, 2.5])", ["(-inf, 0.0]", "(0.0, 2.5]", nil, "(2.5, inf]"]),
      ("cut(0.0 / 0.0, [1])", [nil, nil, nil, nil]),
      ("quarter(day)", [1, 1, 1, 4]), ("minute(moment)", [59, 59, 0, 1]), ("second(moment)", [59, 59, 0, 1]),
      ("second(day)", [0, 0, 0, 0]),
      ("add_months(day, 1)", [.date(19_754), .date(19_811), .date(31), .date(30)]),
      ("add_months(date(2024, 1, 31), n)", [.date(19_691), .date(19_843), nil, .date(19_753)]),
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

  /// Written by Python 3.11's `strftime` (`Scripts/reference/date-forms.py`), but for `%f`, which has the digits of the
  /// type.
  @Test(
    arguments: [
      (
        "%d.%m.%Y %H:%M:%S",
        ["31.12.2023 23:59:59", "31.12.1969 23:59:59", "01.01.1970 00:00:00", "02.01.1970 01:01:01"]
      ),
      ("%I %p %j %y", ["11 PM 365 23", "11 PM 365 69", "12 AM 001 70", "01 AM 002 70"]),
      (
        "%A %a %B %b",
        ["Sunday Sun December Dec", "Wednesday Wed December Dec", "Thursday Thu January Jan", "Friday Fri January Jan"]
      ),
      (
        "%e|%F|%T|%R|%%",
        [
          "31|2023-12-31|23:59:59|23:59|%", "31|1969-12-31|23:59:59|23:59|%", " 1|1970-01-01|00:00:00|00:00|%",
          " 2|1970-01-02|01:01:01|01:01|%",
        ]
      ),
      ("%f", ["999", "999", "000", "001"]), ("на %Y", ["на 2023", "на 1969", "на 1970", "на 1970"]),
    ])
  func momentsAreWritten(_ form: String, _ expected: [String]) throws {
    #expect(try Self.session.values("format(moment, \"\(form)\")") == expected.map { .text(Text($0)) })
  }

  /// Texts, a form, and what Python's `strptime` reads from it (`Scripts/reference/date-forms.py`); nil where it refuses,
  /// and where a day is not that of its name or not in its year, which Python passes over.
  @Test(
    arguments: [
      ("31.12.2023 23:59:59", "%d.%m.%Y %H:%M:%S", "2023-12-31 23:59:59"),
      ("1.2.24", "%d.%m.%y", "2024-02-01 00:00:00"),
      ("1.2.69", "%d.%m.%y", "1969-02-01 00:00:00"), ("1.2.68", "%d.%m.%y", "2068-02-01 00:00:00"),
      ("29.02.2023", "%d.%m.%Y", nil), ("29.02.2024", "%d.%m.%Y", "2024-02-29 00:00:00"),
      ("07/04/2024 12:05 AM", "%m/%d/%Y %I:%M %p", "2024-07-04 00:05:00"),
      ("07/04/2024 12:05 pm", "%m/%d/%Y %I:%M %p", "2024-07-04 12:05:00"),
      ("07/04/2024 13:05 PM", "%m/%d/%Y %H:%M %p", "2024-07-04 13:05:00"),
      ("07/04/2024 AM 12:05", "%m/%d/%Y %p %I:%M", "2024-07-04 00:05:00"),
      ("July 4, 2024", "%B %d, %Y", "2024-07-04 00:00:00"), ("4 jul 2024", "%d %b %Y", "2024-07-04 00:00:00"),
      ("Thu 4 Jul 2024", "%a %d %b %Y", "2024-07-04 00:00:00"), ("Fri 4 Jul 2024", "%a %d %b %Y", nil),
      ("20240131", "%Y%m%d", "2024-01-31 00:00:00"), ("2024031", "%Y%j", "2024-01-31 00:00:00"),
      ("20240131235958", "%Y%m%d%H%M%S", "2024-01-31 23:59:58"),
      ("2024-186", "%Y-%j", "2024-07-04 00:00:00"), ("2023-366", "%Y-%j", nil),
      ("2024-07-04T10:00:00.25", "%FT%T.%f", "2024-07-04 10:00:00.250"),
      ("2024-07-04 01:00 +03:00", "%F %R %z", "2024-07-03 22:00:00+00:00"),
      ("2024-07-04 01:00 Z", "%F %R %z", "2024-07-04 01:00:00+00:00"),
      ("2024-07-04 24:00", "%F %R", nil), ("2024-07-04 ", "%F", nil), ("2024-07-04", "%F ", nil), ("", "%F", nil),
      ("0000-00-00", "%F", nil), ("9999-12-31", "%F", "9999-12-31 00:00:00"),
      ("%2024-07-04", "%%%F", "2024-07-04 00:00:00"),
      ("2024-07-04 10:00:00.1234567", "%F %T.%f", nil),
      ("2024-07-04 01:00+03", "%F %R%z", "2024-07-03 22:00:00+00:00"),
      ("2024-07-04 01:00-0330", "%F %R%z", "2024-07-04 04:30:00+00:00"),
      ("1890-07-04 00:53:28+005328", "%F %T%z", "1890-07-04 00:00:00+00:00"),
      ("1890-07-04 00:53:28+00:53:28", "%F %T%z", "1890-07-04 00:00:00+00:00"),
      ("+030004.07.2024", "%z%d.%m.%Y", "2024-07-03 21:00:00+00:00"),
      ("2024-07-04 01:00+3", "%F %R%z", nil), ("2024-07-04 01:00+03:", "%F %R%z", nil),
      ("2024-07-04 01:00+00:5328", "%F %R%z", nil), ("2024-07-04 01:00+005360", "%F %R%z", nil),
    ] as [(String, String, String?)])
  func momentsAreRead(_ text: String, _ form: String, _ expected: String?) throws {
    let values = try Self.session.values("cast(try_parse_datetime(\"\(text)\", \"\(form)\"), str)")
    #expect(values[0] == expected.map { .text(Text($0)) } ?? .null)
  }

  @Test(
    arguments: [
      ("2024-01-01 01:00 +0300", "%F %R %z", "2024-01-01"), ("2024-01-01 23:00 -0300", "%F %R %z", "2024-01-01"),
      ("2024-01-01 01:00 Z", "%F %R %z", "2024-01-01"),
    ])
  func theDayIsTheOneThatTheTextSays(_ text: String, _ form: String, _ expected: String) throws {
    for function in ["parse_date", "try_parse_date"] {
      #expect(try Self.session.values("cast(\(function)(\"\(text)\", \"\(form)\"), str)")[0] == .text(Text(expected)))
    }
  }

  @Test func offsetsAreReadAsTheyAreWritten() throws {
    let moment = "cast(\"1890-07-04 00:53:28+00:53:28\", datetime[us, Europe/Berlin])"
    let written = "format(\(moment), \"%F %T%z\")"
    #expect(try Self.session.values(written)[0] == .text("1890-07-04 00:53:28+005328"))
    #expect(try Self.session.values("parse_datetime(\(written), \"%F %T%z\") == \(moment)")[0] == true)
  }

  @Test(
    arguments: [
      ("parse_date(s, \"%d.%m\")", "does not say year, month and day"),
      ("parse_datetime(s, \"%F %I:%M\")", "which half of the day"),
      ("parse_date(s, \"%q\")", "is not a directive"), ("parse_date(s, \"%\")", "is not a directive"),
      ("parse_date(s, 1)", "a text or a list of texts"), ("parse_date(s, [1])", "a text or a list of texts"),
      ("parse_date(s, \"%F\")", "is not a date in the format `%F` in row 0"), ("format(day, \"%H\")", "no time of day"),
      ("format(moment, \"%z\")", "no time zone"), ("cut(n, [2, 1])", "must ascend"),
      ("cut(n, [])", "a list of numbers"),
      ("cut(n, 1)", "takes a list"), ("cut(n, [1, null])", "a list of numbers"),
      ("pad_left(s, 9223372036854775807)", "1,000,000"), ("pad_left(s, 3, \"ab\")", "one character"),
      ("replace_regex(s, \"a\", \"$1\")", "no group 1"), ("extract_all(s, \"a\", 1)", "no group 1"),
      ("add_months(day, 9223372036854775807)", "does not fit"),
      ("ntile(0)", "between 1 and 4294967295"),
      ("join_text(s, \",\")", "a list"),
    ])
  func mistakesSayWhatIsWrong(_ expression: String, _ words: String) {
    let error = #expect(throws: Diagnostic.self) { try Self.session.values(expression) }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  /// numpy 1.26: central moments of [1, 2, 2, 3, 10].
  @Test func shapesOfDistributions() throws {
    let session = Session([
      "t": Table([("x", Column([1, 2, 2, nil, 3, 10] as [Int?])), ("k", Column([0, 0, 0, 0, 0, 1]))])
    ])
    #expect(try abs((session.values("skew(x)")[0].number ?? 0) - 1.360_892_729_4) < 1e-9)
    #expect(try abs((session.values("kurtosis(x)")[0].number ?? 0) - 0.068_036_632_9) < 1e-9)
    #expect(try session.values("skew(x) over k").last?.number?.isNaN == true)
    #expect(try session.values("skew(if x > 99 then x else null)")[0] == .null)
  }

  @Test func valuesBesideExtremes() throws {
    let session = Session([
      "t": Table([
        ("x", Column(["a", "b", nil, "d", "e"] as [String?])), ("by", Column([1, 3, 3, nil, 0] as [Int?])),
        ("f", Column([.nan, 1, 2, nil, 2] as [Double?])), ("k", Column([0, 0, 0, 0, 1])),
      ])
    ])
    #expect(try session.values("arg_max(x, by)")[0] == .text(Text("b")))
    #expect(try session.values("arg_min(x, by)")[0] == .text(Text("e")))
    #expect(try session.values("arg_max(x, f)")[0] == .null)
    #expect(try session.values("arg_min(x, if k == 9 then by else null)")[0] == .null)
    #expect(try session.values("arg_max(by, x) over k") == [nil, nil, nil, nil, 0])
  }

  @Test func placesInWindows() throws {
    let session = Session([
      "t": Table([("x", Column([3, 1, nil, 1, 2] as [Int?])), ("k", Column([0, 0, 0, 0, 1]))])
    ])
    #expect(try session.values("percent_rank() over (k order by x)") == [.float(2.0 / 3), 0.0, 1.0, 0.0, 0.0])
    #expect(try session.values("ntile(3) over (k order by x)") == [2, 1, 3, 1, 1])
    #expect(try session.values("ntile(9) over (order by x)") == [4, 1, 5, 2, 3])
    #expect(try session.values("forward_fill(x) over k") == [3, 1, 1, 1, 2])
    #expect(try session.values("backward_fill(x)") == [3, 1, 1, 1, 2])
    #expect(try session.values("forward_fill(x) over (k order by x desc)") == [3, 1, 1, 1, 2])
    #expect(try session.values("backward_fill(x) over (k order by x)") == [3, 1, nil, 1, 2])
  }

  @Test func everyFunctionOfTheLanguageIsThere() {
    let wanted = """
      abs round floor ceil sqrt exp log log1p sign clip least greatest coalesce is_nan hash lower upper length contains \
      starts_with ends_with matches extract replace slice split trim concat date year month day weekday week hour truncate \
      list_len list_contains list_get list_first list_last list_slice list_sort list_reverse list_unique list_sum \
      list_mean list_min list_max set_intersect set_union set_difference len count sum mean median std var min max first \
      cut extract_all replace_regex strip pad_left pad_right join_text to_text quarter minute second add_months parse_date \
      parse_datetime try_parse_date try_parse_datetime to_zone with_zone list_filter list_map list_zip format skew kurtosis arg_max arg_min percent_rank ntile \
      forward_fill backward_fill last n_unique unique list mode quantile any all corr rank dense_rank row_number lag lead cum_sum cum_max
      """
    let names = Set(functions.map(\.name))
    for name in wanted.split(separator: " ") { #expect(names.contains(String(name)), "\(name)") }
  }

  /// Days that lie close together are looked up, and nulls are not among them.
  @Test func `parts of many neighbouring days are those of each day`() throws {
    let days = (0..<1000).map { Int32(19_600 + $0 * 7 % 200) }
    let validity = Bitmap((0..<1000).map { $0 % 97 != 5 })
    let stored = days.enumerated().map { $0.offset % 97 == 5 ? Int32.min : $0.element }
    let table = Table([
      ("d", Column(.date, .i32(Buffer(stored)), validity: validity)),
      ("t", Column(.datetime(.nanoseconds), .i64(Buffer(days.map { Int64($0) * 86_400_000_000_000 - 1 })))),
    ])
    let found = try Session(["t": table]).run(
      "t | select year(d), month(d), day(d), quarter(d), week(d), weekday(d), month(t), day(t)")
    for row in 0..<1000 {
      let (date, before) = (CivilDate(days: Int(days[row])), CivilDate(days: Int(days[row]) - 1))
      var parts = [date.year, date.month, date.day, (date.month + 2) / 3, isoWeek(ofDays: Int(days[row])).week]
      parts += [weekday(ofDays: Int(days[row])), before.month, before.day]
      #expect(
        found.row(row)
          == parts.enumerated().map {
            validity[row] || $0.offset > 5 ? .integer(Int128($0.element)) : .null
          })
    }
  }
}
