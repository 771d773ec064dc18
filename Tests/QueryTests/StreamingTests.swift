import Diagnostics
import Parallelism
import Query
import Synchronization
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
  ])
  func groupsOfRunsAreThoseOfTheWhole(_ verbs: String) throws {
    var session = Session(["t": Self.table])
    session.sources["large"] = LargeSource(Self.table, partLength: 20)
    let expected = try session.run("t | \(verbs)")
    let found = try session.run("large | \(verbs)")
    #expect(found.schema == expected.schema)
    #expect((0..<found.rowCount).map(found.row) == (0..<expected.rowCount).map(expected.row))
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
    let found = try session.run("large | describe")
    #expect((0..<found.rowCount).map(found.row) == (0..<expected.rowCount).map(expected.row))
  }

  @Test func whatNeedsAllRowsOfAGroupIsReadWhole() throws {
    var session = Session()
    session.sources["large"] = LargeSource(Self.table, partLength: 20)
    #expect(session.mistake("large | group_by name agg m = median(price)")?.message == "read whole")
  }
}
