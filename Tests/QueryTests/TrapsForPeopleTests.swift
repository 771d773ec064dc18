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
    "group_by user_id, share = sum(rating) over user_id",
  ])
  func whatWorks(_ stage: String) throws { _ = try Self.session.run("t | " + stage) }

  @Test(arguments: [
    ("t | select \"user_id\"", "user_id"), ("t | select rating, 'usr_id'", "user_id"), ("t | sort \"day\" desc", "day"),
    ("t | group_by \"user_id\"", "user_id"), ("t | with \"rating\"", "rating"),
  ])
  func quotedColumnsAreSaid(_ code: String, _ column: String) throws {
    let notes = try Self.session.planningNotes(code)
    #expect(notes.count == 1)
    let told = "is a text, the same in every row; columns are written without quotes: `\(column)`"
    #expect(notes.first?.hasSuffix(told) == true)
  }

  @Test(arguments: ["t | select name = \"user_id\"", "t | select \"hello\"", "t | filter \"a\" == \"user_id\""])
  func othersAreNot(_ code: String) throws { #expect(try Self.session.planningNotes(code).isEmpty) }
}
