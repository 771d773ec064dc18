import Diagnostics
import Parallelism
import Query
import Tables
import Testing

/// A source in parts that says it is larger than memory, and refuses to be read whole.
private final class LargeSource: TableSource {
  let table: Table
  let partLength: Int

  init(_ table: Table, partLength: Int) {
    self.table = table
    self.partLength = partLength
  }

  var name: String { "large" }
  var schema: Schema { table.schema }
  var rowCount: Int { table.rowCount }
  var notes: [String] { [] }
  func isInMemory(_ column: Int) -> Bool { false }
  func fitsMemory(_ columns: Set<Int>) -> Bool { false }
  func isWorthKeeping(_ columns: Set<Int>) -> Bool { false }
  /// So that 500 rows are gathered at once: grouping by user takes ten passes.
  func rowsThatFit(_ columns: Set<Int>) -> Int { 2000 }

  var partitions: [Partition] {
    stride(from: 0, to: rowCount, by: partLength).map { start in
      Partition(rows: start..<min(rowCount, start + partLength), statistics: table.columns.map { _ in nil })
    }
  }

  /// How many whole columns may be read together.
  nonisolated(unsafe) var columnsAtOnce = 0

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    guard indices.count <= columnsAtOnce else { throw Diagnostic("read whole") }
    return indices.map { table.columns[$0] }
  }

  let partsRead = Mutex(0)

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    partsRead.withLock { $0 += 1 }
    let rows = partitions[partition].rows
    return indices.map { table.columns[$0][rows] }
  }
}

@Suite struct StreamingTests {
  private static let table: Table = {
    let rows = Array(0..<5000)
    let users: [Int] = rows.map { $0 * 7919 % 61 }
    let prices: [Double?] = rows.map { row in row % 11 == 0 ? nil : Double(row % 97) / 4 }
    let counts: [Int?] = rows.map { row in row % 13 == 3 ? nil : row % 29 }
    let names: [String] = rows.map { "n\($0 % 17)" }
    let flags: [Bool] = rows.map { $0 % 3 == 0 }
    return Table([
      ("user", Column(users)), ("price", Column(prices)), ("count", Column(counts)), ("name", Column(names)),
      ("flag", Column(flags)),
    ])
  }()

  @Test(arguments: [
    "group_by user", "group_by user agg n = len(), c = count(price), s = sum(count)",
    "group_by name, user agg low = min(price), high = max(count), a = first(price), z = last(name)",
    "group_by name agg m = mean(count), share = sum(count) / len(), some = any(flag), each = all(flag)",
    "filter user % 7 == 2 and price > 3 | group_by name agg n = len(), m = mean(price)",
    "with k = user // 10 | group_by k agg n = len(), m = mean(price) + 1",
    "agg n = len(), s = sum(count), m = mean(price)",
    "filter user > 1000 | agg n = len(), m = mean(price)", "filter user > 1000 | group_by name",
    "filter user == 5 | select name, price", "group_by flag agg m = mean(price) | sort m",
    "group_by name agg u = n_unique(user), n = len(), c = n_unique(count)",
    "agg u = n_unique(user), s = sum(count), p = n_unique(price)", "group_by flag agg names = unique(name)",
    "unique name", "unique name, flag keep=last", "unique flag | sort name", "select user, flag | unique",
    "sort price desc, user | head 7", "with x = user * 2 | sort x, name | slice 3, 9 | select x, price",
    "filter flag | sort count | head 40", "sample 7 seed=3", "sample 0 seed=1", "sample fraction=0.9 seed=1",
    "with k = user // 10 | sample 12 seed=0 | select k, name", "sample 5000 seed=2 | head 3",
    "sample 3 by=user seed=0", "sample fraction=0.1 by=[user, flag] seed=4",
    "filter price > 9 | sample 2 by=name seed=1",
    "sample 0 by=user seed=0", "sample 70 by=user seed=0", "group_by user agg m = median(price), n = len()",
    "group_by user, flag agg q = quantile(count, 0.9), d = std(price), c = list(count), m = mode(name) | sort user",
    "filter flag | group_by name, user agg x = median(count) + mean(price)", "agg a = median(price), b = mode(name)",
    "agg q = quantile(count, 0.25), m = mode(count), n = n_unique(user), l = len()",
    "filter user > 1000 | agg a = median(price), m = mode(user)", "value_counts count", "value_counts name",
    "with k = user // 10 | filter flag | value_counts k", "filter flag | head 7", "filter count > 20 | tail 9",
    "filter count > 20 | slice -30, 8", "filter flag | slice 40, 700", "filter user > 1000 | head 3",
    "with k = user * 2 | filter k > 50 | head 1000", "filter flag | slice -5000, 6",
    "group_by user agg u = n_unique(price), v = unique(name), m = mean(price)",
  ])
  func groupsOfRunsAreThoseOfTheWhole(_ verbs: String) throws {
    var session = Session(["t": Self.table])
    session.sources["large"] = LargeSource(Self.table, partLength: 20)
    let expected = try session.run("t | \(verbs)")
    let found = try session.run("large | \(verbs)")
    #expect(found.schema == expected.schema)
    #expect((0..<found.rowCount).map(found.row) == (0..<expected.rowCount).map(expected.row))
  }

