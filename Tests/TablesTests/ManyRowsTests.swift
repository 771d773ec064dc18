import Diagnostics
import Tables
import Testing

/// What works differently on many rows: stretch by stretch, in rounds, by ranges of keys.
@Suite struct ManyRowsTests {
  private func lists(_ values: [[Int128]]) throws -> Column {
    try Column(.list(.i64), values.map { .list($0.map { .integer($0) }) })
  }

  /// Rows of each key, in the order of the keys' first rows.
  private func naiveRuns(_ keys: [Int32]) -> [[UInt32]] {
    var place: [Int32: Int] = [:]
    var slices: [[UInt32]] = []
    for (row, key) in keys.enumerated() {
      if let known = place[key] {
        slices[known].append(UInt32(row))
      } else {
        place[key] = slices.count
        slices.append([UInt32(row)])
      }
    }
    return slices
  }

  private func expectRuns(of keys: [Int32]) throws {
    let expected = naiveRuns(keys)
    let (groups, slices) = try Grouping.withSlices(by: [Column(keys)], count: keys.count)
    #expect(groups.firstRows == expected.map { $0[0] })
    #expect(groups.counts == expected.map { UInt32($0.count) })
    let rows = try #require(slices.rows)
    #expect(rows == expected.flatMap { $0 })
    #expect(slices.offsets.array == expected.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) })
  }

  @Test func `keys of a small range are counted by address`() throws {
    try expectRuns(of: (0..<600_000).map { Int32($0 * 7919 % 70_001) })
  }

  @Test func `one group of many has most of the rows`() throws {
    try expectRuns(of: (0..<600_000).map { $0 % 3 == 0 ? Int32($0 * 7919 % 70_001) : 500 })
  }

  @Test func `few keys of a wide range`() throws {
    try expectRuns(of: (0..<300_000).map { Int32($0 % 97) * 20_000_003 })
  }

  @Test func `aggregates of many slices, stretch by stretch`() throws {
    let count = 1_300_000
    let keys = (0..<count).map { Int32($0 * 31 % 40_009) }
    let values = (0..<count).map { Int64($0 * 17 % 1009) }
    let column = Column(values)
    let (groups, slices) = try Grouping.withSlices(by: [Column(keys)], count: count)
    let sums = try aggregate(.sum, of: column, over: slices)
    let greatest = try aggregate(.max, of: column, over: slices)
    let medians = try aggregate(.median, of: column, over: slices)
    let distinct = try aggregate(.unique, of: column, over: slices)
    let counts = try aggregate(.distinctCount, of: column, over: slices)
    let lists = try aggregate(.list, of: column, over: slices)
    #expect([sums, greatest, medians, distinct, counts, lists].allSatisfy { $0.count == groups.groupCount })
    for (group, rows) in naiveRuns(keys).enumerated() where group % 500 == 0 || group == groups.groupCount - 1 {
      let own = rows.map { values[Int($0)] }
      let sorted = own.sorted().map(Double.init)
      #expect(sums[group] == .integer(Int128(own.reduce(0, +))))
      #expect(greatest[group] == .integer(Int128(own.max() ?? 0)))
      let middle = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
      #expect(medians[group] == .float(middle))
      var seen: Set<Int64> = []
      let once = own.filter { seen.insert($0).inserted }
      #expect(distinct[group] == .list(once.map { .integer(Int128($0)) }))
      #expect(counts[group] == .integer(Int128(once.count)))
      #expect(lists[group] == .list(own.map { .integer(Int128($0)) }))
    }
  }

  /// Stretches of groups are put together: of texts in their own dictionary, of truths, of lists.
  @Test func `aggregates of every type of result, stretch by stretch`() throws {
    let count = 1_200_000
    let keys = Column((0..<count).map { Int32($0 / 4) })
    let texts = Column((0..<count).map { "t\($0 % 9)" })
    let truths = Column((0..<count).map { $0 % 8 < 4 })
    let dates = Column(.date, .i32(Buffer((0..<count).map { Int32($0 % 1000) })))
    let (_, slices) = try Grouping.withSlices(by: [keys], count: count, finding: [])
    let least = try aggregate(.min, of: texts, over: slices)
    let last = try aggregate(.last, of: texts, over: slices)
    let any = try aggregate(.any, of: truths, over: slices)
    let latest = try aggregate(.max, of: dates, over: slices)
    let lists = try aggregate(.unique, of: texts, over: slices)
    for group in stride(from: 0, to: count / 4, by: 7919) {
      let rows = group * 4..<group * 4 + 4
      #expect(least[group] == rows.map { texts[$0] }.min { $0.description < $1.description })
      #expect(last[group] == texts[group * 4 + 3])
      #expect(any[group] == .bool(group % 2 == 0))
      #expect(latest[group] == rows.map { dates[$0] }.max { $0.description < $1.description })
      #expect(lists[group] == .list(rows.map { texts[$0] }))
    }
  }

