import Diagnostics
import Generators
import Parallelism
import Tables
import Testing

@Suite struct GroupingTests {
  /// Groups as a person would: one dictionary, row by row.
  private func naive(_ keys: [Column], count: Int) -> (groups: [UInt32], first: [UInt32], counts: [UInt32]) {
    var known: [[Value]: UInt32] = [:]
    var groups: [UInt32] = []
    var first: [UInt32] = []
    var counts: [UInt32] = []
    for row in 0..<count {
      let key = keys.map { $0[row] }
      let group = known[key] ?? UInt32(first.count)
      if known.updateValue(group, forKey: key) == nil {
        first.append(UInt32(row))
        counts.append(0)
      }
      counts[Int(group)] += 1
      groups.append(group)
    }
    return (groups, first, counts)
  }

  @Test func `groups are those of a dictionary, in order of first occurrence`() throws {
    for seed in 0..<20 {
      var dice = SplitMix(seed: UInt64(seed))
      let count = [0, 1, 800, 5000][seed % 4]
      let keys = try (0..<seed % 3 + 1).map {
        let type = SampleColumns.types[dice.below(SampleColumns.types.count)]
        return try SampleColumns.column(type, count: count, seed: seed * 7 + $0)
      }
      let expected = naive(keys, count: count)
      let found = try Grouping(by: keys, count: count)
      #expect(found.groupOfRow == expected.groups)
      #expect(found.firstRows == expected.first)
      #expect(found.counts == expected.counts)
      #expect(try distinctCount(of: keys, count: count) == expected.first.count)
    }
  }

  @Test(arguments: [1, 300, 60_000, 10_000_000]) func `many rows, whether they repeat or not`(_ range: Int) throws {
    let count = 200_000
    var dice = SplitMix(seed: UInt64(range))
    let a = Column((0..<count).map { _ in Int64(dice.below(range)) * 1_000_003 })
    let b = Column((0..<count).map { _ in Int32(dice.below(range > 1000 ? 1000 : 1)) })
    let expected = naive([a, b], count: count)
    let found = try Grouping(by: [a, b], count: count)
    #expect(found.groupOfRow == expected.groups)
    #expect(found.firstRows == expected.first && found.counts == expected.counts)
    let unmapped = try Grouping(by: [a, b], count: count, finding: [.firstRows, .counts])
    #expect(unmapped.firstRows == expected.first && unmapped.counts == expected.counts)
    let numbered = try Grouping(by: [a, b], count: count, finding: .groupOfRow)
    #expect(numbered.groupOfRow == expected.groups && numbered.groupCount == expected.first.count)
    let (groups, rowsOfGroups) = try Grouping.withSlices(by: [a, b], count: count, finding: .firstRows)
    #expect(groups.firstRows == expected.first && rowsOfGroups.count == expected.first.count)
    #expect(try distinctCount(of: [a], count: count) == Set((0..<count).map { a[$0] }).count)
    let slices = try found.slices()
    for group in stride(from: 0, to: slices.count, by: max(1, slices.count / 50)) {
      let rows = (slices.offsets[group]..<slices.offsets[group + 1]).map { slices.rows?[$0] ?? UInt32($0) }
      #expect(rows == rows.sorted() && rows.allSatisfy { expected.groups[Int($0)] == group })
      #expect(rows.count == Int(expected.counts[group]))
    }
  }

  /// Half of the rows have one key and half have keys of their own: one partition has as many rows as all others.
  @Test func `many rows of one key, and keys of a range that bits cover`() throws {
    let count = 300_000
    let skewed = (0..<count).map { (row: Int) -> Int64 in
      if row % 2 == 0 { return 7 }
      return Int64(row / 4 * 4) * 1_000_000_007
    }
    let covered = (0..<count).map { (row: Int) -> Int64 in Int64(row * 7919 % 2_000_003) }
    for values in [skewed, covered, covered.map { $0 * 1_000_003 }] {
      let keys = [Column(values)]
      let expected = naive(keys, count: count)
      let found = try Grouping(by: keys, count: count)
      #expect(found.groupOfRow == expected.groups && found.counts == expected.counts)
      let numbered = try Grouping(by: keys, count: count, finding: [.firstRows, .groupOfRow])
      #expect(numbered.groupOfRow == expected.groups && numbered.firstRows == expected.first)
      var last: [Int64: UInt32] = [:]
      for (row, value) in values.enumerated() { last[value] = UInt32(row) }
      #expect(try distinctRows(keys, count: count, keep: .last) == last.values.sorted())
      #expect(try distinctRows(keys, count: count) == expected.first)
      let most = expected.counts.max() ?? 0
      let mode = zip(expected.first, expected.counts).filter { $0.1 == most }.map { values[Int($0.0)] }.min()
      #expect(try aggregate(.mode, of: keys[0])[0] == .integer(Int128(mode ?? 0)))
    }
  }

  @Test func `distinct rows keep the first, the last or none`() throws {
    let keys = [Column([3, 1, 3, nil, 2, nil, 1, 9])]
    #expect(try distinctRows(keys, count: 8) == [0, 1, 3, 4, 7])
    #expect(try distinctRows(keys, count: 8, keep: .last) == [2, 4, 5, 6, 7])
    #expect(try distinctRows(keys, count: 8, keep: .none) == [4, 7])
  }

  @Test func `minus zero is zero and NaN is NaN`() throws {
    let numbers = Column([0.0, -0.0, .nan, -.nan, 1])
    #expect(try Grouping(by: [numbers], count: 5).groupOfRow == [0, 0, 1, 1, 2])
  }

  @Test func `value counts come most frequent first, ties by value`() throws {
    let found = try valueCounts(Column(["б", "a", "б", nil, "c", nil]))
    #expect(found.values.all == [.text("б"), .null, .text("a"), .text("c")])
    #expect(found.counts.all == [.integer(2), .integer(2), .integer(1), .integer(1)])
  }

  @Test func `a raised flag stops it`() {
    let flag = Cancellation()
    flag.request()
    let column = Column([Int64](0..<100_000))
    Cancellation.$current.withValue(flag) {
      #expect(throws: Diagnostic.interrupted) { try Grouping(by: [column], count: 100_000) }
      #expect(throws: Diagnostic.interrupted) { try argsort([SortKey(column)], count: 100_000) }
    }
  }
}
