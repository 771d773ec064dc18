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
    let parts = try run(.time) { $0.at = .text("1970-01-08") }
    #expect(parts.rows == [[0, 3, 4], [1, 2, 5, 6]])
    #expect(try run(.time) { $0.at = .date(9) }.rows == [[0, 2, 3, 4, 5], [1, 6]])
    #expect(throws: Diagnostic.self) { try run(.time) { _ in } }
    #expect(throws: Diagnostic.self) { try run(.time) { $0.at = .text("yesterday") } }
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
}
