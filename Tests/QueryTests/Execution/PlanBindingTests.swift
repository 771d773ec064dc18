import Diagnostics
import Query
import Tables
import Testing

@Suite struct PlanBindingTests {
  static let table = Table([
    ("small", Column([Int8(1), 2])), ("i", Column([Int32(1), 2])), ("n", Column([1, 2])),
    ("u", Column([UInt32(1), 2])), ("big", Column([UInt64(1), 2])), ("f", Column([Float(1), 2])),
    ("d", Column([1.0, 2])), ("s", Column(["a", "b"])), ("flag", Column([true, false])),
    ("day", Column(.date, .i32(Buffer([0, 1])))),
    ("moment", Column(.datetime(.milliseconds), .i64(Buffer([0, 1])))),
  ])

  var session: Session {
    var session = Session(["t": Self.table])
    session.environment.constants = [
      "k": .scalar(.integer(5), .i64), "bought": .list(Column([1, 7])), "names": .list(Column(["a"])),
    ]
    session.environment.others = ["train": "a table"]
    return session
  }

  @Test(arguments: [
    ("i + 1", "i32"), ("i + 1000000000000", "i64"), ("i + n", "i64"), ("small + u", "i64"), ("u + big", "u64"),
    ("big + n", "i64"), ("i + 0.5", "f64"), ("f + 1", "f32"), ("f * 0.5", "f32"), ("i / 2", "f64"), ("i // 2", "i32"),
    ("i % 2", "i32"), ("n ** 2", "i64"), ("n ** -1", "f64"), ("n ** 0.5", "f64"), ("-u", "i64"), ("-i", "i32"),
    ("i == n", "bool"), ("day + 1", "date"), ("day - day", "i64"), ("moment - moment", "duration[ms]"),
    ("moment - day", "duration[ms]"), ("moment + (moment - moment)", "datetime[ms]"), ("day >= \"1970-01-02\"", "bool"),
    ("if flag then i else n", "i64"), ("if flag then i else null", "i32"), ("i in [1, 2]", "bool"),
    ("i in $bought", "bool"), ("i + $k", "i32"), ("cast(i, f64)", "f64"), ("try_cast(s, date)", "date"),
    ("cast(moment, date)", "date"), ("len()", "u32"), ("sum(i)", "i64"), ("mean(f)", "f32"), ("unique(s)", "list[str]"),
    ("round(d)", "f64"), ("round(i)", "i32"), ("sqrt(i)", "f64"), ("split(s, \",\")", "list[str]"),
    ("coalesce(i, n)", "i64"), ("least(i, 5)", "i32"), ("year(day)", "i32"),
    ("truncate(moment, \"1d\")", "datetime[ms]"),
  ])
  func types(_ expression: String, _ type: String) throws {
    #expect(try session.type(expression).description == type)
  }

  @Test func foldsConstants() throws {
    guard case .project(_, let columns) = try session.plan("t | select x = i + 2 * 3, y = i > $k and true") else {
      Issue.record("not a projection")
      return
    }
    #expect(columns.map(\.description) == ["x = i + 6", "y = i > 5"])
  }

  @Test func bindsEqualTextsEqual() throws {
    func bound(_ text: String) throws -> BoundExpression? {
      guard case .project(_, let columns) = try session.plan("t | select x = \(text)") else { return nil }
      return columns.first?.expression
    }
    #expect(try bound("5 < i") == bound("i  >  5"))
    #expect(try bound("5 < i") != bound("i >= 5"))
  }

  @Test(arguments: [
    "a + b * c", "(a + b) * c", "-a ** 2", "(-a) ** 2", "not (a == b)", "a - (b - c)", "if a then b else c",
    "a in [1, 2]", "a is not null", "sum(a) over b", "(a and b) or c", "a and (b or c)",
  ])
  func printsAsWritten(_ text: String) throws {
    let isLogical = text.contains("and ") || text.hasPrefix("if")
    let column = Column(isLogical ? [true] : [true].map { $0 })
    let numbers = Column([1])
    let session = Session([
      "t": Table([
        ("a", isLogical ? column : numbers), ("b", isLogical ? column : numbers), ("c", isLogical ? column : numbers),
      ])
    ])
    guard case .project(_, let columns) = try session.plan("t | select x = \(text)") else { return }
    let printed = columns[0].expression.description
    guard case .project(_, let again) = try session.plan("t | select x = \(printed)") else { return }
    #expect(again[0].expression == columns[0].expression, "\(printed)")
  }

