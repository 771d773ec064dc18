import Diagnostics
import Generators
import Parallelism
import Tables
import Testing

/// Aggregates of partitioned rows beside those of the rows of each group, gathered.
@Suite struct GroupedRowsTests {
  private static let kinds: [Aggregate] = [
    .len, .count, .sum, .mean, .variance(ddof: 1), .deviation(ddof: 0), .min, .max, .first, .last, .distinctCount,
    .unique, .list, .median, .quantile(0.3), .mode, .any, .all,
  ]

  private func rows(of groups: [UInt32], count: Int) -> [[UInt32]] {
    var rows = [[UInt32]](repeating: [], count: count)
    for (row, group) in groups.enumerated() { rows[Int(group)].append(UInt32(row)) }
    return rows
  }

  /// Deviations may be added up in another order.
  private func isSame(_ a: Value, _ b: Value, _ kind: Aggregate) -> Bool {
    guard case .float(let x) = a, case .float(let y) = b else { return a == b }
    if x == y || x.isNaN && y.isNaN { return true }
    switch kind {
    case .variance, .deviation: return abs(x - y) <= 1e-6 * max(abs(x), abs(y))
    default: return false
    }
  }

  /// Compares every aggregate of a column with that of the gathered rows of some groups.
  private func compare(_ keys: [Column], _ column: Column, every step: Int = 1, kinds: [Aggregate] = kinds) throws {
    let count = column.count
    let plain = try Grouping(by: keys, count: count)
    let grouped = try #require(try GroupedRows(partitioning: keys, count: count))
    #expect(grouped.groupCount == plain.groupCount && grouped.firstRows == plain.firstRows)
    #expect(grouped.counts == plain.counts)
    let rows = rows(of: plain.groupOfRow, count: plain.groupCount)
    let positive = try Bitmap.ofRows(count) { $0 % 3 != 1 }
    let condition = Column(.bool, .bool(positive))
    for kind in kinds {
      guard (try? kind.type(of: column.type)) != nil else { continue }
      let found: Column
      do throws(Diagnostic) {
        found = try grouped.inOrder(aggregate(kind, of: column, over: grouped.slices))
      } catch {
        // A sum of extremes fits as little one way as the other.
        #expect(throws: Diagnostic.self) { try aggregate(kind, of: column, over: plain.slices()) }
        continue
      }
      // Fewer extremes may sum to more.
      let some = try? grouped.inOrder(aggregate(kind, of: column, over: grouped.slices.keeping(where: condition)))
      for group in stride(from: 0, to: rows.count, by: step) {
        let own = try gather(column, rows: rows[group])
        let expected = try aggregate(kind, of: own)
        #expect(
          found.type == expected.type && isSame(found[group], expected[0], kind),
          "\(kind) of \(column.type), group \(group)")
        guard let some else { continue }
        let kept = try aggregate(kind, of: gather(column, rows: rows[group].filter { $0 % 3 != 1 }))
        #expect(isSame(some[group], kept[0], kind), "\(kind) of some \(column.type), group \(group)")
      }
    }
  }

  @Test(arguments: SampleColumns.types) func `aggregates of every type by few groups`(_ type: DataType) throws {
    for seed in 0..<6 {
      var dice = SplitMix(seed: UInt64(seed + 11))
      let count = [1, 2, 70, 900][seed % 4]
      let column = try SampleColumns.column(type, count: count, nulls: seed > 1, seed: seed)
      let keys = Column((0..<count).map { _ in dice.below(9) == 0 ? nil : Int32(dice.below(seed * 3 + 1)) - 2 })
      try compare([keys], column)
    }
  }

  @Test(arguments: SampleColumns.types) func `keys of every type`(_ type: DataType) throws {
    let keys = try SampleColumns.column(type, count: 500, seed: 3)
    let numbers = (0..<500).map { (row: Int) -> Int64? in row % 11 == 4 ? nil : Int64(row * 7 % 90) }
    try compare([keys], Column(numbers))
  }

  /// More groups than are partitions, each of which then has several.
  @Test(arguments: [(3000, 1), (3000, 1_000_003), (60_000, 1), (60_000, 1_000_003)])
  func `thousands of groups`(_ groups: Int, _ factor: Int) throws {
    let count = 90_000
    let keys = Column((0..<count).map { Int64($0 * 7919 % groups) * Int64(factor) - 40 })
    try compare([keys], Column((0..<count).map { Int32(truncatingIfNeeded: $0 &* 2_654_435) }), every: 501)
    let floats = (0..<count).map { (row: Int) -> Double? in row % 13 == 5 ? nil : Double(row % 1009) / 8 }
    try compare(
      [keys], Column(floats), every: 997, kinds: [.sum, .mean, .min, .median, .count, .distinctCount, .list])
  }

  /// So many groups that rows are partitioned by hashes, with codes of 32 bits and of 64.
  @Test(arguments: [UInt64(1), 1_000_003, 0x0123_4567_89AB_CDEF]) func `nearly as many groups as rows`(
    _ factor: UInt64
  ) throws {
    let count = 150_000
    let numbers = (0..<count).map { UInt64($0 * 7919 % 140_009) &* factor }
    let keys = [Column(numbers), Column((0..<count).map { _ in Int8(3) })]
    try compare(
      keys, Column((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }), every: 4001,
      kinds: [.sum, .mean, .min, .max, .median, .first, .unique, .distinctCount])
    let texts = (0..<count).map { (row: Int) -> String? in row % 7 == 0 ? nil : "\(row % 50)" }
    try compare(keys, Column(texts), every: 4001, kinds: [.count, .min, .last, .distinctCount, .mode])
    try compare(
      keys, Column((0..<count).map { $0 % 5 == 0 }), every: 4001, kinds: [.sum, .mean, .any, .all, .max])
  }

  /// Half of the rows have one key and half have keys of their own.
  @Test func `one group that is as large as all others`() throws {
    let count = 200_000
    let keys = Column((0..<count).map { $0 % 2 == 0 ? Int64(7) : Int64($0) * 1_000_000_007 })
    try compare(
      [keys], Column((0..<count).map { Int64($0) }), every: 9973,
      kinds: [.sum, .mean, .max, .median, .deviation(ddof: 1), .distinctCount])
  }

  /// Values far from zero that hardly differ: without the rounding errors of the sums, the third moment is less exact.
  @Test func `shapes and correlations of few groups`() throws {
    let count = 70_000
    let keys = Column((0..<count).map { Int32($0 % 7) })
    let x = (0..<count).map { (row: Int) -> Double? in
      row % 11 == 3 ? nil : 1e6 + Double(row &* 2_654_435 % 1009) / 1009 * Double(row % 5)
    }
    let y = (0..<count).map { (row: Int) -> Double? in
      row % 13 == 5 ? nil : Double(row % 5) * 2 + Double(row * 31 % 17)
    }
    let (left, right) = (Column(x), Column(y))
    let grouped = try #require(try GroupedRows(partitioning: [keys], count: count))
    let rows = rows(of: (0..<count).map { UInt32($0 % 7) }, count: 7)
    let whole = GroupSlices(rowCount: rows[0].count)
    let columns: [(Column, (Column, Column, GroupSlices) throws -> Column)] = [
      (
        try shapes(.skewness, of: left, over: grouped.slices),
        { x, _, slices in try shapes(.skewness, of: x, over: slices) }
      ),
      (
        try shapes(.kurtosis, of: left, over: grouped.slices),
        { x, _, slices in try shapes(.kurtosis, of: x, over: slices) }
      ),
      (try correlations(left, right, over: grouped.slices), { x, y, slices in try correlations(x, y, over: slices) }),
    ]
    for (found, single) in columns {
      for group in 0..<7 {
        let alone = try single(gather(left, rows: rows[group]), gather(right, rows: rows[group]), whole)
        let (own, other) = (try #require(found[group].number), try #require(alone[0].number))
        #expect(abs(own - other) <= 2e-9, "group \(group): \(own), alone \(other)")
      }
    }
  }

  /// Whole numbers at both ends of their type, which span as much as exact sums allow, and one more.
  @Test(arguments: [7, 90_001]) func `deviations of whole numbers are exact`(groupCount: Int) throws {
    let count = 200_000
    let groups = (0..<count).map { UInt32($0 * 7919 % groupCount) }
    let keys = Column(groups.map { Int64($0) * 1_000_000_007 })
    let grouped = try #require(try GroupedRows(partitioning: [keys], count: count))
    let rows = rows(of: try Grouping(by: [keys], count: count).groupOfRow, count: grouped.groupCount)
    let span = Int64(UInt32.max)
    var distances = (0..<count).map { Int64($0) * 48_271 % span }
    distances[5] = span
    let columns: [(column: Column, distances: [Int64])] = [
      (Column(distances.map { Int64.min + $0 }), distances),
      (Column(distances.map { UInt64.max - UInt64($0) }), distances),
      (Column(distances.map { UInt32($0) }), distances),
      (Column(distances.enumerated().map { $0.offset % 5 == 2 ? nil : $0.element - 77 }), distances),
      (Column(distances.map { $0 * 2 }), distances.map { $0 * 2 }),
    ]
    for (column, distances) in columns {
      let found = try grouped.inOrder(aggregate(.variance(ddof: 1), of: column, over: grouped.slices))
      for group in stride(from: 0, to: rows.count, by: max(1, rows.count / 50)) {
        var (n, sum, squares): (Int128, Int128, Int128) = (0, 0, 0)
        for row in rows[group] where !column.isNull(Int(row)) {
          let distance = Int128(distances[Int(row)] - span / 3)
          n += 1
          sum += distance
          squares += distance * distance
        }
        guard n > 1 else { continue }
        let expected = Double(n * squares - sum * sum) / Double(n * (n - 1))
        let variance = try #require(found[group].number)
        // Wider ranges are added up as floats.
        #expect(
          abs(variance - expected) <= (distances[5] > span ? 1e-12 : 1e-15) * expected, "\(column.type), group \(group)"
        )
      }
    }
  }

  @Test func `correlations of whole numbers are those of the same floats`() throws {
    let count = 140_000
    let grouped = try #require(
      try GroupedRows(partitioning: [Column((0..<count).map { Int32($0 % 7) })], count: count))
    let x = (0..<count).map { (row: Int) -> Int64? in
      row % 11 == 3 ? nil : Int64.max - Int64(row &* 2_654_435 % 1009 * (row % 5))
    }
    let y = (0..<count).map { (row: Int) -> Int16? in
      row % 13 == 5 ? nil : Int16(row % 5 * 2 - row * 31 % 17)
    }
    let z = (0..<count).map { _ in UInt8(3) }
    let exact = try correlations(Column(x), Column(y), over: grouped.slices)
    let xs = x.map { (value: Int64?) -> Double? in value.map { Double($0 - Int64.max) } }
    let ys = y.map { (value: Int16?) -> Double? in value.map { Double($0) } }
    let floats = try correlations(Column(xs), Column(ys), over: grouped.slices)
    for group in 0..<7 {
      let (own, other) = (try #require(exact[group].number), try #require(floats[group].number))
      #expect(abs(own - other) <= 1e-12 && own != 0, "group \(group): \(own), of floats \(other)")
    }
    let constant = try correlations(Column(x), Column(z), over: grouped.slices)
    #expect(constant[0].number?.isNaN == true)
  }

  @Test func `sums that leave 64 bits on the way, or for good`() throws {
    let keys = Column([Int32](repeating: 1, count: 6))
    let grouped = try #require(try GroupedRows(partitioning: [keys], count: 6))
    let there = Column([Int64.max, 5, -7, Int64.min, 1, 2])
    #expect(try aggregate(.sum, of: there, over: grouped.slices)[0] == .integer(0))
    #expect(try aggregate(.mean, of: there, over: grouped.slices)[0] == .float(0))
    let beyond = Column([Int64.max, 5, 0, 0, 0, 0])
    #expect(throws: Diagnostic.self) { try aggregate(.sum, of: beyond, over: grouped.slices) }
    let large = Column([UInt64.max - 3, 1, 1, 0, 0, 0])
    #expect(try aggregate(.sum, of: large, over: grouped.slices)[0] == .integer(Int128(UInt64.max - 1)))
    #expect(try aggregate(.max, of: large, over: grouped.slices)[0] == .integer(Int128(UInt64.max - 3)))
  }

  @Test(arguments: [1, 4]) func `any number of cores gives the same bits`(_ cores: Int) throws {
    let count = 140_000
    let keys = Column((0..<count).map { Int64($0 * 7919 % 70_001) * 1_000_003 })
    let values = Column((0..<count).map { Double($0 % 997) / 7 })
    let found = try Cores.limited(to: cores) { () throws(Diagnostic) in
      let grouped = try GroupedRows(by: [keys], count: count)
      return try grouped?.inOrder(aggregate(.sum, of: values, over: grouped?.slices ?? GroupSlices(rowCount: 0)))
    }
    let plain = try aggregate(.sum, of: values, over: Grouping(by: [keys], count: count).slices())
    #expect(found?.all == plain.all)
  }

  @Test(arguments: [70_000, 19]) func `windows of many rows`(_ groups: Int) throws {
    let count = 90_000
    let numbers = (0..<count).map { ($0 &* 7919) % groups }
    let key = Column(numbers.map { Optional($0 * 1_000_003) })
    let values = Column((0..<count).map { (row: Int) -> Int64? in row % 10 == 3 ? nil : Int64(row) })
    let window = try GroupWindow(partition: [key], count: count)
    let byRows = try GroupWindow(partition: [key], count: count, needsRows: true)
    #expect(window.isWithoutRows && !byRows.isWithoutRows)
    for kind in [Aggregate.sum, .mean, .max, .variance(ddof: 1), .first, .any] {
      let column = kind == .any ? Column((0..<count).map { $0 % 1000 == 0 }) : values
      let found = try window.spread(aggregate(kind, of: column, over: window.slices()))
      let expected = try byRows.spread(aggregate(kind, of: column, over: byRows.slices()))
      #expect(zip(found.all, expected.all).allSatisfy { isSame($0, $1, kind) }, "\(kind)")
    }
    var counts = [Int](repeating: 0, count: groups)
    for number in numbers { counts[number] += 1 }
    let lengths = try GroupWindow.lengths(partition: [key], count: count)
    #expect((0..<count).allSatisfy { lengths[$0] == .integer(Int128(counts[numbers[$0]])) })
  }

  @Test func `a raised flag stops it at any check`() throws {
    let count = 140_000
    let keys = Column((0..<count).map { Int64($0 * 7919 % 70_001) * 1_000_003 })
    let values = Column((0..<count).map { Int64($0) })
    func run(_ flag: Cancellation) throws(Diagnostic) {
      try Cancellation.$current.withValue(flag) { () -> Result<Void, Diagnostic> in
        Result { () throws(Diagnostic) in
          let grouped = try GroupedRows(by: [keys], count: count)
          guard let grouped else { return }
          _ = try aggregate(.sum, of: values, over: grouped.slices)
          _ = try grouped.inOrder(aggregate(.median, of: values, over: grouped.slices))
        }
      }.get()
    }
    let all = Cancellation(requestedAtCheck: .max)
    try run(all)
    #expect(all.checkCount > 20)
    for check in stride(from: 1, through: all.checkCount, by: max(1, all.checkCount / 13)) {
      #expect(throws: Diagnostic.interrupted) { try run(Cancellation(requestedAtCheck: check)) }
    }
  }
}
