import Diagnostics
import Experiments
import Foundation
import Tables
import Testing

@Suite struct SplitTests {
  private let table = Table([
    ("user_id", Column([Int32(1), 1, 1, 2, 2, 3, nil])), ("date", Column(.date, .i32(Buffer([5, 9, 7, 1, 1, 8, 9])))),
  ])

  private func run(_ split: Split, _ change: (inout SplitOptions) -> Void) throws -> SplitParts {
    var options = SplitOptions()
    change(&options)
    return try split.parts(of: table, options)
  }

  @Test func randomAndFoldsAreSurprises() throws {
    let golden = try Golden.read().splits
    let rows = Table([("row", Column(Array(0..<23)))])
    var options = SplitOptions()
    options.seed = 3
    let parts = try Split.random.parts(of: rows, options)
    #expect(parts.rows == [golden.train, golden.test])
    options.seed = 5
    options.n = 4
    #expect(try Split.folds.parts(of: rows, options).rows == golden.folds)
    options.keepsTableOrder = true
    #expect(try Split.folds.parts(of: rows, options).rows == golden.folds.map { $0.sorted() })
  }

  @Test func byTime() throws {
    let parts = try run(.time) { $0.at = [.text("1970-01-08")] }
    #expect(parts.rows == [[0, 3, 4], [1, 2, 5, 6]])
    #expect(try run(.time) { $0.at = [.date(9)] }.rows == [[0, 2, 3, 4, 5], [1, 6]])
    #expect(throws: Diagnostic.self) { try run(.time) { _ in } }
    #expect(throws: Diagnostic.self) { try run(.time) { $0.at = [.text("yesterday")] } }
  }

  @Test func byTimeInThreeParts() throws {
    let parts = try run(.time) { $0.at = [.text("1970-01-06"), .date(9)] }
    #expect(parts.names == ["train", "valid", "test"])
    #expect(parts.rows == [[3, 4], [0, 2, 5], [1, 6]])
    #expect(try run(.time) { $0.at = [.date(2), .date(6), .date(9)] }.names == ["part1", "part2", "part3", "part4"])
    for at: [Value] in [[.date(9), .date(5)], [.date(5), .date(5)]] {
      #expect(throws: Diagnostic.self) { try run(.time) { $0.at = at } }
    }
  }

  /// User 2 has two rows of one day, which are one basket.
  @Test func lastBasketsOfEveryUser() throws {
    let parts = try run(.baskets) { _ in }
    #expect(parts.rows == [[0, 2, 3, 4, 5], [1]])
    #expect(parts.notes == ["2 users with no more than 1 basket stay in train", "1 row without `user_id` left out"])
    #expect(try run(.baskets) { $0.n = 2 }.rows == [[0, 3, 4, 5], [1, 2]])
    #expect(throws: Diagnostic.self) { try run(.baskets) { $0.n = 0 } }
    let baskets = Table([
      ("user_id", Column([Int32(1), 1, 1, 1])),
      ("date", try Column(.date, [.date(3), .date(7), .date(7), .null])),
    ])
    let whole = try Split.baskets.parts(of: baskets, SplitOptions())
    #expect(whole.rows == [[0], [1, 2]])
    #expect(whole.notes == ["1 row without a time left out"])
  }