  @Test(arguments: [
    ("t | filter smal == 1", "no column `smal` in `t`", "smal"),
    ("t | filter k == 1", "no column `k` in `t`", "k"),
    ("t | filter i in $train", "`$train` is a table, not a scalar or a list", "$train"),
    ("t | filter i == $nothing", "no session value `nothing`", "$nothing"),
    ("t | filter i == \"1\"", "`==` does not work between i32 and str", "i"),
    ("t | filter i + s > 1", "`+` does not work between i32 and str", "i"),
    ("t | filter day == \"yesterday\"", "`yesterday` is not a date", "\"yesterday\""),
    ("t | filter i", "`filter` takes true or false, not i32", "i"),
    ("t | filter flag and i", "`and` takes true or false, not i32", "i"),
    ("t | filter lenght(s) > 1", "no function `lenght`", "lenght"),
    ("t | filter length(i) > 1", "`length` takes text, not i32", "i"),
    ("t | filter contains(s)", "`contains` takes 2 arguments, found 1", "contains(s)"),
    ("t | filter i in 5", "`in` takes a list on its right, not i64", "5"),
    (
      "t | filter matches(s, \"(\")",
      "the regular expression does not compile: missing closing parenthesis at character 2", "\"(\""
    ),
    (
      "t | select columns(\"(\")",
      "the regular expression does not compile: missing closing parenthesis at character 2", "\"(\""
    ),
    ("t | select x = set_union([1], [s])", "the elements of a list must be constants", "s"),
    ("t | select x = cast(s, i65)", "no type `i65`", "i65"),
    ("t | select x = cast(day, bool)", "`cast` takes something that can become bool, not date", "day"),
    ("t | agg x = sum(mean(i))", "`mean` inside another aggregate", "mean(i)"),
    ("t | agg x = sum(s)", "`sum` is not defined for str", "s"),
    ("t | agg x = quantile(i, 2)", "`q` of `quantile` must be between 0 and 1", "2"),
    ("t | select x = length(s) over s", "`length` works on single rows and takes no `over`", "over s"),
    ("t | select x = [i, 2]", "the elements of a list must be constants", "i"),
    ("t | select x = 1 // 0", "whole-number division by zero", "1 // 0"),
    ("t | select x = truncate(moment, \"day\")", "`day` is not a length of time", "\"day\""),
  ])
  func mistakes(_ code: String, _ message: String, _ place: String) throws {
    let mistake = try #require(session.mistake(code))
    #expect(mistake.message == message)
    #expect(mistake.span?.text == place)
  }

  @Test func labelsBothOperands() throws {
    let mistake = try #require(session.mistake("t | filter i == s"))
    #expect(mistake.labels.map(\.span.text) == ["i", "s"])
    #expect(mistake.labels.map(\.text) == ["i32", "str"])
    #expect(mistake.hint == "convert the text: `cast(s, i32)`")
  }

  @Test func hintsAtSessionValues() throws {
    #expect(session.mistake("t | filter i == k")?.hint == "session values are written with a dollar sign: `$k`")
    #expect(session.mistake("t | filter i in bought")?.hint == "did you mean the session's list `$bought`?")
    #expect(session.mistake("t | filter i == $n")?.hint == "write columns without quotes: `n`")
  }

  @Test(arguments: [
    ("t | filter day > 2024-01-15", "dates are written in quotes: \"2024-07-01\""),
    ("t | filter between(i, 1, 2)", "write `a <= x and x <= b`"),
    ("t | with x = ifelse(flag, 1, 2)", "write `if condition then a else b`"),
    ("t | with y = year(s)", "text is read as one by a cast: `year(cast(s, date))`"),
    ("t | with r = rank(i) over s", "the order comes after the function: `rank() over (k order by x)`"),
    ("t | rename i = id", "the new name comes first: `rename id = i`"),
    ("t | sort by i desc", "write `sort i`"), ("t | group_by s, agg len()", "write `group_by key agg n = len()`"),
    ("t | group_by s, agg n = len()", "write `group_by key agg n = len()`"),
    ("t | pivot s i", "for example `actions | pivot rows=user_id columns=action_type`"),
    (
      "table a = [[1], [2]], b = [[1], [3]] | filter a < b",
      "lists and structs are equal or not, `==` and `!=`; `sort` orders them"
    ),
  ])
  func hintsAtWhatIsMeant(_ code: String, _ hint: String) throws {
    #expect(session.mistake(code)?.hint == hint)
  }

  @Test func evaluatesWithoutATable() throws {
    #expect(try session.constant("2 * $k + 1") == 11)
    #expect(try session.constant("[1, 2.5]") == [1.0, 2.5])
    #expect(try session.constant("7 in $bought") == true)
    #expect(try session.constant("concat(\"a\", \"b\")") == "ab")
    #expect(try session.constant("2 ** -1") == 0.5)
    #expect(try session.constant("-9223372036854775808") == .integer(Int128(Int64.min)))
    #expect(try session.constant("date(2024, 2, 29) + 1") == .date(19783))
    #expect(try session.constant("if $k > 3 then \"many\" else \"few\"") == "many")
    for nothing in ["list_sort(null)", "-null", "abs(null)"] { #expect(try session.constant(nothing) == .null) }
    let alone = #expect(throws: Diagnostic.self) { try session.constant("len()") }
    #expect(alone?.message == "`len()` needs a table's rows" && alone?.kind == .error)
  }
}
