import Diagnostics
import Query
import Tables
import Testing

/// What is allowed by the letter and hardly ever meant: an error or a note that says what was probably meant.
@Suite struct TrapsForPeopleTests {
  static let session = Session([
    "t": Table([
      ("user_id", Column([1, 1, 2])), ("rating", Column([3.0, 5, 4])), ("day", Column([1, 2, 3])),
    ])
  ])

  @Test(arguments: [
    (
      "t | group_by user_id, mean(rating)", "`mean(rating)` of the whole table is no key: it is the same in every row",
      "of every group: `group_by user_id agg mean(rating)`"
    ),
    (
      "t | group_by user_id, m = mean(rating) agg n = len()",
      "`mean(rating)` of the whole table is no key: it is the same in every row",
      "of every group: `group_by user_id agg m = mean(rating), n = len()`"
    ),
    (
      "t | group_by len()", "`len()` of the whole table is no key: it is the same in every row",
      "of all rows: `agg len()`"
    ),
    (
      "t | with m = mean(rating) over (user_id order by day)", "`mean` of a whole group is the same in any order",
      "leave the order out: `mean(rating) over user_id`; up to each row: `mean(rating) over (user_id order by day running)`; `rows 7` and `range \"7d\"` in the place of `running` look at the last ones"
    ),
    (
      "t | with m = sum(rating) over (user_id, day order by day desc)",
      "`sum` of a whole group is the same in any order",
      "leave the order out: `sum(rating) over (user_id, day)`; up to each row: `sum(rating) over (user_id, day order by day desc running)`; `rows 7` and `range \"7d\"` in the place of `running` look at the last ones"
    ),
    (
      "t | with m = max(rating) over (order by day)", "`max` of a whole group is the same in any order",
      "leave the order out: `max(rating)`; up to each row: `max(rating) over (order by day running)`; `rows 7` and `range \"7d\"` in the place of `running` look at the last ones"
    ),
    (
      "t | filter rating == NaN", "no column `NaN` in `t`",
      "it is written `cast(\"nan\", f64)`, and `is_nan(x)` tests for it"
    ),
    (
      "t | filter rating == np.nan", "no column `np` in `t`",
      "functions stand alone, without a module: `sqrt(x)`"
    ),
    (
      "t | with m = rolling_mean(rating, 7)", "no function `rolling_mean`",
      "write `mean(x) over (order by d asc rows 7)`"
    ),
    (
      "t | with d = strptime(rating, \"%Y\")", "no function `strptime`",
      "write `parse_date(x, \"%d.%m.%Y\")`, `parse_datetime(x, \"%d.%m.%Y %H:%M\")`"
    ),
    ("t | filter col(\"day\") > 1", "no function `col`", "write the bare name of the column: `x`"),
    ("t | filter isnull(day)", "no function `isnull`", "write `x is null`"),
    (
      "t | with gap = cast(day * 1000000, duration[us]) | filter gap > 1800",
      "`>` does not work between duration[us] and i64",
      "a length of time is written in quotes, with its unit: \"1800s\", \"30m\""
    ),
  ])
  func mistakes(_ code: String, _ message: String, _ hint: String) throws {
    let error = try #require(Self.session.mistake(code))
    #expect(error.message == message)
    #expect(error.hint == hint)
  }

  /// What hints say can be pasted.
  @Test(arguments: [
    "group_by user_id agg m = mean(rating), n = len()", "agg len()", "with x = mean(rating) over user_id",
    "with x = sum(rating) over (user_id, day order by day desc running)",
    "with x = max(rating) over (order by day rows 7)",
    "with x = first(rating) over (user_id order by day)", "group_by above = rating > mean(rating)",
    "group_by user_id, share = sum(rating) over user_id", "with x = mean(rating) over (order by day asc rows 7)",
    "with gap = cast(day * 1000000, duration[us]) | filter gap > \"1800s\" or gap < \"30m\"",
    "filter rating != cast(\"inf\", f64) and not is_nan(rating)", "with x = rank() over (order by rating)",
  ])
  func whatWorks(_ stage: String) throws { _ = try Self.session.run("t | " + stage) }