  @Test func foldsOfUsers() throws {
    let parts = try run(.folds) {
      $0.n = 2
      $0.by = "user_id"
    }
    // numpy's `RandomState(0).permutation(3)` is 2, 1, 0.
    #expect(parts.rows == [[3, 4, 5], [0, 1, 2]])
    #expect(parts.notes == ["1 row without `user_id` left out"])
    #expect(throws: Diagnostic.self) {
      try run(.folds) {
        $0.n = 4
        $0.by = "user_id"
      }
    }
  }

  /// User 1 is held out: of the rows on days 5, 9 and 7 the last in time is to be found.
  @Test func usersInAnInputAndATruth() throws {
    func held(_ hold: Double, _ test: Double = 1) throws -> SplitParts {
      try run(.users) {
        $0.test = test
        $0.hold = hold
      }
    }
    let parts = try held(0.2)
    #expect(parts.names == ["train", "input", "truth"])
    #expect(parts.rows == [[3, 4, 5], [0, 2], [1]])
    #expect(try held(0.99).rows == [[3, 4, 5], [0], [1, 2]])
    #expect(try held(0.5, 2).rows == [[5], [0, 3], [1, 2, 4]])
    #expect(parts.notes == ["1 row without `user_id` left out"])
    for hold in [0, 1, -0.5, .nan] { #expect(throws: Diagnostic.self) { try held(hold) } }
  }

  @Test func lastRowsOfEveryUser() throws {
    let parts = try run(.last) { _ in }
    #expect(parts.rows == [[0, 2, 3, 5], [1, 4]])
    #expect(parts.notes == ["1 user with no more than 1 row stay in train", "1 row without `user_id` left out"])
  }

  @Test func usersWithAllTheirRows() throws {
    let parts = try run(.users) { $0.test = 1 }
    #expect((parts.rows[0] + parts.rows[1]).sorted() == [0, 1, 2, 3, 4, 5])
    let trained = Set(parts.rows[0].map { table.columns[0][Int($0)] })
    let tested = Set(parts.rows[1].map { table.columns[0][Int($0)] })
    #expect(tested.count == 1)
    #expect(tested.isDisjoint(with: trained))
    // numpy's `RandomState(0).permutation(3)` is 2, 1, 0, and `RandomState(4).permutation(10)` ends with 1, 5, 7.
    #expect(parts.rows[1] == [0, 1, 2])
    let ten = Table([("user_id", Column((0..<10).map { $0 * 10 }))])
    var options = SplitOptions()
    options.test = 0.3
    options.seed = 4
    #expect(try Split.users.parts(of: ten, options).rows[1] == [1, 5, 7])
  }

  @Test func sharesThatLeaveNothing() throws {
    for test in [0, -1, 7, 1e9, 0.999] { #expect(throws: Diagnostic.self) { try run(.random) { $0.test = test } } }
    #expect(throws: Diagnostic.self) { try run(.folds) { $0.n = 8 } }
    #expect(throws: Diagnostic.self) { try run(.last) { $0.n = 0 } }
    #expect(throws: Diagnostic.self) { try Splits.named("rundom") }
  }

  @Test func partsSayWhatTheyHold() throws {
    func rows(_ users: [Int32], _ items: [Int64], _ days: [String]) throws -> Table {
      Table([
        ("user_id", Column(users)), ("product_id", Column(items)), ("date", try cast(Column(days), to: .date)),
      ])
    }
    let train = try rows([1, 1, 2], [10, 11, 10], ["2024-05-02", "2024-05-01", "2024-06-01"])
    let test = try rows([1, 3], [12, 10], ["2024-06-02", "2024-06-03"])
    #expect(
      try SplitSummary.sentences(["train", "test"], [train, test]) == [
        "train: 3 rows, 2024-05-01 to 2024-06-01, 2 users, 2 items",
        "test: 2 rows, 2024-06-02 to 2024-06-03, 2 users (1 not in the first part), 2 items (1 not in the first part)",
      ])
    #expect(
      try SplitSummary.sentences(["a", "b"], [train, test], areFolds: true) == [
        "a: 3 rows, 2024-05-01 to 2024-06-01, 2 users (1 in no other fold), 2 items (1 in no other fold)",
        "b: 2 rows, 2024-06-02 to 2024-06-03, 2 users (1 in no other fold), 2 items (1 in no other fold)",
      ])
    let many = [Table](repeating: test, count: 11)
    #expect(
      try SplitSummary.sentences(many.map { _ in "f" }, many, areFolds: true)
        == ["rows of the folds: " + many.map { _ in "2" }.joined(separator: ", ")])
    let bare = Table([("x", Column([1, 2]))])
    #expect(try SplitSummary.sentences(["train", "test"], [bare, bare]) == ["train: 2 rows", "test: 2 rows"])
  }
}