  /// Rounding differs where parts of a sum are added up in another order.
  @Test(arguments: [
    "group_by user agg d = std(price), v = var(count)", "head 1 | agg d = std(price)",
    "agg d = std(price), v = var(price), w = std(count), n = std(flag)",
    "filter user == 5 | group_by name agg d = std(price)", "filter user > 1000 | agg d = std(price)",
    "with p = cast(price, f32) | group_by name agg d = std(p), m = mean(p)", "agg m = mean(flag)",
  ])
  func deviationsOfRunsAreThoseOfTheWhole(_ verbs: String) throws {
    var session = Session(["t": Self.table])
    session.sources["large"] = LargeSource(Self.table, partLength: 20)
    let expected = try session.run("t | \(verbs)")
    let found = try session.run("large | \(verbs)")
    expectNear(found, expected)
  }

  /// A group that has nothing but nulls in some runs of rows, and values in others.
  @Test func deviationsOfGroupsThatBeginWithNulls() throws {
    let values = (0..<5000).map { (row: Int) -> Double? in
      let isKnown = row % 3 != 1 || row >= 3000
      return isKnown ? Double(row * 31 % 97) / 4 : nil
    }
    let table = Table([("group", Column((0..<5000).map { $0 % 3 })), ("value", Column(values))])
    var session = Session(["t": table])
    session.sources["large"] = LargeSource(table, partLength: 20)
    let verbs = "group_by group agg d = std(value), v = var(value), m = mean(value)"
    let expected = try session.run("t | \(verbs)")
    #expect(expected.columns[1..<4].allSatisfy { $0.nullCount == 0 })
    expectNear(try session.run("large | \(verbs)"), expected)
  }

  private func expectNear(_ found: Table, _ expected: Table) {
    #expect(found.schema == expected.schema)
    #expect(found.rowCount == expected.rowCount)
    for (own, other) in zip(found.columns, expected.columns) {
      for row in 0..<min(found.rowCount, expected.rowCount) {
        guard let a = own[row].number, let b = other[row].number else {
          #expect(own[row] == other[row])
          continue
        }
        #expect(abs(a - b) <= 1e-6 * abs(b) || a.isNaN && b.isNaN)
      }
    }
  }

  @Test func sampledRowsAreReadAlone() throws {
    var session = Session(["t": Self.table])
    let source = LargeSource(Self.table, partLength: 20)
    session.sources["large"] = source
    _ = try session.run("large | sample 3 seed=0")
    // The permutation's first three rows lie in three of 250 parts.
    #expect(source.partsRead.withLock { $0 } == 3)
  }

  @Test func columnsAreDescribedOneAfterAnother() throws {
    var session = Session(["t": Self.table])
    let source = LargeSource(Self.table, partLength: 20)
    source.columnsAtOnce = 1
    session.sources["large"] = source
    let expected = try session.run("t | describe")
    expectNear(try session.run("large | describe"), expected)
  }

  @Test func noMoreIsReadThanTheFirstRowsNeed() throws {
    var session = Session()
    let source = LargeSource(Self.table, partLength: 20)
    session.sources["large"] = source
    _ = try session.run("large | filter flag | head 7")
    // The first run of 64 parts, the condition's column and then the others.
    #expect(source.partsRead.withLock { $0 } == 128)
  }

  @Test func aGroupThatDoesNotFitIsNamed() throws {
    var session = Session()
    session.sources["large"] = LargeSource(Self.table, partLength: 20)
    let mistake = session.mistake("large | group_by flag agg m = median(price)")
    #expect(mistake?.message == "the 1_667 rows of one group (flag true) do not fit in memory")
    #expect(mistake?.hint?.contains("`sample` first") == true)
  }

  @Test func whatNeedsAllRowsIsReadWhole() throws {
    var session = Session()
    session.sources["large"] = LargeSource(Self.table, partLength: 20)
    #expect(session.mistake("large | sort price")?.message == "read whole")
    #expect(session.mistake("large | agg l = list(price)")?.message == "read whole")
  }
}
