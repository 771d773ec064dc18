import Diagnostics
import Experiments
import Recommenders
import Tables
import Testing

/// A table that was counted elsewhere gives the same data set as its rows.
@Suite struct CountedDatasetTests {
  private static let users: [Int64?] = [3, 1, 3, nil, 1, 2, 3, 2, 7]
  private static let items: [Int64?] = [10, 20, 10, 10, 20, nil, 30, 10, 10]
  private static let weights: [Int64?] = [1, 2, 3, 4, 5, 6, 7, 8, nil]

  private static func table(weighted: Bool) -> Table {
    let columns = [("user_id", Column(users)), ("product_id", Column(items))]
    return Table(columns + (weighted ? [("weight", Column(weights))] : []))
  }

  /// What an engine counts: a row for each pair, nulls as ids like any other.
  private static func counted(weighted: Bool, _ duplicates: DuplicatePolicy) -> Table {
    var cells: [[Int64?]: [Int64?]] = [:]
    for row in users.indices { cells[[users[row], items[row]], default: []].append(weights[row]) }
    let keys = cells.keys.sorted { ($0[0] ?? 99, $0[1] ?? 99) < ($1[0] ?? 99, $1[1] ?? 99) }
    var columns = [
      ("user_id", Column(keys.map { $0[0] })), ("product_id", Column(keys.map { $0[1] })),
      (CountedRows.rows, Column(keys.map { Int64(cells[$0]!.count) })),
    ]
    guard weighted else { return Table(columns) }
    let known = keys.map { cells[$0]!.compactMap(\.self) }
    columns.append((CountedRows.known, Column(known.map { Int64($0.count) })))
    if duplicates != .binary {
      columns.append(
        (CountedRows.weight, Column(known.map { $0.isEmpty ? nil : duplicates == .max ? $0.max() : $0.reduce(0, +) })))
    }
    return Table(columns)
  }

  @Test(arguments: [false, true], [DuplicatePolicy.sum, .binary, .max])
  func countsGiveTheSameAsRows(weighted: Bool, duplicates: DuplicatePolicy) throws {
    let rows = Self.table(weighted: weighted)
    let expected = try Dataset(rows, duplicates: duplicates, reading: .counted)
    let counting = try #require(
      try CountedRows(
        rows.schema, roles: ColumnRoles(), duplicates: duplicates, reading: .counted, times: .never))
    let found = try Dataset(
      Self.counted(weighted: weighted, duplicates), counting: counting, reading: .counted)
    #expect(found.notes == expected.notes)
    #expect(found.droppedRows == expected.droppedRows)
    #expect(
      (0..<found.users.count).map { found.users.ids[$0] } == (0..<expected.users.count).map { expected.users.ids[$0] })
    let (mine, theirs) = (found.interactions, expected.interactions)
    #expect(mine.rowCount == theirs.rowCount && mine.cellCount == theirs.cellCount)
    #expect(mine.rowsPerItem() == theirs.rowsPerItem())
    #expect(mine.userSeeds == theirs.userSeeds)
    for model in ["TopPopular", "PersonalTopPopular", "EASE"] {
      let (one, other) = (try Models.fit(model, on: mine), try Models.fit(model, on: theirs))
      for user in 0..<Int32(mine.userCount) { #expect(try one.scores(for: user) == other.scores(for: user)) }
    }
  }

  @Test func whatReadsRowsIsNotCounted() throws {
    let schema = Self.table(weighted: true).schema
    func counting(
      _ reading: RowReading, _ times: TimeReading = .never, _ duplicates: DuplicatePolicy = .sum
    ) throws -> CountedRows? {
      try CountedRows(schema, roles: ColumnRoles(), duplicates: duplicates, reading: reading, times: times)
    }
    #expect(try counting(.never) != nil)
    #expect(try counting(.counted) != nil)
    #expect(try counting(.always) == nil)
    #expect(try counting(.whereWeighted) == nil)
    #expect(try counting(.counted, .order) == nil)
    #expect(try counting(.counted, .never, .last) == nil)
    let floats = Schema([Field("user_id", .i64), Field("item_id", .i64), Field("rating", .f64)])
    #expect(
      try CountedRows(floats, roles: ColumnRoles(), duplicates: .sum, reading: .never, times: .never) == nil)
    #expect(
      try CountedRows(floats, roles: ColumnRoles(), duplicates: .max, reading: .never, times: .never) != nil)
  }
}
