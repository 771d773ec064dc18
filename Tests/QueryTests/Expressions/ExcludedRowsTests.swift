import Diagnostics
import Query
import Tables
import Testing

/// What an earlier filter, a join, `if`, `and` or `or` has excluded is never looked at by what can fail.
@Suite struct ExcludedRowsTests {
  static let session: Session = {
    var session = Session([
      "t": Table([
        ("a", Column([0, 2, nil, 5] as [Int?])), ("s", Column(["x", "7", "8", nil] as [String?])),
        ("k", Column([1, 2, 3, 4])),
      ]),
      "u": Table([("k", Column([2, 4])), ("b", Column([20, 0]))]),
    ])
    session.environment.constants = ["zero": .scalar(.integer(0), .i64), "two": .scalar(.integer(2), .i64)]
    return session
  }()

  @Test(
    arguments: [
      ("t | filter a != 0 | filter 10 // a > 1 | select k", [2, 4]),
      ("t | filter a != 0 | filter a > 1 | filter 10 // a > 2 | select k", [2]),
      ("t | filter a != 0 | sort k desc | filter 10 // a > 1 | select k", [4, 2]),
      ("t | filter a != 0 | with b = 10 // a | filter b > 2 | select k", [2]),
      ("t | filter a != 0 and 10 // a > 1 | select k", [2, 4]),
      ("t | filter a == 0 or 10 // a > 2 | select k", [1, 2]),
      ("t | filter not (a == 0 or a is null) | filter cast(s, i64) == 7 | select k", [2]),
      ("t | filter s != \"x\" | filter cast(s, i64) == 8 | select k", [3]),
      ("t | group_by a agg n = len() | filter n > 1 and 10 // a > 1 | select n", []),
      ("t | concat t | unique a keep=none | filter 10 // a > 1 | select k", []),
      ("t | join u on k | filter 10 // a > 1 | select k", [2, 4]),
      ("t | semi_join u on k | filter 10 // a > 1 | select k", [2, 4]),
      ("t | filter a != 0 | join u on k | filter b != 0 | filter 10 // b == 0 | select k", [2]),
      ("t | select x = if a == 0 then 0 else 10 // a", [0, 5, nil, 2]),
      ("t | select x = if $zero == 0 then k else 10 // $zero", [1, 2, 3, 4]),
      ("t | filter $zero != 0 and 10 // $zero > k | select k", []),
      ("t | filter k > 9 and 1 // 0 == k | select k", []),
      ("t | filter k < 9 or 1 // 0 == k | select k", [1, 2, 3, 4]),
      ("t | fill_null a = 10 // k | select a", [0, 2, 3, 5]),
    ] as [(String, [Value])])
  func areNotLookedAt(_ code: String, _ expected: [Value]) throws {
    let result = try Self.session.run(code)
    #expect((0..<result.rowCount).map { result.columns[0][$0] } == expected)
  }

  @Test(arguments: [
    ("t | filter 10 // a > 1 | filter a != 0", "whole-number division by zero in row 0"),
    ("t | filter a is not null | filter 10 // a > 1", "whole-number division by zero in row 0"),
    ("t | filter k > 1 | filter k > 2 | filter 10 // (a - 5) > 1", "whole-number division by zero in row 3"),
    ("t | filter 1 // 0 == a", "whole-number division by zero"),
    ("t | select x = if k > 0 then 1 // 0 else k", "whole-number division by zero in row 0"),
  ])
  func failuresOfOtherRowsAreSaid(_ code: String, _ message: String) {
    #expect(Self.session.mistake(code)?.message == message)
  }

  @Test func constantsToo() throws {
    #expect(try Self.session.constant("if $zero == 0 then 0 else 10 // $zero") == 0)
    #expect(try Self.session.constant("if $two == 0 then 0 else 10 // $two") == 5)
    #expect(try Self.session.constant("$zero != 0 and 10 // $zero > 1") == false)
    #expect(throws: Diagnostic.self) { try Self.session.constant("if true then 1 // 0 else 2") }
    #expect(throws: Diagnostic.self) { try Self.session.constant("null and 1 // 0 == 1") }
  }

  /// Conditions over a file's parts are tried one after another too.
  @Test func inPartsOfAFile() throws {
    let table = Table([("a", Column([0, 2, 0, 5, 0, 1])), ("k", Column([1, 2, 3, 4, 5, 6]))])
    let session = Session(sources: ["t": CountingSource(name: "t", table, partLength: 2)], environment: Environment())
    let result = try session.run("t | filter a != 0 | filter 10 // a > 2 | select k")
    #expect((0..<result.rowCount).map { result.columns[0][$0] } == [2, 6])
  }
}