  /// What is wrong, the hint, and the statement that somebody writes who follows it.
  @Test(arguments: [
    (
      "t | group_by user_id agg s = sum(day) where rating > mean(rating)",
      "compute the inner one first: `with inner = mean(rating) over user_id | …`",
      "t | with inner = mean(rating) over user_id | group_by user_id agg s = sum(day) where rating > inner"
    ),
    (
      "t | with s = sum(day) where rating > mean(rating) over (user_id, day)",
      "compute the inner one first: `with inner = mean(rating) over (user_id, day) | …`",
      "t | with inner = mean(rating) over (user_id, day), s = sum(day) where rating > inner over (user_id, day)"
    ),
    (
      "t | group_by k = day % 2 agg s = sum(mean(rating))",
      "compute the inner one first: `with inner = mean(rating) over (day % 2) | …`",
      "t | with inner = mean(rating) over (day % 2) | group_by k = day % 2 agg s = sum(inner)"
    ),
    (
      "t | agg s = sum(day) where rating > 3 == 5", "write `(sum(day) where rating > 3) == 5`",
      "t | agg s = (sum(day) where rating > 3) == 5"
    ),
    (
      "t | agg s = sum(mean(rating))", "compute the inner one first: `with inner = mean(rating) | …`",
      "t | with inner = mean(rating) | agg s = sum(inner)"
    ),
    ("t | select day, columns(\"d.*\")", "leave one of them out", "t | select columns(\"d.*\")"),
    ("table a = [1], a = [2]", "choose another name for one of them", "table a = [1], b = [2]"),
    ("t | select day, day", "name one of them: `new_name = day`", "t | select day, new_name = day"),
    (
      "table v = [1, 2], a = [\"x\", \"x_y\"], b = [\"y_z\", \"z\"] | pivot rows=v columns=[a, b]",
      "tell their values apart first: `with a = concat(to_text(a), \"-\")`",
      "table v = [1, 2], a = [\"x\", \"x_y\"], b = [\"y_z\", \"z\"] | with a = concat(to_text(a), \"-\") | pivot rows=v columns=[a, b]"
    ),
    (
      "table x = [1], k = [\"x\"] | pivot rows=x columns=k", "rename the other first: `rename other = x`",
      "table x = [1], k = [\"x\"] | rename other = x | pivot rows=other columns=k"
    ),
    (
      "table d = [date(2024, 1, 1)] | with x = d + \"36h\"", "a moment has: `cast(d, datetime[us]) + \"36h\"`",
      "table d = [date(2024, 1, 1)] | with x = cast(d, datetime[us]) + \"36h\""
    ),
    (
      "table d = [date(2024, 1, 1)] | with x = d - \"1mo\"", "`add_months(d, -1)`",
      "table d = [date(2024, 1, 1)] | with x = add_months(d, -1)"
    ),
    (
      "table z = cast(\"2024-01-01\", datetime[ms]) | concat (table z = cast(\"2024-01-01 00:00:00.000000001\", datetime[ns]))",
      "`with z = cast(z, datetime[ns])` before `concat`",
      "table z = cast(\"2024-01-01\", datetime[ms]) | with z = cast(z, datetime[ns]) | concat (table z = cast(\"2024-01-01 00:00:00.000000001\", datetime[ns]))"
    ),
    (
      "table z = cast(\"2024-01-01 00:00:00.000000001\", datetime[ns]) | concat (table z = cast(\"2024-01-01\", datetime[ms]))",
      "`with z = cast(z, datetime[ns])` in the other table",
      "table z = cast(\"2024-01-01 00:00:00.000000001\", datetime[ns]) | concat (table z = cast(\"2024-01-01\", datetime[ms]) | with z = cast(z, datetime[ns]))"
    ),
    (
      "table z = cast(\"2024-01-01\", date) | concat (table z = cast(\"2024-01-01\", datetime[ms]))",
      "`with z = cast(z, datetime[ms])` before `concat`",
      "table z = cast(\"2024-01-01\", date) | with z = cast(z, datetime[ms]) | concat (table z = cast(\"2024-01-01\", datetime[ms]))"
    ),
    (
      "table z = cast(\"2024-01-01\", date) | concat (table z = cast(\"2024-01-01\", datetime[us, UTC]))",
      "the day on its clocks: `with z = date(z)` in the other table",
      "table z = cast(\"2024-01-01\", date) | concat (table z = cast(\"2024-01-01\", datetime[us, UTC]) | with z = date(z))"
    ),
    (
      "table z = cast(\"2024-01-01\", datetime[us, UTC]) | concat (table z = cast(\"2024-01-01\", date))",
      "the day on its clocks: `with z = date(z)` before `concat`",
      "table z = cast(\"2024-01-01\", datetime[us, UTC]) | with z = date(z) | concat (table z = cast(\"2024-01-01\", date))"
    ),
    (
      "table z = cast(\"2024-01-01\", datetime[us, UTC]) | concat (table z = cast(\"2024-01-01\", datetime[us]))",
      "say which zone it is of: `with z = with_zone(z, \"UTC\")` in the other table",
      "table z = cast(\"2024-01-01\", datetime[us, UTC]) | concat (table z = cast(\"2024-01-01\", datetime[us]) | with z = with_zone(z, \"UTC\"))"
    ),
    (
      "table z = 1 | concat (table z = \"x\")",
      "`with z = cast(z, str)` before `concat`",
      "table z = 1 | with z = cast(z, str) | concat (table z = \"x\")"
    ),
    (
      "table z = \"x\" | concat (table z = [1.5])",
      "`with z = cast(z, str)` in the other table",
      "table z = \"x\" | concat (table z = [1.5] | with z = cast(z, str))"
    ),
    (
      "t | agg s = sum(day) running",
      "a frame stands in the brackets of `over`: `sum(x) over (order by day running)`",
      "t | with s = sum(day) over (order by day running)"
    ),
  ])
  func hintsThatWork(_ wrong: String, _ hint: String, _ right: String) throws {
    #expect(try #require(Self.session.mistake(wrong)).hint == hint)
    _ = try Self.session.run(right)
  }