  @Test func `a sum that overflows names a row of its group`() throws {
    let keys = Column([Int32(7), 8, 9, 8])
    let (_, slices) = try Grouping.withSlices(by: [keys], count: 4)
    #expect(throws: Diagnostic.sumOverflow(.i64, firstRow: 1)) {
      try aggregate(.sum, of: Column([0, Int64.max, 0, 1]), over: slices)
    }
  }

  @Test func `functions of many lists, stretch by stretch`() throws {
    let count = 300_000
    let offsets = (0...count).map { $0 * 5 }
    let child = Column((0..<count * 5).map { Int64($0 * 7919 % 11) })
    let own = Column(.list(.i64), .list(ListValues(offsets: Buffer(offsets), child: child)))
    let sorted = try listSorted(own)
    let distinct = try listUnique(own)
    let holds = try listContains(own, Column([Int64(3)]))
    let common = try listSets(.intersection, own, lists([[3, 4]]))
    for row in stride(from: 0, to: count, by: 997) {
      let elements = (0..<5).map { (row * 5 + $0) * 7919 % 11 }
      var seen: Set<Int> = []
      let once = elements.filter { seen.insert($0).inserted }
      #expect(sorted[row] == .list(elements.sorted().map { .integer(Int128($0)) }))
      #expect(distinct[row] == .list(once.map { .integer(Int128($0)) }))
      #expect(holds[row] == .bool(elements.contains(3)))
      #expect(common[row] == .list(once.filter { $0 == 3 || $0 == 4 }.map { .integer(Int128($0)) }))
    }
  }

  @Test func `the first hundred thousand of many rows`() throws {
    let count = 1_000_000
    let keys = [
      SortKey(Column((0..<count).map { Int32($0 * 7919 % 250_007) }), descending: true),
      SortKey(Column((0..<count).map { Int32($0 % 13) })),
    ]
    #expect(try topRows(keys, count: count, limit: 100_000) == Array(argsort(keys, count: count).prefix(100_000)))
    // So many equal ones that a bound leaves out next to nothing.
    let flat = [SortKey(Column((0..<count).map { Int32($0 % 2) }))]
    #expect(try topRows(flat, count: count, limit: 100_000) == Array(argsort(flat, count: count).prefix(100_000)))
  }

  @Test func `windows of millions of rows are sorted in rounds`() throws {
    let count = 4_300_000
    let users = Column((0..<count).map { Int32($0 &* 7919 % 100_003) })
    let days = Column((0..<count).map { Int32($0 &* 31 % 181) })
    let window = try Window(partition: [users], order: [SortKey(days)], count: count)
    let order = try argsort([SortKey(users), SortKey(days)], count: count)
    #expect(window.slices.rows == order)
    let numbers = try window.rowNumbers()
    var (place, previous) = (0, Value.null)
    for row in order.prefix(100_000) {
      let user = users[Int(row)]
      place = user == previous ? place + 1 : 1
      previous = user
      if numbers[Int(row)] != .integer(Int128(place)) {
        Issue.record("row \(row)")
        break
      }
    }
  }

  @Test func `structs and lists are equal or not`() throws {
    let pairs = DataType.structure([Field("a", .i64), Field("b", .string)])
    func structs(_ a: [Int64?], _ b: [String?]) -> Column {
      Column(pairs, .structure([Column(a), Column(b)], count: a.count))
    }
    let left = structs([1, 2, nil, 4], ["x", "y", nil, "z"])
    let right = structs([1, 2, nil, 5], ["x", "other", nil, "z"])
    let equal = try equalRows(left, right)
    #expect((0..<4).map { equal[$0] } == [true, false, true, false])
    let equalLists = try equalRows(lists([[1, 2], [], [3]]), lists([[1, 2], [1], [3]]))
    #expect((0..<3).map { equalLists[$0] } == [true, false, true])
  }
}