  @Test func listSumsThatOverflow() throws {
    let error = #expect(throws: Diagnostic.self) {
      try Self.session.run("table x = [[9223372036854775807, 1]] | select s = list_sum(x)")
    }
    #expect(error?.hint == "sum floats instead: `list_sum(cast(x, list[f64]))`")
  }

  @Test(arguments: [
    ("t | select \"user_id\"", "user_id"), ("t | select rating, 'usr_id'", "user_id"), ("t | sort \"day\" desc", "day"),
    ("t | group_by \"user_id\"", "user_id"), ("t | with \"rating\"", "rating"),
    ("t | agg n = n_unique(\"user_id\")", "user_id"), ("t | with s = sum(rating) over (\"user_id\")", "user_id"),
    ("t | with n = 1 + (count('day') where rating > 3)", "day"), ("t | filter \"user_id\" == \"a\"", "user_id"),
    ("t | filter 'user_id' in [\"a\", \"b\"]", "user_id"),
  ])
  func quotedColumnsAreSaid(_ code: String, _ column: String) throws {
    let notes = try Self.session.planningNotes(code)
    #expect(notes.count == 1)
    let told = "is a text, the same in every row; columns are written without quotes: `\(column)`"
    #expect(notes.first?.hasSuffix(told) == true)
  }

  @Test(arguments: ["t | select name = \"user_id\"", "t | select \"hello\"", "t | filter \"a\" == \"usr_id\""])
  func othersAreNot(_ code: String) throws { #expect(try Self.session.planningNotes(code).isEmpty) }
}
